package firestore

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"cloud.google.com/go/firestore"
	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Query implements docs.Tx.
func (t *tx) Query(ctx context.Context, q docs.Query) ([]docs.Row, error) {
	rows, err := t.query(ctx, q)
	if err != nil {
		return nil, t.fail(fmt.Errorf("query: %w", err))
	}
	return rows, nil
}

func (t *tx) query(ctx context.Context, q docs.Query) ([]docs.Row, error) {
	if err := t.reading(ctx); err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, err
	}
	if _, _, err := t.db.schema.Match(q); err != nil {
		return nil, err
	}
	fq, err := t.db.build(q)
	if err != nil {
		return nil, fmt.Errorf("of %s: %w", q.Collection, err)
	}
	snapshots, err := t.from.documents(ctx, fq)
	if err != nil {
		return nil, err
	}
	rows := make([]docs.Row, len(snapshots))
	for i, s := range snapshots {
		rows[i] = docs.Row{Ref: t.db.refOf(s.Ref), Decode: func(into any) error { return decode(s, into) }}
	}
	return rows, nil
}

// Count implements docs.Tx.
// Source: https://cloud.google.com/firestore/docs/query-data/aggregation-queries
func (t *tx) Count(ctx context.Context, collection string, where ...docs.Equal) (int, error) {
	n, err := t.count(ctx, docs.Query{Collection: collection, Where: where, Limit: 1})
	if err != nil {
		return 0, t.fail(fmt.Errorf("count: %w", err))
	}
	return n, nil
}

func (t *tx) count(ctx context.Context, q docs.Query) (int, error) {
	if err := t.reading(ctx); err != nil {
		return 0, err
	}
	if err := q.Check(); err != nil {
		return 0, err
	}
	if _, _, err := t.db.schema.Match(q); err != nil {
		return 0, err
	}
	fq, err := t.db.filtered(q)
	if err != nil {
		return 0, fmt.Errorf("of %s: %w", q.Collection, err)
	}
	const alias = "n"
	answer, err := t.from.aggregate(ctx, fq.NewAggregationQuery().WithCount(alias))
	if err != nil {
		return 0, err
	}
	n, ok := answer[alias].(*firestorepb.Value)
	if !ok {
		return 0, fmt.Errorf("of %s: answered with %T", q.Collection, answer[alias])
	}
	return int(n.GetIntegerValue()), nil
}

// filtered writes the equalities of a query as Firestore's.
func (db *DB) filtered(q docs.Query) (firestore.Query, error) {
	out := db.client.Collection(q.Collection).Query
	for _, w := range q.Where {
		v, err := queryValue(w.Value)
		if err != nil {
			return out, fmt.Errorf("%s: %w", w.Field, err)
		}
		out = out.WherePath(firestore.FieldPath{w.Field}, "==", v)
	}
	return out, nil
}

// build writes a query as Firestore's: equalities, then the order with the document's id as its last part, so that pages neither skip nor repeat.
func (db *DB) build(q docs.Query) (firestore.Query, error) {
	out, err := db.filtered(q)
	if err != nil {
		return out, err
	}
	out = out.Limit(q.Limit)
	direction, before := firestore.Asc, "<"
	if q.Desc {
		direction, before = firestore.Desc, ">"
	}
	if q.Before != nil {
		v, err := queryValue(q.Before)
		if err != nil {
			return out, fmt.Errorf("before: %w", err)
		}
		out = out.WherePath(firestore.FieldPath{q.OrderBy}, before, v)
	}
	var from []any
	if q.OrderBy != "" {
		out = out.OrderByPath(firestore.FieldPath{q.OrderBy}, direction)
		if q.After != nil {
			v, err := queryValue(q.After.Value)
			if err != nil {
				return out, fmt.Errorf("after: %w", err)
			}
			from = append(from, v)
		}
	}
	out = out.OrderBy(firestore.DocumentID, direction)
	if q.After != nil {
		out = out.StartAfter(append(from, docs.Escape(q.After.ID))...)
	}
	return out, nil
}

// queryValue is a value as it is stored, of the kinds that can be indexed.
func queryValue(value any) (any, error) {
	if at, ok := value.(time.Time); ok {
		return storedTime(at)
	}
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.String:
		return v.String(), nil
	}
	return nil, fmt.Errorf("%T is no value to query by", value)
}

// refOf is the Ref of a document that Firestore names by its full path.
func (db *DB) refOf(d *firestore.DocumentRef) docs.Ref {
	_, path, _ := strings.Cut(d.Path, "/documents/")
	return docs.Ref(path)
}
