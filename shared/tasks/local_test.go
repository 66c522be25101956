package tasks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/tasks/taskstest"
)

var quiet = slog.New(slog.DiscardHandler)

func openDB(t *testing.T, path string) *embedded.DB {
	t.Helper()
	db, err := embedded.Open(path, tasks.Schema(), embedded.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func newLocal(t *testing.T, db *embedded.DB, now func() time.Time, deliver tasks.Deliver) *tasks.Local {
	t.Helper()
	l, err := tasks.NewLocal(db, now, quiet)
	if err != nil {
		t.Fatal(err)
	}
	l.SetDeliver(deliver)
	return l
}

// pass runs what falls due until d has gone by.
func pass(t *testing.T, l *tasks.Local, c *clocktest.Clock, d time.Duration) {
	t.Helper()
	end := c.Now().Add(d)
	for {
		if _, err := l.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		next, ok, err := l.NextDue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !ok || next.After(end) {
			c.Set(end)
			return
		}
		c.Set(next)
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	taskstest.RunOwn(t, func(t *testing.T, deliver tasks.Deliver) taskstest.Driver {
		path := filepath.Join(t.TempDir(), "hire.db")
		c := clocktest.New()
		db := openDB(t, path)
		t.Cleanup(func() { db.Close() })
		l := newLocal(t, db, c.Now, deliver)
		return taskstest.Driver{
			Enqueuer: l, Now: c.Now, Pass: func(d time.Duration) { pass(t, l, c, d) },
			Reopen: func() tasks.Enqueuer {
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
				db = openDB(t, path)
				l = newLocal(t, db, c.Now, deliver)
				return l
			},
		}
	})
}

// What was under way when a process died is done again by the next.
func TestLocalRepeatsWhatADeadProcessLeft(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hire.db")
	c := clocktest.New()
	died := errors.New("died")
	db, err := embedded.Open(path, tasks.Schema(), embedded.Options{NoSync: true, Hook: func(op string, at embedded.Phase) error {
		if op == "task.done" && at == embedded.BeforeCommit {
			return died
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	count := func(context.Context, tasks.Delivery) error { calls++; return nil }
	ctx, cancel := context.WithCancel(t.Context())
	l := newLocal(t, db, c.Now, func(ctx context.Context, d tasks.Delivery) error {
		cancel() // the process is told to stop
		return count(ctx, d)
	})
	if err := l.Enqueue(t.Context(), tasks.Task{Queue: tasks.MailboxSync, Name: "one"}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.RunDue(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("RunDue: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openDB(t, path)
	defer db.Close()
	pass(t, newLocal(t, db, c.Now, count), c, time.Minute)
	if calls != 2 {
		t.Errorf("%d calls, want the lost one and its repetition", calls)
	}
}

func TestLocalRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openDB(t, filepath.Join(t.TempDir(), "hire.db"))
		var mu sync.Mutex
		ran := map[string]time.Time{}
		start := time.Now()
		l := newLocal(t, db, time.Now, func(_ context.Context, d tasks.Delivery) error {
			mu.Lock()
			defer mu.Unlock()
			ran[string(d.Body)] = time.Now()
			return nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan bool)
		go func() {
			l.Run(ctx)
			close(stopped)
		}()
		synctest.Wait()
		for i, after := range []time.Duration{0, time.Second, 3 * time.Minute} {
			if err := l.Enqueue(ctx, tasks.Task{Queue: tasks.MailboxSync, Body: fmt.Append(nil, i), At: start.Add(after)}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(4 * time.Minute) // of the bubble's clock
		cancel()
		<-stopped
		for i, after := range []time.Duration{0, time.Second, 3 * time.Minute} {
			if at, ok := ran[fmt.Sprint(i)]; !ok || at.Sub(start).Round(100*time.Millisecond) != after {
				t.Errorf("task %d ran after %v, want %v", i, at.Sub(start), after)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestNewLocalRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "hire.db"))
	defer db.Close()
	for name, make := range map[string]func() (*tasks.Local, error){
		"database": func() (*tasks.Local, error) { return tasks.NewLocal(nil, time.Now, quiet) },
		"clock":    func() (*tasks.Local, error) { return tasks.NewLocal(db, nil, quiet) },
		"log":      func() (*tasks.Local, error) { return tasks.NewLocal(db, time.Now, nil) },
	} {
		if _, err := make(); err == nil {
			t.Errorf("made without %s", name)
		}
	}
}

// given is an Enqueuer that keeps what it is given and answers with err.
type given struct {
	task tasks.Task
	err  error
}

func (g *given) Enqueue(_ context.Context, t tasks.Task) error {
	g.task = t
	return g.err
}

func TestSyncs(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	task := store.SyncTask{AccountID: "acme", UserID: "rita", Generation: 3, Reason: "sweep", Import: true}
	broken := errors.New("broken")
	for _, c := range []struct {
		name   string
		answer error
		want   error
	}{
		{"taken", nil, nil},
		{"queued already", fmt.Errorf("%w: x", tasks.ErrDuplicate), nil},
		{"refused", broken, broken},
	} {
		g := &given{err: c.answer}
		if err := (tasks.Syncs{Enqueuer: g}).Sync(t.Context(), "name", task, at); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		var got store.SyncTask
		if err := json.Unmarshal(g.task.Body, &got); err != nil {
			t.Fatal(err)
		}
		if g.task.Queue != tasks.MailboxSync || g.task.Name != "name" || !g.task.At.Equal(at) || got.Reason != "sweep" || !got.Import || got.Generation != 3 {
			t.Errorf("%s: queued %+v, %+v", c.name, g.task, got)
		}
	}
}
