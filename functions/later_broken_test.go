package functions_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

// A queued mail whose calls of the store are broken off, or meet a cancellation.

// A cancellation and the task that sends the mail meet: one of them wins.
func TestLater_CancellationMeetsTheTask(t *testing.T) {
	t.Parallel()
	t.Run("the cancellation comes first", func(t *testing.T) {
		t.Parallel()
		w, r, h := hooked(t)
		r.later("k1", w.in(time.Hour))
		met := h.on("send.leave", embedded.BeforeRun, 1, func() error {
			r.cancel("k1").into(200, nil)
			return nil
		})
		w.skip(time.Hour)
		if met() != 1 {
			t.Fatalf("the task came to let it leave %d times, so this shows nothing", met())
		}
		r.became("k1", "failed", hire.CodeCancelled)
		w.pass(5 * time.Minute)
		w.coraGot("in the end", 0)
		if n := w.sim.Stats().Calls["drafts.create"]; n != 0 {
			t.Errorf("%d drafts were made", n)
		}
	})
	t.Run("the task comes first", func(t *testing.T) {
		t.Parallel()
		w, r, h := hooked(t)
		r.later("k1", w.in(time.Hour))
		w.clock.Advance(time.Hour)
		h.on("send.drop", embedded.BeforeRun, 1, func() error {
			w.settle()
			return nil
		})
		r.cancel("k1").problem(409, hire.CodeTooLateToCancel)
		r.became("k1", "sent", "")
		w.coraGot("in the end", 1)
	})
}

// The store breaks off each of its calls in turn, before and after it has committed, while a queued mail is asked for and leaves, or is put off by Gmail's limit first.
func TestLater_BrokenOffAtEachCallOfTheStore(t *testing.T) {
	t.Parallel()
	all := []string{"send.queue", "send.leave", "send.draft", "send.sent", "outbox.handed_over"}
	run := []string{"send.claim", "member", "mailbox", "candidate"} // commit nothing
	limit := []string{"send.requeue", "mailbox.block"}
	for _, test := range []struct {
		at      embedded.Phase
		limited bool
		want    []string // the calls that must be among those that were broken off
	}{
		{embedded.BeforeRun, false, slices.Concat(all, run)},
		{embedded.BeforeRun, true, slices.Concat(all, run, limit)},
		{embedded.BeforeCommit, false, all},
		{embedded.BeforeCommit, true, slices.Concat(all, limit)},
		{embedded.AfterCommit, false, all},
		{embedded.AfterCommit, true, slices.Concat(all, limit)},
	} {
		t.Run(fmt.Sprintf("%s, limited %t", test.at, test.limited), func(t *testing.T) {
			t.Parallel()
			w, r, h := hooked(t)
			met := map[string]bool{}
			for n, broken := 1, true; broken; n++ {
				var op string
				if op, broken = w.brokenOff(r, h, test.at, n, test.limited); broken {
					met[op] = true
				}
			}
			for _, op := range test.want {
				if !met[op] {
					t.Errorf("%s was never broken off, only %v", op, met)
				}
			}
			if n := len(w.mailbox(ritaMail).Drafts()); n > 2 { // of which the commit was broken off
				t.Errorf("%d drafts are left", n)
			}
		})
	}
}

// brokenOff asks for a mail and lets it leave, and breaks off the nth call of the store in that; broken is false where there are fewer. The mail must have left once.
func (w *world) brokenOff(r *person, h *hook, at embedded.Phase, n int, limited bool) (where string, broken bool) {
	w.t.Helper()
	seen := 0
	var mu sync.Mutex
	h.set(func(op string, phase embedded.Phase) error {
		mine := strings.HasPrefix(op, "send") || slices.Contains([]string{"outbox.handed_over", "mailbox.block", "member", "mailbox", "candidate"}, op)
		if phase != at || !mine {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if seen++; seen != n {
			return nil
		}
		where, broken = op, true
		return errBroken
	})
	if limited {
		w.sim.AddFault(gmailtest.FaultRule{
			Method: "drafts.send", Times: 1, Status: 429, Reason: "rateLimitExceeded", Message: "User-rate limit exceeded.  (Mail sending)", RetryAfter: w.clock.Now().Add(3 * time.Minute),
		})
	}
	subject := fmt.Sprintf("Mail %d", n)
	mail := api.SendMessage{CandidateID: cora, Subject: subject, Text: subject, SendAt: w.clock.Now().Add(time.Minute)}
	for range 3 { // the caller tries again
		if a := r.send(subject, mail); a.Status < 500 {
			break
		}
	}
	for range 60 {
		w.skip(10 * time.Second)
	}
	h.set(nil)
	for range 4 {
		w.sweep()
		w.skip(3 * time.Minute)
	}
	w.sim.ClearFaults()
	w.coraGotAbout(subject, 1)
	if x := r.outcome(subject); x.State != "sent" || w.t.Failed() {
		w.t.Fatalf("broken off at call %d, %q, %s: it is %+v\n%s", n, where, at, x, w.logs)
	}
	return where, broken
}
