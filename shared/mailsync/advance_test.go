package mailsync

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

// quiet is a mailbox whose history is empty, and a process that stands still after it was told so.
type quiet struct {
	Store
	Gmail
	now    time.Time
	stands time.Duration
	moved  store.Advance
}

func (q *quiet) History(context.Context, int64, string) (gmail.HistoryPage, error) {
	q.now = q.now.Add(q.stands)
	return gmail.HistoryPage{HistoryID: 20}, nil
}

func (q *quiet) Spent() []store.Spent { return nil }

func (q *quiet) AdvanceIdle(_ context.Context, _ store.Mailbox, a store.Advance) (bool, error) {
	q.moved = a
	return true, nil
}

// The id that an empty listing has named is trusted once another, begun a minute later, is empty too; how long that one took to be dealt with does not count.
func TestEmptyListingsAMinuteApart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		later, stands time.Duration
		want          int64
	}{
		"a minute later":                          {time.Minute, 0, 15},
		"too soon":                                {59 * time.Second, 0, 10},
		"too soon, and the process stands still":  {3 * time.Second, 2 * time.Minute, 10},
		"a minute later, and it stands still too": {time.Minute, 2 * time.Minute, 15},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := &quiet{now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), stands: test.stands}
			box := store.Mailbox{Cursor: 10, Ahead: store.Ahead{Cursor: 10, HistoryID: 15, SeenAt: q.now}}
			q.now = q.now.Add(test.later)
			r := &run{Engine: &Engine{Options: Options{Store: q, Now: func() time.Time { return q.now }, Log: slog.New(slog.DiscardHandler)}}, gmail: q, box: box}
			if again, err := r.pass(t.Context()); again || err != nil {
				t.Fatalf("again %t, error %v", again, err)
			}
			if q.moved.Cursor != test.want {
				t.Errorf("cursor %d, want %d", q.moved.Cursor, test.want)
			}
		})
	}
}
