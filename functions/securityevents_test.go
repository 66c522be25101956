package functions_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	tokensRevoked   = "https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked"
	sessionsRevoked = "https://schemas.openid.net/secevent/risc/event-type/sessions-revoked"
	accountDisabled = "https://schemas.openid.net/secevent/risc/event-type/account-disabled"
	accountPurged   = "https://schemas.openid.net/secevent/risc/event-type/account-purged"
	accountEnabled  = "https://schemas.openid.net/secevent/risc/event-type/account-enabled"
	credentialEvent = "https://schemas.openid.net/secevent/risc/event-type/account-credential-change-required"
	verification    = "https://schemas.openid.net/secevent/risc/event-type/verification"
)

// securityEvent is a token as Google signs it: without an end, and with its name ending in a slash.
func (w *world) securityEvent(event map[string]any, change map[string]any) string {
	claims := map[string]any{"iss": w.config.Security.Issuer + "/", "aud": w.config.OAuth.ClientID, "jti": "event-1", "exp": nil, "events": event}
	maps.Copy(claims, change)
	return w.issuer.Sign(claims)
}

// about is an event about a Google user.
func (w *world) about(kind, sub string) map[string]any {
	return map[string]any{kind: map[string]any{"subject": map[string]any{"subject_type": "iss-sub", "iss": w.config.Security.Issuer + "/", "sub": sub}}}
}

func (w *world) tellSecurity(token string) answer {
	w.t.Helper()
	return w.call("POST", "/securityevents/", http.Header{}, token, "Content-Type", "application/secevent+jwt")
}

// Google tells that a grant has ended: the mailbox asks for its user at once, in every account, before any mail meets the refusal, and says why.
func TestSecurityEventParksTheConnections(t *testing.T) {
	t.Parallel()
	for kind, why := range map[string]string{
		tokensRevoked: "was removed in your Google account", sessionsRevoked: "ended all sessions", accountDisabled: "has disabled your Google account", accountPurged: "was deleted",
		credentialEvent: "change the password",
	} {
		t.Run(kind[len("https://schemas.openid.net/secevent/"):], func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			b := w.bolt()
			b.connect()
			s := w.sam()
			s.connect()
			w.sim.OAuth().Revoke(ritaMail)
			w.tellSecurity(w.securityEvent(w.about(kind, w.record(rita).Sub), nil)).into(202, nil)
			w.settle()
			for _, p := range []*person{r, b} {
				p.mustReconnect()
				if got := p.settings().Connection.Problem.Detail; !strings.Contains(got, why) {
					t.Errorf("%s is told %q, want that it %s", p.account, got, why)
				}
			}
			if got := s.settings().Connection.State; got != "connected" {
				t.Errorf("Sam's connection is %s, want it untouched", got)
			}
			if n := w.published(store.EventMailboxReconnect); n != 2 {
				t.Errorf("%d events that a mailbox needs its user, want two", n)
			}
			r.connect()
			w.tellSecurity(w.securityEvent(w.about(kind, w.record(rita).Sub), nil)).into(202, nil) // delivered once more
			if got := r.settings().Connection.State; got != "connected" {
				t.Errorf("after the same word once more the connection made anew is %s", got)
			}
		})
	}
}

// What says nothing of a grant is taken, and nothing is asked of Google.
func TestSecurityEventOfNoConcern(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	sub := w.record(rita).Sub
	w.sim.OAuth().Revoke(ritaMail) // whoever asks meets a refusal
	nothingAsked := w.nothingAskedOfGoogle()
	for name, event := range map[string]map[string]any{
		"enabled again":          w.about(accountEnabled, sub),
		"verification":           {verification: map[string]any{"state": "a trial"}},
		"nobody of ours":         w.about(tokensRevoked, "110169484474386276334"),
		"another issuer's user":  {tokensRevoked: map[string]any{"subject": map[string]any{"iss": "https://evil.example", "sub": sub}}},
		"one we have no word of": w.about("https://schemas.openid.net/secevent/risc/event-type/recovery-activated", sub),
	} {
		if got := w.tellSecurity(w.securityEvent(event, nil)); got.Status != http.StatusAccepted {
			t.Errorf("%s: status %d: %s", name, got.Status, got.Body)
		}
	}
	nothingAsked()
	if got := r.settings().Connection.State; got != "connected" {
		t.Errorf("the connection is %s", got)
	}
}

// A word that is not Google's to us has no effect. Google's endpoint out of reach means that the event is to be delivered again.
func TestSecurityEventForged(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	revoked := w.about(tokensRevoked, w.record(rita).Sub)
	genuine := w.securityEvent(revoked, nil)
	w.sim.OAuth().Revoke(ritaMail)
	bad := map[string]string{
		"nothing":            "",
		"no token":           "forged",
		"too long":           string(make([]byte, 17<<10)),
		"another audience":   w.securityEvent(revoked, map[string]any{"aud": "another-client"}),
		"another issuer":     w.securityEvent(revoked, map[string]any{"iss": "https://evil.example/"}),
		"no event":           w.securityEvent(map[string]any{}, nil),
		"token of a user":    w.issuer.UserToken(issuertest.UserClaims{AccountID: acme, UserID: sam, Email: samMail}),
		"id_token":           w.securityEvent(nil, map[string]any{"events": nil, "sub": w.record(rita).Sub}),
		"signature stripped": w.issuer.Forge(genuine, issuertest.Stripped),
	}
	for _, f := range issuertest.Forgeries {
		bad[string(f)] = w.issuer.Forge(genuine, f)
	}
	for name, token := range bad {
		status, code := 400, hire.CodeInvalidRequest
		if name == "too long" {
			status, code = 413, hire.CodeBodyTooLarge
		}
		if got := w.tellSecurity(token); got.Status != status || got.code() != code {
			t.Errorf("%s: status %d: %s", name, got.Status, got.Body)
		}
	}
	if got := r.settings().Connection.State; got != "connected" {
		t.Errorf("a forged event made the connection %s", got)
	}
	w.sim.AddFault(gmailtest.FaultRule{Method: "oauth.token", Status: 503})
	w.tellSecurity(genuine).problem(503, hire.CodeGmailUnavailable)
	w.clock.Advance(time.Minute)
	w.sim.ClearFaults()
	w.tellSecurity(genuine).into(202, nil)
	r.mustReconnect()
}
