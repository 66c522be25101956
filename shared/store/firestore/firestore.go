package firestore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// attempts is how often a transaction is tried that loses against others, as Firestore's clients do by default.
const attempts = 5

// DB is a docs.DB on a Firestore database. It is safe for concurrent use.
type DB struct {
	client *firestore.Client
	schema docs.Schema
	closed atomic.Bool
}

var _ docs.DB = (*DB)(nil)

// Open makes a DB of a client, which it closes with itself. It makes no call.
func Open(client *firestore.Client, schema docs.Schema) (*DB, error) {
	if client == nil {
		return nil, errors.New("firestore: no client given")
	}
	return &DB{client: client, schema: schema}, nil
}

// Close releases the client.
func (db *DB) Close() error {
	if db.closed.Swap(true) {
		return errors.New("close: the database is closed")
	}
	if err := db.client.Close(); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

type insideKey struct{}

// Update implements docs.DB.
func (db *DB) Update(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	return db.run(ctx, op, fn, firestore.MaxAttempts(attempts))
}

// View implements docs.DB.
func (db *DB) View(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	return db.run(ctx, op, fn, firestore.ReadOnly)
}

func (db *DB) run(ctx context.Context, op string, fn func(context.Context, docs.Tx) error, how firestore.TransactionOption) error {
	if ctx.Value(insideKey{}) == db {
		return fmt.Errorf("%s: %w", op, docs.ErrNested)
	}
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	var own error // of fn: handed on as it is
	err := db.client.RunTransaction(ctx, func(inner context.Context, ftx *firestore.Transaction) error {
		tx := &tx{db: db, ftx: ftx, readOnly: how == firestore.ReadOnly, stamps: map[docs.Ref]docs.Stamp{}}
		defer func() { tx.over = true }()
		own = fn(context.WithValue(inner, insideKey{}, db), tx)
		if own != nil {
			return own
		}
		return tx.finish()
	}, how)
	switch {
	case err == nil:
		return nil
	case own != nil && errors.Is(err, own):
		return own
	}
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("%s: %w", op, cause)
	}
	return fmt.Errorf("%s: %w", op, kindOf(err))
}

// kindOf tells docs' errors from the status that Firestore gives.
func kindOf(err error) error {
	s, ok := status.FromError(err)
	if !ok {
		return err
	}
	switch s.Code() {
	case codes.Aborted:
		return fmt.Errorf("%w: %w", docs.ErrContention, err)
	case codes.AlreadyExists:
		return fmt.Errorf("%w: %w", docs.ErrExists, err)
	}
	return err
}
