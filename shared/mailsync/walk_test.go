package mailsync

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

// A conversation is compared again where it has changed, or where something of it was missing: the ledger alone is not relied on.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tracked store.Tracked
		want    bool
	}{
		"complete, as it was":               {store.Tracked{State: store.TrackActive, HistoryID: 7, InGmail: 3, Stored: 3}, true},
		"complete, since changed":           {store.Tracked{State: store.TrackActive, HistoryID: 6, InGmail: 3, Stored: 3}, false},
		"incomplete":                        {store.Tracked{State: store.TrackActive, HistoryID: 7, InGmail: 3, Stored: 2}, false},
		"never compared":                    {store.Tracked{State: store.TrackActive}, false},
		"unknown":                           {store.Tracked{}, false},
		"unmatched, as it was":              {store.Tracked{State: store.TrackUnmatched, HistoryID: 7}, true},
		"unmatched, since changed":          {store.Tracked{State: store.TrackUnmatched, HistoryID: 6}, false},
		"unmatched, and could not be read":  {store.Tracked{State: store.TrackUnmatched}, false},
		"no longer labelled, and now it is": {store.Tracked{State: store.TrackStopped, HistoryID: 7, InGmail: 3, Stored: 3}, false},
	} {
		if got := unchanged(test.tracked, gmail.ThreadRef{ID: "t", HistoryID: 7}); got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
	}
}

// A message that was seen and can't be read after all stays in the ledger.
func TestTroubledIsNotSettled(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	r := &run{Engine: &Engine{Options: Options{Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}}, retrying: map[string]store.LedgerRow{"g1": {GmailID: "g1", Attempts: 2, Since: now.Add(-time.Hour)}}}
	c := store.ImportCommit{GmailThreadID: "t1", Settled: []string{"g0", "g1"}}
	r.troubled(t.Context(), &c, "g1", fmt.Errorf("get attachment: %w", gmail.ErrUnavailable))
	want := store.ImportCommit{GmailThreadID: "t1", Settled: []string{"g0"}, Waiting: []store.LedgerRow{
		{GmailID: "g1", GmailThreadID: "t1", Reason: "unavailable", NextTryAt: now.Add(2 * time.Minute)},
	}}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("commit (-want +got):\n%s", diff)
	}
}
