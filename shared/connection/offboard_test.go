package connection

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// leaving is a fixture in which a connection was made and is to be ended: the task is queued.
func leaving(t *testing.T) (*fixture, store.Mailbox, store.OffboardTask) {
	t.Helper()
	f := newFixture(t)
	m := f.connect(acmeRita)
	return f, m, f.disconnect(acmeRita)
}

func (f *fixture) disconnect(k store.MailboxKey) store.OffboardTask {
	f.t.Helper()
	f.ok(f.Disconnect(f.t.Context(), k, k.UserID, "disconnected"))
	return f.out.offboardTask(f.t)
}

// gone checks that nothing is left of a connection: not at Google, not in the vault, and that it was told once.
func (f *fixture) gone(m store.Mailbox) {
	f.t.Helper()
	if f.watched() {
		f.t.Error("the mailbox is still watched")
	}
	if n := f.refreshTokens(ritaMail); n != 0 {
		f.t.Errorf("Google has %d refresh tokens", n)
	}
	if _, err := f.stored(m.Key(), m.TokenVersion); !errors.Is(err, tokens.ErrDestroyed) {
		f.t.Errorf("the token: %v, want it destroyed", err)
	}
	if now := f.mailbox(m.Key()); now.State != store.Disconnected || now.TokenVersion != "" || !now.WatchExpiresAt.IsZero() || now.Cursor != m.Cursor {
		f.t.Errorf("the record is %+v, want it disconnected, its cursor kept", now)
	}
	if of, err := f.store.MailboxesOf(f.t.Context(), ritaMail); err != nil || slices.Contains(of, m.Key()) {
		f.t.Errorf("the address still leads to %v, %v", of, err)
	}
	if n := len(slices.DeleteFunc(f.out.take(), func(kind string) bool { return kind != store.EventMailboxDisconnected })); n != 1 {
		f.t.Errorf("%d events that it is disconnected, want one", n)
	}
}

func TestOffboard(t *testing.T) {
	t.Parallel()
	f, m, task := leaving(t)
	if now := f.mailbox(acmeRita); now.State != store.Disconnecting || task != (store.OffboardTask{AccountID: "acme", UserID: "rita", Generation: m.Generation, Reason: "disconnected"}) {
		t.Errorf("state %s, task %+v", now.State, task)
	}
	f.taken()
	f.ok(f.Offboard(t.Context(), task))
	want := []string{"google_user.lock", "/token", "/stop", "deletion.step", "/revoke", "deletion.step", "token.destroy_before", "token.destroy", "deletion.step", "deletion.step", "mailbox.offboarded", "google_user.unlock"}
	if got := f.taken(); !slices.Equal(got, want) {
		t.Errorf("done: %v, want %v", got, want)
	}
	f.gone(m)

	// Done again, and disconnected again, it changes nothing.
	f.ok(f.Offboard(t.Context(), task))
	if got := f.taken(); len(got) != 0 {
		t.Errorf("done again: %v", got)
	}
	f.ok(f.Disconnect(t.Context(), acmeRita, "rita", "disconnected"))
	f.ok(f.Disconnect(t.Context(), acmeSam, "sam", "disconnected")) // who never was
	if got := f.out.take(); len(got) != 0 {
		t.Errorf("handed over %v", got)
	}
}

// Whichever step fails, with its effect or without, the task is repeated, and ends it.
func TestOffboardIsResumed(t *testing.T) {
	t.Parallel()
	steps := []string{"google_user.lock", "/stop", "deletion.step", "/revoke", "token.destroy_before", "token.destroy", "mailbox.offboarded"}
	for _, name := range steps {
		for _, after := range []bool{false, true} {
			sub := name + " fails"
			if after {
				sub = name + " is done, and its answer lost"
			}
			t.Run(sub, func(t *testing.T) {
				t.Parallel()
				f, m, task := leaving(t)
				f.breaks(name, after)
				// Stopping is repeated by itself.
				if err := f.Offboard(t.Context(), task); (err == nil) != (name == "/stop") {
					t.Fatalf("the failure was met by %v", err)
				}
				f.clock.Advance(googleTTL) // a lock whose answer was lost is left to run out
				if err := f.Offboard(t.Context(), task); err != nil {
					t.Fatalf("repeated: %v", err)
				}
				if name == "mailbox.offboarded" && after {
					f.out.HandOver(t.Context(), []store.OutboxRow{{Type: store.EventMailboxDisconnected}}) // as the sweep does: its row is in the outbox
				}
				f.gone(m)
			})
		}
	}
}

// Two failures in a row, of any two steps.
func TestOffboardIsResumedTwice(t *testing.T) {
	t.Parallel()
	steps := []string{"/revoke", "token.destroy_before", "token.destroy", "mailbox.offboarded"}
	for _, first := range steps {
		for _, second := range steps {
			t.Run(first+" then "+second, func(t *testing.T) {
				t.Parallel()
				f, m, task := leaving(t)
				for _, name := range []string{first, second} {
					f.breaks(name, false)
					_ = f.Offboard(t.Context(), task) // a step that was done before is not met again
					f.breaks("", false)
				}
				f.ok(f.Offboard(t.Context(), task))
				f.gone(m)
			})
		}
	}
}

