package connection

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

func TestSafePath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"": true, "/": true, "/settings/email": true, "/candidates/17?tab=emails#last": true, "/a//b": true,
		"settings": false, "//evil.example": false, "///evil.example": false, `/\evil.example`: false, `\\evil.example`: false,
		"https://evil.example": false, "https:/settings": false, "javascript:alert(1)": false, "/\t/evil.example": false, "/a\r\nSet-Cookie: b": false, "/\x00": false,
		"?next=/": false, "#a": false, " /settings": false, "/%zz": false,
	} {
		if got := safePath(path); got != want {
			t.Errorf("safePath(%q) = %t, want %t", path, got, want)
		}
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, err := f.Start(t.Context(), acmeRita, "https://evil.example/")
	wantCode(t, err, hire.CodeInvalidRequest)
	_, _, err = f.Start(t.Context(), store.MailboxKey{AccountID: "acme", UserID: "nobody"}, "")
	wantCode(t, err, hire.CodeNotFound)
	start, expires, err := f.Start(t.Context(), acmeRita, "")
	f.ok(err)
	if !strings.HasPrefix(start, f.StartURL+"?link=") || len(f.link(start)) != 43 || !expires.Equal(f.clock.Now().Add(10*time.Minute)) {
		t.Errorf("%s until %s", start, expires)
	}
	_, err = f.store.SetIntegration(t.Context(), "acme", "sam", false)
	f.ok(err)
	_, _, err = f.Start(t.Context(), acmeRita, "")
	wantCode(t, err, hire.CodeIntegrationOff)
}

func TestConsentScreensAddress(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	start, _, err := f.Start(t.Context(), acmeSam, "")
	f.ok(err)
	consent, cookie, err := f.Begin(t.Context(), f.link(start))
	f.ok(err)
	u, err := url.Parse(consent)
	f.ok(err)
	q := u.Query()
	for name, want := range map[string]string{
		"client_id": "dev-client-id", "redirect_uri": redirect, "response_type": "code", "scope": "openid email " + scopeGmail, "access_type": "offline",
		"prompt": "consent", "login_hint": samMail, "code_challenge_method": "S256",
	} {
		if got := q.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if len(q.Get("state")) != 43 || len(q.Get("code_challenge")) != 43 || len(cookie) != 43 || q.Get("state") == cookie {
		t.Errorf("state, challenge or cookie are not what they should be: %s, cookie %q", u, cookie)
	}
}

// The link and the state work once, for ten minutes, in one browser.
func TestOneWayTickets(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	start, _, err := f.Start(ctx, acmeRita, "/back")
	f.ok(err)
	link := f.link(start)
	a := f.decide(link, oauthtest.Decision{})
	_, _, err = f.Begin(ctx, link)
	wantCode(t, err, hire.CodeStateInvalid)
	_, _, err = f.Begin(ctx, a.State)
	wantCode(t, err, hire.CodeStateInvalid) // a state is no link
	_, err = f.Finish(ctx, Answer{State: link, Code: a.Code, Cookie: a.Cookie})
	wantCode(t, err, hire.CodeStateInvalid) // nor a link a state
	back, err := f.Finish(ctx, a)
	f.ok(err)
	if back != "/back" {
		t.Errorf("leads back to %q", back)
	}
	_, err = f.Finish(ctx, a)
	wantCode(t, err, hire.CodeStateInvalid)

	for name, change := range map[string]func(*Answer){
		"no cookie":       func(a *Answer) { a.Cookie = "" },
		"another browser": func(a *Answer) { a.Cookie = "another" },
		"no state":        func(a *Answer) { a.State = "" },
		"another state":   func(a *Answer) { a.State = "another" },
	} {
		a := f.consent(acmeSam, oauthtest.Decision{})
		change(&a)
		back, err := f.Finish(ctx, a)
		if wantCode(t, err, hire.CodeStateInvalid); back != "" {
			t.Errorf("%s: leads back to %q", name, back)
		}
	}
	if m := f.mailbox(acmeSam); m.State != "" {
		t.Errorf("something was stored: %+v", m)
	}

	start, _, err = f.Start(ctx, acmeSam, "")
	f.ok(err)
	f.clock.Advance(10 * time.Minute)
	_, _, err = f.Begin(ctx, f.link(start))
	wantCode(t, err, hire.CodeStateExpired)
	start, _, err = f.Start(ctx, acmeSam, "")
	f.ok(err)
	f.clock.Advance(9 * time.Minute)
	a = f.decide(f.link(start), oauthtest.Decision{})
	f.clock.Advance(time.Minute)
	_, err = f.Finish(ctx, a)
	wantCode(t, err, hire.CodeStateExpired)
}

func TestConnect(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*setup)
		watch  bool
	}{"with push": {func(*setup) {}, true}, "without": {noTopic, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, test.change)
			m := f.connect(acmeRita)
			if m.Generation != 1 || m.Address != ritaMail || m.Sub == "" || m.Cursor == 0 || f.watched() != test.watch || m.WatchExpiresAt.IsZero() == test.watch {
				t.Errorf("%+v", m)
			}
			if len(m.Labels) != 1 || m.Labels[0].Name != "Hire" {
				t.Errorf("labels %v", m.Labels)
			}
			token, err := f.stored(acmeRita, m.TokenVersion)
			f.ok(err)
			if live := f.sim.OAuth().RefreshTokens(ritaMail); !slices.Equal(live, []string{token.Refresh}) || token.Sub != m.Sub || !strings.Contains(token.Scope, scopeGmail) {
				t.Errorf("the vault has not what Google gave")
			}
			if got := f.out.take(); !slices.Equal(got, []string{store.QueueSync, store.EventMailboxConnected}) {
				t.Errorf("handed over %v", got)
			}
			for _, secret := range []string{token.Refresh, "ya29."} {
				if strings.Contains(f.logs.String(), secret) {
					t.Error("a token is in the log")
				}
			}
		})
	}
}

