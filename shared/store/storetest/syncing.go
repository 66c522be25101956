package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

func leases(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	h := w.lease(m)
	seen := w.mailbox(ritaBox)
	_, other, err := w.Lease(w.ctx, ritaBox, m.Generation, "other", time.Minute)
	w.ok(err)
	if other != nil {
		t.Fatal("a held lease was given")
	}
	again, err := w.Finish(w.ctx, h, seen, store.Advance{Cursor: 110})
	w.ok(err)
	if !again {
		t.Error("the push that came meanwhile was not noticed")
	}
	h = w.lease(m)
	again, err = w.Finish(w.ctx, h, w.mailbox(ritaBox), store.Advance{Cursor: 120})
	w.ok(err)
	if again {
		t.Error("a push was noticed where there was none")
	}
	// Done once more, as a client does that has not heard of it.
	if again, err = w.Finish(w.ctx, h, w.mailbox(ritaBox), store.Advance{Cursor: 120}); err != nil || again {
		t.Errorf("repeated: again %t, %v", again, err)
	}
	w.lease(m)
	if _, err = w.Finish(w.ctx, h, w.mailbox(ritaBox), store.Advance{Cursor: 130}); !errors.Is(err, store.ErrLeaseLost) || w.mailbox(ritaBox).Cursor != 120 {
		t.Errorf("finished under a lease that is let go, and taken since: %v", err)
	}
}

func fencing(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	slow := w.lease(m)
	w.clock.Advance(2 * time.Hour)
	_, quick, err := w.Lease(w.ctx, ritaBox, m.Generation, "quick", time.Minute)
	w.ok(err)
	if quick == nil {
		t.Fatal("an expired lease was not given")
	}
	_, err = w.CommitImport(w.ctx, store.ImportCommit{Held: slow, GmailThreadID: "t1", Labelled: true})
	if !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("import under an old lease: %v", err)
	}
	if _, err = w.Finish(w.ctx, slow, m, store.Advance{Cursor: 999}); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("finish under an old lease: %v", err)
	}
	w.ok(w.Release(w.ctx, slow))
	if m := w.mailbox(ritaBox); m.Lease.Holder != "quick" || m.Cursor != 100 {
		t.Errorf("holder %q, cursor %d", m.Lease.Holder, m.Cursor)
	}
}

func idleAdvance(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	seen := w.mailbox(ritaBox)
	moved, err := w.AdvanceIdle(w.ctx, seen, store.Advance{Cursor: 105})
	w.ok(err)
	if !moved || w.mailbox(ritaBox).Cursor != 105 {
		t.Fatal("an idle mailbox did not move")
	}
	if moved, err = w.AdvanceIdle(w.ctx, seen, store.Advance{Cursor: 200}); err != nil || moved {
		t.Errorf("moved from a cursor that is no longer there (%v)", err)
	}
	seen = w.mailbox(ritaBox)
	h := w.lease(seen)
	if moved, err = w.AdvanceIdle(w.ctx, seen, store.Advance{Cursor: 200}); err != nil || moved {
		t.Errorf("moved while another holds the lease (%v)", err)
	}
	w.ok(w.Release(w.ctx, h))
	if moved, err = w.AdvanceIdle(w.ctx, seen, store.Advance{Cursor: 200}); err != nil || moved {
		t.Errorf("moved although a lease was given since (%v)", err)
	}
}

func listings(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	list := func(a store.Advance) store.Mailbox {
		t.Helper()
		moved, err := w.AdvanceIdle(w.ctx, w.mailbox(ritaBox), a)
		w.ok(err)
		if !moved {
			t.Fatal("it was not noted")
		}
		return w.mailbox(ritaBox)
	}
	begun := w.clock.Now()
	w.clock.Advance(time.Second)
	if m := list(store.Advance{Cursor: 101, Begun: begun, Spent: []store.Spent{{From: begun, Units: 22}}}); !m.ListedAt.Equal(begun) || len(m.Spent) != 1 || m.Spent[0].Units != 22 {
		t.Errorf("listed at %s, want when it began, %s; spent were %v", m.ListedAt, begun, m.Spent)
	}
	if m := list(store.Advance{Cursor: 102, Begun: begun.Add(time.Minute), Partial: true}); !m.ListedAt.Equal(begun) {
		t.Errorf("a listing that was broken off counts as one at %s", m.ListedAt)
	}
	if m := list(store.Advance{Cursor: 103, Begun: begun.Add(-time.Minute)}); !m.ListedAt.Equal(begun) {
		t.Errorf("a listing that took long puts the time of the last one back to %s", m.ListedAt)
	}
	for n := range 3 {
		if m := list(store.Advance{Cursor: 103, Early: store.EarlyInVain}); m.EarlyInVain != n+1 {
			t.Errorf("%d looks in vain, want %d", m.EarlyInVain, n+1)
		}
	}
	if m := list(store.Advance{Cursor: 104}); m.EarlyInVain != 3 {
		t.Errorf("any listing makes it %d looks in vain", m.EarlyInVain)
	}
	if m := list(store.Advance{Cursor: 105, Early: store.EarlyFound}); m.EarlyInVain != 0 {
		t.Errorf("%d looks in vain although the last one found something", m.EarlyInVain)
	}
}

