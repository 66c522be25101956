package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/outbox"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/tasks"
)

// world is a dispatcher over a real store, whose topic and queues do as the test says.
type world struct {
	*outbox.Dispatcher
	t     *testing.T
	store *store.Store
	log   bytes.Buffer

	clock    *clocktest.Clock
	events   []events.Event
	tasks    []tasks.Task
	names    map[string]bool
	publish  func(events.Event) error // nil: takes all
	enqueue  func(tasks.Task) error
	stopping context.CancelFunc // called at each delivery
	waited   []time.Duration    // as the figures say
	traces   []string           // of the tasks
	ctx      context.Context    // of what is written
}

func (w *world) WaitedInOutbox(_ context.Context, age time.Duration) {
	w.waited = append(w.waited, age)
}

func (w *world) Publish(_ context.Context, e events.Event) error {
	if w.stopping != nil {
		w.stopping()
	}
	if w.publish != nil {
		if err := w.publish(e); err != nil {
			return err
		}
	}
	w.events = append(w.events, e)
	return nil
}

func (w *world) Enqueue(ctx context.Context, t tasks.Task) error {
	if w.enqueue != nil {
		if err := w.enqueue(t); err != nil {
			return err
		}
	}
	if w.names[t.Name] {
		return fmt.Errorf("%w: %s", tasks.ErrDuplicate, t.Name)
	}
	w.names[t.Name] = true
	w.tasks, w.traces = append(w.tasks, t), append(w.traces, obs.Traceparent(ctx))
	return nil
}

var errDown = errors.New("down")

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), clock: clocktest.New(), names: map[string]bool{}}
	db, err := embedded.Open(filepath.Join(t.TempDir(), "hire.db"), store.Schema(), embedded.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if w.store, err = store.New(db, store.Options{Now: w.clock.Now}); err != nil {
		t.Fatal(err)
	}
	if w.Dispatcher, err = outbox.New(w.store, w, w, w, w.clock.Now, slog.New(slog.NewTextHandler(&w.log, nil))); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.store.PutAccount(t.Context(), hire.Account{ID: "acme", Plan: hire.PlanPro, Version: 1})
	w.ok(err)
	for _, u := range []hire.User{{ID: "sam", Role: hire.RoleSuperAdmin}, {ID: "rita", Role: hire.RoleAdmin}} {
		u.AccountID, u.Email, u.Active, u.Version = "acme", u.ID+"@acme.example", true, 1
		_, _, err = w.store.PutUser(t.Context(), u)
		w.ok(err)
	}
	_, err = w.store.SetIntegration(t.Context(), "acme", "sam", true)
	w.ok(err)
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// connect makes two rows due: the task of the first import, and the event.
func (w *world) connect(user string) (m store.Mailbox, due []store.OutboxRow) {
	w.t.Helper()
	ctx := w.ctx
	_, held, err := w.store.LockGoogleUser(ctx, "sub-"+user, "holder", time.Minute)
	w.ok(err)
	if !held {
		w.t.Fatal("google user is locked")
	}
	m, due, err = w.store.CommitConnection(ctx, store.NewConnection{
		Key: store.MailboxKey{AccountID: "acme", UserID: user}, Sub: "sub-" + user, Address: user + "@acme.example", TokenVersion: "1", Holder: "holder", WatchHistoryID: 100,
	})
	w.ok(err)
	w.ok(w.store.UnlockGoogleUser(ctx, "sub-"+user, "holder", false))
	return m, due
}

// left gives all rows there are, whenever they are due.
func (w *world) left() []store.OutboxRow {
	w.t.Helper()
	const long = 30 * 24 * time.Hour
	w.clock.Advance(long)
	defer w.clock.Advance(-long)
	rows, err := w.store.LeftInOutbox(w.t.Context(), 1000)
	w.ok(err)
	return rows
}

func (w *world) sweep() int {
	w.t.Helper()
	n, err := w.Sweep(w.t.Context(), 1000)
	w.ok(err)
	return n
}

func TestHandOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, due := w.connect("rita")
	w.HandOver(t.Context(), due)
	if len(w.events) != 1 || len(w.tasks) != 1 || len(w.left()) != 0 {
		t.Fatalf("%d events, %d tasks, %d left", len(w.events), len(w.tasks), len(w.left()))
	}
	e := w.events[0]
	want := events.Event{
		ID: e.ID, Type: store.EventMailboxConnected, Source: "hire-gmail", Subject: "users/rita", Time: e.Time, AccountID: "acme", OrderingKey: "acme/users/rita", Data: e.Data,
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if _, err := e.Encode(); err != nil || e.Time.Sub(w.clock.Now()).Abs() > time.Millisecond {
		t.Errorf("the event of %v can't be published: %v", e.Time, err)
	}
	if task := w.tasks[0]; task.Queue != tasks.MailboxSync || task.Name == "" || !task.At.Equal(w.clock.Now()) || task.Check(w.clock.Now()) != nil {
		t.Errorf("task: %+v", task)
	}
	w.clock.Advance(time.Hour)
	if n := w.sweep(); n != 0 {
		t.Errorf("the sweep handed over %d again", n)
	}
	w.HandOver(t.Context(), nil)
	if len(w.waited) != 0 {
		t.Errorf("rows that were handed over at once are told to have waited %v", w.waited)
	}
}

// What goes out carries the trace of the transaction that wrote it, though the sweep that takes it up is in another.
func TestRowsKeepTheirTrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const written, swept = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-11111111111111111111111111111111-2222222222222222-01"
	w.ctx = obs.Continue(t.Context(), written)
	w.connect("rita")
	w.clock.Advance(time.Hour)
	if n, err := w.Sweep(obs.Continue(t.Context(), swept), 1000); err != nil || n != 2 {
		t.Fatalf("swept %d (%v)", n, err)
	}
	if w.events[0].Traceparent != written || w.traces[0] != written {
		t.Errorf("event %q, task %q, want both %q", w.events[0].Traceparent, w.traces[0], written)
	}
	if len(w.waited) != 2 || (w.waited[0]-time.Hour).Abs() > time.Millisecond || (w.waited[1]-time.Hour).Abs() > time.Millisecond {
		t.Errorf("they are told to have waited %v, want an hour each", w.waited)
	}
}

