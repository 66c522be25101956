package oauthtest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

func TestTheWholeWay(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	token := g.connect(oauthtest.Decision{Email: rita}, oauth2.SetAuthURLParam("nonce", "n-1"))
	if token.AccessToken == "" || token.RefreshToken == "" || token.TokenType != "Bearer" || token.ExpiresIn != 3599 {
		t.Errorf("token of type %q for %d s, access %t, refresh %t", token.TokenType, token.ExpiresIn, token.AccessToken != "", token.RefreshToken != "")
	}
	if got, want := token.Extra("scope"), "openid "+userEmail+" "+gmailModify; got != want {
		t.Errorf("scope %q, want %q", got, want)
	}
	id, err := g.verify(t.Context(), token, oauthtest.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	if err := id.VerifyAccessToken(token.AccessToken); err != nil {
		t.Errorf("at_hash: %v", err)
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	delete(claims, "at_hash")
	at := float64(g.clock.Now().Unix())
	want := map[string]any{
		"iss": oauthtest.Issuer, "aud": "client", "azp": "client", "sub": "101", "email": rita, "email_verified": true, "nonce": "n-1", "iat": at, "exp": at + 3600,
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	email, scopes, ok := g.Lookup(token.AccessToken)
	if email != rita || !slices.Contains(scopes, gmailModify) || !ok {
		t.Errorf("Lookup: %s, %v, %t", email, scopes, ok)
	}
	if access, refresh := g.TokensOf("Rita@Acme.example"); access != 1 || refresh != 1 {
		t.Errorf("%d access and %d refresh tokens, want one of each", access, refresh)
	}

	renewed, err := g.renew(token.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if renewed.AccessToken == token.AccessToken || renewed.RefreshToken != token.RefreshToken {
		t.Error("a refresh must give another access token, and leave the refresh token alone")
	}
	if _, err := g.verify(t.Context(), renewed, oauthtest.Issuer); err != nil {
		t.Errorf("id_token of the refresh: %v", err)
	}
	g.clock.Advance(3599 * time.Second)
	if _, _, ok := g.Lookup(renewed.AccessToken); ok {
		t.Error("the access token is good for longer than it said")
	}
	g.wantAlive(token.RefreshToken)
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, func(o *oauthtest.Options) { o.Issuer = "https://issuer.example" })
	ctx := oidc.InsecureIssuerURLContext(t.Context(), "https://issuer.example")
	provider, err := oidc.NewProvider(ctx, g.url)
	if err != nil {
		t.Fatal(err)
	}
	g.config.Endpoint = provider.Endpoint()
	token := g.connect(oauthtest.Decision{})
	id, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: "client", Now: g.clock.Now}).Verify(ctx, token.Extra("id_token").(string))
	if err != nil {
		t.Fatal(err)
	}
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		t.Fatal(err)
	}
	if id.Issuer != "https://issuer.example" || info.Subject != id.Subject || info.Email != rita || !info.EmailVerified {
		t.Errorf("issuer %s, user %+v", id.Issuer, info)
	}
}

func TestClientAuthentication(t *testing.T) {
	t.Parallel()
	for name, style := range map[string]oauth2.AuthStyle{"in the body": oauth2.AuthStyleInParams, "as basic": oauth2.AuthStyleInHeader} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGoogle(t)
			g.config.Endpoint.AuthStyle = style
			token := g.connect(oauthtest.Decision{})
			g.config.ClientSecret = "wrong"
			_, err := g.renew(token.RefreshToken)
			wantOAuthError(t, err, http.StatusUnauthorized, "invalid_client", "The provided client secret is invalid.")
			g.config.ClientID = "nobody"
			_, err = g.renew(token.RefreshToken)
			wantOAuthError(t, err, http.StatusUnauthorized, "invalid_client", "The OAuth client was not found.")
			g.config.ClientID, g.config.ClientSecret = "other", "other"
			_, err = g.renew(token.RefreshToken)
			wantOAuthError(t, err, http.StatusUnauthorized, "unauthorized_client", "Unauthorized")
		})
	}
}

func TestExchangeRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change      func(g *google)
		verifier    string
		kind, about string
	}{
		"another verifier":     {nil, strings.Repeat("w", 43), "invalid_grant", "Invalid code verifier."},
		"no verifier":          {nil, "", "invalid_grant", "Missing code verifier."},
		"another redirect URI": {func(g *google) { g.config.RedirectURL = "http://127.0.0.1:8080/elsewhere" }, verifier, "redirect_uri_mismatch", "Bad Request"},
		"after ten minutes":    {func(g *google) { g.clock.Advance(10 * time.Minute) }, verifier, "invalid_grant", "Bad Request"},
		"after a revocation":   {func(g *google) { g.Revoke(rita) }, verifier, "invalid_grant", "Bad Request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGoogle(t)
			code := g.code(oauthtest.Decision{})
			redirect := g.config.RedirectURL
			if test.change != nil {
				test.change(g)
			}
			var options []oauth2.AuthCodeOption
			if test.verifier != "" {
				options = append(options, oauth2.VerifierOption(test.verifier))
			}
			// The client tries both ways of authentication where the first is refused, and a code is used up by the first.
			g.config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
			_, err := g.config.Exchange(t.Context(), code, options...)
			wantOAuthError(t, err, http.StatusBadRequest, test.kind, test.about)
			g.config.RedirectURL = redirect
			_, err = g.config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
			wantOAuthError(t, err, http.StatusBadRequest, "invalid_grant", "Bad Request")
		})
	}
}

func TestCodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	g.config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	code := g.code(oauthtest.Decision{})
	token, err := g.config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	wantOAuthError(t, err, http.StatusBadRequest, "invalid_grant", "Bad Request")
	g.wantAlive(token.RefreshToken)
}

func TestPlainChallengeAndNone(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	g.config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	plain := g.config.AuthCodeURL("s", oauth2.SetAuthURLParam("code_challenge", verifier))
	none := g.config.AuthCodeURL("s", oauth2.SetAuthURLParam("prompt", "consent"))
	for _, test := range []struct {
		url      string
		verifier bool
		good     bool
	}{{plain, true, true}, {plain, false, false}, {none, false, true}, {none, true, false}} {
		back, err := g.Consent(test.url, oauthtest.Decision{Email: rita})
		if err != nil {
			t.Fatal(err)
		}
		var options []oauth2.AuthCodeOption
		if test.verifier {
			options = append(options, oauth2.VerifierOption(verifier))
		}
		if _, err := g.config.Exchange(t.Context(), back.Query().Get("code"), options...); (err == nil) != test.good {
			t.Errorf("%s, verifier %t: %v", test.url, test.verifier, err)
		}
	}
}

func TestDenied(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	q := g.consent(oauthtest.Decision{Deny: true})
	if q.Get("error") != "access_denied" || q.Has("code") {
		t.Errorf("%v came back, want access_denied", q)
	}
	if got := g.Granted(rita); got != nil {
		t.Errorf("%v was granted", got)
	}
}

func TestUntickedScope(t *testing.T) {
	t.Parallel()
	for _, name := range []string{gmailModify, "gmail.modify"} {
		g := newGoogle(t)
		token := g.connect(oauthtest.Decision{Untick: []string{name}})
		if got, want := token.Extra("scope"), "openid "+userEmail; got != want {
			t.Errorf("scope %q, want %q", got, want)
		}
		if _, scopes, _ := g.Lookup(token.AccessToken); slices.Contains(scopes, gmailModify) {
			t.Error("the access token may do what was unticked")
		}
	}
	g := newGoogle(t)
	for _, name := range []string{"email", "openid", "gmail.send"} {
		if back, err := g.Consent(g.consentURL(), oauthtest.Decision{Untick: []string{name}}); err == nil {
			t.Errorf("%s: unticked, and sent back to %s", name, back)
		}
	}
	if _, err := g.Consent(g.consentURL(), oauthtest.Decision{Email: "nobody@acme.example"}); err == nil {
		t.Error("somebody consented who has no account")
	}
}

