package functions_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// What becomes of a connection: it is lost, ended, kept alive.

func TestScenario40_LostAccessAsksToReconnect(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		lose func(w *world)
		back func(w *world) // until they reconnect
	}{
		{"password changed", func(w *world) { w.sim.OAuth().ChangePassword(ritaMail) }, func(*world) {}},
		{"grant revoked", func(w *world) { w.sim.OAuth().Revoke(ritaMail) }, func(*world) {}},
		{"history forgotten meanwhile", func(w *world) { w.sim.OAuth().Revoke(ritaMail) }, func(w *world) {
			w.clock.Advance(10 * 24 * time.Hour)
			w.mailbox(ritaMail).ExpireHistory()
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			w.unlabel()
			test.lose(w)
			candidate.answers("Yes, tomorrow.")
			w.pass(time.Minute)
			r.mustReconnect()
			r.send("k2", api.SendMessage{CandidateID: cora, Subject: "And?", Text: "Are you there?"}).problem(409, hire.CodeReconnectRequired)

			// Nothing more is asked of Google, whatever comes.
			nothingAsked := w.nothingAskedOfGoogle()
			candidate.answers("Hello?")
			w.pass(time.Minute)
			for range 4 {
				w.clock.Advance(30 * time.Minute)
				w.sweep()
			}
			r.send("k2", api.SendMessage{CandidateID: cora, Subject: "And?", Text: "Are you there?"}).problem(409, hire.CodeReconnectRequired)
			nothingAsked()
			if n := w.published(store.EventMailboxReconnect); n != 1 {
				t.Errorf("%d events that the mailbox needs its user, want one", n)
			}

			test.back(w)
			r.connect()
			w.pass(time.Minute)
			r.shows("reconnected", "> Can we talk?", "Yes, tomorrow.", "Hello?")
			if c := r.settings().Connection; c.State != "connected" || c.Problem != nil {
				t.Errorf("connection %+v, want it without a problem", c)
			}
			r.send("k2", api.SendMessage{CandidateID: cora, Subject: "And?", Text: "Are you there?"}).into(200, nil)
		})
	}
}

// Why access was lost is told apart as far as Google tells it, and says who can mend it. Whatever it was, Google is asked once, and then nothing until the user has acted.
func TestScenario40_WhyAccessWasLostIsToldApart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lose, mend func(w *world)
		code       hire.Code
		says       string
	}{
		"the administrator forbids the app": {func(w *world) { w.sim.OAuth().BlockByAdmin(ritaMail, true) }, func(w *world) { w.sim.OAuth().BlockByAdmin(ritaMail, false) },
			hire.CodeReconnectRequired, "Your Google Workspace administrator does not allow this app."},
		"Gmail was taken from the account": {func(w *world) { w.mailbox(ritaMail).Suspend(true) }, func(w *world) { w.mailbox(ritaMail).Suspend(false) },
			hire.CodeNoMailbox, "has no Gmail mailbox"},
		"the Gmail permission alone was taken back": {func(w *world) {
			w.sim.AddFault(gmailtest.FaultRule{Method: "history.list", Status: 403, Reason: "insufficientPermissions"})
		}, func(w *world) { w.sim.ClearFaults() }, hire.CodePermissionMissing, "tick the Gmail box"},
		"no more is told": {func(w *world) { w.sim.OAuth().KillRefresh(w.sim.OAuth().RefreshTokens(ritaMail)[0]) }, func(*world) {}, hire.CodeReconnectRequired, "your password was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			w.unlabel()
			w.losePushes()
			candidate.answers("Yes, tomorrow.")
			test.lose(w)
			w.look()
			w.settle()
			if c := r.settings().Connection; c.State != "needs_reconnect" || c.Problem == nil || c.Problem.Code != string(test.code) || !strings.Contains(c.Problem.Detail, test.says) || c.Problem.Action == "" {
				t.Fatalf("connection %+v, problem %+v, want %s, which says %q\n%s", c, c.Problem, test.code, test.says, w.logs)
			}
			nothingAsked := w.nothingAskedOfGoogle()
			for range 5 {
				w.look() // is acknowledged
				w.clock.Advance(10 * time.Minute)
				w.sweep()
				r.send("k2", hello).problem(409, test.code)
			}
			nothingAsked()
			if n := w.published(store.EventMailboxReconnect); n != 1 {
				t.Errorf("%d events that the mailbox needs its user, want one", n)
			}
			test.mend(w)
			r.connect()
			w.pass(time.Minute)
			r.shows("reconnected", "> Can we talk?", "Yes, tomorrow.")
			r.send("k2", hello).into(200, nil)
		})
	}
}

