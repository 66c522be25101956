package functions_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store"
)

// What operators' programs ask of a mailbox.

// resyncs asks for a resync of Rita's mailbox, as scripts/resync does.
func (w *world) resyncs(conversations int) {
	w.t.Helper()
	s := w.platform.services()
	_, due, err := s.Store.AskResync(w.t.Context(), store.MailboxKey{AccountID: acme, UserID: rita}, conversations)
	w.ok(err)
	s.Outbox.HandOver(w.t.Context(), due)
}

// A mail was missed in a conversation that no longer carries the label, so that no walk looks at it. A resync compares all conversations and fetches it.
func TestResync_FetchesWhatNoWalkLooksAt(t *testing.T) {
	t.Parallel()
	w, r, candidate := unheard(t)
	candidate.answers("Yes, tomorrow.")
	w.passesOver()
	w.aDayLater()
	r.shows("after the walk of the day", "> Can we talk?")

	w.resyncs(1)
	w.pass(time.Minute)
	r.shows("after the resync", "> Can we talk?", "Yes, tomorrow.")
	m := w.record(rita)
	if m.Resyncing() || m.Resync == nil || m.Resync.Done != 1 || m.Resync.Repaired != 1 || m.Imported.Before(m.Resync.AskedAt) {
		t.Errorf("the resync stands at %+v, the last walk ended at %s", m.Resync, m.Imported)
	}
	r.receipt("after the resync", "2 of 2, verified")
}

// Gmail fails in the middle of a resync of many conversations: it goes on where it was, and no conversation is paid for twice.
func TestResync_GoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	box := w.mailbox(ritaMail)
	const conversations = 25
	for n := range conversations {
		w.ok(box.LabelThread(w.question(fmt.Sprintf("Question %d", n)), "Hire"))
		w.pass(10 * time.Second)
	}
	w.pass(10 * time.Minute)
	if n := len(r.texts(cora)); n != conversations {
		t.Fatalf("%d messages are in the profile, want %d", n, conversations)
	}
	reads := w.counting("threads.get")
	w.sim.AddFault(gmailtest.FaultRule{Method: "threads.get", Nth: 13, Status: http.StatusTooManyRequests, Reason: "userRateLimitExceeded", RetryAfter: w.clock.Now().Add(5 * time.Minute)})
	w.resyncs(conversations)
	w.settle()
	if m := w.record(rita); m.Resync.Done != 12 || !m.Resyncing() {
		t.Fatalf("broken off it stands at %+v", m.Resync)
	}
	w.pass(15 * time.Minute)
	if m := w.record(rita); m.Resyncing() || m.Resync.Done != conversations || m.Resync.Repaired != 0 {
		t.Errorf("in the end it stands at %+v", m.Resync)
	}
	if n := reads(); n != conversations+1 {
		t.Errorf("%d conversations were read, want each once, and again the one that failed", n)
	}
}

// The grant ends before the resync has begun: it is done once the user has connected anew.
func TestResync_OfAMailboxThatNeedsItsUser(t *testing.T) {
	t.Parallel()
	w, r, candidate := unheard(t)
	candidate.answers("Yes, tomorrow.")
	w.passesOver()
	w.resyncs(1)
	w.sim.OAuth().Revoke(ritaMail)
	w.pass(time.Minute)
	if m := w.record(rita); m.State != store.NeedsReconnect || !m.Resyncing() {
		t.Fatalf("the mailbox is %s, its resync %+v", m.State, m.Resync)
	}
	r.connect()
	w.pass(time.Minute)
	r.shows("connected anew", "> Can we talk?", "Yes, tomorrow.")
	if m := w.record(rita); m.Resyncing() {
		t.Errorf("the resync is under way still: %+v", m.Resync)
	}
}

// What scripts/backfill asks for: the walk of the day, now.
func TestBackfill_ImportsWhatWasLabelledAndMissed(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.losePushes()
	w.ok(w.mailbox(ritaMail).LabelThread(w.unrelated(), "Hire"))
	w.passesOver()
	w.swept()
	r.shows("passed over")
	s := w.platform.services()
	_, due, err := s.Store.AskWalk(t.Context(), store.MailboxKey{AccountID: acme, UserID: rita}, "run")
	w.ok(err)
	s.Outbox.HandOver(t.Context(), due)
	w.pass(time.Minute)
	r.shows("after the walk", "Is the job remote?", "One more thing.")
}
