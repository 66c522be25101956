package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// commit commits what was read of conversation t1 and answers with the conversation as it then is.
func (w *world) commit(h store.Held, c store.ImportCommit) store.Tracked {
	w.t.Helper()
	c.Held, c.GmailThreadID = h, "t1"
	done, err := w.CommitImport(w.ctx, c)
	w.ok(err)
	return done.Tracked
}

func (w *world) wantReceipt(got store.Tracked, stored, inGmail int, excluded map[string]int) {
	w.t.Helper()
	if len(excluded) == 0 {
		excluded = nil
	}
	out := got.Excluded
	if len(out) == 0 {
		out = nil
	}
	if got.Stored != stored || got.InGmail != inGmail {
		w.t.Errorf("receipt: %d of %d, want %d of %d", got.Stored, got.InGmail, stored, inGmail)
	}
	if diff := cmp.Diff(excluded, out); diff != "" {
		w.t.Errorf("excluded (-want +got):\n%s", diff)
	}
}

func (w *world) row(gmailID string) store.LedgerRow {
	return store.LedgerRow{GmailID: gmailID, GmailThreadID: "t1", Reason: "not_found", NextTryAt: w.clock.Now().Add(time.Minute)}
}

func excludedAs(gmailID string, reason hire.ExclusionReason) []store.Exclusion {
	return []store.Exclusion{{GmailID: gmailID, GmailThreadID: "t1", Reason: reason}}
}

func receiptWaits(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	for range 2 { // tried twice, counted once
		w.wantReceipt(w.commit(h, store.ImportCommit{Waiting: []store.LedgerRow{w.row("g2")}}), 1, 2, nil)
	}
	w.wantReceipt(w.commit(h, store.ImportCommit{Messages: []store.Incoming{w.mail("g2", "m2")}, Settled: []string{"g2"}}), 2, 2, nil)
	w.wantReceipt(w.commit(h, store.ImportCommit{Waiting: []store.LedgerRow{w.row("g3")}}), 2, 3, nil)
	gone := map[string]int{"gone": 1}
	w.wantReceipt(w.commit(h, store.ImportCommit{Settled: []string{"g3", "g3", "never there"}, Excluded: excludedAs("g3", hire.ExcludedGone)}), 2, 2, gone)
	w.wantReceipt(w.commit(h, store.ImportCommit{Waiting: []store.LedgerRow{{GmailID: "thread:t1", GmailThreadID: "t1", Whole: true, NextTryAt: w.clock.Now()}}}), 2, 2, gone)
	w.wantReceipt(w.commit(h, store.ImportCommit{Settled: []string{"thread:t1"}}), 2, 2, gone)
}

func receiptExclusions(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	for range 2 {
		w.wantReceipt(w.commit(h, store.ImportCommit{Excluded: excludedAs("g2", hire.ExcludedSkippedInbox)}), 1, 1, map[string]int{"skipped_inbox": 1})
	}
	since := func() time.Time {
		_, excluded, err := w.Known(w.ctx, acme, "sub-rita", []string{"g2"})
		w.ok(err)
		return excluded["g2"].Since
	}
	before := since()
	w.clock.Advance(time.Minute)
	w.wantReceipt(w.commit(h, store.ImportCommit{Excluded: excludedAs("g2", hire.ExcludedTrash)}), 1, 1, map[string]int{"trash": 1})
	if !since().Equal(before) {
		t.Error("the row has lost its age")
	}
	w.wantReceipt(w.commit(h, store.ImportCommit{Messages: []store.Incoming{w.mail("g2", "m2")}}), 2, 2, nil)
}

func receiptListing(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	listing := func() *store.Listing {
		return &store.Listing{HistoryID: 7, Admitted: []string{"g1", "g2", "g3", "g4"}, Excluded: map[string]int{"spam": 1}}
	}
	// g2 is filed, g3 waits, g4 went into the bin between the listing and its fetching.
	c := store.ImportCommit{
		Messages: []store.Incoming{w.mail("g2", "m2")}, Settled: []string{"g2"}, Waiting: []store.LedgerRow{w.row("g3")}, Excluded: excludedAs("g4", hire.ExcludedTrash), Listing: listing(),
	}
	got := w.commit(h, c)
	w.wantReceipt(got, 2, 3, map[string]int{"spam": 1, "trash": 1})
	if !got.CheckedAt.Equal(w.clock.Now()) || got.HistoryID != 7 {
		t.Errorf("checked %v, history id %d", got.CheckedAt, got.HistoryID)
	}
	// What nobody filed, put into the ledger or excluded is missing, and said to be.
	w.wantReceipt(w.commit(h, store.ImportCommit{Listing: listing()}), 2, 4, map[string]int{"spam": 1})
	w.wantReceipt(w.commit(h, store.ImportCommit{Messages: []store.Incoming{w.mail("g3", "m3"), w.mail("g4", "m4")}, Settled: []string{"g3", "g4"}, Listing: listing()}), 4, 4, map[string]int{"spam": 1})
}

func receiptOfASend(t *testing.T, w *world) {
	x := w.drafted()
	_, _, err := w.CommitSent(w.ctx, acme, x.ID, w.sent())
	w.ok(err)
	h := w.lease(w.mailbox(ritaBox))
	m := w.sent()
	w.wantReceipt(w.commit(h, store.ImportCommit{Messages: []store.Incoming{{GmailID: "g1", Message: m.Message, SendID: x.ID}}, Settled: []string{"g1"}}), 1, 1, nil)
	w.wantReceipt(w.commit(h, store.ImportCommit{Listing: &store.Listing{HistoryID: 9, Admitted: []string{"g1"}}}), 1, 1, nil)
}

func ledgerFigures(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g0", "m0"))
	start := w.clock.Now()
	wait := func(id string, next time.Duration) {
		t.Helper()
		row := w.row(id)
		row.NextTryAt = start.Add(next)
		w.commit(h, store.ImportCommit{Waiting: []store.LedgerRow{row}})
	}
	want := func(size int, next, from time.Duration) {
		t.Helper()
		m := w.mailbox(ritaBox)
		at := func(d time.Duration) time.Time {
			if d < 0 {
				return time.Time{}
			}
			return start.Add(d)
		}
		if m.LedgerSize != size || !m.LedgerNext.Equal(at(next)) || !m.LedgerFrom.Equal(at(from)) {
			t.Errorf("%d rows, next %v, from %v; want %d, %v, %v", m.LedgerSize, m.LedgerNext, m.LedgerFrom, size, at(next), at(from))
		}
	}
	wait("a", time.Minute)
	want(1, time.Minute, 0)
	w.clock.Advance(time.Second)
	wait("b", time.Hour) // must not make a wait
	want(2, time.Minute, 0)
	w.clock.Advance(time.Second)
	wait("a", 6*time.Hour) // must not make b wait
	want(2, time.Hour, 0)
	w.commit(h, store.ImportCommit{Settled: []string{"a", "a"}})
	want(1, time.Hour, time.Second) // the older one is gone
	w.commit(h, store.ImportCommit{Settled: []string{"a", "b"}})
	want(0, -1, -1)
}
