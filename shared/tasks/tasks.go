package tasks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/store"
)

// Queue is the name of a Cloud Tasks queue.
type Queue string

// The queues, and the functions they call.
const (
	MailboxSync  Queue = store.QueueSync
	MailDelivery Queue = store.QueueDeliver
	Offboarding  Queue = store.QueueOffboard
)

// Functions says which function a queue calls.
var Functions = map[Queue]string{MailboxSync: "syncmailbox", MailDelivery: "deliver", Offboarding: "offboard"}

// Limits of a task, as Cloud Tasks has them.
const (
	MaxBody  = 100 << 10
	MaxAhead = 30 * 24 * time.Hour
)

// Errors of an Enqueuer. Compare with errors.Is.
var (
	ErrDuplicate = errors.New("a task of this name was queued within the last hour")
	ErrTooLarge  = errors.New("task body too large")
	ErrTooFar    = errors.New("task lies too far ahead")
)

// Task is one call to be made.
type Task struct {
	Queue Queue
	Name  string // deduplicates; "" for none
	Body  []byte // JSON
	At    time.Time
}

// Check refuses a task that Cloud Tasks would refuse: ErrTooLarge, ErrTooFar, or an unknown queue. Enqueuers call it first.
func (t Task) Check(now time.Time) error {
	switch {
	case Functions[t.Queue] == "":
		return fmt.Errorf("unknown queue %q", t.Queue)
	case len(t.Body) > MaxBody:
		return fmt.Errorf("%w: %d bytes", ErrTooLarge, len(t.Body))
	case t.At.After(now.Add(MaxAhead)):
		return fmt.Errorf("%w: %s", ErrTooFar, t.At)
	}
	return nil
}

// Enqueuer takes tasks.
type Enqueuer interface {
	// Enqueue queues a task durably. A name may be any string; ErrDuplicate if a task of its queue has it and is not done, or was done within the
	// last hour. ErrTooLarge and ErrTooFar as Check says. The call of the function goes on with ctx's trace.
	Enqueue(ctx context.Context, t Task) error
}

// Syncs queues syncs of mailboxes. That the same one is queued already is no error.
type Syncs struct{ Enqueuer Enqueuer }

// Sync queues a task for the function syncmailbox.
func (s Syncs) Sync(ctx context.Context, name string, t store.SyncTask, at time.Time) error {
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if err := s.Enqueuer.Enqueue(ctx, Task{Queue: MailboxSync, Name: name, Body: body, At: at}); err != nil && !errors.Is(err, ErrDuplicate) {
		return fmt.Errorf("queue sync: %w", err)
	}
	return nil
}
