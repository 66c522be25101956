package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Errors of the file. Compare with errors.Is.
var (
	// ErrLocked: another process has the file open. The error's text names the file.
	ErrLocked = errors.New("the database file is in use by another process")
	// ErrClosed: the DB was used after Close.
	ErrClosed = errors.New("the database is closed")
)

// lockWait is how long Open waits for another process to let go of the file: long enough for one that is just stopping.
const lockWait = time.Second

// Phase is a moment in a transaction at which Options.Hook is called.
type Phase int

// The phases.
const (
	BeforeRun    Phase = iota // the function has not run. The hook may use the DB, to play someone who comes first.
	BeforeCommit              // the function ran without error, nothing is stored. The hook must not use the DB.
	AfterCommit               // all is stored, the caller does not know it yet
)

// String names the phase.
func (p Phase) String() string {
	return [...]string{"before run", "before commit", "after commit"}[p]
}

// Options of Open; the zero value is for production.
type Options struct {
	// Now is the clock for what Purge finds expired when it is told no time; nil: time.Now.
	Now func() time.Time
	// NoSync leaves writing to disk to the operating system: for tests. A crash of the machine may then lose data or the file.
	NoSync bool
	// Hook injects faults: an error from it makes the call fail as a crash or a lost answer would. Before the commit nothing is stored, after
	// it all is. Views know BeforeRun only. It is called by many goroutines at once.
	Hook func(op string, at Phase) error
	// Wrote is told of each document that a transaction writes or deletes, just before the commit: tests count by it. nil: nobody is told. It is called by one goroutine at a time.
	Wrote func(op string, ref docs.Ref)
}

// DB is a docs.DB on one file. It is safe for concurrent use.
type DB struct {
	bolt    *bbolt.DB
	schema  docs.Schema
	indexes *indexes
	plans   plans
	opts    Options
	stats   counters

	queue   chan *turn    // unbuffered: whoever is taken from it has its turn
	closing chan struct{} // closed by Close
	writer  sync.WaitGroup
	close   sync.Once
}

var (
	_ docs.DB     = (*DB)(nil)
	_ docs.Purger = (*DB)(nil)
)

// Open opens the file at path, or makes it and its folder (readable by the user alone). Indexes that the schema has and the file has not are
// built, others are dropped. ErrLocked if another process has it open.
func Open(path string, schema docs.Schema, opts Options) (*DB, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	x, err := newIndexes(schema)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	// The list of free pages is found again when opening; not writing it makes each commit cheaper.
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout: lockWait, NoSync: opts.NoSync, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
	})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open %s: %w", path, ErrLocked)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := b.Update(func(tx *bbolt.Tx) error { return prepare(tx, x) }); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, errors.Join(err, b.Close()))
	}
	db := &DB{
		bolt: b, schema: schema, indexes: x, opts: opts,
		queue: make(chan *turn), closing: make(chan struct{}),
	}
	db.writer.Go(db.write)
	return db, nil
}

// Close waits for running transactions and closes the file.
func (db *DB) Close() error {
	err := ErrClosed
	db.close.Do(func() {
		close(db.closing)
		db.writer.Wait()
		err = db.bolt.Close()
	})
	if err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

func (db *DB) hook(op string, at Phase) error {
	if db.opts.Hook == nil {
		return nil
	}
	if err := db.opts.Hook(op, at); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return nil
}

type insideKey struct{}

// begin is what every transaction starts with; the context is for its function.
func (db *DB) begin(ctx context.Context, op string) (context.Context, error) {
	if ctx.Value(insideKey{}) == db {
		return nil, docs.ErrNested
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	select {
	case <-db.closing:
		return nil, ErrClosed
	default:
	}
	if err := db.hook(op, BeforeRun); err != nil {
		return nil, err
	}
	return context.WithValue(ctx, insideKey{}, db), nil
}

// View runs fn over one snapshot. Views run side by side and never wait for Updates.
func (db *DB) View(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	inside, err := db.begin(ctx, op)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	btx, err := db.bolt.Begin(false)
	if errors.Is(err, bbolterrors.ErrDatabaseNotOpen) {
		err = ErrClosed
	}
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	tx := newTx(db, btx, op)
	defer func() {
		tx.over = true
		db.stats.add(op, tx.count)
		_ = btx.Rollback() // of a read-only transaction: cannot fail but for being over
	}()
	if err := fn(inside, tx); err != nil {
		return err
	}
	if tx.failed != nil {
		return fmt.Errorf("%s: %w", op, tx.failed)
	}
	return nil
}