func TestRowSurvivesAFailureAndIsSwept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, due := w.connect("rita")
	w.publish = func(events.Event) error { return errDown }
	w.enqueue = func(tasks.Task) error { return errDown }
	w.HandOver(t.Context(), due)
	if n := len(w.left()); n != 2 {
		t.Fatalf("%d rows left of 2", n)
	}
	w.publish, w.enqueue = nil, nil
	w.clock.Advance(time.Minute)
	if n := w.sweep(); n != 0 {
		t.Errorf("swept while the process that wrote the rows may be at work: %d", n)
	}
	w.clock.Advance(time.Hour)
	if n := w.sweep(); n != 2 || len(w.left()) != 0 {
		t.Errorf("swept %d, %d left", n, len(w.left()))
	}
	if e := w.events[0]; e.Time.Equal(w.clock.Now()) {
		t.Error("the event's time is that of the sweep, not of what happened")
	}
}

// A process that dies between the commit and the handing over leaves its rows to the sweep.
func TestSweepTakesUpWhatAProcessLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.connect("rita")
	w.clock.Advance(3 * time.Minute)
	if n := w.sweep(); n != 2 || len(w.events) != 1 || len(w.tasks) != 1 {
		t.Errorf("swept %d: %d events, %d tasks", n, len(w.events), len(w.tasks))
	}
	if n := w.sweep(); n != 0 {
		t.Errorf("swept %d more", n)
	}
}

// A process that dies after handing over, before it is recorded: the row is handed over again, under the same id.
func TestDuplicateNameCountsAsHandedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, due := w.connect("rita")
	for _, r := range due {
		if r.Kind == store.OutboxTask {
			w.ok(w.Enqueue(t.Context(), tasks.Task{Queue: tasks.Queue(r.Type), Name: r.ID, Body: r.Body, At: r.DueAt}))
		}
	}
	w.clock.Advance(time.Hour)
	if n := w.sweep(); n != 2 || len(w.tasks) != 1 || len(w.left()) != 0 {
		t.Errorf("swept %d, %d tasks, %d rows left", n, len(w.tasks), len(w.left()))
	}
}

func TestEventsOfOneKeyKeepTheirOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m, due := w.connect("rita")
	w.clock.Advance(time.Millisecond)
	again, err := w.store.MarkNeedsReconnect(t.Context(), m.Key(), m.Generation, store.Problem{Code: hire.CodeReconnectRequired})
	w.ok(err)
	_, other := w.connect("sam")
	fails := 1
	w.publish = func(e events.Event) error {
		if e.Subject == "users/rita" && fails > 0 {
			fails--
			return errDown
		}
		return nil
	}
	w.HandOver(t.Context(), slices.Concat(due, again, other))
	var published []string
	for _, e := range w.events {
		published = append(published, e.Type+" "+e.Subject)
	}
	if diff := cmp.Diff([]string{store.EventMailboxConnected + " users/sam"}, published); diff != "" {
		t.Errorf("behind a failure (-want +got):\n%s", diff)
	}
	w.clock.Advance(time.Hour)
	w.sweep()
	published = nil
	for _, e := range w.events[1:] {
		published = append(published, e.Type)
	}
	if diff := cmp.Diff([]string{store.EventMailboxConnected, store.EventMailboxReconnect}, published); diff != "" {
		t.Errorf("swept (-want +got):\n%s", diff)
	}
}

// many is a topic that takes several events in one go.
type many struct {
	*world
	calls []int // how many events each had
}

func (m *many) PublishAll(ctx context.Context, es []events.Event) (through int, err error) {
	m.calls = append(m.calls, len(es))
	for i, e := range es {
		if err := m.Publish(ctx, e); err != nil {
			return i, err
		}
	}
	return len(es), nil
}

// Events go out in one go. One that can't be handed over keeps those of its own key back, and no others.
func TestEventsGoOutTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	topic := &many{world: w}
	var err error
	w.Dispatcher, err = outbox.New(w.store, topic, w, w, w.clock.Now, slog.New(slog.NewTextHandler(&w.log, nil)))
	w.ok(err)
	var rows []store.OutboxRow
	for i, subject := range []string{"a", "b", "a", "c", "b", "c"} {
		rows = append(rows, store.OutboxRow{ID: fmt.Sprint(i), Kind: store.OutboxEvent, Type: "t", AccountID: "acme", Subject: subject, Body: []byte("{}"), CreatedAt: w.clock.Now()})
	}
	w.publish = func(e events.Event) error {
		if e.Subject == "b" {
			return errDown
		}
		return nil
	}
	w.HandOver(t.Context(), rows)
	var published []string
	for _, e := range w.events {
		published = append(published, e.Subject+e.ID)
	}
	if diff := cmp.Diff([]string{"a0", "a2", "c3", "c5"}, published); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{6, 3}, topic.calls); diff != "" {
		t.Errorf("events in each call (-want +got):\n%s", diff)
	}
	if n := strings.Count(w.log.String(), "hand over event t: down"); n != 1 {
		t.Errorf("told %d times: %s", n, w.log.String())
	}
}

func TestARowThatFailsDoesNotKeepOthersWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, user := range []string{"rita", "sam"} {
		w.connect(user)
		w.clock.Advance(time.Second)
	}
	w.clock.Advance(time.Hour)
	w.publish = func(e events.Event) error { return errDown }
	w.enqueue = func(task tasks.Task) error {
		if strings.Contains(string(task.Body), "rita") {
			return errDown
		}
		return nil
	}
	// One row at a time: the oldest fails, and must not be the only one that is ever tried.
	for range 4 {
		if _, err := w.Sweep(t.Context(), 1); err != nil && !errors.Is(err, errDown) {
			t.Fatal(err)
		}
	}
	if len(w.tasks) != 1 {
		t.Errorf("%d tasks got through, want sam's", len(w.tasks))
	}
	if !strings.Contains(w.log.String(), "alert=outbox_stuck") {
		t.Error("no alert")
	}
	if strings.Contains(w.log.String(), "@") {
		t.Errorf("an address in the log: %s", w.log.String())
	}
	w.publish, w.enqueue = nil, nil
	w.clock.Advance(2 * time.Hour)
	if n := w.sweep(); n != 3 || len(w.left()) != 0 {
		t.Errorf("once it works, %d handed over and %d left", n, len(w.left()))
	}
}

