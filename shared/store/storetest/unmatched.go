package storetest

import (
	"testing"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// readUnmatched: while it matches nobody, a conversation need not be read again before it changes; once it does, nothing of it counts as compared.
func readUnmatched(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	commit := func(history int64, addresses ...string) store.Tracked {
		t.Helper()
		done, err := w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: "t1", Labelled: true, Addresses: addresses, HistoryID: history})
		w.ok(err)
		return done.Tracked
	}
	if got := commit(700, "stranger@mail.example"); got.State != store.TrackUnmatched || got.HistoryID != 700 {
		t.Errorf("unmatched it is %+v, read at 700", got)
	}
	if got := commit(0); got.HistoryID != 700 {
		t.Errorf("something else is noted, and it is read at %d", got.HistoryID)
	}
	w.candidate(hire.Candidate{AccountID: acme, ID: cora, Name: "Cora", Emails: []string{"stranger@mail.example"}, Version: 2})
	if got := commit(700); got.State != store.TrackActive || got.HistoryID != 0 {
		t.Errorf("matched it is %+v, want it not compared", got)
	}
}
