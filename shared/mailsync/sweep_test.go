package mailsync

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

// many is a store of many mailboxes, all due in one shard where nothing else is said, a queue for their tasks, and who is told how they stand.
type many struct {
	Store // nothing else of it is asked for
	now   time.Time

	mu      sync.Mutex
	due     []store.MailboxKey
	shards  map[store.MailboxKey]int // of those that are not in the third
	until   int                      // how many are to be due when ended is called; never, where that is nil
	ended   func()
	broken  map[string]bool // users whose mailbox can't be read
	holder  string          // of the lease
	most    int             // mailboxes in one page
	queued  map[string][]time.Time
	told    int
	atWork  int // at this moment
	busiest int
}

func (m *many) NewID() (string, error) { return "me", nil }

func (m *many) TakeSweep(_ context.Context, holder string, _ time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.holder != "" && m.holder != holder {
		return false, nil
	}
	m.holder = holder
	return true, nil
}

func (m *many) EndSweep(_ context.Context, holder string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.holder == holder {
		m.holder = ""
	}
	return nil
}

func (m *many) DueMailboxes(_ context.Context, shard, limit int) ([]store.MailboxKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var page []store.MailboxKey
	for _, k := range m.due {
		at, elsewhere := m.shards[k]
		if !elsewhere {
			at = 3
		}
		if at == shard && len(page) < limit {
			page = append(page, k)
		}
	}
	m.most = max(m.most, len(page))
	return page, nil
}

func (m *many) Mailbox(_ context.Context, k store.MailboxKey) (store.Mailbox, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.atWork++
	m.busiest = max(m.busiest, m.atWork)
	if m.broken[k.UserID] {
		return store.Mailbox{}, false, errors.New("the database is away")
	}
	return store.Mailbox{AccountID: k.AccountID, UserID: k.UserID, State: store.Connected, VerifiedAt: m.now.Add(-10 * time.Minute), WatchExpiresAt: m.now.Add(99 * time.Hour), Imported: m.now}, true, nil
}

func (m *many) LookAgain(_ context.Context, k store.MailboxKey, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.atWork--
	m.due = slices.DeleteFunc(m.due, func(x store.MailboxKey) bool { return x == k && at.After(m.now) })
	if m.ended != nil && len(m.due) == m.until {
		m.ended()
	}
	return nil
}

func (m *many) Sync(_ context.Context, _ string, t store.SyncTask, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.queued[t.UserID] = append(m.queued[t.UserID], at)
	return nil
}

func sweeping(n int) (*many, *Engine) {
	m := &many{now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), queued: map[string][]time.Time{}, broken: map[string]bool{}}
	for i := range n {
		m.due = append(m.due, store.MailboxKey{AccountID: "acme", UserID: fmt.Sprint("u", i)})
	}
	return m, &Engine{Options: Options{
		Store: m, Queue: m, Metrics: toldTo{m}, PerMinute: 6000, Now: func() time.Time { return m.now }, Log: slog.New(slog.DiscardHandler),
	}}
}

// toldTo counts what is told of mailboxes.
type toldTo struct{ m *many }

func (t toldTo) Mailbox(context.Context, obs.MailboxHealth) {
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	t.m.told++
}

func (t toldTo) Repaired(context.Context, int)                     {}
func (t toldTo) SyncLag(context.Context, string, time.Duration)    {}
func (t toldTo) ReplyLag(context.Context, string, time.Duration)   {}
func (t toldTo) ArrivalLag(context.Context, string, time.Duration) {}
func (t toldTo) SendEnded(context.Context, string)                 {}

