package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// world is a store with one account, two users and a candidate.
type world struct {
	*store.Store
	db    docs.DB
	t     *testing.T
	ctx   context.Context
	clock *clocktest.Clock
}

const (
	acme = "acme"
	rita = "rita"
	sam  = "sam"
	cora = "cora"
)

var ritaBox = store.MailboxKey{AccountID: acme, UserID: rita}

func newWorld(t *testing.T, db docs.DB) *world {
	w := &world{db: db, t: t, ctx: t.Context(), clock: clocktest.New()}
	s, err := store.New(db, store.Options{Now: w.clock.Now, Replies: unsigned{}})
	if err != nil {
		t.Fatal(err)
	}
	w.Store = s
	w.seed(acme)
	return w
}

func (w *world) seed(account string) {
	w.t.Helper()
	w.account(hire.Account{ID: account, Plan: hire.PlanPro, Version: 1})
	w.user(hire.User{AccountID: account, ID: sam, Email: "sam@" + account + ".example", Role: hire.RoleSuperAdmin, Active: true, Version: 1})
	w.user(hire.User{AccountID: account, ID: rita, Email: "rita@" + account + ".example", Role: hire.RoleAdmin, Active: true, Version: 1})
	w.candidate(hire.Candidate{AccountID: account, ID: cora, Name: "Cora", Emails: []string{"Cora@mail.example"}, Version: 1})
	_, err := w.SetIntegration(w.ctx, account, sam, true)
	w.ok(err)
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) code(err error, want hire.Code) {
	w.t.Helper()
	if got := hire.CodeOf(err); got != want {
		w.t.Fatalf("error %v, want code %s", err, want)
	}
}

func (w *world) account(a hire.Account) (bool, []store.OutboxRow) {
	w.t.Helper()
	applied, due, err := w.PutAccount(w.ctx, a)
	w.ok(err)
	return applied, due
}

func (w *world) user(u hire.User) (bool, []store.OutboxRow) {
	w.t.Helper()
	applied, due, err := w.PutUser(w.ctx, u)
	w.ok(err)
	return applied, due
}

func (w *world) candidate(c hire.Candidate) []store.OutboxRow {
	w.t.Helper()
	_, due, err := w.PutCandidate(w.ctx, c)
	w.ok(err)
	return due
}

// connect connects a user of an account; sub is Google's id of the user.
func (w *world) connect(k store.MailboxKey, sub string, history int64) store.Mailbox {
	w.t.Helper()
	_, held, err := w.LockGoogleUser(w.ctx, sub, "holder", time.Minute)
	w.ok(err)
	if !held {
		w.t.Fatal("google user is locked")
	}
	m, _, err := w.CommitConnection(w.ctx, store.NewConnection{
		Key: k, Sub: sub, Address: k.UserID + "@" + k.AccountID + ".example", TokenVersion: w.clock.Now().String(), Holder: "holder", WatchHistoryID: history,
		Labels: []store.Label{{ID: "Label_1", Name: "Hire"}}, WatchExpiresAt: w.clock.Now().Add(7 * 24 * time.Hour),
	})
	w.ok(err)
	w.ok(w.UnlockGoogleUser(w.ctx, sub, "holder", false))
	return m
}

func (w *world) lease(m store.Mailbox) store.Held {
	w.t.Helper()
	_, held, err := w.Lease(w.ctx, m.Key(), m.Generation, "sync", time.Hour)
	w.ok(err)
	if held == nil {
		w.t.Fatal("lease was not given")
	}
	return *held
}

func (w *world) mailbox(k store.MailboxKey) store.Mailbox {
	w.t.Helper()
	m, found, err := w.Mailbox(w.ctx, k)
	w.ok(err)
	if !found {
		w.t.Fatal("mailbox is not there")
	}
	return m
}

// mail is a message from Cora to Rita.
func (w *world) mail(gmailID, messageID string) store.Incoming {
	return store.Incoming{GmailID: gmailID, Message: hire.Message{
		MessageID: messageID, From: []hire.Address{{Name: "Cora", Addr: "cora@mail.example"}}, To: []hire.Address{{Addr: "rita@acme.example"}},
		Subject: "Job", Date: w.clock.Now(), ReceivedAt: w.clock.Now(), Text: "hello",
	}}
}

func (w *world) imports(h store.Held, thread string, in ...store.Incoming) store.Imported {
	w.t.Helper()
	done, err := w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: thread, Labelled: true, Addresses: []string{"CORA@mail.example"}, Messages: in})
	w.ok(err)
	return done
}

func (w *world) threads(account, candidate string) []hire.Thread {
	w.t.Helper()
	list, err := w.Threads(w.ctx, account, candidate, nil, 100)
	w.ok(err)
	return list
}

func types(rows []store.OutboxRow) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Type)
	}
	return out
}
