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
	c := call{db: db, fn: fn}
	return c.end(ctx, op, func() error { return c.transaction(ctx, firestore.MaxAttempts(attempts)) })
}

// View implements docs.DB. Most views read once, for which they begin no transaction: see snapshot.
func (db *DB) View(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	c := call{db: db, fn: fn}
	return c.end(ctx, op, func() error {
		err := c.run(ctx, &tx{db: db, from: &snapshot{client: db.client}, readOnly: true, stamps: map[docs.Ref]docs.Stamp{}})
		if errors.Is(err, errNeedsTransaction) {
			return c.transaction(ctx, firestore.ReadOnly)
		}
		return err
	})
}

// call is one Update or View.
type call struct {
	db  *DB
	fn  func(context.Context, docs.Tx) error
	own error // of fn: handed on as it is
}

// run calls the function once.
func (c *call) run(ctx context.Context, t *tx) error {
	defer func() { t.over = true }()
	c.own = c.fn(context.WithValue(ctx, insideKey{}, c.db), t)
	switch {
	case errors.Is(t.failed, errNeedsTransaction):
		c.own = nil
		return errNeedsTransaction
	case c.own != nil:
		return c.own
	}
	return t.failed
}

// transaction calls the function in a transaction, as often as that takes, and hands over what it has written.
func (c *call) transaction(ctx context.Context, how firestore.TransactionOption) error {
	return c.db.client.RunTransaction(ctx, func(inner context.Context, ftx *firestore.Transaction) error {
		t := &tx{db: c.db, from: transaction{ftx}, readOnly: how == firestore.ReadOnly, stamps: map[docs.Ref]docs.Stamp{}}
		if err := c.run(inner, t); err != nil {
			return err
		}
		return t.finish(ftx)
	}, how)
}

// end does all of a call, and tells docs' errors.
func (c *call) end(ctx context.Context, op string, do func() error) error {
	db := c.db
	if ctx.Value(insideKey{}) == db {
		return fmt.Errorf("%s: %w", op, docs.ErrNested)
	}
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	err := do()
	switch {
	case err == nil:
		return nil
	case c.own != nil && errors.Is(err, c.own):
		return c.own
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