func TestOffboardWhenGmailIsDown(t *testing.T) {
	t.Parallel()
	f, m, task := leaving(t)
	fault("stop", 503, "")(f)
	if err := f.Offboard(t.Context(), task); err == nil {
		t.Fatal("the watch was not stopped, and all seemed well")
	}
	if got := f.taken(); slices.Contains(got, "/revoke") || slices.Contains(got, "token.destroy") {
		t.Errorf("%v: without the token the watch can't be stopped any more", got)
	}
	f.sim.ClearFaults()
	f.ok(f.Offboard(t.Context(), task))
	f.gone(m)
}

// Stopping and revoking reach every connection of a Google user, so they are left to the last.
func TestTrap39_OffboardSparesTheOtherConnection(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	acme, bolt := f.connect(acmeRita), f.connect(boltRita)
	task := f.disconnect(acmeRita)
	f.taken()
	f.ok(f.Offboard(t.Context(), task))
	if got := f.taken(); slices.Contains(got, "/stop") || slices.Contains(got, "/revoke") {
		t.Errorf("done: %v", got)
	}
	if _, err := f.stored(acmeRita, acme.TokenVersion); !errors.Is(err, tokens.ErrDestroyed) {
		t.Errorf("the token of the one that ended: %v, want it destroyed", err)
	}
	token, err := f.stored(boltRita, bolt.TokenVersion)
	f.ok(err)
	f.ok(f.Google.Prove(t.Context(), token.Refresh))
	if !f.watched() {
		t.Error("the watch was stopped")
	}
	f.out.take()
	f.ok(f.Offboard(t.Context(), f.disconnect(boltRita)))
	f.gone(bolt)
}

// Both end at once: whoever comes second is the last.
func TestOffboardOfBothConnections(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	acme := f.connect(acmeRita)
	f.connect(boltRita)
	first, second := f.disconnect(acmeRita), f.disconnect(boltRita)
	f.ok(f.Offboard(t.Context(), second))
	f.out.take()
	f.ok(f.Offboard(t.Context(), first))
	f.gone(acme)
}

func TestTrap42_LateOffboardLeavesANewConnectionAlone(t *testing.T) {
	t.Parallel()
	f, old, task := leaving(t)
	m := f.connect(acmeRita)
	if m.Generation == old.Generation {
		t.Fatal("the generation is the same")
	}
	f.taken()
	f.ok(f.Offboard(t.Context(), task))
	if got := f.taken(); len(got) != 0 {
		t.Errorf("the late task did %v", got)
	}
	f.alive(m)
}

// The connection is made anew while its end is under way. It waits for the lease, and has a grant of its own then.
func TestTrap53_OffboardUnderWayAndANewConnection(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"/revoke", "token.destroy_before", "token.destroy", "mailbox.offboarded"} {
		t.Run("broken off at "+at, func(t *testing.T) {
			t.Parallel()
			f, _, task := leaving(t)
			f.breaks(at, at == "/revoke") // a revocation may have its effect although nobody saw it
			if err := f.Offboard(t.Context(), task); err == nil {
				t.Fatal("the failure went unnoticed")
			}
			m := f.connect(acmeRita)
			f.ok(f.Offboard(t.Context(), task))
			f.alive(m)
		})
	}
}

// A callback that comes while the lease is held is told to try again; nothing of it stays.
func TestConnectWhileOffboardHoldsTheLease(t *testing.T) {
	t.Parallel()
	f, m, task := leaving(t)
	f.Google = &meanwhile{Google: f.Google, do: func() {
		_, err := f.Finish(t.Context(), f.consent(acmeRita, oauthtest.Decision{}))
		wantCode(t, err, hire.CodeUnavailable)
	}}
	f.ok(f.Offboard(t.Context(), task))
	f.gone(m)
	f.alive(f.connect(acmeRita))
}

// A revocation reaches the grant that a callback has in hand, also where nobody saw its answer.
func TestTrap53_OffboardRevokesWhatACallbackHasInHand(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]bool{"seen": false, "its answer lost": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _, task := leaving(t)
			f.Google = &exchanged{Google: f.Google, then: func() {
				if lost {
					f.breaks("/revoke", true)
				}
				if err := f.Offboard(t.Context(), task); (err != nil) != lost {
					t.Errorf("offboard: %v", err)
				}
			}}
			_, err := f.Finish(t.Context(), f.consent(boltRita, oauthtest.Decision{}))
			wantCode(t, err, hire.CodeNoRefreshToken)
			if m := f.mailbox(boltRita); m.State != "" {
				t.Errorf("state %s, with a token that is dead", m.State)
			}
		})
	}
}

// exchanged does something once a code was turned into a grant.
type exchanged struct {
	Google
	then func()
}

func (e *exchanged) Exchange(ctx context.Context, code, verifier string) (Grant, error) {
	g, err := e.Google.Exchange(ctx, code, verifier)
	e.then()
	return g, err
}

// meanwhile does something just before a revocation.
type meanwhile struct {
	Google
	do func()
}

