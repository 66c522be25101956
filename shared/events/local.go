package events

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/trakstar/hire-gmail/shared/due"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Events are kept for looking at; nobody subscribes to them on one machine.
const (
	keptFor = 7 * 24 * time.Hour
	shown   = 500 // at most, by one call of Recent
)

// parallel is how many notifications are delivered at once.
const parallel = 32

// DeliverPush makes one push request; nil means that it was acknowledged.
type DeliverPush func(ctx context.Context, p Push) error

// Local is a durable broker in the document file of a service on one machine.
type Local struct {
	db   docs.DB
	now  func() time.Time
	push DeliverPush
	log  *slog.Logger
	wake chan struct{}
}

type messageRecord struct {
	ID          string
	Topic       string
	Data        []byte
	DueAt       time.Time
	PublishedAt time.Time
	Attempts    int
}

type eventRecord struct {
	ID        string
	At        time.Time
	Event     []byte
	ExpiresAt time.Time
}

// Schema of the collections that Local keeps.
func Schema() docs.Schema {
	return docs.Schema{
		Indexes: []docs.Index{{Collection: "pushes", Fields: []string{"DueAt"}}, {Collection: "published", Fields: []string{"At"}, Way: docs.Downwards}},
		TTLs:    []docs.TTL{{Collection: "published", Field: "ExpiresAt"}},
	}
}

// NewLocal makes a broker. SetPush says where notifications are delivered, before the first run.
func NewLocal(db docs.DB, now func() time.Time, log *slog.Logger) (*Local, error) {
	if db == nil || now == nil || log == nil {
		return nil, errors.New("events: database, now and log are all needed")
	}
	return &Local{db: db, now: now, log: log, wake: make(chan struct{}, 1)}, nil
}

// SetPush sets the push subscription of the notifications' topic.
func (l *Local) SetPush(p DeliverPush) { l.push = p }

// Publish implements Publisher. The same event twice is kept once, where it was first.
func (l *Local) Publish(ctx context.Context, e Event) error {
	_, err := l.PublishAll(ctx, []Event{e})
	return err
}

// atOnce is how many events are kept in one transaction, at most.
const atOnce = 100

// PublishAll implements ManyPublisher: many events cost as many waits for the disk as one does.
func (l *Local) PublishAll(ctx context.Context, es []Event) (through int, err error) {
	bodies := make([][]byte, 0, len(es))
	for _, e := range es {
		body, err := e.Encode()
		if err != nil {
			return l.keep(ctx, es[:len(bodies)], bodies, err)
		}
		bodies = append(bodies, body)
	}
	return l.keep(ctx, es, bodies, nil)
}

// keep keeps events by their bodies; then is the error about the one that comes after them.
func (l *Local) keep(ctx context.Context, es []Event, bodies [][]byte, then error) (through int, err error) {
	for through < len(es) {
		n := min(atOnce, len(es)-through)
		if err := l.keepSome(ctx, es[through:through+n], bodies[through:through+n]); err != nil {
			return through, err
		}
		through += n
	}
	return through, then
}

func (l *Local) keepSome(ctx context.Context, es []Event, bodies [][]byte) error {
	now := l.now().UTC().Truncate(time.Microsecond)
	refs := make([]docs.Ref, len(es))
	for i, e := range es {
		refs[i] = docs.Path("topics", TopicMail, "published", e.ID)
	}
	return l.db.Update(ctx, "event.publish", func(ctx context.Context, tx docs.Tx) error {
		known, err := docs.GetAll[eventRecord](ctx, tx, refs)
		if err != nil {
			return err
		}
		last, err := docs.List[eventRecord](ctx, tx, docs.Query{Collection: published, OrderBy: "At", Desc: true, Limit: 1})
		if err != nil {
			return err
		}
		// Events are listed by their time, so no two may have the same.
		at := now
		if len(last) > 0 && !at.After(last[0].At) {
			at = last[0].At.Add(time.Microsecond)
		}
		kept := map[string]bool{}
		for i, e := range es {
			if known[i] != nil || kept[e.ID] {
				continue
			}
			kept[e.ID] = true
			if err := tx.Set(refs[i], &eventRecord{ID: e.ID, At: at, Event: bodies[i], ExpiresAt: now.Add(keptFor)}); err != nil {
				return err
			}
			at = at.Add(time.Microsecond)
		}
		return nil
	})
}

