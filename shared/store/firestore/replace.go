package firestore

import (
	"context"
	"fmt"
	"time"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// stampOf makes a stamp of the time of a document's last change, of which no two are the same.
// Source: https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.v1#precondition
func stampOf(updated time.Time) docs.Stamp {
	return docs.Stamp(updated.UTC().Format(time.RFC3339Nano))
}

// Replace implements docs.DB by one write under a precondition. The client repeats a write whose answer got lost, and then meets what it has written itself: such a one
// counts as not replaced.
func (db *DB) Replace(ctx context.Context, op string, ref docs.Ref, seen docs.Stamp, doc any) (replaced bool, err error) {
	if ctx.Value(insideKey{}) == db {
		return false, fmt.Errorf("%s: %w", op, docs.ErrNested)
	}
	if err := context.Cause(ctx); err != nil {
		return false, fmt.Errorf("%s: %w", op, err)
	}
	replaced, err = db.replace(ctx, ref, seen, doc)
	if err != nil {
		return false, fmt.Errorf("%s: %w", op, err)
	}
	return replaced, nil
}

func (db *DB) replace(ctx context.Context, ref docs.Ref, seen docs.Stamp, doc any) (bool, error) {
	// As a transaction would write it, so that the same is refused.
	t := &tx{db: db}
	if err := t.Set(ref, doc); err != nil {
		return false, err
	}
	if seen == "" {
		return false, nil
	}
	at, err := time.Parse(time.RFC3339Nano, string(seen))
	if err != nil {
		return false, fmt.Errorf("stamp %q is not of this database", seen)
	}
	var all []firestore.Update
	for name, value := range t.writes[0].data {
		all = append(all, firestore.Update{FieldPath: firestore.FieldPath{name}, Value: value})
	}
	_, err = db.client.Doc(string(ref)).Update(ctx, all, firestore.LastUpdateTime(at))
	switch status.Code(err) {
	case codes.OK:
		return true, nil
	case codes.FailedPrecondition, codes.NotFound:
		return false, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return false, cause
	}
	return false, kindOf(err)
}
