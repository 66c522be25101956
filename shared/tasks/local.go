package tasks

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/shared/due"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// nameKept is how long a name is refused after its task has run.
const nameKept = time.Hour

// Deliver makes one call of a task; nil means that it is done.
type Deliver func(ctx context.Context, t Delivery) error

// Delivery is a task on its way.
type Delivery struct {
	Queue   Queue
	Name    string
	Retries int // how often it was tried before
	Body    []byte
	// Traceparent is that of whoever has queued it; "" for none.
	Traceparent string
}

// Backoff of a queue after failures.
type Backoff struct {
	Min, Max time.Duration
}

// Local is a durable queue in the document file of a service on one machine. Several tasks run at once.
type Local struct {
	db       docs.DB
	now      func() time.Time
	deliver  Deliver
	log      *slog.Logger
	parallel int
	backoff  Backoff
	wake     chan struct{}
}

type taskRecord struct {
	ID      string
	Queue   Queue
	Name    string
	Body    []byte
	DueAt   time.Time
	Retries int
	Trace   string // W3C's traceparent
}

type taskName struct{ ExpiresAt time.Time }

// Schema of the collections that Local keeps.
func Schema() docs.Schema {
	return docs.Schema{
		Indexes: []docs.Index{{Collection: "queuedtasks", Fields: []string{"DueAt"}}},
		TTLs:    []docs.TTL{{Collection: "tasknames", Field: "ExpiresAt"}},
	}
}

// NewLocal makes a queue. deliver may be set later with SetDeliver, before the first run.
func NewLocal(db docs.DB, now func() time.Time, log *slog.Logger) (*Local, error) {
	if db == nil || now == nil || log == nil {
		return nil, errors.New("tasks: database, now and log are all needed")
	}
	return &Local{db: db, now: now, log: log, parallel: 32, backoff: Backoff{Min: time.Second, Max: 5 * time.Minute}, wake: make(chan struct{}, 1)}, nil
}

// SetDeliver says how tasks are carried out.
func (l *Local) SetDeliver(d Deliver) { l.deliver = d }

func queuedRef(id string) docs.Ref { return docs.Path("tasks", "local", "queuedtasks", id) }

// nameRef is where the use of a task's name is noted. A name may be any string, so it is hashed.
func nameRef(id string) docs.Ref { return docs.Path("tasks", "local", "tasknames", id) }

// idOf is the id of a queued task: one and the same for a queue's name, so that two of a name are never queued together.
func idOf(t Task) string {
	if t.Name == "" {
		return rand.Text()
	}
	return hire.Digest("task", string(t.Queue), t.Name)
}

// Enqueue implements Enqueuer.
func (l *Local) Enqueue(ctx context.Context, t Task) error {
	now := l.now().UTC()
	if err := t.Check(now); err != nil {
		return err
	}
	if t.At.Before(now) {
		t.At = now
	}
	id := idOf(t)
	err := l.db.Update(ctx, "task.enqueue", func(ctx context.Context, tx docs.Tx) error {
		if t.Name != "" {
			var used taskName
			var queued taskRecord
			found, err := tx.Get(ctx, []docs.Ref{nameRef(id), queuedRef(id)}, []any{&used, &queued})
			if err != nil {
				return err
			}
			// A task that keeps failing has its name for as long as it takes.
			if found[1] || (found[0] && now.Before(used.ExpiresAt)) {
				return fmt.Errorf("%w: %s", ErrDuplicate, t.Name)
			}
		}
		return tx.Set(queuedRef(id), &taskRecord{ID: id, Queue: t.Queue, Name: t.Name, Body: t.Body, DueAt: t.At, Trace: obs.Traceparent(ctx)})
	})
	if err == nil {
		l.rouse()
	}
	return err
}

func (l *Local) rouse() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// due lists tasks whose time has come, and when the next one's comes.
func (l *Local) due(ctx context.Context, limit int) (ready []taskRecord, next time.Time, err error) {
	now := l.now().UTC()
	err = l.db.View(ctx, "task.due", func(ctx context.Context, tx docs.Tx) error {
		ready, next = nil, time.Time{}
		page, err := docs.List[taskRecord](ctx, tx, docs.Query{Collection: "tasks/local/queuedtasks", OrderBy: "DueAt", Limit: limit + 1})
		if err != nil {
			return err
		}
		for _, t := range page {
			switch {
			case t.DueAt.After(now):
				next = t.DueAt
				return nil
			case len(ready) < limit:
				ready = append(ready, *t)
			}
		}
		return nil
	})
	return ready, next, err
}

// RunDue runs every task whose time has come, and those that they queue for now, until none is left. It returns how many it has run; one
// that fails is put off and counted.
func (l *Local) RunDue(ctx context.Context) (ran int, err error) {
	for {
		ready, _, err := l.due(ctx, 64)
		if err != nil || len(ready) == 0 {
			return ran, err
		}
		l.runAll(ctx, ready)
		ran += len(ready)
		if ctx.Err() != nil {
			return ran, ctx.Err()
		}
	}
}

// Run runs tasks as their time comes, until ctx ends. What was under way when a process died is run again by the next.
func (l *Local) Run(ctx context.Context) {
	due.Runner[taskRecord]{
		List: l.due, ID: func(t taskRecord) string { return t.ID }, Do: l.runOne, Wake: l.wake, Now: l.now, Parallel: l.parallel,
		Failed: func(ctx context.Context, err error) {
			l.log.ErrorContext(ctx, "the queue's record can't be read or written", "error", err)
		},
	}.Run(ctx)
}

func (l *Local) runAll(ctx context.Context, ready []taskRecord) {
	slots := make(chan struct{}, l.parallel)
	var wg sync.WaitGroup
	for _, t := range ready {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := l.runOne(ctx, t); err != nil {
				l.log.ErrorContext(ctx, "task's outcome can't be recorded; it will run again", "queue", t.Queue, "error", err)
			}
		})
	}
	wg.Wait()
}

// runOne runs a task, and records what came of it; with an error it will run again.
func (l *Local) runOne(ctx context.Context, t taskRecord) error {
	err := l.deliver(ctx, Delivery{Queue: t.Queue, Name: t.Name, Retries: t.Retries, Body: t.Body, Traceparent: t.Trace})
	ctx = context.WithoutCancel(ctx) // the outcome is recorded even if the process is told to stop
	if err != nil {
		wait := min(l.backoff.Min<<min(t.Retries, 16), l.backoff.Max)
		l.log.WarnContext(ctx, "task failed and is put off", "queue", t.Queue, "retries", t.Retries, "error", err)
		t.Retries++
		t.DueAt = l.now().UTC().Add(wait)
	}
	return l.db.Update(ctx, "task.done", func(_ context.Context, tx docs.Tx) error {
		if err != nil {
			return tx.Set(queuedRef(t.ID), &t)
		}
		if t.Name != "" {
			if err := tx.Set(nameRef(t.ID), &taskName{ExpiresAt: l.now().UTC().Add(nameKept)}); err != nil {
				return err
			}
		}
		return tx.Delete(queuedRef(t.ID))
	})
}

// NextDue tells when the next task is to run; ok is false where none is queued.
func (l *Local) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	ready, next, err := l.due(ctx, 1)
	if len(ready) > 0 {
		return ready[0].DueAt, true, err
	}
	return next, !next.IsZero(), err
}
