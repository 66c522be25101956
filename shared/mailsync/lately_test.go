package mailsync

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

// growing is a mailbox to which mail comes, in one conversation.
type growing struct {
	Gmail
	came     []gmail.HistoryRecord
	listings int
}

func (g *growing) History(context.Context, int64, string) (gmail.HistoryPage, error) {
	g.listings++
	return gmail.HistoryPage{Records: g.came}, nil
}

// A walk over many conversations recalls what others have listed since it began, and lists nothing again where they have not.
func TestRecallOfAWalk(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	g := &growing{}
	r := &run{Engine: &Engine{Options: Options{Now: func() time.Time { return now }}}, gmail: g}
	recall := func(cursor int64) []string {
		t.Helper()
		r.box = store.Mailbox{Cursor: cursor, MovedFrom: store.Move{Cursor: cursor - 1, At: now.Add(-time.Second)}} // as the lease for the next conversation gives it
		var rd reading
		if err := r.recall(t.Context(), "t1", store.Tracked{}, &rd); err != nil {
			t.Fatal(err)
		}
		return rd.told
	}
	for n, step := range []struct {
		cursor   int64
		listings int
	}{{10, 1}, {10, 1}, {11, 2}, {11, 2}, {12, 3}} {
		id := string(rune('a' + step.cursor - 10))
		if !slices.ContainsFunc(g.came, func(r gmail.HistoryRecord) bool { return r.ID == step.cursor }) {
			g.came = append(g.came, gmail.HistoryRecord{ID: step.cursor, Added: []gmail.MessageRef{{ID: id, ThreadID: "t1"}}})
		}
		if told := recall(step.cursor); !slices.Contains(told, id) || g.listings != step.listings {
			t.Errorf("conversation %d: %q after %d listings, want %q among them after %d", n+1, told, g.listings, id, step.listings)
		}
	}
}
