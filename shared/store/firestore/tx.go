package firestore

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"cloud.google.com/go/firestore"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

var errOver = errors.New("the transaction is over")

// tx is one transaction. Writes wait until the function has ended, so that nothing that is refused reaches Firestore.
type tx struct {
	db       *DB
	from     reader
	readOnly bool
	over     bool
	failed   error // the first error of a method: the transaction may not commit
	stamps   map[docs.Ref]docs.Stamp
	writes   []write
	staged   int // bytes of the documents in writes
}

type writeKind uint8

const (
	create writeKind = iota
	set
	remove
)

type write struct {
	kind writeKind
	ref  docs.Ref
	data map[string]any
}

// fail remembers the first error, so that a function that overlooks it cannot commit the rest.
func (t *tx) fail(err error) error {
	if t.failed == nil {
		t.failed = err
	}
	return err
}

func (t *tx) reading(ctx context.Context) error {
	switch {
	case t.over:
		return errOver
	case len(t.writes) > 0:
		return docs.ErrReadAfterWrite
	}
	return context.Cause(ctx)
}

// Get implements docs.Tx. All documents come in one round trip.
func (t *tx) Get(ctx context.Context, refs []docs.Ref, into []any) ([]bool, error) {
	found, err := t.get(ctx, refs, into)
	if err != nil {
		return nil, t.fail(fmt.Errorf("get: %w", err))
	}
	return found, nil
}

func (t *tx) get(ctx context.Context, refs []docs.Ref, into []any) ([]bool, error) {
	if err := t.reading(ctx); err != nil {
		return nil, err
	}
	if len(refs) != len(into) {
		return nil, fmt.Errorf("%d references and %d places for them", len(refs), len(into))
	}
	if len(refs) == 0 {
		return nil, nil
	}
	asked := make([]*firestore.DocumentRef, len(refs))
	for i, ref := range refs {
		if err := ref.Check(); err != nil {
			return nil, err
		}
		asked[i] = t.db.client.Doc(string(ref))
	}
	snapshots, err := t.from.getAll(ctx, asked)
	if err != nil {
		return nil, err
	}
	found := make([]bool, len(refs))
	for i, s := range snapshots {
		if !s.Exists() {
			continue
		}
		if err := decode(s, into[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", refs[i], err)
		}
		found[i] = true
		t.stamps[refs[i]] = stampOf(s.UpdateTime)
	}
	return found, nil
}

// Stamp implements docs.Tx.
func (t *tx) Stamp(ref docs.Ref) docs.Stamp { return t.stamps[ref] }

// decode overwrites all of the struct: what the document has not becomes zero.
func decode(s *firestore.DocumentSnapshot, into any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("cannot decode into %T: a pointer to a struct is needed", into)
	}
	v.Elem().SetZero()
	return s.DataTo(into)
}

// Create implements docs.Tx. docs.ErrExists comes at the commit.
func (t *tx) Create(ref docs.Ref, doc any) error { return t.put(create, ref, doc) }

// Set implements docs.Tx.
func (t *tx) Set(ref docs.Ref, doc any) error { return t.put(set, ref, doc) }

// Delete implements docs.Tx.
func (t *tx) Delete(ref docs.Ref) error {
	if err := t.stage(write{kind: remove, ref: ref}, 0); err != nil {
		return t.fail(fmt.Errorf("delete %q: %w", ref, err))
	}
	return nil
}

func (t *tx) put(kind writeKind, ref docs.Ref, doc any) error {
	data, size, err := encode(doc)
	if err == nil {
		err = t.checkIndexed(ref, data)
	}
	if err == nil {
		t.keepForever(ref, data)
		err = t.stage(write{kind: kind, ref: ref, data: data}, size)
	}
	if err != nil {
		return t.fail(fmt.Errorf("write %q: %w", ref, err))
	}
	return nil
}

// checkIndexed refuses a document that an index would pass over in silence, or cut off.
func (t *tx) checkIndexed(ref docs.Ref, data map[string]any) error {
	name := docs.CollectionName(ref.Parent())
	for _, ix := range t.db.schema.Indexes {
		if ix.Collection != name {
			continue
		}
		for _, f := range ix.Fields {
			switch v := data[f].(type) {
			case nil, []any, map[string]any, []byte, float64:
				return fmt.Errorf("the document has no field %q that can be indexed", f)
			case string:
				if len(v) > docs.MaxIndexedBytes {
					return fmt.Errorf("%w: %d bytes in the indexed field %s", docs.ErrTooLarge, len(v), f)
				}
			}
		}
	}
	return nil
}

// keepForever leaves a zero time to live out of a document: stored, it would be the year 1, and Firestore would remove the document as long expired.
func (t *tx) keepForever(ref docs.Ref, data map[string]any) {
	name := docs.CollectionName(ref.Parent())
	for _, ttl := range t.db.schema.TTLs {
		if at, ok := data[ttl.Field].(time.Time); ok && ttl.Collection == name && at.IsZero() {
			delete(data, ttl.Field)
		}
	}
}

func (t *tx) stage(w write, size int) error {
	switch {
	case t.over:
		return errOver
	case t.readOnly:
		return docs.ErrReadOnly
	}
	if err := w.ref.Check(); err != nil {
		return err
	}
	if t.staged += size; t.staged > docs.MaxTransactionBytes {
		return fmt.Errorf("%w: a transaction of %d bytes", docs.ErrTooLarge, t.staged)
	}
	t.writes = append(t.writes, w)
	return nil
}

// finish hands the writes to Firestore's transaction, the last one of each document alone: Firestore takes one write a document.
func (t *tx) finish(ftx *firestore.Transaction) error {
	last := map[docs.Ref]int{}
	gone := map[docs.Ref]bool{} // deleted by this transaction, so that a create may follow
	for i, w := range t.writes {
		_, before := last[w.ref]
		if w.kind == create && before && !gone[w.ref] {
			return fmt.Errorf("create %q: %w", w.ref, docs.ErrExists)
		}
		if w.kind == create && before {
			t.writes[i].kind = set
		}
		if w.kind == set && before && t.writes[last[w.ref]].kind == create {
			t.writes[i].kind = create // still the first to make it
		}
		gone[w.ref] = w.kind == remove
		last[w.ref] = i
	}
	for i, w := range t.writes {
		if last[w.ref] != i {
			continue
		}
		doc := t.db.client.Doc(string(w.ref))
		var err error
		switch w.kind {
		case create:
			err = ftx.Create(doc, w.data)
		case set:
			err = ftx.Set(doc, w.data)
		case remove:
			err = ftx.Delete(doc)
		}
		if err != nil {
			return fmt.Errorf("write %q: %w", w.ref, err)
		}
	}
	return nil
}
