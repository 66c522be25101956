package connection

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

func TestRenewWatch(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m := f.connect(acmeRita)
	f.taken()
	f.clock.Advance(5*24*time.Hour - time.Second) // two days and a second are left
	f.ok(f.RenewWatch(t.Context(), m))
	if got := f.taken(); len(got) != 0 {
		t.Errorf("too early it did %v", got)
	}
	f.clock.Advance(time.Second)
	f.ok(f.RenewWatch(t.Context(), m))
	if got, want := f.taken(), []string{"google_user.lock", "/token", "/watch", "mailbox.watch", "google_user.unlock"}; !slices.Equal(got, want) {
		t.Errorf("it did %v, want %v", got, want)
	}
	now := f.mailbox(acmeRita)
	if !now.WatchExpiresAt.Equal(f.clock.Now().Add(7*24*time.Hour)) || !now.WatchRenewedAt.Equal(f.clock.Now()) || !now.WatchFailedAt.IsZero() {
		t.Errorf("the record is %+v", now)
	}
	f.ok(f.RenewWatch(t.Context(), now))
	if got := f.taken(); len(got) != 0 {
		t.Errorf("once renewed it did %v", got)
	}
	if diff := cmp.Diff(map[string]int64{"renewed": 1}, f.counted("hire.watch.renewals")); diff != "" {
		t.Errorf("renewals (-want +got):\n%s", diff)
	}
}

func TestRenewWatchFails(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m := f.connect(acmeRita)
	f.clock.Advance(6 * 24 * time.Hour)
	fault("watch", 403, "forbidden")(f)
	if err := f.RenewWatch(t.Context(), m); err == nil {
		t.Fatal("the failure went unnoticed")
	}
	now := f.mailbox(acmeRita)
	if !now.WatchFailedAt.Equal(f.clock.Now()) || !now.WatchExpiresAt.Equal(m.WatchExpiresAt) || now.State != store.Connected {
		t.Errorf("the record is %+v, want the failure noted and no more", now)
	}
	if logged := f.logs.String(); !strings.Contains(logged, "level=ERROR") || !strings.Contains(logged, "alert=watch_renewal_failed") || strings.Contains(logged, ritaMail) {
		t.Errorf("logged: %s", logged)
	}
	// The lease was given back, and the next try succeeds.
	f.sim.ClearFaults()
	f.taken()
	f.clock.Advance(renewAgain - time.Second)
	f.ok(f.RenewWatch(t.Context(), now))
	if got := f.taken(); len(got) != 0 {
		t.Errorf("soon after the failure it did %v", got)
	}
	f.clock.Advance(time.Second)
	f.ok(f.RenewWatch(t.Context(), now))
	if now := f.mailbox(acmeRita); !now.WatchFailedAt.IsZero() || !now.WatchExpiresAt.After(m.WatchExpiresAt) {
		t.Errorf("the record is %+v, want it renewed", now)
	}
	if diff := cmp.Diff(map[string]int64{"failed": 1, "renewed": 1}, f.counted("hire.watch.renewals")); diff != "" {
		t.Errorf("renewals (-want +got):\n%s", diff)
	}
}

// A late renewal must not bring a watch back that was stopped, nor touch a connection that was made since.
func TestTrap42_LateRenewalOfWhatIsNoMore(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(f *fixture)
		watched bool
	}{
		"ended":     {func(f *fixture) { f.ok(f.Offboard(f.t.Context(), f.disconnect(acmeRita))) }, false},
		"made anew": {func(f *fixture) { f.connect(acmeRita) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			m := f.connect(acmeRita)
			f.clock.Advance(6 * 24 * time.Hour)
			test.change(f)
			before := f.mailbox(acmeRita)
			f.taken()
			f.ok(f.RenewWatch(t.Context(), m)) // as it was read before
			if got := f.taken(); slices.Contains(got, "/watch") || slices.Contains(got, "mailbox.watch") {
				t.Errorf("it did %v", got)
			}
			if f.watched() != test.watched {
				t.Errorf("watched: %t", !test.watched)
			}
			if now := f.mailbox(acmeRita); !now.WatchExpiresAt.Equal(before.WatchExpiresAt) {
				t.Errorf("the watch's end went from %s to %s", before.WatchExpiresAt, now.WatchExpiresAt)
			}
		})
	}
}

func TestRenewWatchIsInLine(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m := f.connect(acmeRita)
	f.clock.Advance(6 * 24 * time.Hour)
	_, held, err := f.store.LockGoogleUser(t.Context(), m.Sub, "somebody", time.Minute)
	if f.ok(err); !held {
		t.Fatal("the lease was not given back")
	}
	wantCode(t, f.RenewWatch(t.Context(), m), hire.CodeUnavailable)
	f.clock.Advance(time.Minute)
	f.ok(f.RenewWatch(t.Context(), m))
}

