package operatetest

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/scripts/operate"
	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/tasks"
)

// World is such a service.
type World struct {
	*operate.Service
	T *testing.T

	// OnWait is called when a program waits, after the time has gone by.
	OnWait func(d time.Duration)

	clock *clocktest.Clock // nil: the machine's own time

	mu     sync.Mutex
	Waited []time.Duration
	queued []store.SyncTask
}

// Embedded is a database of one machine.
func Embedded(t *testing.T) docs.DB {
	t.Helper()
	db, err := embedded.Open(filepath.Join(t.TempDir(), "hire.db"), store.Schema(), embedded.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// New makes a World on a database.
func New(t *testing.T, db docs.DB) *World {
	t.Helper()
	w := &World{T: t, clock: clocktest.New()}
	st, err := store.New(db, store.Options{Now: w.Now})
	w.OK(err)
	handOver, err := operate.HandOver(st, queue{w}, w.Now, t.Output())
	w.OK(err)
	w.Service = &operate.Service{Store: st, HandOver: handOver, Now: w.Now, Wait: w.wait}
	return w
}

// OK fails the test on an error.
func (w *World) OK(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Says checks what a program has printed.
func (w *World) Says(out string, want ...string) {
	w.T.Helper()
	for _, s := range want {
		if !strings.Contains(out, s) {
			w.T.Errorf("it does not say %q:\n%s", s, out)
		}
	}
}

// RealTime lets the World live by the machine's clock, as a program does that is called by its arguments.
func (w *World) RealTime() { w.clock = nil }

// Now is the World's time.
func (w *World) Now() time.Time {
	if w.clock == nil {
		return time.Now()
	}
	return w.clock.Now()
}

// Pass lets time go by.
func (w *World) Pass(d time.Duration) { w.clock.Advance(d) }

func (w *World) wait(ctx context.Context, d time.Duration) error {
	w.Pass(d)
	w.Waited = append(w.Waited, d)
	if w.OnWait != nil {
		w.OnWait(d)
	}
	return ctx.Err()
}

// queue is Cloud Tasks.
type queue struct{ w *World }

// Enqueue implements tasks.Enqueuer.
func (q queue) Enqueue(_ context.Context, t tasks.Task) error {
	var s store.SyncTask
	if err := json.Unmarshal(t.Body, &s); err != nil || t.Queue != tasks.MailboxSync {
		return fmt.Errorf("a task on %s: %w", t.Queue, err)
	}
	q.w.mu.Lock()
	defer q.w.mu.Unlock()
	q.w.queued = append(q.w.queued, s)
	return nil
}

// Queued are the mailboxes that tasks were queued for, each as ACCOUNT/USER and why, in their order.
func (w *World) Queued() (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range w.queued {
		out = append(out, operate.Name(store.MailboxKey{AccountID: t.AccountID, UserID: t.UserID})+" "+t.Reason)
	}
	return out
}

// Mailbox connects a mailbox with so many labelled conversations in the profile of one candidate, and others in none. Its account and user are made where they are not there.
func (w *World) Mailbox(k store.MailboxKey, version string, filed, unmatched int) store.Mailbox {
	w.T.Helper()
	ctx := w.T.Context()
	if _, err := w.Store.Account(ctx, k.AccountID); hire.CodeOf(err) == hire.CodeNotFound {
		_, _, err := w.Store.PutAccount(ctx, hire.Account{ID: k.AccountID, Plan: hire.PlanPro, Version: 1})
		w.OK(err)
		_, _, err = w.Store.PutUser(ctx, hire.User{AccountID: k.AccountID, ID: "admin", Email: "admin@work.example", Role: hire.RoleSuperAdmin, Active: true, Version: 1})
		w.OK(err)
		_, err = w.Store.SetIntegration(ctx, k.AccountID, "admin", true)
		w.OK(err)
		_, _, err = w.Store.PutCandidate(ctx, hire.Candidate{AccountID: k.AccountID, ID: "cora", Emails: []string{"cora@mail.example"}, Version: 1})
		w.OK(err)
	}
	_, _, err := w.Store.PutUser(ctx, hire.User{AccountID: k.AccountID, ID: k.UserID, Email: addressOf(k), Role: hire.RoleAdmin, Active: true, Version: 1})
	w.OK(err)
	m := w.Connect(k, version)
	_, held, err := w.Store.Lease(ctx, k, m.Generation, "test", time.Minute)
	w.OK(err)
	for n := range filed + unmatched {
		c := store.ImportCommit{Held: *held, GmailThreadID: fmt.Sprintf("t%03d", n), Labelled: true, Addresses: []string{"cora@mail.example"}}
		if n >= filed {
			c.Addresses = []string{"nobody@mail.example"}
		}
		_, err := w.Store.CommitImport(ctx, c)
		w.OK(err)
	}
	w.OK(w.Store.Release(ctx, *held))
	return m
}

// addressOf is the address of a mailbox.
func addressOf(k store.MailboxKey) string {
	return hire.Digest(k.UserID) + "@" + hire.Digest(k.AccountID) + ".example"
}

// Connect connects a mailbox whose user is there, with a version of its token.
func (w *World) Connect(k store.MailboxKey, version string) store.Mailbox {
	w.T.Helper()
	ctx, sub := w.T.Context(), SubOf(k)
	_, held, err := w.Store.LockGoogleUser(ctx, sub, "holder", time.Minute)
	w.OK(err)
	if !held {
		w.T.Fatal("google user is locked")
	}
	m, _, err := w.Store.CommitConnection(ctx, store.NewConnection{
		Key: k, Sub: sub, Address: addressOf(k), TokenVersion: version, Holder: "holder", WatchHistoryID: 100, WatchExpiresAt: w.Now().Add(7 * 24 * time.Hour),
		Labels: []store.Label{{ID: "Label_1", Name: "Hire"}},
	})
	w.OK(err)
	w.OK(w.Store.UnlockGoogleUser(ctx, sub, "holder", false))
	return m
}

// SubOf is Google's id of a mailbox's user.
func SubOf(k store.MailboxKey) string { return "sub-" + k.UserID }

// Park lets Google refuse a mailbox's token.
func (w *World) Park(m store.Mailbox) {
	w.T.Helper()
	_, err := w.Store.MarkNeedsReconnect(w.T.Context(), m.Key(), m.Generation, store.Problem{Code: hire.CodeReconnectRequired})
	w.OK(err)
}

// Disconnect ends a mailbox's connection.
func (w *World) Disconnect(m store.Mailbox) {
	w.T.Helper()
	_, err := w.Store.Disconnect(w.T.Context(), m.Key(), m.Generation, m.UserID, "disconnected")
	w.OK(err)
	_, err = w.Store.FinishOffboard(w.T.Context(), m.Key(), m.Generation)
	w.OK(err)
}
