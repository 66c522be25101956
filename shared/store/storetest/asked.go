package storetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

func (w *world) asks(m store.Mailbox, threads ...string) (store.AskedImports, []store.OutboxRow) {
	w.t.Helper()
	a, due, err := w.AskImport(w.ctx, m.Key(), m.Generation, cora, threads)
	w.ok(err)
	return a, due
}

func askedOnce(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	a, due := w.asks(m, "t1", "t2")
	var task store.SyncTask
	if len(due) != 1 || due[0].Type != store.QueueSync || json.Unmarshal(due[0].Body, &task) != nil || task.CandidateID != cora || task.Reason != "asked" || task.UserID != rita {
		t.Fatalf("due: %+v, task %+v", due, task)
	}
	if len(a.Conversations) != 2 || !a.Conversations[0].AskedAt.Equal(w.clock.Now()) || !a.Conversations[0].EndedAt.IsZero() {
		t.Errorf("asked: %+v", a)
	}
	w.clock.Advance(time.Minute)
	if _, due := w.asks(m, "t2", "t1"); len(due) != 0 {
		t.Errorf("asked again: due %+v", due)
	}
	w.clock.Advance(10 * time.Minute)
	if _, due := w.asks(m, "t2"); len(due) != 1 {
		t.Errorf("asked again after its task must have run: due %+v", due)
	}
	entries, err := w.Audit(w.ctx, acme, store.AuditQuery{}, 10)
	w.ok(err)
	n := 0
	for _, e := range entries {
		if e.Action == store.AuditImportRequested && e.Target == cora && e.UserID == rita {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d entries in the audit: %+v", n, entries)
	}
	w.ok(w.EndAsked(w.ctx, ritaBox, cora, "sub-rita", "t1", hire.MissGone))
	w.ok(w.EndAsked(w.ctx, ritaBox, cora, "sub-rita", "t1", "")) // it has ended
	got, err := w.AskedImports(w.ctx, ritaBox, cora, "sub-rita")
	w.ok(err)
	if c := got.Conversations; len(c) != 2 || c[0].Miss != hire.MissGone || c[0].EndedAt.IsZero() || !c[1].EndedAt.IsZero() {
		t.Errorf("in the end: %+v", c)
	}
	if got, err := w.AskedImports(w.ctx, ritaBox, cora, "sub-other"); err != nil || len(got.Conversations) != 0 {
		t.Errorf("in another mailbox: %+v, %v", got, err)
	}
	_, _, err = w.AskImport(w.ctx, ritaBox, m.Generation+1, cora, []string{"t3"})
	w.code(err, hire.CodeStaleConnection)
	var many []string
	for i := range 99 {
		many = append(many, fmt.Sprint("m", i))
	}
	w.asks(m, many...)
	_, _, err = w.AskImport(w.ctx, ritaBox, m.Generation, cora, []string{"t4"})
	w.code(err, hire.CodeRateLimited)
}

func askedForACandidate(t *testing.T, w *world) {
	w.candidate(hire.Candidate{AccountID: acme, ID: "twin", Emails: []string{"cora@mail.example"}, UpdatedAt: w.clock.Now().Add(time.Hour), Version: 1})
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	ask := func(candidate, thread string, addresses ...string) (store.Imported, error) {
		return w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: thread, Ours: true, Asked: candidate, Subject: "Job", Addresses: addresses})
	}
	done, err := ask(cora, "t1", "Cora@mail.example")
	w.ok(err)
	if got := done.Tracked; got.State != store.TrackActive || got.CandidateID != cora || !got.Ours || !got.Ambiguous {
		t.Errorf("tracked: %+v", got)
	}
	for _, c := range []struct {
		candidate, thread, address string
		want                       hire.MissReason
	}{
		{cora, "t2", "stranger@mail.example", hire.MissNoCandidate},
		{cora, "t2", "cora@mail.example.org", hire.MissNoCandidate},
		{"nobody", "t2", "cora@mail.example", hire.MissCandidateDeleted},
		{"twin", "t1", "cora@mail.example", hire.MissOtherCandidate},
	} {
		if _, err := ask(c.candidate, c.thread, c.address); store.MissOf(err) != c.want {
			t.Errorf("%+v: %v", c, err)
		}
	}
	tracked, err := w.Tracked(w.ctx, acme, "sub-rita", []string{"t1", "t2"})
	w.ok(err)
	if len(tracked) != 1 || tracked["t1"].CandidateID != cora {
		t.Errorf("tracked: %+v", tracked)
	}
}