func cursorForward(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	h := w.lease(m)
	_, err := w.Finish(w.ctx, h, w.mailbox(ritaBox), store.Advance{Cursor: 50})
	w.ok(err)
	if got := w.mailbox(ritaBox).Cursor; got != 100 {
		t.Errorf("cursor is %d", got)
	}
}

func recovery(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	verified := m.VerifiedAt
	w.clock.Advance(10 * 24 * time.Hour)
	h := w.lease(m)
	got, due, err := w.BeginRecovery(w.ctx, h, 5000, "r1")
	w.ok(err)
	if got.Cursor != 5000 || got.Recovery == nil || !got.Recovery.Since.Equal(verified) || !slices.Equal(types(due), []string{store.QueueSync}) {
		t.Errorf("recovery %+v, cursor %d, due %v", got.Recovery, got.Cursor, types(due))
	}
	w.clock.Advance(10 * time.Second)
	if got, _, err = w.BeginRecovery(w.ctx, h, 6000, "r2"); err != nil || !got.Recovery.Since.Equal(verified) {
		t.Errorf("a second recovery begins at %v (%v)", got.Recovery.Since, err)
	}
	w.ok(w.SetRecovery(w.ctx, h, "r1", nil))
	if w.mailbox(ritaBox).Recovery == nil {
		t.Error("the first recovery ended the second")
	}
	w.ok(w.SetRecovery(w.ctx, h, "r2", nil))
	if w.mailbox(ritaBox).Recovery != nil {
		t.Error("the recovery is still there")
	}
}

func ledger(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	row := store.LedgerRow{GmailID: "g1", GmailThreadID: "t1", Reason: "not_found", NextTryAt: w.clock.Now().Add(5 * time.Second)}
	commit := func(c store.ImportCommit) []store.OutboxRow {
		t.Helper()
		c.Held, c.GmailThreadID, c.Labelled, c.Addresses = h, "t1", true, []string{"cora@mail.example"}
		done, err := w.CommitImport(w.ctx, c)
		w.ok(err)
		return done.Due
	}
	if due := commit(store.ImportCommit{Waiting: []store.LedgerRow{row}}); len(due) != 1 || !due[0].DueAt.Equal(row.NextTryAt) {
		t.Errorf("next try is not queued: %+v", due)
	}
	if rows, err := w.Ledger(w.ctx, acme, "sub-rita", 10); err != nil || len(rows) != 0 {
		t.Errorf("a row is due before its time: %v (%v)", rows, err)
	}
	w.clock.Advance(5 * time.Second)
	rows, err := w.Ledger(w.ctx, acme, "sub-rita", 10)
	w.ok(err)
	if len(rows) != 1 || rows[0].Attempts != 1 {
		t.Fatalf("rows: %+v", rows)
	}
	row.NextTryAt = w.clock.Now().Add(time.Minute)
	commit(store.ImportCommit{Waiting: []store.LedgerRow{row}})
	if m := w.mailbox(ritaBox); m.LedgerSize != 1 || !m.LedgerNext.Equal(row.NextTryAt) {
		t.Errorf("ledger has %d rows, next %v", m.LedgerSize, m.LedgerNext)
	}
	commit(store.ImportCommit{Messages: []store.Incoming{w.mail("g1", "m1")}, Settled: []string{"g1", "not-there"}})
	if m := w.mailbox(ritaBox); m.LedgerSize != 0 || !m.LedgerFrom.IsZero() {
		t.Errorf("ledger has %d rows", m.LedgerSize)
	}
}

func due(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	find := func() (out []store.MailboxKey) {
		for i := range store.Shards {
			keys, err := w.DueMailboxes(w.ctx, i, 10)
			w.ok(err)
			out = append(out, keys...)
		}
		return out
	}
	if got := find(); len(got) != 0 {
		t.Errorf("due at once: %v", got)
	}
	w.clock.Advance(store.SweepInterval)
	if got := find(); !slices.Equal(got, []store.MailboxKey{ritaBox}) {
		t.Errorf("due after the interval: %v", got)
	}
	w.ok(w.LookAgain(w.ctx, ritaBox, w.clock.Now().Add(time.Hour)))
	if got := find(); len(got) != 0 {
		t.Errorf("due although put off: %v", got)
	}
}

func leftInOutbox(t *testing.T, w *world) {
	due, err := w.SetIntegration(w.ctx, acme, sam, false)
	w.ok(err)
	if left, err := w.LeftInOutbox(w.ctx, 10); err != nil || len(left) != 0 {
		t.Errorf("left at once: %v (%v)", left, err)
	}
	w.clock.Advance(3 * time.Minute)
	left, err := w.LeftInOutbox(w.ctx, 10)
	w.ok(err)
	if len(left) != 1 || left[0].ID != due[0].ID {
		t.Fatalf("left: %+v", left)
	}
	w.ok(w.HandedOver(w.ctx, left[0].ID))
	if left, err := w.LeftInOutbox(w.ctx, 10); err != nil || len(left) != 0 {
		t.Errorf("left after handing over: %v (%v)", left, err)
	}
}