// With nothing but Gmail asked for, unticking it leaves nothing to give.
func TestNothingTicked(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	g.config.Scopes = []string{gmailModify}
	if q := g.consent(oauthtest.Decision{Untick: []string{gmailModify}}); q.Get("error") != "access_denied" {
		t.Errorf("%v came back, want access_denied", q)
	}
}

func TestRefreshTokenOnlyWithConsent(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	noPrompt := oauth2.SetAuthURLParam("prompt", "")
	if g.connect(oauthtest.Decision{}, noPrompt).RefreshToken == "" {
		t.Error("the first consent gave no refresh token")
	}
	if g.connect(oauthtest.Decision{}, noPrompt).RefreshToken != "" {
		t.Error("a refresh token came although nobody was asked")
	}
	if g.connect(oauthtest.Decision{}).RefreshToken == "" {
		t.Error("the consent that was asked for gave no refresh token")
	}
	if g.connect(oauthtest.Decision{}, oauth2.AccessTypeOnline).RefreshToken != "" {
		t.Error("a refresh token came without offline access")
	}
	g.Revoke(rita)
	if g.connect(oauthtest.Decision{}, noPrompt).RefreshToken == "" {
		t.Error("after a revocation nobody was asked")
	}
}

func TestMoreScopesAreAskedFor(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	noPrompt := oauth2.SetAuthURLParam("prompt", "")
	g.config.Scopes = []string{"openid", "email"}
	g.connect(oauthtest.Decision{}, noPrompt)
	g.config.Scopes = []string{gmailModify}
	token := g.connect(oauthtest.Decision{}, noPrompt, oauth2.SetAuthURLParam("include_granted_scopes", "true"))
	if got, want := token.Extra("scope"), "openid "+userEmail+" "+gmailModify; got != want || token.RefreshToken == "" {
		t.Errorf("scope %q, want %q; refresh token %t", got, want, token.RefreshToken != "")
	}
}

func TestPromptNone(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	none := oauth2.SetAuthURLParam("prompt", "none")
	for _, test := range []struct{ hint, want string }{{"", "login_required"}, {"nobody@acme.example", "login_required"}, {rita, "interaction_required"}} {
		if q := g.consent(oauthtest.Decision{}, none, oauth2.SetAuthURLParam("login_hint", test.hint)); q.Get("error") != test.want {
			t.Errorf("hint %q: %v, want %s", test.hint, q, test.want)
		}
	}
	g.connect(oauthtest.Decision{})
	if token := g.connect(oauthtest.Decision{}, none); token.RefreshToken != "" {
		t.Error("a refresh token came although nobody was asked")
	}
}

func TestSameSeedSameTokens(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) [2]string {
		g := newGoogle(t, func(o *oauthtest.Options) { o.Seed = seed })
		token := g.connect(oauthtest.Decision{})
		return [2]string{token.AccessToken, token.RefreshToken}
	}
	one, again, two := run(1), run(1), run(2)
	if one != again {
		t.Error("one seed gave two tokens")
	}
	if one == two {
		t.Error("two seeds gave one token")
	}
}

func TestIntercept(t *testing.T) {
	t.Parallel()
	var broken, seen string
	g := newGoogle(t, func(o *oauthtest.Options) {
		o.Intercept = func(w http.ResponseWriter, _ *http.Request, endpoint string) bool {
			seen += endpoint + " "
			if endpoint != broken {
				return false
			}
			http.Error(w, "broken", http.StatusServiceUnavailable)
			return true
		}
	})
	token := g.connect(oauthtest.Decision{})
	if seen != "authorize authorize authorize token " {
		t.Errorf("endpoints seen: %s", seen)
	}
	broken = "token"
	if _, err := g.renew(token.RefreshToken); err == nil {
		t.Error("the broken endpoint answered")
	}
	broken = ""
	g.wantAlive(token.RefreshToken)
}