// Many mailboxes are swept page by page, each once, and their syncs are spread.
func TestSweepOfManyMailboxes(t *testing.T) {
	t.Parallel()
	const n = 3*sweepPage + 50
	m, e := sweeping(n)
	got, err := e.Sweep(t.Context())
	if err != nil || got != (Swept{Looked: n, Queued: n}) {
		t.Fatalf("swept %+v (%v), want all of %d", got, err, n)
	}
	if m.most != sweepPage || len(m.due) != 0 || m.told != n || m.holder != "" {
		t.Errorf("pages of up to %d, %d left, %d told, the lease is %q's", m.most, len(m.due), m.told, m.holder)
	}
	at := map[time.Duration]int{}
	for user, times := range m.queued {
		if len(times) != 1 {
			t.Errorf("%s is queued %d times", user, len(times))
		}
		at[times[0].Sub(m.now)]++
	}
	for d, k := range at {
		if most := n * spreadEach; d < 0 || d > most || k > n/2 {
			t.Errorf("%d of %d are queued for %s later, want them spread over %s", k, n, d, most)
		}
	}
	if len(at) < 4 {
		t.Errorf("they are queued for %d moments", len(at))
	}
}

// A few are queued at once, and one after the other.
func TestSweepOfAFew(t *testing.T) {
	t.Parallel()
	m, e := sweeping(sweepEach)
	if got, err := e.Sweep(t.Context()); err != nil || got.Queued != sweepEach {
		t.Fatalf("swept %+v (%v)", got, err)
	}
	for user, times := range m.queued {
		if !times[0].Equal(m.now) {
			t.Errorf("%s is queued for %s", user, times[0])
		}
	}
	if m.busiest != 1 {
		t.Errorf("%d were looked at at once", m.busiest)
	}
}

// What fails stays due, and stops neither the rest of its page nor the sweep for ever; beside another sweep nothing is done.
func TestSweepThatFails(t *testing.T) {
	t.Parallel()
	m, e := sweeping(sweepPage)
	m.broken["u7"] = true
	got, err := e.Sweep(t.Context())
	if err == nil || got.Looked != sweepPage || got.Queued != sweepPage-1 || len(m.due) != 1 {
		t.Errorf("swept %+v (%v), %d are due", got, err, len(m.due))
	}
	const n = 3 * sweepPage
	m, e = sweeping(n)
	for i := range sweepPage / 4 { // they lead every page
		m.broken[fmt.Sprint("u", i)] = true
	}
	got, err = e.Sweep(t.Context())
	if err == nil || got.Looked != n || got.Queued != n-sweepPage/4 || len(m.due) != sweepPage/4 {
		t.Errorf("behind a few that fail it has swept %+v (%v), %d are due", got, err, len(m.due))
	}
	m, e = sweeping(n)
	for i := range n {
		m.broken[fmt.Sprint("u", i)] = true
	}
	if got, err := e.Sweep(t.Context()); err == nil || got.Looked != sweepPage {
		t.Errorf("where all fail it has swept %+v (%v), want one page looked at", got, err)
	}
	m, e = sweeping(5)
	m.holder = "another"
	if got, err := e.Sweep(t.Context()); err != nil || got != (Swept{Elsewhere: true}) || len(m.due) != 5 || m.holder != "another" {
		t.Errorf("beside another it has swept %+v (%v)", got, err)
	}
}

// Where its time does not reach for all, a sweep leaves out none of the shards: it would be the same ones each time.
func TestSweepThatRunsOutOfTime(t *testing.T) {
	t.Parallel()
	const n = 4 * sweepPage
	m, e := sweeping(n)
	m.shards = map[store.MailboxKey]int{}
	for i, k := range m.due {
		m.shards[k] = i % 2 * (store.Shards - 1) // the first and the last
	}
	ctx, end := context.WithCancel(t.Context())
	defer end()
	m.ended, m.until = end, n/2
	got, err := e.Sweep(ctx)
	if err != nil || got.Queued != n/2 {
		t.Fatalf("swept %+v (%v), want the half of %d", got, err, n)
	}
	left := map[int]int{}
	for _, k := range m.due {
		left[m.shards[k]]++
	}
	if left[0] != n/4 || left[store.Shards-1] != n/4 {
		t.Errorf("left are %v by shard, want %d in each", left, n/4)
	}
}
