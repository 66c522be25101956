package firestore

import (
	"context"
	"errors"
	"time"

	"cloud.google.com/go/firestore"
)

// reader is where a transaction's function reads.
type reader interface {
	getAll(context.Context, []*firestore.DocumentRef) ([]*firestore.DocumentSnapshot, error)
	documents(context.Context, firestore.Query) ([]*firestore.DocumentSnapshot, error)
	aggregate(context.Context, *firestore.AggregationQuery) (firestore.AggregationResult, error)
}

// transaction reads in a transaction that has begun.
type transaction struct{ ftx *firestore.Transaction }

func (t transaction) getAll(_ context.Context, refs []*firestore.DocumentRef) ([]*firestore.DocumentSnapshot, error) {
	return t.ftx.GetAll(refs)
}

func (t transaction) documents(_ context.Context, q firestore.Query) ([]*firestore.DocumentSnapshot, error) {
	return t.ftx.Documents(q).GetAll()
}

func (t transaction) aggregate(ctx context.Context, q *firestore.AggregationQuery) (firestore.AggregationResult, error) {
	return q.Transaction(t.ftx).Get(ctx)
}

// errNeedsTransaction: what a snapshot is asked for can only be read consistently with the rest in a transaction; the function is called again, in one.
var errNeedsTransaction = errors.New("a transaction is needed")

// snapshot reads what a view reads, all as of one time: that of the first reading, which Firestore tells with its answer. The first reading is a plain one, which sees all that was
// committed before it, and is one round trip where a transaction has three, with its begin and end. What is read after it is read in transactions as of that time.
//
// Source: https://firebase.google.com/docs/firestore/transaction-data-contention, https://firebase.google.com/docs/reference/rest/v1/TransactionOptions#ReadOnly
type snapshot struct {
	client *firestore.Client
	began  bool
	at     time.Time // zero: the first answer did not tell
}

// first is whether nothing has been read before; it is asked once by each reading.
func (s *snapshot) first() bool {
	defer func() { s.began = true }()
	return !s.began
}

func (s *snapshot) getAll(ctx context.Context, refs []*firestore.DocumentRef) ([]*firestore.DocumentSnapshot, error) {
	if s.first() {
		return s.dated(s.client.GetAll(ctx, refs))
	}
	return s.later(ctx, func(t transaction) ([]*firestore.DocumentSnapshot, error) { return t.getAll(ctx, refs) })
}

func (s *snapshot) documents(ctx context.Context, q firestore.Query) ([]*firestore.DocumentSnapshot, error) {
	if s.first() {
		return s.dated(q.Documents(ctx).GetAll())
	}
	return s.later(ctx, func(t transaction) ([]*firestore.DocumentSnapshot, error) { return t.documents(ctx, q) })
}

// aggregate needs a transaction: its answer has no time, and there are several of them where there is one.
func (s *snapshot) aggregate(context.Context, *firestore.AggregationQuery) (firestore.AggregationResult, error) {
	return nil, errNeedsTransaction
}

// dated keeps the time of the first answer. A query that finds nothing tells none.
func (s *snapshot) dated(out []*firestore.DocumentSnapshot, err error) ([]*firestore.DocumentSnapshot, error) {
	if err == nil && len(out) > 0 {
		s.at = out[0].ReadTime
	}
	return out, err
}

func (s *snapshot) later(ctx context.Context, read func(transaction) ([]*firestore.DocumentSnapshot, error)) (out []*firestore.DocumentSnapshot, err error) {
	if s.at.IsZero() {
		return nil, errNeedsTransaction
	}
	err = s.client.RunTransaction(ctx, func(_ context.Context, ftx *firestore.Transaction) (err error) {
		out, err = read(transaction{ftx})
		return err
	}, firestore.ReadOnly, firestore.TransactionReadTime(s.at))
	return out, err
}