// What is refused leaves nothing behind: no record, no token, no grant.
func TestRefusedConnections(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		decision oauthtest.Decision
		before   func(f *fixture)
		want     hire.Code
		detail   []string
		keeps    bool // the grant stays: another try needs no consent screen to be of use
	}{
		"a different account": {oauthtest.Decision{Email: samMail}, nil, hire.CodeWrongAccount, []string{samMail, "Rita@Acme.example"}, false},
		"Gmail unticked":      {oauthtest.Decision{Untick: []string{scopeGmail}}, nil, hire.CodePermissionMissing, nil, false},
		"denied":              {oauthtest.Decision{Deny: true}, nil, hire.CodeConsentDenied, nil, false},
		"no Gmail":            {oauthtest.Decision{}, func(f *fixture) { box, _ := f.sim.Mailbox(ritaMail); box.Suspend(true) }, hire.CodeNoMailbox, nil, false},
		"the domain's policy": {oauthtest.Decision{}, fault("labels.list", 403, "domainPolicy"), hire.CodeConsentDenied, []string{"administrator"}, false},
		"an unverified address": {oauthtest.Decision{}, func(f *fixture) {
			f.sim.AddAccount(oauthtest.Account{Email: ritaMail, Sub: "101"})
		}, hire.CodeWrongAccount, nil, false},
		"Gmail is down":     {oauthtest.Decision{}, fault("watch", 503, ""), hire.CodeGmailUnavailable, nil, true},
		"the vault is down": {oauthtest.Decision{}, func(f *fixture) { f.breaks("token.put", false) }, hire.CodeInternal, nil, true},
		"the commit fails":  {oauthtest.Decision{}, func(f *fixture) { f.breaks("connection.commit", false) }, hire.CodeInternal, nil, true},
		"deactivated meanwhile": {oauthtest.Decision{}, func(f *fixture) {
			_, _, err := f.store.PutUser(f.t.Context(), hire.User{AccountID: "acme", ID: "rita", Email: ritaMail, Role: hire.RoleAdmin, Version: 2})
			f.ok(err)
		}, hire.CodeUserInactive, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			a := f.consent(acmeRita, test.decision)
			if test.before != nil {
				if strings.HasPrefix(name, "an unverified") {
					test.before(f)
					a = f.consent(acmeRita, test.decision)
				} else {
					test.before(f)
				}
			}
			back, err := f.Finish(t.Context(), a)
			wantCode(t, err, test.want)
			if back != "/settings/email" {
				t.Errorf("leads back to %q", back)
			}
			var e *hire.Error
			if errors.As(err, &e) {
				for _, want := range test.detail {
					if !strings.Contains(e.Detail, want) {
						t.Errorf("%q does not name %s", e.Detail, want)
					}
				}
			}
			if m := f.mailbox(acmeRita); m.State != "" || m.TokenVersion != "" {
				t.Errorf("something was stored: %+v", m)
			}
			if n := f.refreshTokens(ritaMail) + f.refreshTokens(samMail); !test.keeps && n != 0 {
				t.Errorf("%d grants are left at Google", n)
			}
			if got := f.out.take(); len(got) != 0 {
				t.Errorf("handed over %v", got)
			}
			steps := f.taken()
			if slices.Contains(steps, "token.put") && !slices.Contains(steps, "token.destroy") {
				t.Error("a token is left in the vault")
			}
		})
	}
}

func fault(method string, status int, reason string) func(*fixture) {
	return func(f *fixture) { f.sim.AddFault(gmailtest.FaultRule{Method: method, Status: status, Reason: reason}) }
}

// Revoking reaches all of a Google user's connections, so a refused one is not given back where another lives.
func TestTrap39_RefusalSparesTheOtherConnection(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]oauthtest.Decision{
		"a different account": {Email: ritaMail}, "Gmail unticked": {Email: ritaMail, Untick: []string{scopeGmail}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			m := f.connect(boltRita)
			who := acmeSam
			if d.Untick != nil {
				who = acmeRita
			}
			if _, err := f.Finish(t.Context(), f.consent(who, d)); err == nil {
				t.Fatal("connected")
			}
			if slices.Contains(f.taken(), "/revoke") {
				t.Error("the grant was revoked")
			}
			token, err := f.stored(boltRita, m.TokenVersion)
			f.ok(err)
			f.ok(f.Google.Prove(t.Context(), token.Refresh))
		})
	}
}

