package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

func (w *world) askResync(total int) (store.Mailbox, []store.OutboxRow) {
	w.t.Helper()
	m, due, err := w.AskResync(w.ctx, ritaBox, total)
	w.ok(err)
	return m, due
}

func resyncAsked(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	w.clock.Advance(time.Minute)
	m, due := w.askResync(7)
	var task store.SyncTask
	if len(due) != 1 || due[0].Type != store.QueueSync || json.Unmarshal(due[0].Body, &task) != nil {
		t.Fatalf("due: %+v", due)
	}
	if task.UserID != rita || task.Generation != m.Generation || task.Reason != "resync" || !task.Import {
		t.Errorf("task %+v", task)
	}
	first := m.Resync
	if first == nil || first.Total != 7 || !first.AskedAt.Equal(w.clock.Now()) || !m.Resyncing() || *w.mailbox(ritaBox).Resync != *first {
		t.Fatalf("resync %+v", first)
	}
	entries, err := w.Audit(w.ctx, acme, store.AuditQuery{}, 1)
	w.ok(err)
	if len(entries) != 1 || entries[0].Action != "mailbox.resync" || entries[0].Target != rita {
		t.Errorf("audit: %+v", entries)
	}

	w.clock.Advance(time.Minute)
	m, again := w.askResync(9)
	if *m.Resync != *first || len(again) != 1 || again[0].ID == due[0].ID {
		t.Errorf("asked again: resync %+v, want %+v; due %+v", m.Resync, first, again)
	}
	done := *first
	done.EndedAt = w.clock.Now()
	w.ok(w.SetResync(w.ctx, w.lease(m), done))
	if m, _ = w.askResync(9); m.Resync.ID == first.ID || m.Resync.Total != 9 || !m.Resyncing() {
		t.Errorf("asked after its end: %+v", m.Resync)
	}
}

func resyncUnderLease(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	m, _ := w.askResync(7)
	h := w.lease(m)
	far := *m.Resync
	far.After, far.Done, far.Repaired = "t3", 3, 1
	w.ok(w.SetResync(w.ctx, h, far))
	other := far
	other.ID, other.Done = "another", 5
	w.ok(w.SetResync(w.ctx, h, other))
	if got := w.mailbox(ritaBox).Resync; *got != far {
		t.Errorf("resync %+v, want %+v", got, far)
	}
	w.clock.Advance(2 * time.Hour)
	late := far
	late.Done = 9
	if err := w.SetResync(w.ctx, h, late); !errors.Is(err, store.ErrLeaseLost) || w.mailbox(ritaBox).Resync.Done != 3 {
		t.Errorf("noted under a lease that has run out: %v", err)
	}
}

func resyncPassesOn(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	m, _ := w.askResync(7)
	w.clock.Advance(time.Minute)
	if next := w.connect(ritaBox, "sub-rita", 200); next.Generation == m.Generation || !next.Resyncing() {
		t.Errorf("connected anew: %+v", next.Resync)
	}
	if next := w.connect(ritaBox, "another-sub", 200); next.Resync != nil {
		t.Errorf("another Google user's: %+v", next.Resync)
	}
}

func walkAsked(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	ask := func(run string) store.OutboxRow {
		t.Helper()
		got, due, err := w.AskWalk(w.ctx, ritaBox, run)
		w.ok(err)
		var task store.SyncTask
		if len(due) != 1 || due[0].Type != store.QueueSync || json.Unmarshal(due[0].Body, &task) != nil || got.Generation != m.Generation || got.Resync != nil {
			t.Fatalf("due %+v", due)
		}
		if task.AccountID != acme || task.UserID != rita || task.Generation != m.Generation || task.Reason != "backfill" || !task.Import {
			t.Errorf("task %+v", task)
		}
		return due[0]
	}
	if one, again, other := ask("run-1"), ask("run-1"), ask("run-2"); one.ID != again.ID || one.ID == other.ID {
		t.Errorf("rows %s, %s and %s: want the first two the same", one.ID, again.ID, other.ID)
	}
	w.clock.Advance(time.Hour)
	if left, err := w.LeftInOutbox(w.ctx, 10); err != nil || len(left) < 2 {
		t.Errorf("the rows are not in the outbox: %+v (%v)", left, err)
	}
}

func askedInVain(t *testing.T, w *world) {
	_, _, err := w.AskResync(w.ctx, ritaBox, 1)
	w.code(err, hire.CodeNotFound)
	_, _, err = w.AskWalk(w.ctx, ritaBox, "run")
	w.code(err, hire.CodeNotFound)
	m := w.connect(ritaBox, "sub-rita", 100)
	_, err = w.MarkNeedsReconnect(w.ctx, ritaBox, m.Generation, store.Problem{Code: hire.CodeReconnectRequired})
	w.ok(err)
	m, due := w.askResync(1)
	if m.State != store.NeedsReconnect || len(due) != 0 || w.mailbox(ritaBox).Resync != nil {
		t.Errorf("mailbox %+v, due %+v", m, due)
	}
	if m, due, err = w.AskWalk(w.ctx, ritaBox, "run"); err != nil || m.State != store.NeedsReconnect || len(due) != 0 {
		t.Errorf("mailbox %+v, due %+v (%v)", m, due, err)
	}
}

func allTracked(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	var want []string
	for i := range 5 {
		id := fmt.Sprintf("t%d", i)
		want = append(want, id)
		c := store.ImportCommit{Held: h, GmailThreadID: id, Labelled: true, Addresses: []string{"cora@mail.example"}, Messages: []store.Incoming{w.mail("g"+id, "m"+id)}}
		if i == 2 { // in no profile
			c.Addresses, c.Messages = []string{"nobody@mail.example"}, nil
		}
		_, err := w.CommitImport(w.ctx, c)
		w.ok(err)
	}
	w.ok(w.StopTracking(w.ctx, h, "t4"))
	var got []string
	states := map[store.TrackState]int{}
	for after := ""; ; {
		page, err := w.AllTracked(w.ctx, acme, "sub-rita", after, 2)
		w.ok(err)
		for _, c := range page {
			got, after = append(got, c.GmailThreadID), c.GmailThreadID
			states[c.State]++
		}
		if len(page) < 2 {
			break
		}
	}
	if !slices.Equal(got, want) || states[store.TrackActive] != 3 || states[store.TrackUnmatched] != 1 || states[store.TrackStopped] != 1 {
		t.Errorf("listed %q, states %v", got, states)
	}
	if page, err := w.AllTracked(w.ctx, "bolt", "sub-rita", "", 10); err != nil || len(page) != 0 {
		t.Errorf("of another account: %+v (%v)", page, err)
	}
}

func accountIDs(t *testing.T, w *world) {
	for _, id := range []string{"bolt", "acme/2", "zenith"} {
		w.account(hire.Account{ID: id, Plan: hire.PlanPro, Version: 1})
	}
	var got []string
	for after := ""; ; {
		page, err := w.AccountIDs(w.ctx, after, 3)
		w.ok(err)
		got = append(got, page...)
		if len(page) < 3 {
			break
		}
		after = page[2]
	}
	if want := []string{acme, "acme/2", "bolt", "zenith"}; !slices.Equal(got, want) {
		t.Errorf("accounts %q, want %q", got, want)
	}
}