// Google's trouble is told as Google's: tried again, and a warning in the log, where an error would have somebody of ours look for what is not ours.
func TestTroubleOfGooglesIsNoErrorOfOurs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rule gmailtest.FaultRule
		do   func(w *world, r *person) answer
	}{
		"the token endpoint fails, at a notification":      {gmailtest.FaultRule{Method: "oauth.token", Status: 503}, pushed},
		"the token endpoint is overrun, at a notification": {gmailtest.FaultRule{Method: "oauth.token", Status: 429}, pushed},
		"the token endpoint does not answer":               {gmailtest.FaultRule{Method: "oauth.token", Reset: true}, pushed},
		"Gmail fails, at a notification":                   {gmailtest.FaultRule{Method: "history.list", Status: 500}, pushed},
		"the token endpoint fails, at a task":              {gmailtest.FaultRule{Method: "oauth.token", Status: 500}, synced},
		"Gmail fails, at a task":                           {gmailtest.FaultRule{Method: "history.list", Status: 503}, synced},
		"the token endpoint fails, at the end":             {gmailtest.FaultRule{Method: "oauth.token", Status: 503}, ended},
		"Gmail fails, at the end":                          {gmailtest.FaultRule{Method: "stop", Status: 503}, ended},
		"the revocation endpoint fails, at the end":        {gmailtest.FaultRule{Method: "oauth.revoke", Status: 503}, ended},
		"the revocation endpoint does not answer":          {gmailtest.FaultRule{Method: "oauth.revoke", Reset: true}, ended},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			w.clock.Advance(2 * time.Hour) // a new access token is needed
			w.sim.AddFault(test.rule)
			if a := test.do(w, r); a.Status != 503 || a.code() != hire.CodeGmailUnavailable {
				t.Errorf("status %d: %s", a.Status, a.Body)
			}
			log := w.logs.String()
			if !regexp.MustCompile(`level=WARN.* msg="request failed".* status=503 code=gmail_unavailable`).MatchString(log) || strings.Contains(log, "level=ERROR") {
				t.Errorf("the log takes it for ours:\n%s", log)
			}
			w.sim.ClearFaults()
			if a := test.do(w, r); a.Status != 204 {
				t.Errorf("once it is over: status %d: %s", a.Status, a.Body)
			}
		})
	}
}

// pushed, synced and ended are calls of Google's services about Rita's mailbox.
func pushed(w *world, _ *person) answer { return w.pushes(notification(ritaMail, 1)) }

func synced(w *world, _ *person) answer {
	return w.task("/syncmailbox/", store.SyncTask{AccountID: acme, UserID: rita, Reason: "swept"})
}

func ended(w *world, r *person) answer {
	if r.settings().Connection.State == "connected" {
		r.disconnect()
	}
	return w.task("/offboard/", store.OffboardTask{AccountID: acme, UserID: rita, Generation: w.record(rita).Generation})
}

// The first to meet the refusal is a send. It is not lost, and it is not sent twice.
func TestScenario40_SendMeetsTheRefusal(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.sim.OAuth().Revoke(ritaMail)
	mail := api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi"}
	r.send("k1", mail).problem(409, hire.CodeReconnectRequired)
	r.mustReconnect()
	w.pass(10 * time.Minute)
	w.clock.Advance(time.Hour)
	r.connect()
	r.send("k1", mail).into(200, nil)
	w.fiveMinutesLater()
	w.coraGot("in the end", 1)
}

func TestScenario41_DisconnectingLeavesTheMail(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	version := w.record(rita).TokenVersion
	r.disconnect()
	if state := r.settings().Connection.State; state != "disconnecting" {
		t.Errorf("at once the connection is %s", state)
	}
	r.send("k2", api.SendMessage{CandidateID: cora, Subject: "And?", Text: "Well?"}).problem(409, hire.CodeConnectRequired)
	w.settle()
	if c := r.settings().Connection; c.State != "not_connected" || !c.MayConnect {
		t.Errorf("connection %+v, want none", c)
	}
	w.letGo(rita, ritaMail, version)
	if n := w.published(store.EventMailboxDisconnected); n != 1 {
		t.Errorf("%d events that the mailbox is disconnected, want one", n)
	}

	nothingAsked := w.nothingAskedOfGoogle()
	candidate.answers("Too late?")
	w.pass(time.Minute)
	w.sweep()
	r.shows("disconnected", "> Can we talk?")
	nothingAsked()
}

