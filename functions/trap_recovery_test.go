package functions_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// What is lost where Gmail has forgotten the history, and where a whole mailbox is gone through.

// Gmail has forgotten the history, and is down when the gap is to be made up for. The cursor is new already.
func TestTrap05_GapOfAForgottenHistoryIsMadeUpFor(t *testing.T) {
	t.Parallel()
	w, r, candidate := unheard(t)
	box, cursor := w.mailbox(ritaMail), w.record(rita).Cursor
	for _, text := range []string{"One.", "Two."} {
		candidate.answers(text)
		w.clock.Advance(time.Minute)
	}
	box.ExpireHistory()
	mend := w.sim.AddFault(gmailtest.FaultRule{Method: "messages.list", Status: http.StatusServiceUnavailable})
	w.swept()
	r.shows("while Gmail is down", "> Can we talk?")
	if now := w.record(rita).Cursor; now <= cursor {
		t.Fatalf("the cursor is at %d still, so this shows nothing", now)
	}
	if s := r.settings().Connection; s.Import == nil {
		t.Errorf("connection %+v, want it to show that a recovery is under way", s)
	}
	candidate.answers("Three.")
	w.swept()
	r.shows("what comes now", "> Can we talk?", "Three.")
	mend()
	w.swept()
	r.shows("once Gmail is back", "> Can we talk?", "One.", "Two.", "Three.")
	if s := r.settings().Connection; s.Import != nil {
		t.Errorf("the recovery is under way still: %+v", s.Import)
	}
}

// While a mailbox is gone through a mail comes, behind the place where the listing is.
func TestTrap06_MailThatComesDuringAFullListing(t *testing.T) {
	t.Parallel()
	t.Run("of a recovery", func(t *testing.T) {
		t.Parallel()
		w, r, candidate := unheard(t)
		candidate.answers("One.")
		w.mailbox(ritaMail).ExpireHistory()
		came := false
		w.sim.AddFault(gmailtest.FaultRule{Method: "messages.list", Times: 1, Meanwhile: func() {
			candidate.answers("Two.")
			came = true
		}})
		w.swept()
		w.swept()
		if !came {
			t.Fatal("there was no listing, so this shows nothing")
		}
		r.shows("after the sweep", "> Can we talk?", "One.", "Two.")
	})
	t.Run("of the first import", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.enable()
		thread := w.unrelated()
		box := w.mailbox(ritaMail)
		w.ok(box.LabelThread(thread, "Hire"))
		w.losePushes()
		came := false
		w.sim.AddFault(gmailtest.FaultRule{Method: "threads.get", ID: thread, Times: 1, Meanwhile: func() {
			candidate := w.cora()
			candidate.repliesTo(candidate.Sent()[0], "And one more.")
			came = true
		}})
		r := w.rita()
		r.connect()
		if !came {
			t.Fatal("the conversation was not read, so this shows nothing")
		}
		w.swept()
		r.shows("after the sweep", "Is the job remote?", "One more thing.", "And one more.")
	})
}
