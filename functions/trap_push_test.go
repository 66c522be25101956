package functions_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// What can become of a notification: dropped, repeated for ever, acted upon twice, forged.

// breaker is how another instance leaves word that Gmail has asked to be left alone.
func (w *world) breaker(until time.Time) {
	w.t.Helper()
	m := w.record(rita)
	w.ok(w.platform.services().Store.Block(w.t.Context(), m.Key(), m.Generation, until, false))
}

// dies is an instance that takes the lease on Rita's mailbox, and is never heard of again.
func (w *world) dies(ttl time.Duration) {
	w.t.Helper()
	m := w.record(rita)
	_, held, err := w.platform.services().Store.Lease(w.t.Context(), m.Key(), m.Generation, "dead", ttl)
	w.ok(err)
	if held == nil {
		w.t.Fatal("the lease is somebody else's")
	}
}

// A notification is acknowledged while Gmail asks to be left alone. There is no other, and no sweep.
func TestTrap03_NotificationDuringARateLimit(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]func(w *world, until time.Time){
		"its sync meets the limit": func(w *world, until time.Time) {
			w.sim.AddFault(gmailtest.FaultRule{Method: "history.list", Times: 1, Status: http.StatusForbidden, Reason: "userRateLimitExceeded", Message: "User-rate limit exceeded.", RetryAfter: until})
		},
		"another has met it before": func(w *world, until time.Time) { w.breaker(until) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			w.pass(time.Minute)
			limit(w, w.clock.Now().Add(10*time.Minute))
			candidate.answers("Yes, tomorrow.")
			w.settle()
			w.losePushes()
			w.pass(9 * time.Minute)
			r.shows("during the limit", "> Can we talk?")
			w.pass(2 * time.Minute)
			r.shows("after it", "> Can we talk?", "Yes, tomorrow.")
		})
	}
}

// A notification that there is nothing to do about is acknowledged, or it would come again for a week; and where the mailbox can't be read, Google is not asked.
func TestTrap16_StaleNotificationIsAcknowledged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before func(w *world, r *person)
		data   []byte
		asks   bool
	}{
		"of long ago":                       {nil, notification(ritaMail, 1), true},
		"of an id that is yet to come":      {nil, notification(ritaMail, 1<<40), true},
		"of an address that is nobody's":    {nil, notification("nobody@acme.example", 1), false},
		"of a mailbox that was let go":      {func(w *world, r *person) { r.disconnect(); w.settle() }, notification(ritaMail, 1), false},
		"of a mailbox that is being let go": {func(_ *world, r *person) { r.disconnect() }, notification(ritaMail, 1), false},
		"of a mailbox that must reconnect": {func(w *world, r *person) {
			w.sim.OAuth().Revoke(ritaMail)
			w.look()
			r.mustReconnect()
		}, notification(ritaMail, 1), false},
		"that is none":            {nil, []byte("hello"), false},
		"without an address":      {nil, notification("", 1), false},
		"with an id that is none": {nil, notification(ritaMail, "next"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			w.pass(time.Minute)
			if test.before != nil {
				test.before(w, r)
			}
			before := w.sim.Stats().HTTP
			w.notify(test.data) // checks that it is acknowledged
			if n := w.sim.Stats().HTTP - before; (n > 0) != test.asks {
				t.Errorf("%d requests went to Google", n)
			}
		})
	}
}

func TestTrap18_TwoNotificationsAtOnce(t *testing.T) {
	t.Parallel()
	// The second notification comes while the first one's sync is reading the mail.
	t.Run("one mail is read and filed once", func(t *testing.T) {
		t.Parallel()
		w, r, candidate := conversation(t)
		w.pass(time.Minute)
		w.losePushes()
		candidate.answers("Yes, tomorrow.")
		found := w.inGmail("from:cora")
		read, events := w.counting("messages.get"), w.published(store.EventMessageImported)
		met := false
		w.sim.AddFault(gmailtest.FaultRule{Method: "messages.get", ID: found[0].ID, Times: 1, Meanwhile: func() {
			met = true
			w.look()
		}})
		w.look()
		if !met {
			t.Fatal("the mail was not read by itself, so this shows nothing")
		}
		w.pass(2 * time.Minute)
		r.shows("in the end", "> Can we talk?", "Yes, tomorrow.")
		if n := read(); n != 1 {
			t.Errorf("the mail was read %d times", n)
		}
		if n := w.published(store.EventMessageImported) - events; n != 1 {
			t.Errorf("%d events about it", n)
		}
	})
	// Whoever held the mailbox has died over it.
	t.Run("a lock does not outlive a crash", func(t *testing.T) {
		t.Parallel()
		w, r, candidate := conversation(t)
		w.pass(time.Minute)
		w.dies(5 * time.Minute)
		candidate.answers("Yes, tomorrow.")
		w.pass(6 * time.Minute) // and no sweep
		r.shows("six minutes later", "> Can we talk?", "Yes, tomorrow.")
	})
}

