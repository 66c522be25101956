package events_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/events/eventstest"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

var quiet = slog.New(slog.DiscardHandler)

func openDB(t *testing.T, path string) *embedded.DB {
	t.Helper()
	db, err := embedded.Open(path, events.Schema(), embedded.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func newLocal(t *testing.T, db *embedded.DB, now func() time.Time, push events.DeliverPush) *events.Local {
	t.Helper()
	l, err := events.NewLocal(db, now, quiet)
	if err != nil {
		t.Fatal(err)
	}
	l.SetPush(push)
	return l
}

func TestContract(t *testing.T) {
	t.Parallel()
	eventstest.Run(t, func(t *testing.T) eventstest.Driver {
		path := filepath.Join(t.TempDir(), "hire.db")
		c := clocktest.New() // stands still: order does not come from the clock
		db := openDB(t, path)
		t.Cleanup(func() { db.Close() })
		l := newLocal(t, db, c.Now, nil)
		return eventstest.Driver{
			Publisher: l,
			Received: func(int) []json.RawMessage {
				out, err := l.Recent(t.Context(), 500)
				if err != nil {
					t.Fatal(err)
				}
				slices.Reverse(out)
				return out
			},
			Reopen: func() events.Publisher {
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
				db = openDB(t, path)
				l = newLocal(t, db, c.Now, nil)
				return l
			},
		}
	})
}

func TestRecentEndsAfterAWeek(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "hire.db"))
	defer db.Close()
	c := clocktest.New()
	l := newLocal(t, db, c.Now, nil)
	for i := range 3 {
		e := events.Event{ID: fmt.Sprint(i), Type: "t", Source: "s", AccountID: "acme", Time: c.Now(), Data: json.RawMessage("{}")}
		if err := l.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		c.Advance(3 * 24 * time.Hour)
	}
	if _, err := db.Purge(t.Context(), c.Now(), 100); err != nil {
		t.Fatal(err)
	}
	if got, err := l.Recent(t.Context(), 10); err != nil || len(got) != 2 {
		t.Errorf("%d of the last week's two (%v)", len(got), err)
	}
	if got, err := l.Recent(t.Context(), 1); err != nil || len(got) != 1 {
		t.Errorf("%d of one (%v)", len(got), err)
	}
}

// pushes is a push subscription's end point.
type pushes struct {
	mu   sync.Mutex
	got  []events.Push
	fail error
}

func (p *pushes) deliver(_ context.Context, m events.Push) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, m)
	return p.fail
}

func (p *pushes) data() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, m := range p.got {
		out = append(out, string(m.Message.Data))
	}
	return out
}

func runDue(t *testing.T, l *events.Local) int {
	t.Helper()
	n, err := l.RunDue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNotificationIsPushedOnce(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "hire.db"))
	defer db.Close()
	c, p := clocktest.New(), &pushes{}
	l := newLocal(t, db, c.Now, p.deliver)
	for i := range 100 {
		if err := l.Notify(t.Context(), fmt.Appendf(nil, `{"emailAddress":"rita@acme.example","historyId":%d}`, i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := runDue(t, l); n != 100 || runDue(t, l) != 0 {
		t.Errorf("%d pushes of 100", n)
	}
	first := p.got[0]
	if first.Message.MessageID == "" || !first.Message.PublishTime.Equal(c.Now()) || first.Subscription == "" {
		t.Errorf("push: %+v", first)
	}
	ids := map[string]bool{}
	for _, m := range p.got {
		ids[m.Message.MessageID] = true
	}
	if len(ids) != 100 {
		t.Errorf("%d ids for 100 messages", len(ids))
	}
}

func TestNotificationNotAcknowledgedIsPushedAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hire.db")
	db := openDB(t, path)
	defer func() { db.Close() }()
	c, p := clocktest.New(), &pushes{fail: errors.New("not now")}
	l := newLocal(t, db, c.Now, p.deliver)
	if err := l.Notify(t.Context(), []byte("one")); err != nil {
		t.Fatal(err)
	}
	if n := runDue(t, l); n != 1 {
		t.Fatalf("%d tries, want 1 and then a pause", n)
	}
	tries := 1
	for range 7200 { // two hours
		c.Advance(time.Second)
		tries += runDue(t, l)
	}
	if tries < 10 || tries > 30 {
		t.Errorf("%d tries in two hours", tries)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openDB(t, path)
	p.fail = nil
	l = newLocal(t, db, c.Now, p.deliver)
	c.Advance(10 * time.Minute)
	if n := runDue(t, l); n != 1 {
		t.Errorf("after reopening %d tries, want the one that is left", n)
	}
	c.Advance(time.Hour)
	if n := runDue(t, l); n != 0 {
		t.Errorf("pushed again after it was acknowledged")
	}
}

func TestOneRefusedNotificationDoesNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "hire.db"))
	defer db.Close()
	c, p := clocktest.New(), &pushes{}
	l := newLocal(t, db, c.Now, func(ctx context.Context, m events.Push) error {
		return errors.Join(p.deliver(ctx, m), map[string]error{"bad": errors.New("refused")}[string(m.Message.Data)])
	})
	for _, data := range []string{"bad", "good"} {
		if err := l.Notify(t.Context(), []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	runDue(t, l)
	if got := p.data(); !slices.Contains(got, "good") {
		t.Errorf("pushed %v", got)
	}
}

func TestLocalRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openDB(t, filepath.Join(t.TempDir(), "hire.db"))
		p := &pushes{fail: errors.New("not now")}
		l := newLocal(t, db, time.Now, p.deliver)
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan bool)
		go func() {
			l.Run(ctx)
			close(stopped)
		}()
		synctest.Wait()
		if err := l.Notify(ctx, []byte("one")); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if diff := cmp.Diff([]string{"one"}, p.data()); diff != "" {
			t.Errorf("at once (-want +got):\n%s", diff)
		}
		p.mu.Lock()
		p.fail = nil
		p.mu.Unlock()
		time.Sleep(time.Minute) // of the bubble's clock
		if diff := cmp.Diff([]string{"one", "one"}, p.data()); diff != "" {
			t.Errorf("after a minute (-want +got):\n%s", diff)
		}
		cancel()
		<-stopped
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestNewLocalRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "hire.db"))
	defer db.Close()
	for name, make := range map[string]func() (*events.Local, error){
		"database": func() (*events.Local, error) { return events.NewLocal(nil, time.Now, quiet) },
		"clock":    func() (*events.Local, error) { return events.NewLocal(db, nil, quiet) },
		"log":      func() (*events.Local, error) { return events.NewLocal(db, time.Now, nil) },
	} {
		if _, err := make(); err == nil {
			t.Errorf("made without %s", name)
		}
	}
}
