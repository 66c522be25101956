package embedded

import (
	"bytes"
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// span is a run of keys, both ends excluded, below a common prefix.
type span struct {
	prefix   []byte // all keys of the collection (and of the equal values) begin with it
	low      []byte // keys must be above; nil: none
	high     []byte // keys must be below
	ordered  bool   // a value of the order field stands between prefix and id
	indexed  bool
	backward bool
}

// Query reads one page; see docs.Tx.
func (tx *Tx) Query(ctx context.Context, q docs.Query) ([]docs.Row, error) {
	rows, err := tx.query(ctx, q)
	if err != nil {
		return nil, tx.fail(err)
	}
	return rows, nil
}

func (tx *Tx) query(ctx context.Context, q docs.Query) ([]docs.Row, error) {
	if err := tx.reading(ctx); err != nil {
		return nil, fmt.Errorf("query of %s: %w", q.Collection, err)
	}
	if err := q.Check(); err != nil {
		return nil, err
	}
	s, err := tx.db.span(q)
	if err != nil {
		return nil, fmt.Errorf("query of %s: %w", q.Collection, err)
	}
	tx.count.Queries++
	rows := make([]docs.Row, 0, min(q.Limit, 128))
	bucket := tx.docs
	if s.indexed {
		bucket = tx.index
	}
	err = s.walk(bucket, tx.writable, func(k, v []byte) (bool, error) {
		if len(rows)%1024 == 1023 {
			if err := context.Cause(ctx); err != nil {
				return false, err
			}
		}
		row, err := tx.row(q, s, k, v)
		if err != nil {
			return false, err
		}
		rows = append(rows, row)
		return len(rows) < q.Limit, nil
	})
	tx.count.Reads += int64(len(rows))
	if err != nil {
		return nil, fmt.Errorf("query of %s: %w", q.Collection, err)
	}
	return rows, nil
}

// Count counts documents; see docs.Tx. As in Firestore it is paid for by the thousand.
func (tx *Tx) Count(ctx context.Context, collection string, where ...docs.Equal) (int, error) {
	n, err := tx.countOf(ctx, docs.Query{Collection: collection, Where: where, Limit: 1})
	if err != nil {
		return 0, tx.fail(err)
	}
	return n, nil
}

func (tx *Tx) countOf(ctx context.Context, q docs.Query) (n int, err error) {
	if err := tx.reading(ctx); err != nil {
		return 0, fmt.Errorf("count of %s: %w", q.Collection, err)
	}
	if err := q.Check(); err != nil {
		return 0, err
	}
	s, err := tx.db.span(q)
	if err != nil {
		return 0, fmt.Errorf("count of %s: %w", q.Collection, err)
	}
	bucket := tx.docs
	if s.indexed {
		bucket = tx.index
	}
	err = s.walk(bucket, tx.writable, func(_, _ []byte) (bool, error) {
		n++
		if n%1024 == 0 {
			return true, context.Cause(ctx)
		}
		return true, nil
	})
	tx.count.Queries++
	tx.count.Reads += int64(max(1, (n+999)/1000))
	if err != nil {
		return 0, fmt.Errorf("count of %s: %w", q.Collection, err)
	}
	return n, nil
}

// row makes the answer of one key; v is the document itself where no index is used.
func (tx *Tx) row(q docs.Query, s span, k, v []byte) (docs.Row, error) {
	id := k[len(s.prefix):]
	if s.ordered {
		var err error
		if id, err = skipKeyValue(id); err != nil {
			return docs.Row{}, err
		}
	}
	ref := docs.Ref(q.Collection + "/" + string(id))
	if s.indexed {
		if v = tx.docs.Get(docKey(ref)); v == nil {
			return docs.Row{}, fmt.Errorf("%s: %w: the index names it and it is not there", ref, errCorrupt)
		}
	}
	data := bytes.Clone(v) // bbolt's bytes live no longer than the transaction
	db := tx.db
	return docs.Row{Ref: ref, Decode: func(into any) error { return db.plans.decode(data, into) }}, nil
}

// span works out where the rows of q lie.
func (db *DB) span(q docs.Query) (span, error) {
	s := span{backward: q.Desc, ordered: q.OrderBy != ""}
	def, indexed, err := db.schema.Match(q)
	if err != nil {
		return span{}, err
	}
	if s.indexed = indexed; indexed {
		ix := index{collection: def.Collection, fields: def.Fields}
		s.prefix = db.indexes.byName[ix.name()].prefix(q.Collection)
	} else {
		s.prefix = append([]byte(q.Collection), 0)
	}
	for _, w := range q.Where {
		if s.prefix, err = appendKeyValue(s.prefix, w.Value); err != nil {
			return span{}, fmt.Errorf("%s: %w", w.Field, err)
		}
	}
	var begin, end []byte // in the direction of travel
	if q.After != nil {
		begin = bytes.Clone(s.prefix)
		if s.ordered {
			if begin, err = appendKeyValue(begin, q.After.Value); err != nil {
				return span{}, fmt.Errorf("position (After): %w", err)
			}
		}
		begin = append(begin, docs.Escape(q.After.ID)...)
	}
	if q.Before != nil {
		if end, err = appendKeyValue(bytes.Clone(s.prefix), q.Before); err != nil {
			return span{}, fmt.Errorf("bound (Before): %w", err)
		}
	}
	if !q.Desc {
		s.low, s.high = begin, end
		return s, nil
	}
	s.high = begin
	if end != nil {
		s.low = upperBound(end) // above all ids at that very value
	}
	return s, nil
}

func (s *span) holds(k []byte) bool {
	return k != nil && bytes.HasPrefix(k, s.prefix) &&
		(s.low == nil || bytes.Compare(k, s.low) > 0) && (s.high == nil || bytes.Compare(k, s.high) < 0)
}

// walk calls visit for the keys of the span until it says no. changed: the bbolt transaction may have deleted something before.
func (s *span) walk(b *bbolt.Bucket, changed bool, visit func(k, v []byte) (more bool, err error)) error {
	c := b.Cursor()
	if s.backward {
		return s.walkBack(b, c, changed, visit)
	}
	k, v := s.first(c)
	for more := true; more && s.holds(k); k, v = c.Next() {
		var err error
		if more, err = visit(k, v); err != nil {
			return err
		}
	}
	return nil
}

func (s *span) first(c *bbolt.Cursor) (k, v []byte) {
	if s.low == nil {
		return c.Seek(s.prefix)
	}
	if k, v = c.Seek(s.low); bytes.Equal(k, s.low) {
		return c.Next()
	}
	return k, v
}

func (s *span) walkBack(b *bbolt.Bucket, c *bbolt.Cursor, changed bool, visit func(k, v []byte) (more bool, err error)) error {
	// Going backward, bbolt answers nil not only at the beginning but also at a page that this very transaction has emptied. The lowest key of
	// the span, found by going forward, tells the two apart.
	var lowest []byte
	if changed {
		if lowest, _ = s.first(b.Cursor()); !s.holds(lowest) {
			return nil
		}
		lowest = bytes.Clone(lowest)
	}
	high := s.high
	if high == nil {
		high = upperBound(s.prefix)
	}
	k, v := c.Seek(high)
	if k == nil {
		k, v = c.Last()
	}
	for ; k == nil && lowest != nil || k != nil && bytes.Compare(k, high) >= 0; k, v = c.Prev() {
	}
	for s.holds(k) {
		more, err := visit(k, v)
		if err != nil || !more || bytes.Equal(k, lowest) {
			return err
		}
		for k, v = c.Prev(); k == nil && lowest != nil; k, v = c.Prev() {
		}
	}
	return nil
}
