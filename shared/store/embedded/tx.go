package embedded

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

var errOver = errors.New("the transaction is over")

// Tx is one transaction: a caller's turn in a group, or a view. Its writes wait in memory.
type Tx struct {
	db       *DB
	op       string
	docs     *bbolt.Bucket
	index    *bbolt.Bucket
	writable bool
	over     bool
	failed   error // the first error of a method: the transaction may not commit
	writes   []write
	staged   int // bytes of the documents in writes
	count    Count
}

type writeKind uint8

const (
	create writeKind = iota
	set
	remove
)

// write is one write that waits for the end of the function. All that can be refused has been.
type write struct {
	kind    writeKind
	ref     docs.Ref
	key     []byte
	data    []byte
	indexes []*index // of the collection
	entries [][]byte // index keys of data
}

func newTx(db *DB, btx *bbolt.Tx, op string) *Tx {
	return &Tx{db: db, op: op, docs: btx.Bucket(docsBucket), index: btx.Bucket(indexBucket), count: Count{Transactions: 1}}
}

// fail remembers the first error, so that a function that overlooks it cannot commit the rest.
func (tx *Tx) fail(err error) error {
	if tx.failed == nil {
		tx.failed = err
	}
	return err
}

// reading checks that a read may happen now.
func (tx *Tx) reading(ctx context.Context) error {
	switch {
	case tx.over:
		return errOver
	case len(tx.writes) > 0:
		return docs.ErrReadAfterWrite
	}
	return context.Cause(ctx)
}

// Get reads documents; see docs.Tx.
func (tx *Tx) Get(ctx context.Context, refs []docs.Ref, into []any) ([]bool, error) {
	found, err := tx.get(ctx, refs, into)
	if err != nil {
		return nil, tx.fail(fmt.Errorf("get: %w", err))
	}
	return found, nil
}

func (tx *Tx) get(ctx context.Context, refs []docs.Ref, into []any) ([]bool, error) {
	if err := tx.reading(ctx); err != nil {
		return nil, err
	}
	if len(refs) != len(into) {
		return nil, fmt.Errorf("%d references and %d places for them", len(refs), len(into))
	}
	tx.count.Gets++
	tx.count.Reads += int64(len(refs))
	found := make([]bool, len(refs))
	for i, ref := range refs {
		if err := ref.Check(); err != nil {
			return nil, err
		}
		data := tx.docs.Get(docKey(ref))
		if data == nil {
			continue
		}
		if err := tx.db.plans.decode(data, into[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", ref, err)
		}
		found[i] = true
	}
	return found, nil
}

// Stamp is a digest of the stored document; see docs.Tx.
func (tx *Tx) Stamp(ref docs.Ref) docs.Stamp {
	if tx.over {
		return ""
	}
	return stampOf(tx.docs.Get(docKey(ref)))
}

func stampOf(data []byte) docs.Stamp {
	if data == nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return docs.Stamp(sum[:16])
}

// Create stages a write of a new document. docs.ErrExists comes at the end of the transaction, as with Firestore.
func (tx *Tx) Create(ref docs.Ref, doc any) error { return tx.put(create, ref, doc) }

// Set stages a write.
func (tx *Tx) Set(ref docs.Ref, doc any) error { return tx.put(set, ref, doc) }

// Delete stages a removal.
func (tx *Tx) Delete(ref docs.Ref) error {
	w := write{kind: remove, ref: ref}
	if err := tx.stage(&w); err != nil {
		return tx.fail(fmt.Errorf("delete %q: %w", ref, err))
	}
	return nil
}

func (tx *Tx) put(kind writeKind, ref docs.Ref, doc any) error {
	w := write{kind: kind, ref: ref}
	data, err := tx.db.plans.encode(doc)
	if err == nil {
		w.data = data
		err = tx.stage(&w)
	}
	if err != nil {
		return tx.fail(fmt.Errorf("write %q: %w", ref, err))
	}
	return nil
}

func (tx *Tx) stage(w *write) error {
	switch {
	case tx.over:
		return errOver
	case !tx.writable:
		return docs.ErrReadOnly
	}
	if err := w.ref.Check(); err != nil {
		return err
	}
	w.key = docKey(w.ref)
	w.indexes = tx.db.indexes.on[docs.CollectionName(w.ref.Parent())]
	if w.kind != remove {
		if field, err := missing(w.indexes, w.data); err != nil || field != "" {
			return errors.Join(err, fmt.Errorf("the document has no field %q, which an index of its collection needs", field))
		}
		var err error
		if w.entries, err = entries(w.indexes, w.ref, w.data); err != nil {
			return err
		}
	}
	if tx.staged += len(w.data); tx.staged > docs.MaxTransactionBytes {
		return fmt.Errorf("%w: a transaction of %d bytes", docs.ErrTooLarge, tx.staged)
	}
	tx.writes = append(tx.writes, *w)
	return nil
}

// checkCreates plays the writes through in their order and refuses a Create of what is there.
func (tx *Tx) checkCreates() error {
	var present map[docs.Ref]bool // after the writes so far
	for i := range tx.writes {
		w := &tx.writes[i]
		if w.kind == create {
			exists, known := present[w.ref]
			if !known {
				exists = tx.docs.Get(w.key) != nil
			}
			if exists {
				return fmt.Errorf("create %q: %w", w.ref, docs.ErrExists)
			}
		}
		if present == nil {
			present = make(map[docs.Ref]bool, len(tx.writes))
		}
		present[w.ref] = w.kind != remove
	}
	return nil
}

// apply puts one write, and what it changes in the indexes, into the bbolt transaction. It answers about how many bytes that were.
func (tx *Tx) apply(w *write) (int, error) {
	var before [][]byte
	if len(w.indexes) > 0 && w.kind != create {
		if old := tx.docs.Get(w.key); old != nil {
			var err error
			if before, err = entries(w.indexes, w.ref, old); err != nil {
				return 0, err
			}
		}
	}
	if tx.db.opts.Wrote != nil {
		tx.db.opts.Wrote(tx.op, w.ref)
	}
	var err error
	if w.kind == remove {
		tx.count.Deletes++
		err = tx.docs.Delete(w.key)
	} else {
		tx.count.Writes++
		tx.count.Bytes += int64(len(w.data))
		err = tx.docs.Put(w.key, w.data)
	}
	for _, k := range before {
		if err == nil && !contains(w.entries, k) {
			err = tx.index.Delete(k)
		}
	}
	for _, k := range w.entries {
		if err == nil && !contains(before, k) {
			err = tx.index.Put(k, nil)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("write %q: %w", w.ref, err)
	}
	return len(w.key) + len(w.data), nil
}

func contains(keys [][]byte, k []byte) bool {
	return slices.ContainsFunc(keys, func(other []byte) bool { return string(other) == string(k) })
}
