package functions_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// What a listing of a mailbox's history can jump over: in each case mail that nobody would ever list again.

// 250 mails come between two looks, and Gmail lists them on three pages.
func TestTrap01_AllPagesOfAHistoryAreRead(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.losePushes()
	w.behave(func(b *gmailtest.Behaviour) { b.HistoryPageSize = 100 })
	const n = 250
	for i := range n {
		w.clock.Advance(time.Second)
		candidate.answers(fmt.Sprintf("Mail %d.", i))
	}
	listed := w.counting("history.list")
	w.swept()
	threads := r.profile(cora).Threads
	if len(threads) != 1 || threads[0].Messages != 1+n || threads[0].Receipt.Stored != 1+n || threads[0].Receipt.InGmail != 1+n {
		t.Errorf("the profile has %+v, want one conversation of %d mails", threads, 1+n)
	}
	if pages := listed(); pages < 3 {
		t.Errorf("the history was listed on %d pages, so this shows nothing", pages)
	}
}

// A mail has come, and thousands of history ids after it the next notification.
func TestTrap02_GapOfAnySizeIsListedFromItsBegin(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.losePushes()
	candidate.answers("Yes, tomorrow.")
	thread, box, cursor := w.unrelated(), w.mailbox(ritaMail), uint64(w.record(rita).Cursor)
	for range 300 {
		w.ok(box.MarkRead(thread))
		w.ok(box.MarkUnread(thread))
	}
	w.watchPushes(func([]byte) bool { return false })
	w.clock.Advance(2 * time.Second)
	w.ok(box.MarkRead(thread))
	if gap := box.HistoryID() - cursor; gap < 5000 {
		t.Fatalf("the gap is of %d history ids, so this shows nothing", gap)
	}
	w.pass(time.Minute)
	r.shows("after the notification", "> Can we talk?", "Yes, tomorrow.")
}

// Gmail lists pages that are empty and go on.
func TestTrap14_EmptyPageDoesNotEndTheListing(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.losePushes()
	w.behave(func(b *gmailtest.Behaviour) { b.EmptyPagesWithToken, b.HistoryPageSize = true, 2 })
	want := []string{"> Can we talk?"}
	for i := range 5 {
		w.clock.Advance(time.Second)
		want = append(want, fmt.Sprintf("Mail %d.", i))
		candidate.answers(want[i+1])
	}
	w.swept()
	r.shows("after the sweep", want...)
}

// The notification comes at once, and the record that it speaks of can be listed three seconds later. No other notification and no sweep comes.
func TestTrap19_NotificationBeforeItsHistory(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.pass(time.Minute)
	w.behave(func(b *gmailtest.Behaviour) { b.PushAheadFor = 3 * time.Second })
	candidate.answers("Yes, tomorrow.")
	w.settle()
	w.losePushes()
	r.shows("after the notification", "> Can we talk?")
	if cursor, now := w.record(rita).Cursor, w.mailbox(ritaMail).HistoryID(); uint64(cursor) >= now {
		t.Errorf("the cursor is at %d, past the mail's record %d that was not listed", cursor, now)
	}
	w.pass(30 * time.Second)
	r.shows("half a minute later", "> Can we talk?", "Yes, tomorrow.")
}

// Each answer names the mailbox's present history id, while the records that it lists lag behind.
func TestTrap49_AnswersIDIsAheadOfItsRecords(t *testing.T) {
	t.Parallel()
	t.Run("the listing is empty", func(t *testing.T) {
		t.Parallel()
		w, r, candidate := conversation(t)
		w.pass(2 * time.Minute)
		w.losePushes()
		w.behave(func(b *gmailtest.Behaviour) { b.PushAhead = true })
		candidate.answers("Yes, tomorrow.")
		w.look()
		w.clock.Advance(30 * time.Second)
		w.look() // empty once more, but too soon to mean anything
		w.clock.Advance(20 * time.Second)
		w.mailbox(ritaMail).ReleaseHistory()
		w.clock.Advance(time.Minute)
		w.look()
		r.shows("once it is listed", "> Can we talk?", "Yes, tomorrow.")
	})
	t.Run("the listing has a part", func(t *testing.T) {
		t.Parallel()
		w, r, candidate := conversation(t)
		w.pass(2 * time.Minute)
		w.losePushes()
		w.behave(func(b *gmailtest.Behaviour) { b.PushAheadFor = 10 * time.Second })
		for _, text := range []string{"Yes, tomorrow.", "At ten."} {
			candidate.answers(text)
			w.clock.Advance(6 * time.Second)
		}
		w.look()
		r.shows("after the first listing", "> Can we talk?", "Yes, tomorrow.")
		w.clock.Advance(10 * time.Second)
		w.look()
		r.shows("after the second", "> Can we talk?", "Yes, tomorrow.", "At ten.")
	})
}

// A cursor that is too old is met once, and not again and again.
func TestTrap15_CursorDoesNotGoBackIntoWhatIsForgotten(t *testing.T) {
	t.Parallel()
	t.Run("after a recovery", func(t *testing.T) {
		t.Parallel()
		w, r, candidate := conversation(t)
		w.pass(2 * time.Minute)
		w.losePushes()
		w.mailbox(ritaMail).ExpireHistory()
		candidate.answers("Yes, tomorrow.")
		recoveries := w.counting("messages.list")
		for range 4 {
			w.swept()
		}
		if n := recoveries(); n != 1 {
			t.Errorf("%d recoveries, want one", n)
		}
		r.shows("in the end", "> Can we talk?", "Yes, tomorrow.")
	})
	// Gmail forgets after a week, and for a month nothing comes.
	t.Run("in a quiet mailbox", func(t *testing.T) {
		t.Parallel()
		w, r, candidate := conversation(t)
		w.behave(func(b *gmailtest.Behaviour) { b.HistoryKeep = 7 * 24 * time.Hour })
		for range 30 {
			w.clock.Advance(24 * time.Hour)
			w.sweep()
		}
		candidate.answers("Yes, tomorrow.")
		w.pass(time.Minute)
		r.shows("a month later", "> Can we talk?", "Yes, tomorrow.")
		if n := w.sim.Stats().Calls["messages.list"]; n != 0 {
			t.Errorf("%d recoveries of a mailbox that was looked at each day", n)
		}
	})
}

// Fourteen mails come within one second. What was seen of it tells nothing of the rest.
func TestTrap07_MailsOfOneSecond(t *testing.T) {
	t.Parallel()
	for name, forgotten := range map[string]bool{"by history": false, "by a recovery": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := unheard(t)
			want := []string{"> Can we talk?"}
			arrive := func(n int) {
				for range n {
					want = append(want, fmt.Sprintf("Mail %d.", len(want)))
					candidate.answers(want[len(want)-1])
				}
			}
			arrive(5)
			w.look()
			arrive(9)
			if forgotten {
				w.mailbox(ritaMail).ExpireHistory()
				w.swept()
			} else {
				w.look()
			}
			got := r.texts(cora)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("the profile shows %q, want %q", got, want)
			}
		})
	}
}
