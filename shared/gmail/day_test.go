package gmail

import (
	"context"
	"errors"
	"testing"
	"time"
)

// dayBook is what all processes have told.
type dayBook struct {
	told []int
	days []time.Time
	sum  int
	err  error
}

func (b *dayBook) AddUnits(ctx context.Context, day time.Time, units int) (int, error) {
	if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > reportTimeout {
		return 0, errors.New("it may take for ever")
	}
	b.told, b.days = append(b.told, units), append(b.days, day)
	if b.err != nil {
		return 0, b.err
	}
	b.sum += units
	return b.sum, nil
}

// A process tells seldom what it spends, and learns what others have spent: the project's limit for the day is one for all of them.
func TestTheProjectsDay(t *testing.T) {
	t.Parallel()
	book := &dayBook{}
	w := newWorld(t, says(`{"historyId":"7"}`), func(o *Options) { o.Days, o.Quota.ProjectPerDay = book, 1000 })
	list := func() error {
		_, err := w.mailbox.History(t.Context(), 7, "")
		return err
	}
	tells := func(when string, calls int, want ...int) {
		t.Helper()
		book.told = nil
		for range calls {
			if err := list(); err != nil {
				t.Fatalf("%s: %v", when, err)
			}
		}
		if len(book.told) != len(want) || len(want) > 0 && book.told[0] != want[0] {
			t.Errorf("%s it tells of %v units, want %v", when, book.told, want)
		}
	}
	tells("at once", 3, 2) // the first of them; what it learns binds the others
	w.advance(reportEvery - time.Second)
	tells("within five minutes", 4)
	w.advance(time.Second)
	tells("after five minutes", 1, 14)
	w.advance(reportEvery)
	book.err = errors.New("the database is away")
	tells("while it can't", 1, 2)
	book.err = nil
	w.advance(reportEvery)
	tells("the next time", 1, 4) // those, too

	// Others have spent nearly all of what reading may.
	book.sum = 895
	w.advance(reportEvery)
	tells("with the others", 1, 2)
	if err := list(); err != nil {
		t.Errorf("899 of 900 units: %v", err)
	}
	err := list()
	var limit *RateLimit
	if begins := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC); !errors.As(err, &limit) || limit.Reason != reasonLedgerProjectDay || !limit.Own() || !limit.Until.Equal(begins) {
		t.Fatalf("got %v, want the project's limit until the next day", err)
	}
	if _, err := w.mailbox.SendDraft(t.Context(), "r1"); err != nil {
		t.Errorf("a send of 100 units, with 101 left: %v", err)
	}
	w.advance(limit.Until.Sub(w.clock()))
	book.sum = 0
	tells("the next day", 1, 2)
	if day := book.days[len(book.days)-1]; !day.Equal(limit.Until) || !day.Equal(DayOf(w.clock())) {
		t.Errorf("it tells of the day that began at %s", day)
	}
}

// The cap that a project's owner has set concerns all mailboxes: who meets it first asks for all.
func TestTheProjectsCapStopsAllMailboxes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, script(fails(403, "dailyLimitExceeded", "Daily Limit Exceeded"), says(`{"historyId":"7"}`)))
	for _, box := range []*Mailbox{w.mailbox, w.client.Mailbox("1002", w.mailbox.token)} {
		_, err := box.History(t.Context(), 7, "")
		var limit *RateLimit
		if !errors.As(err, &limit) || !limit.Daily || limit.Own() {
			t.Fatalf("got %v, want the cap", err)
		}
	}
	if n := len(w.calls()); n != 1 {
		t.Errorf("Gmail was asked %d times, want once", n)
	}
	w.advance(24 * time.Hour)
	if _, err := w.mailbox.History(t.Context(), 7, ""); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

// What a mailbox has spent in one process counts in the next that takes it over, once, and for no longer than a minute, however often they tell each other.
func TestSpentElsewhere(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	sum := func(l *ledger) (units int) {
		for _, s := range l.spent("1001", now) {
			units += s.Units
		}
		return units
	}
	quota := must(Quota{UserPerMinute: 100}.complete())
	a, b := newLedger(quota, 10), newLedger(quota, 10)
	get := []method{messagesGet}
	for range 4 {
		if limit := a.spend("1001", PriorityBackfill, get, now); limit != nil {
			t.Fatal(limit)
		}
	}
	begun := now
	for range 20 {
		now = now.Add(3 * time.Second)
		b.learn("1001", a.spent("1001", now), now)
		a.learn("1001", b.spent("1001", now), now)
		if sum(a) != 80 || sum(b) != 80 {
			t.Fatalf("after %s one knows of %d units, the other of %d", now.Sub(begun), sum(a), sum(b))
		}
	}
	limit := b.spend("1001", PriorityBackfill, get, now)
	if limit == nil || limit.Until.Sub(begun) > 66*time.Second {
		t.Fatalf("got %v, want a wait until the minute is over", limit)
	}
	if limit := b.spend("1001", PrioritySend, get, now); limit != nil {
		t.Errorf("a send has to wait: %v", limit)
	}
	now = limit.Until
	if limit := b.spend("1001", PriorityBackfill, get, now); limit != nil {
		t.Errorf("at the time named: %v", limit)
	}
	a.learn("1001", []Spent{{From: now.Add(-2 * time.Minute), Units: 100}, {From: now.Add(time.Hour), Units: 5}}, now)
	if got := sum(a); got != 5 {
		t.Errorf("%d units are known, want none of long ago, and of a clock that is ahead what it says", got)
	}
}