func (m *meanwhile) Revoke(ctx context.Context, token string) (bool, error) {
	m.do()
	return m.Google.Revoke(ctx, token)
}

// alive checks that a connection works.
func (f *fixture) alive(m store.Mailbox) {
	f.t.Helper()
	if now := f.mailbox(m.Key()); now.State != store.Connected || now.Generation != m.Generation || now.TokenVersion != m.TokenVersion {
		f.t.Errorf("the record is %+v, want it as it was: %+v", now, m)
	}
	token, err := f.stored(m.Key(), m.TokenVersion)
	f.ok(err)
	f.ok(f.Google.Prove(f.t.Context(), token.Refresh))
	if !f.watched() {
		f.t.Error("the mailbox is not watched")
	}
	if _, err := f.Mailbox(m).Profile(f.t.Context()); err != nil {
		f.t.Errorf("Gmail can't be asked: %v", err)
	}
}

// With a token that Google takes no more nothing can be stopped, and there is nothing to revoke.
func TestOffboardWithADeadToken(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]func(f *fixture, m store.Mailbox){
		"revoked":          func(f *fixture, _ store.Mailbox) { f.sim.OAuth().Revoke(ritaMail) },
		"password changed": func(f *fixture, _ store.Mailbox) { f.sim.OAuth().ChangePassword(ritaMail) },
		"destroyed": func(f *fixture, m store.Mailbox) {
			f.ok(f.vault.Destroy(f.t.Context(), vaultKey(m.Key()), m.TokenVersion))
		},
		"no Gmail": func(f *fixture, _ store.Mailbox) { box, _ := f.sim.Mailbox(ritaMail); box.Suspend(true) },
		"forbidden by the administrator": func(f *fixture, _ store.Mailbox) {
			f.sim.OAuth().BlockByAdmin(ritaMail, true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, m, task := leaving(t)
			f.Access.Stale(vaultKey(acmeRita), m.TokenVersion)
			kill(f, m)
			f.ok(f.Offboard(t.Context(), task))
			if now := f.mailbox(acmeRita); now.State != store.Disconnected {
				t.Errorf("state %s", now.State)
			}
			if _, err := f.stored(acmeRita, m.TokenVersion); !errors.Is(err, tokens.ErrDestroyed) {
				t.Errorf("the token: %v, want it destroyed", err)
			}
		})
	}
}

// An access token may be dead while its grant lives: the watch is stopped all the same.
func TestOffboardWithAStaleAccessToken(t *testing.T) {
	t.Parallel()
	f, m, task := leaving(t)
	if _, err := f.Access.Access(t.Context(), vaultKey(acmeRita), m.TokenVersion); err != nil {
		t.Fatal(err)
	}
	f.sim.OAuth().ExpireAccess(ritaMail)
	f.ok(f.Offboard(t.Context(), task))
	f.gone(m)
}

func TestOffboardOfAnAccount(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.connect(acmeRita)
	f.connect(acmeSam)
	bolt := f.connect(boltRita)
	due, err := f.store.SetIntegration(t.Context(), "acme", "sam", false)
	f.ok(err)
	f.out.HandOver(t.Context(), due)
	whole := f.out.offboardTask(t)
	if whole.UserID != "" {
		t.Fatalf("task %+v, want one for the account", whole)
	}
	f.out.take()

	// Broken off after the first, it is done again, and finds that one done.
	f.breaks("mailbox.disconnect", true)
	if err := f.Offboard(t.Context(), whole); err == nil {
		t.Fatal("the failure went unnoticed")
	}
	f.ok(f.Offboard(t.Context(), whole))
	for _, k := range []store.MailboxKey{acmeRita, acmeSam} {
		m := f.mailbox(k)
		if m.State != store.Disconnecting {
			t.Errorf("%s is %s", k.UserID, m.State)
		}
		f.ok(f.Offboard(t.Context(), store.OffboardTask{AccountID: k.AccountID, UserID: k.UserID, Generation: m.Generation}))
		if m := f.mailbox(k); m.State != store.Disconnected {
			t.Errorf("in the end %s is %s", k.UserID, m.State)
		}
	}
	f.alive(bolt)
	f.ok(f.Offboard(t.Context(), store.OffboardTask{AccountID: "nowhere", Reason: "integration_off"}))

	// Switched on again before the task came: nobody is turned away.
	_, err = f.store.SetIntegration(t.Context(), "acme", "sam", true)
	f.ok(err)
	m := f.connect(acmeRita)
	f.ok(f.Offboard(t.Context(), whole))
	f.alive(m)
}

// Two tasks of one connection at once: the lease lets one work, the other comes again.
func TestOffboardTwiceAtOnce(t *testing.T) {
	t.Parallel()
	f, m, task := leaving(t)
	f.Google = &meanwhile{Google: f.Google, do: func() { wantCode(t, f.Offboard(t.Context(), task), hire.CodeUnavailable) }}
	f.ok(f.Offboard(t.Context(), task))
	f.gone(m)
	f.clock.Advance(time.Minute)
	f.ok(f.Offboard(t.Context(), task))
}
