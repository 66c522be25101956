package functions_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// A queued mail meets Gmail's limit when it leaves.

// Gmail's daily limit is met when a queued mail leaves. It waits; nothing is asked of Gmail until then, and nothing leaves twice.
func TestLater_WaitsForGmailsLimit(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	r.later("k1", w.in(time.Hour))
	r.later("k2", w.in(time.Hour+10*time.Second))
	until := w.clock.Now().Add(5 * time.Hour)
	mend := w.sendingLimit(until)
	w.skip(time.Hour)
	w.pass(30 * time.Second)
	for _, key := range []string{"k1", "k2"} {
		if got := r.became(key, "queued", hire.CodeDailyLimit); !got.LeavesAt.Equal(until) {
			t.Errorf("%s is tried next at %s, want %s", key, got.LeavesAt, until)
		}
	}
	if n := w.sim.Stats().Calls["drafts.send"]; n != 1 {
		t.Errorf("Gmail was asked to send %d times", n)
	}
	w.hasDrafts("in the end")
	r.send("k3", hello).problem(429, hire.CodeDailyLimit)
	mend()
	w.skip(until.Sub(w.clock.Now()))
	r.became("k1", "sent", "")
	r.became("k2", "sent", "")
	w.pass(5 * time.Minute)
	w.coraGot("in the end", 2)
}

// The limit stays for days, whoever meets it.
func TestLater_DoesNotWaitForGmailForEver(t *testing.T) {
	t.Parallel()
	for _, others := range []bool{false, true} {
		t.Run(fmt.Sprint("met by others ", others), func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			r.later("k1", w.in(time.Hour))
			w.clock.Advance(time.Hour)
			for day := range 4 {
				mend := w.sendingLimit(w.clock.Now().Add(24 * time.Hour))
				if others {
					r.send(fmt.Sprint("other", day), hello).problem(429, hire.CodeDailyLimit)
				}
				w.settle()
				mend()
				if day < 3 {
					r.became("k1", "queued", hire.CodeDailyLimit)
				}
				w.clock.Advance(24 * time.Hour)
			}
			r.became("k1", "failed", hire.CodeDailyLimit)
			w.settle()
			w.coraGot("in the end", 0)
			w.hasDrafts("in the end")
		})
	}
}

// The task of a former turn comes once more, after the mail was put off.
func TestLater_TaskOfAFormerTurn(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	r.later("k1", w.in(time.Minute))
	until := w.clock.Now().Add(2 * time.Hour)
	mend := w.sendingLimit(until)
	w.skip(time.Minute)
	r.became("k1", "queued", hire.CodeDailyLimit)
	mend()
	r.connect() // which lifts the limit, as far as Hire knows
	for _, task := range []store.DeliverTask{{Turn: 1}, {}} {
		task.AccountID, task.SendID = acme, store.SendID(rita, "k1")
		w.task("/deliver/", task).into(204, nil)
	}
	r.became("k1", "queued", hire.CodeDailyLimit)
	w.skip(until.Sub(w.clock.Now()))
	r.became("k1", "sent", "")
	w.coraGot("in the end", 1)
}

// Gmail refuses with a time that is over. It is not asked again at once, and again.
func TestLater_LimitWhoseTimeIsOver(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	r.later("k1", w.in(time.Minute))
	mend := w.sendingLimit(w.clock.Now().Add(-time.Hour))
	w.skip(time.Minute)
	w.pass(3 * time.Minute)
	if n := w.sim.Stats().Calls["drafts.send"]; n < 2 || n > 4 {
		t.Errorf("Gmail was asked to send %d times in three minutes", n)
	}
	mend()
	w.pass(time.Minute)
	r.became("k1", "sent", "")
}

// The answer of the first try is lost, and Gmail refuses the second one: the mail has left all the same.
func TestLater_RefusedAfterALostAnswer(t *testing.T) {
	t.Parallel()
	for _, later := range []bool{true, false} {
		for _, stripped := range []bool{true, false} {
			t.Run(fmt.Sprintf("queued %t, without our header %t", later, stripped), func(t *testing.T) {
				t.Parallel()
				w, r := connected(t, func(o *gmailtest.Options) { o.Behaviour.StripXHeaders = stripped })
				mail := hello
				if later {
					mail = w.in(time.Minute)
					r.later("k1", mail)
				}
				w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Nth: 1, After: true, Status: 503})
				w.sim.AddFault(gmailtest.FaultRule{
					Method: "drafts.send", Times: 1, Status: 429, Reason: "rateLimitExceeded", Message: "User-rate limit exceeded.  (Mail sending)", RetryAfter: w.clock.Now().Add(2 * time.Hour),
				})
				if !later {
					r.send("k1", mail)
				}
				w.skip(time.Minute)
				w.coraGot("at its time", 1)
				w.pass(5 * time.Minute)
				w.skip(3 * time.Hour)
				w.sweep()
				w.coraGot("in the end", 1)
				r.became("k1", "sent", "")
			})
		}
	}
}