const published = "topics/" + TopicMail + "/published"

// Recent lists the newest events, newest first, in their JSON form.
func (l *Local) Recent(ctx context.Context, n int) ([]json.RawMessage, error) {
	var out []json.RawMessage
	err := l.db.View(ctx, "event.recent", func(ctx context.Context, tx docs.Tx) error {
		out = nil
		page, err := docs.List[eventRecord](ctx, tx, docs.Query{Collection: published, OrderBy: "At", Desc: true, Limit: min(n, shown)})
		for _, e := range page {
			out = append(out, e.Event)
		}
		return err
	})
	return out, err
}

// Notify takes a notification as Gmail publishes it.
func (l *Local) Notify(ctx context.Context, data []byte) error {
	now := l.now().UTC()
	m := messageRecord{ID: rand.Text(), Topic: TopicNotifications, Data: data, DueAt: now, PublishedAt: now}
	err := l.db.Update(ctx, "notification.publish", func(_ context.Context, tx docs.Tx) error { return tx.Set(pushRef(m.ID), &m) })
	if err == nil {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
	return err
}

func pushRef(id string) docs.Ref { return docs.Path("topics", TopicNotifications, "pushes", id) }

func (l *Local) due(ctx context.Context, limit int) (ready []messageRecord, next time.Time, err error) {
	now := l.now().UTC()
	err = l.db.View(ctx, "notification.due", func(ctx context.Context, tx docs.Tx) error {
		ready, next = nil, time.Time{}
		page, err := docs.List[messageRecord](ctx, tx, docs.Query{Collection: "topics/" + TopicNotifications + "/pushes", OrderBy: "DueAt", Limit: limit})
		for _, m := range page {
			if m.DueAt.After(now) {
				next = m.DueAt
				break
			}
			ready = append(ready, *m)
		}
		return err
	})
	return ready, next, err
}

// RunDue delivers every notification that is due, each once; one that is not acknowledged is put off. It returns how many it has tried.
func (l *Local) RunDue(ctx context.Context) (tried int, err error) {
	for {
		ready, _, err := l.due(ctx, 64)
		if err != nil || len(ready) == 0 {
			return tried, err
		}
		for _, m := range ready {
			if err := l.deliver(ctx, m); err != nil {
				return tried, err
			}
			tried++
		}
	}
}

// Run delivers notifications as they come, several at once, until ctx ends.
func (l *Local) Run(ctx context.Context) {
	due.Runner[messageRecord]{
		List: l.due, ID: func(m messageRecord) string { return m.ID }, Do: l.deliver, Wake: l.wake, Now: l.now, Parallel: parallel,
		Failed: func(ctx context.Context, err error) {
			l.log.ErrorContext(ctx, "the broker's record can't be read or written", "error", err)
		},
	}.Run(ctx)
}

func (l *Local) deliver(ctx context.Context, m messageRecord) error {
	err := l.push(ctx, Push{
		Message:      PushMessage{Data: m.Data, MessageID: m.ID, PublishTime: m.PublishedAt},
		Subscription: "projects/local/subscriptions/" + TopicNotifications,
	})
	if err != nil {
		m.Attempts++
		m.DueAt = l.now().UTC().Add(min(time.Second<<min(m.Attempts, 12), 10*time.Minute))
		l.log.WarnContext(ctx, "notification is not acknowledged", "attempts", m.Attempts, "error", err)
	}
	return l.db.Update(context.WithoutCancel(ctx), "notification.delivered", func(_ context.Context, tx docs.Tx) error {
		if err != nil {
			return tx.Set(pushRef(m.ID), &m)
		}
		return tx.Delete(pushRef(m.ID))
	})
}
