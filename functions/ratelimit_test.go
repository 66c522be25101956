package functions_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// Gmail asks to be left alone for a while.

func TestScenario25_DailyLimitIsToldAndWaitedFor(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	until := w.clock.Now().Add(3 * time.Hour)
	mend := w.sendingLimit(until)
	a := r.send("k1", hello)
	a.problem(429, hire.CodeDailyLimit)
	if at, err := http.ParseTime(a.Header.Get("Retry-After")); err != nil || !at.Equal(until) {
		t.Errorf("Retry-After %q, want %s", a.Header.Get("Retry-After"), until)
	}
	if n := w.sim.Stats().Calls["drafts.send"]; n != 1 {
		t.Errorf("Gmail was asked %d times, want once", n)
	}
	w.hasDrafts("in the end")

	// Until then Gmail is asked for nothing more, by whatever key.
	nothingAsked := w.nothingAskedOfGoogle()
	r.send("k1", hello).problem(429, hire.CodeDailyLimit)
	a = r.send("k2", hello)
	a.problem(429, hire.CodeDailyLimit)
	if a.Header.Get("Retry-After") == "" {
		t.Error("the second answer says no time to try again")
	}
	w.clock.Advance(until.Add(-time.Second).Sub(w.clock.Now()))
	r.send("k2", hello).problem(429, hire.CodeDailyLimit)
	nothingAsked()
	w.coraGot("before the time", 0)

	mend()
	w.clock.Advance(2 * time.Second)
	r.send("k2", hello).into(200, nil)
	w.pass(5 * time.Minute)
	w.coraGot("in the end", 1)
}

func TestTrap37_SendingLimitDoesNotStopReading(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.sendingLimit(w.clock.Now().Add(6 * time.Hour))
	r.send("k2", hello).problem(429, hire.CodeDailyLimit)
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	r.shows("a minute later", "> Can we talk?", "Yes, tomorrow.")
}

// Gmail says when to try again in the text of its error, in no header.
func TestTrap38_TimeToTryAgainStandsInTheText(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	until := w.clock.Now().Add(10 * time.Minute)
	w.sim.AddFault(gmailtest.FaultRule{
		Method: "history.list", Times: 1, Status: 429, Reason: "rateLimitExceeded", Message: "User-rate limit exceeded.", RetryAfter: until,
	})
	candidate.answers("Yes, tomorrow.")
	w.settle()
	nothingAsked := w.nothingAskedOfGoogle()
	w.clock.Advance(2 * time.Second)
	candidate.answers("At ten?")
	w.pass(9 * time.Minute)
	w.sweep()
	nothingAsked()
	r.shows("before that time", "> Can we talk?")
	w.pass(2 * time.Minute)
	r.shows("after it", "> Can we talk?", "Yes, tomorrow.", "At ten?")
}