func TestScenario41_SecondAccountStaysConnected(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	b := w.bolt()
	b.connect()
	version := w.record(rita).TokenVersion
	r.disconnect()
	w.settle()
	if _, err := w.secret(rita, version); !errors.Is(err, tokens.ErrDestroyed) {
		t.Errorf("Acme's token: %v, want it destroyed", err)
	}
	if state := r.settings().Connection.State; state != "not_connected" {
		t.Errorf("in Acme the connection is %s", state)
	}

	if state := b.settings().Connection.State; state != "connected" {
		t.Errorf("in Bolt the connection is %s", state)
	}
	w.clock.Advance(2 * time.Hour) // a new access token is needed
	b.send("k1", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi"}).into(200, nil)
	w.pass(5 * time.Second)
	w.cora().answers("Hi Rita.")
	w.pass(time.Minute)
	b.shows("in Bolt", "> Hi", "Hi Rita.")
	r.shows("in Acme")

	// With the last one goes the grant.
	b.disconnect()
	w.settle()
	w.letGo(rita, ritaMail, version)
}

func TestScenario42_WatchIsRenewedBeforeItEnds(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	first := r.settings().Connection.WatchEndsAt
	w.clock.Advance(4 * 24 * time.Hour)
	w.sweep()
	w.pass(time.Minute) // another sync may have been at work just then
	if got := r.settings().Connection.WatchEndsAt; !got.Equal(first) {
		t.Errorf("with three days to go the watch was renewed until %s", got)
	}
	w.clock.Advance(36 * time.Hour)
	w.sweep()
	renewed := w.clock.Now()
	w.pass(time.Minute)
	_, at, _ := w.mailbox(ritaMail).Watch()
	if by := r.settings().Connection.WatchEndsAt; at.Before(renewed.Add(7*24*time.Hour)) || !by.Equal(at) {
		t.Errorf("the watch ends at %s, and at %s by the settings; it was to be renewed at %s", at, by, renewed)
	}
	w.clock.Advance(first.Sub(w.clock.Now()) + time.Hour) // past the end of the first
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	r.shows("after the first watch's end", "> Can we talk?", "Yes, tomorrow.")
}

func TestScenario42_FailedRenewalRaisesAnAlert(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	first := r.settings().Connection.WatchEndsAt
	mend := w.sim.AddFault(gmailtest.FaultRule{Method: "watch", Status: 403, Reason: "forbidden", Message: "User not authorized to perform this action."})
	w.clock.Advance(5*24*time.Hour + time.Hour)
	w.losePushes()
	candidate.answers("Yes, tomorrow.")
	w.sweep()
	w.pass(time.Minute)
	if alert := regexp.MustCompile(`level=ERROR .*alert=watch_renewal_failed account_id=acme user_id=rita`); !alert.MatchString(w.logs.String()) {
		t.Errorf("the log raises no alert:\n%s", w.logs)
	}
	if c := r.settings().Connection; c.State != "connected" || !c.WatchEndsAt.Equal(first) {
		t.Errorf("connection %+v, want it connected, watched until %s", c, first)
	}
	r.shows("although the renewal failed", "> Can we talk?", "Yes, tomorrow.")
	tries := w.counting("watch")
	w.swept()
	if n := tries(); n != 0 {
		t.Errorf("ten minutes later it was tried again %d times, at 100 units each", n)
	}
	mend()
	w.clock.Advance(30 * time.Minute)
	w.sweep()
	w.pass(time.Minute)
	if got := r.settings().Connection.WatchEndsAt; !got.After(first) {
		t.Errorf("the sweep of half an hour later has not renewed the watch, it ends at %s", got)
	}
}

func TestScenario45_IntegrationEndsForTheAccount(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		end    func(w *world)
		status int
		code   hire.Code
	}{
		{"switched off", func(w *world) {
			w.switchOff()
		}, 409, hire.CodeIntegrationOff},
		{"downgraded", func(w *world) {
			w.plan("starter")
		}, 403, hire.CodePlanUpgrade},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			s := w.sam()
			s.connect()
			versions := map[string]string{rita: w.record(rita).TokenVersion, sam: w.record(sam).TokenVersion}
			test.end(w)
			w.settle()
			w.letGo(rita, ritaMail, versions[rita])
			w.letGo(sam, samMail, versions[sam])
			for _, p := range []*person{r, s} {
				if c := p.settings().Connection; c.State != "not_connected" || c.MayConnect {
					t.Errorf("%s has connection %+v, want none, and no offer of one", p.user, c)
				}
			}

			r.send("k2", api.SendMessage{CandidateID: cora, Subject: "And?", Text: "Well?"}).problem(test.status, test.code)
			for _, kind := range []string{"personal", "automatic", "bulk"} {
				var policy api.SendingPolicy
				r.call("GET", "/settings/v1/sending-policy?kind="+kind, nil).into(200, &policy)
				if policy.Route != "hire_domain" || policy.Reason != string(test.code) {
					t.Errorf("%s mail: %+v, want Hire's own domain, because of %s", kind, policy, test.code)
				}
			}
			candidate.answers("Too late?")
			w.pass(time.Minute)
			w.sweep()
			r.shows("at the end", "> Can we talk?")
		})
	}
}
