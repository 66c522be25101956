// Package outbox hands over what commits have made due: events to the topic, tasks to their queues. The rows are written by package store in the
// commit itself, so whatever happens here, nothing is lost: a row stays until its handing over has succeeded, and the sweep takes up what a
// process left behind.
//
// It must never decide what is due, only carry it.
package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tasks"
)

// Store is what the dispatcher needs of the store.
type Store interface {
	HandedOver(ctx context.Context, ids ...string) error
	LeftInOutbox(ctx context.Context, limit int) ([]store.OutboxRow, error)
}

// Dispatcher hands rows over.
type Dispatcher struct {
	store  Store
	events events.Publisher
	tasks  tasks.Enqueuer
	now    func() time.Time
	log    *slog.Logger
}

// New makes a Dispatcher.
func New(s Store, e events.Publisher, t tasks.Enqueuer, now func() time.Time, log *slog.Logger) (*Dispatcher, error) {
	if s == nil || e == nil || t == nil || now == nil || log == nil {
		return nil, errors.New("outbox: store, events, tasks, now and log are all needed")
	}
	return &Dispatcher{store: s, events: e, tasks: t, now: now, log: log}, nil
}

// HandOver delivers rows just committed. A failure is logged and not returned: the rows are safe, and the caller's work is done.
func (d *Dispatcher) HandOver(ctx context.Context, rows []store.OutboxRow) {
	if _, err := d.handOver(ctx, rows); err != nil {
		d.log.WarnContext(ctx, "outbox rows are left for the sweep", "error", err)
	}
}

// Sweep hands over what was left behind, at most limit rows; it tells how many it has handed over.
func (d *Dispatcher) Sweep(ctx context.Context, limit int) (int, error) {
	rows, err := d.store.LeftInOutbox(ctx, limit)
	if err != nil {
		return 0, fmt.Errorf("sweep outbox: %w", err)
	}
	return d.handOver(ctx, rows)
}

func (d *Dispatcher) handOver(ctx context.Context, rows []store.OutboxRow) (int, error) {
	var done []string
	var failed []error
	for _, r := range rows {
		if err := d.deliver(ctx, r); err != nil {
			failed = append(failed, fmt.Errorf("hand over %s %s: %w", r.Kind, r.Type, err))
			continue
		}
		done = append(done, r.ID)
	}
	if err := d.store.HandedOver(ctx, done...); err != nil {
		failed = append(failed, err)
	}
	return len(done), errors.Join(failed...)
}

func (d *Dispatcher) deliver(ctx context.Context, r store.OutboxRow) error {
	switch r.Kind {
	case store.OutboxTask:
		err := d.tasks.Enqueue(ctx, tasks.Task{Queue: tasks.Queue(r.Type), Name: r.ID, Body: r.Body, At: r.DueAt})
		if errors.Is(err, tasks.ErrDuplicate) {
			return nil // the row's id names this one occurrence: it was handed over before
		}
		return err
	case store.OutboxEvent:
		return d.events.Publish(ctx, events.Event{
			ID: r.ID, Type: r.Type, Source: "hire-gmail", Subject: r.Subject, Time: r.CreatedAt, AccountID: r.AccountID,
			OrderingKey: r.AccountID + "/" + r.Subject, Data: json.RawMessage(r.Body),
		})
	}
	return fmt.Errorf("unknown kind %q", r.Kind)
}