// An access token serves as long as it is good, whatever comes.
func TestTrap23_NotificationsShareAnAccessToken(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.pass(time.Minute)
	var refreshed atomic.Int64
	w.sim.AddFault(gmailtest.FaultRule{Method: "oauth.token", Meanwhile: func() { refreshed.Add(1) }})
	want := []string{"> Can we talk?"}
	for i := range 10 {
		want = append(want, fmt.Sprintf("Mail %d.", i))
		candidate.answers(want[i+1])
		w.pass(time.Minute)
	}
	r.shows("in the end", want...)
	if n := refreshed.Load(); n != 0 {
		t.Errorf("the token was refreshed %d times in ten minutes", n)
	}
	w.clock.Advance(time.Hour)
	w.look()
	if n := refreshed.Load(); n != 1 {
		t.Errorf("once it has ended it was refreshed %d times, want once", n)
	}
}

// Whose word a notification is believed on is never nothing: a configuration without it does not serve, and a push that proves nothing does no work.
func TestTrap33_NoPushWithoutProof(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"PUSH_AUDIENCE", "PUSH_SERVICE_ACCOUNT"} {
		env := wiring.LocalEnvironment("http://127.0.0.1:1", t.TempDir())
		wiring.UseGoogleAt(env, "http://127.0.0.1:2", "id", "secret")
		if _, err := wiring.ConfigOf(env); err != nil {
			t.Fatalf("complete, it is refused: %v", err)
		}
		env[name] = ""
		if _, err := wiring.ConfigOf(env); err == nil {
			t.Errorf("a configuration without %s is taken", name)
		}
	}
	w, _, candidate := conversation(t)
	w.losePushes()
	candidate.answers("Yes, tomorrow.")
	nothingAsked := w.nothingAskedOfGoogle()
	body := events.Push{Message: events.PushMessage{Data: notification(ritaMail, w.mailbox(ritaMail).HistoryID()), MessageID: "1", PublishTime: w.clock.Now()}}
	c := w.config.Callers
	for name, token := range map[string]string{
		"no token":                     "",
		"an empty one":                 "Bearer ",
		"for nobody":                   "Bearer " + w.issuer.ServiceToken("", c.PushServiceAccount),
		"of nobody":                    "Bearer " + w.issuer.ServiceToken(c.PushAudience, ""),
		"of nobody for nobody":         "Bearer " + w.issuer.ServiceToken("", ""),
		"with a signature that is not": "Bearer " + w.issuer.Forge(w.issuer.ServiceToken(c.PushAudience, c.PushServiceAccount), issuertest.Stripped),
	} {
		h := http.Header{}
		if token != "" {
			h.Set("Authorization", token)
		}
		// A secret in the address is no proof either.
		for _, path := range []string{"/gmailnotify/", "/gmailnotify/?token="} {
			if a := w.call("POST", path, h, body); a.Status != http.StatusUnauthorized && a.Status != http.StatusForbidden {
				t.Errorf("%s: status %d", name, a.Status)
			}
		}
	}
	nothingAsked()
}

// Cloud Tasks refuses a name for an hour after its task ran. Whatever has to be put off again within the hour, the mailbox is looked at, without a sweep.
func TestTrap47_TaskOfANameUsedBefore(t *testing.T) {
	t.Parallel()
	want := []string{"> Can we talk?"}
	t.Run("the mailbox is busy again and again", func(t *testing.T) {
		t.Parallel()
		w, r, candidate := conversation(t)
		w.pass(time.Minute)
		want := want
		for i := range 4 {
			w.dies(20 * time.Second)
			want = append(want, fmt.Sprintf("Mail %d.", i))
			candidate.answers(want[i+1])
			w.pass(2 * time.Minute)
			r.shows("two minutes later", want...)
		}
	})
	// Gmail names a time that is over when it is asked again, and once more.
	t.Run("a limit whose time is over", func(t *testing.T) {
		t.Parallel()
		w, r, candidate := conversation(t)
		w.pass(time.Minute)
		w.sim.AddFault(gmailtest.FaultRule{
			Method: "history.list", Times: 8, Status: http.StatusTooManyRequests, Reason: "rateLimitExceeded", Message: "User-rate limit exceeded.", RetryAfter: w.clock.Now().Add(-time.Second),
		})
		candidate.answers("Yes, tomorrow.")
		w.settle()
		w.losePushes()
		w.pass(2 * time.Minute)
		r.shows("two minutes later", "> Can we talk?", "Yes, tomorrow.")
	})
	// Cloud Tasks calls at the time that was asked for, a moment before it by the clock of the instance that it calls.
	t.Run("a task that comes early", func(t *testing.T) {
		t.Parallel()
		w, r, h := hooked(t)
		candidate := r.asks()
		w.pass(time.Minute)
		until := w.clock.Now().Add(time.Minute)
		w.breaker(until)
		candidate.answers("Yes, tomorrow.")
		w.settle()
		w.losePushes()
		w.clock.Advance(time.Minute)
		var behind atomic.Bool
		h.set(func(op string, _ embedded.Phase) error {
			if op == "mailbox" && !behind.Swap(true) {
				w.clock.Advance(-time.Second)
			}
			return nil
		})
		w.settle()
		h.set(nil)
		if !behind.Load() {
			t.Fatal("no task came, so this shows nothing")
		}
		w.pass(time.Minute)
		r.shows("a minute later", "> Can we talk?", "Yes, tomorrow.")
	})
}
