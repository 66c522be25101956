package embedded

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"go.etcd.io/bbolt"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// How Updates share commits
//
// bbolt has one writer at a time, and a commit costs two waits for the disk. So the goroutine "write" opens a bbolt transaction and gives turns
// in it, one after the other, to all callers that wait; when none is waiting it commits once and answers all. While it commits, the next ones
// gather. A caller that is alone has its commit at once.
//
// In its turn a caller runs its function in its own goroutine, keeps the function's writes aside, and puts them into the bbolt transaction only
// when nothing can go wrong any more. So a function that fails, panics or leaves by runtime.Goexit leaves nothing behind, each function runs
// once, and later ones of a group see what earlier ones wrote. Nobody learns anything before the commit: what a function read may come from an
// earlier one of its group.

// Bounds of a group, so that no one waits long for those behind and memory stays small.
const (
	maxGroup      = 512
	maxGroupBytes = 32 << 20
)

var errGroup = errors.New("the shared commit failed")

// turn is one caller's right to use the group's transaction. The channels hold one, so that no side waits for the other one's leave.
type turn struct {
	start chan *bbolt.Tx // the group's transaction; nil if there is none, done then says why
	ran   chan outcome
	done  chan error // how the commit went
}

type outcome struct {
	wrote  int  // bytes put into the transaction
	broken bool // the transaction is no longer what the group thinks
}

func newTurn() *turn {
	return &turn{start: make(chan *bbolt.Tx, 1), ran: make(chan outcome, 1), done: make(chan error, 1)}
}

// write gives turns until the DB is closed.
func (db *DB) write() {
	for {
		select {
		case t := <-db.queue:
			db.group(t)
		case <-db.closing:
			return
		}
	}
}

// group runs one bbolt transaction.
func (db *DB) group(first *turn) {
	btx, err := db.bolt.Begin(true)
	if err != nil {
		first.start <- nil
		first.done <- err
		return
	}
	var members []*turn
	bytes, broken := 0, false
	for t := first; t != nil; t = db.waiting(len(members), bytes) {
		members = append(members, t)
		t.start <- btx
		out := <-t.ran
		bytes += out.wrote
		if broken = out.broken; broken {
			break
		}
	}
	switch {
	case broken:
		err = errors.Join(errGroup, btx.Rollback())
	case bytes == 0:
		err = btx.Rollback() // they only read
	default:
		err = btx.Commit()
	}
	for _, t := range members {
		t.done <- err
	}
}

// waiting takes the next caller into the group, if there is one and room.
func (db *DB) waiting(members, bytes int) *turn {
	if members >= maxGroup || bytes >= maxGroupBytes {
		return nil
	}
	for range 2 {
		select {
		case t := <-db.queue:
			return t
		default:
			runtime.Gosched() // those just answered may be about to come back
		}
	}
	return nil
}

// Update waits for its turn, runs fn once, and returns when its writes are on the disk.
func (db *DB) Update(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	return db.update(ctx, op, func(ctx context.Context, tx *Tx) error { return fn(ctx, tx) })
}

// Replace writes a document that is still as it was; see docs.DB.
func (db *DB) Replace(ctx context.Context, op string, ref docs.Ref, seen docs.Stamp, doc any) (replaced bool, err error) {
	err = db.update(ctx, op, func(_ context.Context, tx *Tx) error {
		if replaced = seen != "" && tx.Stamp(ref) == seen; !replaced {
			return nil
		}
		return tx.Set(ref, doc)
	})
	return replaced && err == nil, err
}

func (db *DB) update(ctx context.Context, op string, fn func(context.Context, *Tx) error) error {
	inside, err := db.begin(ctx, op)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	t := newTurn()
	select {
	case db.queue <- t:
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", op, context.Cause(ctx))
	case <-db.closing:
		return fmt.Errorf("%s: %w", op, ErrClosed)
	}
	btx := <-t.start
	if btx == nil {
		return fmt.Errorf("%s: begin: %w", op, <-t.done)
	}
	tx := newTx(db, btx, op)
	tx.writable = true
	defer func() { db.stats.add(op, tx.count) }()
	if err := db.run(inside, op, t, tx, fn); err != nil {
		<-t.done // what fn found may be what the group has just written
		return err
	}
	if err := <-t.done; err != nil {
		tx.count.Writes, tx.count.Deletes, tx.count.Bytes = 0, 0, 0
		return fmt.Errorf("%s: commit: %w", op, err)
	}
	if err := db.hook(op, AfterCommit); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}

// run is the caller's turn. It ends the turn however fn ends.
func (db *DB) run(ctx context.Context, op string, t *turn, tx *Tx, fn func(context.Context, *Tx) error) error {
	var out outcome
	defer func() {
		tx.over = true
		t.ran <- out
	}()
	if err := fn(ctx, tx); err != nil {
		return err
	}
	err := tx.failed
	if err == nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		err = tx.checkCreates()
	}
	if err == nil {
		err = db.hook(op, BeforeCommit)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	out.broken = len(tx.writes) > 0 // until all of them are in
	for i := range tx.writes {
		n, err := tx.apply(&tx.writes[i])
		if err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
		out.wrote += n
	}
	out.broken = false
	return nil
}
