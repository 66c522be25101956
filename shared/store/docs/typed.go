package docs

import (
	"context"
	"fmt"
)

// Get reads one document; nil if it does not exist.
func Get[T any](ctx context.Context, tx Tx, ref Ref) (*T, error) {
	doc := new(T)
	found, err := tx.Get(ctx, []Ref{ref}, []any{doc})
	if err != nil {
		return nil, err
	}
	if !found[0] {
		return nil, nil
	}
	return doc, nil
}

// GetAll reads documents of one type in one round trip; nil where one does not exist.
func GetAll[T any](ctx context.Context, tx Tx, refs []Ref) ([]*T, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	into := make([]any, len(refs))
	out := make([]*T, len(refs))
	for i := range refs {
		out[i] = new(T)
		into[i] = out[i]
	}
	found, err := tx.Get(ctx, refs, into)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if !found[i] {
			out[i] = nil
		}
	}
	return out, nil
}

// List reads one page of documents of one type.
func List[T any](ctx context.Context, tx Tx, q Query) ([]*T, error) {
	rows, err := tx.Query(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([]*T, len(rows))
	for i, r := range rows {
		out[i] = new(T)
		if err := r.Decode(out[i]); err != nil {
			return nil, fmt.Errorf("decode %s: %w", r.Ref, err)
		}
	}
	return out, nil
}