func TestRenewWatchWithoutPush(t *testing.T) {
	t.Parallel()
	f := newFixture(t, noTopic)
	m := f.connect(acmeRita)
	f.taken()
	f.ok(f.RenewWatch(t.Context(), m))
	if got := f.taken(); len(got) != 0 {
		t.Errorf("it did %v", got)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err    error
		parked bool
		code   hire.Code
		detail string
		told   string // as the reason, by the figures
	}{
		"revoked":            {&tokens.Refused{Reason: tokens.Revoked}, true, hire.CodeReconnectRequired, "Reconnect", "revoked_or_expired"},
		"administrator":      {&tokens.Refused{Reason: tokens.AdminPolicy}, true, hire.CodeReconnectRequired, "administrator", "admin_policy"},
		"token not found":    {tokens.ErrNotFound, true, hire.CodeReconnectRequired, "Reconnect", "no_token"},
		"token destroyed":    {tokens.ErrDestroyed, true, hire.CodeReconnectRequired, "Reconnect", "no_token"},
		"no Gmail":           {gmail.ErrMailServiceOff, true, hire.CodeNoMailbox, "mailbox", "gmail_not_enabled"},
		"scope missing":      {gmail.ErrForbiddenScope, true, hire.CodePermissionMissing, "Gmail box", "permission_missing"},
		"domain policy":      {gmail.ErrDomainPolicy, true, hire.CodeReconnectRequired, "administrator", "admin_policy"},
		"access token stale": {gmail.ErrUnauthorized, false, "", "", ""},
		"not found":          {gmail.ErrNotFound, false, "", "", ""},
		"unavailable":        {gmail.ErrUnavailable, false, "", "", ""},
		"rate limit":         {&gmail.RateLimit{}, false, "", "", ""},
		"another":            {errors.New("another"), false, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			m := f.connect(acmeRita)
			f.out.take()
			for range 2 { // the second time it is parked already
				parked, err := f.Refused(t.Context(), m, fmt.Errorf("list history: %w", test.err))
				if f.ok(err); parked != test.parked {
					t.Fatalf("parked: %t", parked)
				}
			}
			now := f.mailbox(acmeRita)
			want := map[string]int64{}
			if test.parked {
				want[test.told] = 1
			}
			if diff := cmp.Diff(want, f.counted("hire.token.refusals")); diff != "" {
				t.Errorf("refusals (-want +got):\n%s", diff)
			}
			if !test.parked {
				if now.State != store.Connected || now.Problem != nil {
					t.Errorf("the record is %+v, want it connected", now)
				}
				return
			}
			if now.State != store.NeedsReconnect || now.Problem == nil || now.Problem.Code != test.code || !strings.Contains(now.Problem.Detail, test.detail) || now.Problem.At.IsZero() {
				t.Errorf("state %s, problem %+v", now.State, now.Problem)
			}
			if got := f.out.take(); !slices.Equal(got, []string{store.EventMailboxReconnect}) {
				t.Errorf("handed over %v, want the event once", got)
			}
		})
	}
}

func TestRefusedDropsAStaleAccessToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m := f.connect(acmeRita)
	ask := func() error { _, err := f.Mailbox(m).Profile(t.Context()); return err }
	f.ok(ask())
	f.sim.OAuth().ExpireAccess(ritaMail)
	err := ask()
	if !errors.Is(err, gmail.ErrUnauthorized) {
		t.Fatalf("%v, want a refused access token", err)
	}
	if parked, err := f.Refused(t.Context(), m, err); parked || err != nil {
		t.Errorf("parked: %t, %v", parked, err)
	}
	f.ok(ask())
}

// That Google refuses our client is nothing that a user could mend, and every mailbox meets it.
func TestRefusedClientParksNobody(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m := f.connect(acmeRita)
	parked, err := f.Refused(t.Context(), m, &tokens.Refused{Reason: tokens.ClientInvalid})
	if wantCode(t, err, hire.CodeUnavailable); parked {
		t.Error("parked")
	}
	if now := f.mailbox(acmeRita); now.State != store.Connected {
		t.Errorf("state %s", now.State)
	}
	if diff := cmp.Diff(map[string]int64{"client_invalid": 1}, f.counted("hire.token.refusals")); diff != "" {
		t.Errorf("refusals (-want +got):\n%s", diff)
	}
	if logged := f.logs.String(); !strings.Contains(logged, "level=ERROR") || !strings.Contains(logged, "alert=oauth_client_refused") {
		t.Errorf("logged: %s", logged)
	}
}

// A late refusal, of a token that was replaced since, does not touch the connection made anew.
func TestTrap42_LateRefusalOfAFormerToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	old := f.connect(acmeRita)
	m := f.connect(acmeRita)
	if _, err := f.Refused(t.Context(), old, tokens.ErrDestroyed); err != nil {
		t.Fatal(err)
	}
	f.alive(m)
}

func TestRefusedCanNotBeRecorded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m := f.connect(acmeRita)
	f.breaks("mailbox.needs_reconnect", false)
	if parked, err := f.Refused(t.Context(), m, tokens.ErrDestroyed); parked || err == nil {
		t.Errorf("parked: %t, %v", parked, err)
	}
}

// A limit of Gmail's closes the mailbox for everybody. One of our own ledger's does not: Gmail has refused nothing, and others may have room.
func TestLimited(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit         gmail.RateLimit
		read, sending bool // what is closed
	}{
		"of the mailbox's quota": {gmail.RateLimit{Reason: "userRateLimitExceeded"}, true, false},
		"of sending":             {gmail.RateLimit{Reason: "userRateLimitExceeded", Sending: true}, false, true},
		"of the project's day":   {gmail.RateLimit{Reason: "dailyLimitExceeded", Daily: true}, true, false},
		"of our own ledger":      {gmail.RateLimit{Reason: "ledger_user"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			m := f.connect(acmeRita)
			test.limit.Until = f.clock.Now().Add(time.Hour)
			f.ok(f.Limited(t.Context(), m, &test.limit))
			now := f.mailbox(acmeRita)
			if now.ReadBlockedUntil.Equal(test.limit.Until) != test.read || now.SendBlockedUntil.Equal(test.limit.Until) != test.sending {
				t.Errorf("reading is closed until %s, sending until %s", now.ReadBlockedUntil, now.SendBlockedUntil)
			}
		})
	}
}