func oauthState(t *testing.T, w *world) {
	o := store.OAuthState{Digest: "d", AccountID: acme, UserID: rita, ExpiresAt: w.clock.Now().Add(10 * time.Minute)}
	w.ok(w.PutOAuthState(w.ctx, o))
	got, err := w.TakeOAuthState(w.ctx, "d")
	w.ok(err)
	if got.UserID != rita {
		t.Errorf("state is %+v", got)
	}
	_, err = w.TakeOAuthState(w.ctx, "d")
	w.code(err, hire.CodeStateInvalid)
	w.ok(w.PutOAuthState(w.ctx, o))
	w.clock.Advance(10 * time.Minute)
	_, err = w.TakeOAuthState(w.ctx, "d")
	w.code(err, hire.CodeStateExpired)
}

func renewedLease(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	first := w.lease(m)
	w.clock.Advance(50 * time.Minute)
	second := w.lease(m) // the same holder
	if second.Fence != first.Fence+1 {
		t.Errorf("fence %d after %d", second.Fence, first.Fence)
	}
	w.clock.Advance(50 * time.Minute)
	w.imports(second, "t1", w.mail("g1", "m1"))
	_, err := w.CommitImport(w.ctx, store.ImportCommit{Held: first, GmailThreadID: "t1"})
	if !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("import under the lease before: %v", err)
	}
	w.clock.Advance(20 * time.Minute)
	_, err = w.CommitImport(w.ctx, store.ImportCommit{Held: second, GmailThreadID: "t1"})
	if !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("import under a lease that has run out: %v", err)
	}
}

func partialListing(t *testing.T, w *world) {
	before := w.connect(ritaBox, "sub-rita", 100)
	w.clock.Advance(time.Minute)
	h := w.lease(before)
	_, err := w.Finish(w.ctx, h, w.mailbox(ritaBox), store.Advance{Cursor: 150, Partial: true, Ahead: store.Ahead{Cursor: 150, HistoryID: 900, SeenAt: w.clock.Now()}})
	w.ok(err)
	m := w.mailbox(ritaBox)
	if m.Cursor != 150 || !m.VerifiedAt.Equal(before.VerifiedAt) || m.Ahead != (store.Ahead{}) || !m.LastSyncAt.Equal(w.clock.Now()) {
		t.Errorf("cursor %d, verified %v, ahead %+v", m.Cursor, m.VerifiedAt, m.Ahead)
	}
}

func recoveryUnderLease(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	h := w.lease(m)
	_, _, err := w.BeginRecovery(w.ctx, h, 5000, "r1")
	w.ok(err)
	w.clock.Advance(2 * time.Hour)
	if err := w.SetRecovery(w.ctx, h, "r1", nil); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("noted under a lease that has run out: %v", err)
	}
	if w.mailbox(ritaBox).Recovery == nil {
		t.Error("the recovery is gone")
	}
}

func overdueRows(t *testing.T, w *world) {
	for i := range 30 { // over all shards
		w.clock.Advance(time.Second)
		_, err := w.SetIntegration(w.ctx, acme, sam, i%2 == 1)
		w.ok(err)
	}
	w.clock.Advance(time.Hour)
	all, err := w.LeftInOutbox(w.ctx, 100)
	w.ok(err)
	if len(all) != 15 || !slices.IsSortedFunc(all, func(a, b store.OutboxRow) int { return a.DueAt.Compare(b.DueAt) }) {
		t.Fatalf("%d rows", len(all))
	}
	few, err := w.LeftInOutbox(w.ctx, 4)
	w.ok(err)
	for i, r := range few {
		if len(few) != 4 || r.ID != all[i].ID {
			t.Fatalf("the most overdue four: row %d is %s, want %s", i, r.ID, all[i].ID)
		}
	}
	w.ok(w.HandedOver(w.ctx, all[1].ID))
	w.ok(w.PutOff(w.ctx, w.clock.Now().Add(10*time.Minute), all[0].ID, all[1].ID, "never there"))
	left, err := w.LeftInOutbox(w.ctx, 100)
	w.ok(err)
	if len(left) != 13 || left[0].ID != all[2].ID {
		t.Errorf("%d rows besides the one put off and the one handed over", len(left))
	}
	w.clock.Advance(time.Hour)
	left, err = w.LeftInOutbox(w.ctx, 100)
	w.ok(err)
	if len(left) != 14 || left[13].ID != all[0].ID || !left[13].CreatedAt.Equal(all[0].CreatedAt) {
		t.Errorf("the row put off is not back: %d rows", len(left))
	}
}