// withoutRefresh is a Google that gives no refresh token, as when the user was not asked anew.
type withoutRefresh struct{ Google }

func (w withoutRefresh) AuthCodeURL(state, verifier, loginHint string) string {
	return strings.Replace(w.Google.AuthCodeURL(state, verifier, loginHint), "prompt=consent", "prompt=", 1)
}

func TestTrap30_NoRefreshTokenKeepsTheOldOne(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m := f.connect(acmeRita)
	f.Google = withoutRefresh{f.Google}
	f.taken()
	back, err := f.Finish(t.Context(), f.consent(acmeRita, oauthtest.Decision{}))
	if wantCode(t, err, hire.CodeNoRefreshToken); back == "" {
		t.Error("leads nowhere")
	}
	if now := f.mailbox(acmeRita); now.Generation != m.Generation || now.TokenVersion != m.TokenVersion || now.State != store.Connected {
		t.Errorf("the connection has changed: %+v", now)
	}
	token, err := f.stored(acmeRita, m.TokenVersion)
	f.ok(err)
	f.ok(f.Google.Prove(t.Context(), token.Refresh))
	for _, step := range f.taken() {
		if step == "token.put" || step == "token.destroy" || step == "/revoke" {
			t.Errorf("%s although the old token is to be kept", step)
		}
	}
}

func TestReconnectDestroysTheReplacedToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.connect(acmeRita)
	second := f.connect(acmeRita)
	if second.Generation != 2 || second.TokenVersion == first.TokenVersion || second.Cursor != first.Cursor {
		t.Errorf("%+v after %+v", second, first)
	}
	if _, err := f.stored(acmeRita, first.TokenVersion); !errors.Is(err, tokens.ErrDestroyed) {
		t.Errorf("the replaced token: %v, want it destroyed", err)
	}
	_, err := f.stored(acmeRita, second.TokenVersion)
	f.ok(err)
	if _, err := f.Access.Access(t.Context(), vaultKey(acmeRita), second.TokenVersion); err != nil {
		t.Error(err)
	}
}

// A commit of which only the answer was lost must not cost the connection its token.
func TestCommitWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a := f.consent(acmeRita, oauthtest.Decision{})
	f.breaks("connection.commit", true)
	if _, err := f.Finish(t.Context(), a); err == nil {
		t.Fatal("the lost answer went unnoticed")
	}
	m := f.mailbox(acmeRita)
	if m.State != store.Connected {
		t.Fatalf("state %s", m.State)
	}
	_, err := f.stored(acmeRita, m.TokenVersion)
	f.ok(err)
}

func TestLabelMadeBySomebodyElseMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	box, _ := f.sim.Mailbox(ritaMail)
	a := f.consent(acmeRita, oauthtest.Decision{})
	f.sim.AddFault(gmailtest.FaultRule{Method: "labels.create", Times: 1, Status: 409, Reason: "aborted", Message: "Label name exists or conflicts"})
	_, err := f.Finish(t.Context(), a)
	f.ok(err)
	if _, ok := box.Label("Hire"); !ok {
		t.Error("there is no label")
	}
}

// Somebody revokes the Google user's grants between a callback's exchange and its commit.
func TestRevocationSinceTheExchange(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		dead bool
		want hire.Code
	}{"the token went with it": {true, hire.CodeNoRefreshToken}, "it lives": {false, ""}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.Google = &revokedMeanwhile{Google: f.Google, f: f, dead: test.dead}
			_, err := f.Finish(t.Context(), f.consent(acmeRita, oauthtest.Decision{}))
			wantCode(t, err, test.want)
			if m := f.mailbox(acmeRita); (m.State == store.Connected) == test.dead {
				t.Errorf("state %q", m.State)
			}
		})
	}
}

type revokedMeanwhile struct {
	Google
	f    *fixture
	dead bool
}

func (r *revokedMeanwhile) Exchange(ctx context.Context, code, verifier string) (Grant, error) {
	g, err := r.Google.Exchange(ctx, code, verifier)
	_, held, lerr := r.f.store.LockGoogleUser(ctx, g.Sub, "somebody", time.Minute)
	if lerr != nil || !held {
		r.f.t.Errorf("lock: %t, %v", held, lerr)
	}
	if r.dead {
		r.f.sim.OAuth().Revoke(ritaMail)
	}
	if err := r.f.store.UnlockGoogleUser(ctx, g.Sub, "somebody", true); err != nil {
		r.f.t.Error(err)
	}
	return g, err
}

func TestTwoCallbacksAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m := f.connect(acmeRita)
	_, held, err := f.store.LockGoogleUser(t.Context(), m.Sub, "somebody", time.Minute)
	if f.ok(err); !held {
		t.Fatal("the lease of the first connection was not given back")
	}
	_, err = f.Finish(t.Context(), f.consent(boltRita, oauthtest.Decision{}))
	wantCode(t, err, hire.CodeUnavailable)
	f.clock.Advance(time.Minute)
	f.connect(boltRita)
}
