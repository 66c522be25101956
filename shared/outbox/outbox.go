package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tasks"
)

// Store is what the dispatcher needs of the store.
type Store interface {
	HandedOver(ctx context.Context, ids ...string) error
	LeftInOutbox(ctx context.Context, limit int) ([]store.OutboxRow, error)
	PutOff(ctx context.Context, until time.Time, ids ...string) error
}

// Metrics are the figures that the dispatcher tells.
type Metrics interface {
	// WaitedInOutbox tells how long a row had been waiting that was left for the sweep.
	WaitedInOutbox(ctx context.Context, age time.Duration)
}

// Dispatcher hands rows over.
type Dispatcher struct {
	store   Store
	events  events.Publisher
	tasks   tasks.Enqueuer
	metrics Metrics
	now     func() time.Time
	log     *slog.Logger
}

// New makes a Dispatcher.
func New(s Store, e events.Publisher, t tasks.Enqueuer, m Metrics, now func() time.Time, log *slog.Logger) (*Dispatcher, error) {
	if s == nil || e == nil || t == nil || m == nil || now == nil || log == nil {
		return nil, errors.New("outbox: store, events, tasks, metrics, now and log are all needed")
	}
	return &Dispatcher{store: s, events: e, tasks: t, metrics: m, now: now, log: log}, nil
}

// HandOver delivers rows just committed. A failure is logged and not returned: the rows are safe, and the caller's work is done.
func (d *Dispatcher) HandOver(ctx context.Context, rows []store.OutboxRow) {
	if _, _, err := d.handOver(ctx, rows); err != nil {
		d.log.WarnContext(ctx, "outbox rows are left for the sweep", "error", err)
	}
}

// Bounds of a sweep.
const (
	chunk   = 100             // rows whose handing over is recorded in one transaction
	waitMin = 5 * time.Minute // a row that could not be handed over waits as long as it is old, within these
	waitMax = time.Hour
)

// Sweep hands over what was left behind, at most limit rows; it tells how many it has handed over. A row that can't be handed over is put off, so that it
// does not keep others waiting; one that is old raises an alert.
func (d *Dispatcher) Sweep(ctx context.Context, limit int) (int, error) {
	rows, err := d.store.LeftInOutbox(ctx, limit)
	if err != nil {
		return 0, fmt.Errorf("sweep outbox: %w", err)
	}
	handed := 0
	var errs []error
	for len(rows) > 0 && ctx.Err() == nil {
		n := min(chunk, len(rows))
		for _, r := range rows[:n] {
			d.metrics.WaitedInOutbox(ctx, d.waited(r))
		}
		done, left, err := d.handOver(ctx, rows[:n])
		handed, rows, errs = handed+done, rows[n:], append(errs, err)
		if ctx.Err() != nil {
			break // they did not fail, time ran out
		}
		for _, r := range left {
			errs = append(errs, d.putOff(ctx, r))
		}
	}
	return handed, errors.Join(append(errs, ctx.Err())...)
}

// waited is how long a row has been due.
func (d *Dispatcher) waited(r store.OutboxRow) time.Duration { return d.now().Sub(r.WaitsFrom) }

func (d *Dispatcher) putOff(ctx context.Context, r store.OutboxRow) error {
	age := d.waited(r)
	if age >= waitMax {
		d.log.ErrorContext(ctx, "outbox row can't be handed over", "alert", "outbox_stuck", "kind", r.Kind, "type", r.Type, "account_id", r.AccountID, "age_seconds", int(age.Seconds()))
	}
	if err := d.store.PutOff(ctx, d.now().Add(min(max(age, waitMin), waitMax)), r.ID); err != nil {
		return fmt.Errorf("put outbox row off: %w", err)
	}
	return nil
}

// handOver tries each row once and records those that are through. Behind an event that could not be handed over, later ones of its ordering key wait.
func (d *Dispatcher) handOver(ctx context.Context, rows []store.OutboxRow) (handed int, left []store.OutboxRow, err error) {
	var done []string
	var failed []error
	blocked := map[string]bool{}
	fail := func(r store.OutboxRow, err error) {
		failed, left = append(failed, fmt.Errorf("hand over %s %s: %w", r.Kind, r.Type, err)), append(left, r)
		if r.Kind == store.OutboxEvent {
			blocked[orderingKey(r)] = true
		}
	}
	var together []store.OutboxRow // events that wait to be published in one go
	publish := func() {
		for len(together) > 0 {
			through, err := d.publish(ctx, together)
			for _, r := range together[:through] {
				done = append(done, r.ID)
			}
			if together = together[through:]; err == nil {
				continue
			}
			fail(together[0], err)
			rest := together[1:]
			together = nil
			for _, r := range rest {
				if blocked[orderingKey(r)] {
					left = append(left, r)
				} else {
					together = append(together, r)
				}
			}
		}
	}
	for _, r := range rows {
		switch {
		case r.Kind == store.OutboxEvent && blocked[orderingKey(r)]:
			left = append(left, r)
		case r.Kind == store.OutboxEvent:
			together = append(together, r)
		default:
			publish()
			if err := d.deliver(ctx, r); err != nil {
				fail(r, err)
			} else {
				done = append(done, r.ID)
			}
		}
	}
	publish()
	// What is through is recorded even if the caller's time has just run out: it would be sent once more.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := d.store.HandedOver(ctx, done...); err != nil {
		failed = append(failed, fmt.Errorf("record what is handed over: %w", err))
	}
	return len(done), left, errors.Join(failed...)
}

// publish hands over events in one go, each in the trace of the transaction that wrote it. It tells how many are through, and what is wrong with the next one.
func (d *Dispatcher) publish(ctx context.Context, rows []store.OutboxRow) (through int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	es := make([]events.Event, len(rows))
	spans := make([]trace.Span, len(rows))
	for i, r := range rows {
		var in context.Context
		in, spans[i] = handing(ctx, r)
		es[i] = events.Event{
			ID: r.ID, Type: r.Type, Source: "hire-gmail", Subject: r.Subject, Time: r.CreatedAt, AccountID: r.AccountID,
			OrderingKey: orderingKey(r), Traceparent: obs.Traceparent(in), Data: json.RawMessage(r.Body),
		}
	}
	through, err = events.PublishAll(ctx, d.events, es)
	for i, span := range spans {
		var failed error
		if i >= through {
			failed = err
		}
		obs.End(span, failed, "not_handed_over")
	}
	return through, err
}

// handing begins to hand a row over, in the trace of the transaction that wrote it: the sweep that takes up what was left is in another.
func handing(ctx context.Context, r store.OutboxRow) (context.Context, trace.Span) {
	return obs.StartIn(ctx, r.Trace, "hand over "+string(r.Kind), attribute.String("outbox.type", r.Type))
}

// orderingKey is what events of one conversation share.
func orderingKey(r store.OutboxRow) string { return r.AccountID + "/" + r.Subject }

// deliver hands over a row that is no event.
func (d *Dispatcher) deliver(ctx context.Context, r store.OutboxRow) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, span := handing(ctx, r)
	defer func() { obs.End(span, err, "not_handed_over") }()
	if r.Kind != store.OutboxTask {
		return fmt.Errorf("unknown kind %q", r.Kind)
	}
	err = d.tasks.Enqueue(ctx, tasks.Task{Queue: tasks.Queue(r.Type), Name: r.ID, Body: r.Body, At: r.DueAt})
	if errors.Is(err, tasks.ErrDuplicate) {
		return nil // the row's id names this one occurrence: it was handed over before
	}
	return err
}