// A row that is due later is handed over when it is due, and not before.
func TestRowsForLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.connect("rita")
	w.clock.Advance(time.Hour)
	w.sweep()
	x, claimed, err := w.store.BeginSend(t.Context(), store.Send{AccountID: "acme", UserID: "rita", Key: "k", CandidateID: "c"}, "holder", time.Minute)
	w.ok(err)
	if !claimed {
		t.Fatal("not claimed")
	}
	deliveries := func() (n int) {
		for _, task := range w.tasks {
			if task.Queue == tasks.MailDelivery {
				n++
			}
		}
		return n
	}
	w.clock.Advance(2 * time.Minute)
	w.sweep()
	if deliveries() != 0 {
		t.Error("the look at a send was handed over while its process was at work")
	}
	w.clock.Advance(5 * time.Minute)
	w.sweep()
	if deliveries() != 1 {
		t.Errorf("%d looks at a send whose process died, want 1", deliveries())
	}
	due, err := w.store.ReleaseSend(t.Context(), "acme", x.ID, "holder", store.Release{Again: w.clock.Now().Add(time.Hour)})
	w.ok(err)
	w.HandOver(t.Context(), due)
	if last := w.tasks[len(w.tasks)-1]; !last.At.Equal(w.clock.Now().Add(time.Hour)) {
		t.Errorf("the next look is at %v, want in an hour", last.At)
	}
	if n := len(w.left()); n != 0 {
		t.Errorf("%d rows left", n)
	}
}

// A sweep whose time runs out records what it has done, and does not hold the rest against the rows.
func TestSweepThatRunsOutOfTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.connect("rita")
	w.connect("sam")
	w.clock.Advance(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	w.stopping = cancel
	handed, err := w.Sweep(ctx, 1000)
	if !errors.Is(err, context.Canceled) || len(w.events) != 1 {
		t.Errorf("%d events, error %v", len(w.events), err)
	}
	if handed != len(w.events)+len(w.tasks) || len(w.left()) != 4-handed {
		t.Errorf("%d handed over, %d left of 4", handed, len(w.left()))
	}
	w.stopping = nil
	if n := w.sweep(); n != 4-handed {
		t.Errorf("the next sweep handed over %d, want %d", n, 4-handed)
	}
}

func TestUnknownKind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.HandOver(t.Context(), []store.OutboxRow{{ID: "x", Kind: "telegram"}})
	if !strings.Contains(w.log.String(), "unknown kind") {
		t.Errorf("log: %s", w.log.String())
	}
}

func TestNewRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	log := slog.New(slog.DiscardHandler)
	for name, make := range map[string]func() (*outbox.Dispatcher, error){
		"store":   func() (*outbox.Dispatcher, error) { return outbox.New(nil, w, w, w, w.clock.Now, log) },
		"events":  func() (*outbox.Dispatcher, error) { return outbox.New(w.store, nil, w, w, w.clock.Now, log) },
		"tasks":   func() (*outbox.Dispatcher, error) { return outbox.New(w.store, w, nil, w, w.clock.Now, log) },
		"metrics": func() (*outbox.Dispatcher, error) { return outbox.New(w.store, w, w, nil, w.clock.Now, log) },
		"clock":   func() (*outbox.Dispatcher, error) { return outbox.New(w.store, w, w, w, nil, log) },
		"log":     func() (*outbox.Dispatcher, error) { return outbox.New(w.store, w, w, w, w.clock.Now, nil) },
	} {
		if _, err := make(); err == nil {
			t.Errorf("made without %s", name)
		}
	}
}
