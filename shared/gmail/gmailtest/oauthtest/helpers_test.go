package oauthtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

const (
	gmailModify = "https://www.googleapis.com/auth/gmail.modify"
	userEmail   = "https://www.googleapis.com/auth/userinfo.email"
	rita        = "rita@acme.example"
	sam         = "sam@acme.example"
	callback    = "http://127.0.0.1:8080/oauthcallback/callback"
	verifier    = "a-verifier-of-more-than-forty-three-characters"
)

// google is a Server behind HTTP, with the real client of golang.org/x/oauth2.
type google struct {
	*oauthtest.Server
	t      *testing.T
	clock  *clocktest.Clock
	url    string
	config *oauth2.Config
}

func newGoogle(t *testing.T, change ...func(*oauthtest.Options)) *google {
	t.Helper()
	g := &google{t: t, clock: clocktest.New()}
	o := oauthtest.Options{
		Now: g.clock.Now, Seed: 7, Clients: []oauthtest.Client{{ID: "client", Secret: "secret/+ %"}, {ID: "other", Secret: "other"}},
		Accounts: func() []oauthtest.Account {
			return []oauthtest.Account{
				{Email: sam, Name: "Sam Super", Sub: "102", EmailVerified: true, HostedDomain: "acme.example"},
				{Email: rita, Name: "Rita Recruiter", Sub: "101", EmailVerified: true},
			}
		},
	}
	for _, f := range change {
		f(&o)
	}
	g.Server = oauthtest.New(o)
	s := httptest.NewServer(g.Server)
	t.Cleanup(s.Close)
	g.url = s.URL
	g.config = &oauth2.Config{
		ClientID: o.Clients[0].ID, ClientSecret: o.Clients[0].Secret, RedirectURL: callback, Scopes: []string{"openid", "email", gmailModify},
		Endpoint: oauth2.Endpoint{AuthURL: s.URL + "/o/oauth2/v2/auth", TokenURL: s.URL + "/token"},
	}
	return g
}

func first(change func(*oauthtest.Client)) func(*oauthtest.Options) {
	return func(o *oauthtest.Options) { change(&o.Clients[0]) }
}

// consentURL is what the product opens: offline, with PKCE, and with consent.
func (g *google) consentURL(options ...oauth2.AuthCodeOption) string {
	options = append([]oauth2.AuthCodeOption{
		oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("prompt", "consent"), oauth2.SetAuthURLParam("login_hint", rita),
	}, options...)
	return g.config.AuthCodeURL("a state", options...)
}

func (g *google) consent(d oauthtest.Decision, options ...oauth2.AuthCodeOption) url.Values {
	g.t.Helper()
	back, err := g.Consent(g.consentURL(options...), d)
	if err != nil {
		g.t.Fatal(err)
	}
	q := back.Query()
	if q.Get("state") != "a state" {
		g.t.Errorf("state %q came back", q.Get("state"))
	}
	back.RawQuery = ""
	if back.String() != callback {
		g.t.Errorf("sent back to %s, want %s", back, callback)
	}
	return q
}

func (g *google) code(d oauthtest.Decision, options ...oauth2.AuthCodeOption) string {
	g.t.Helper()
	q := g.consent(d, options...)
	if q.Get("code") == "" {
		g.t.Fatalf("no code came back, but %v", q)
	}
	return q.Get("code")
}

// connect goes the whole way.
func (g *google) connect(d oauthtest.Decision, options ...oauth2.AuthCodeOption) *oauth2.Token {
	g.t.Helper()
	token, err := g.config.Exchange(g.t.Context(), g.code(d, options...), oauth2.VerifierOption(verifier))
	if err != nil {
		g.t.Fatal(err)
	}
	return token
}

func (g *google) renew(refresh string) (*oauth2.Token, error) {
	return g.config.TokenSource(g.t.Context(), &oauth2.Token{RefreshToken: refresh}).Token()
}

// wantAlive checks that a refresh token gives an access token that is known.
func (g *google) wantAlive(refresh string) {
	g.t.Helper()
	token, err := g.renew(refresh)
	if err != nil {
		g.t.Errorf("refresh: %v", err)
		return
	}
	if _, _, ok := g.Lookup(token.AccessToken); !ok {
		g.t.Error("the new access token is not known")
	}
}

func (g *google) wantDead(refresh string) {
	g.t.Helper()
	_, err := g.renew(refresh)
	wantOAuthError(g.t, err, http.StatusBadRequest, "invalid_grant", "Token has been expired or revoked.")
}

func wantOAuthError(t *testing.T, err error, status int, kind, description string) {
	t.Helper()
	var re *oauth2.RetrieveError
	if !errors.As(err, &re) {
		t.Fatalf("%v, want %s", err, kind)
	}
	if re.Response.StatusCode != status || re.ErrorCode != kind || re.ErrorDescription != description {
		t.Errorf("%d %s %q, want %d %s %q", re.Response.StatusCode, re.ErrorCode, re.ErrorDescription, status, kind, description)
	}
}

// verify checks an id_token with the keys that are served.
func (g *google) verify(ctx context.Context, token *oauth2.Token, issuer string) (*oidc.IDToken, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		g.t.Fatal("there is no id_token")
	}
	v := oidc.NewVerifier(issuer, oidc.NewRemoteKeySet(ctx, g.url+"/oauth2/v3/certs"), &oidc.Config{ClientID: g.config.ClientID, Now: g.clock.Now})
	return v.Verify(ctx, raw)
}

// call makes a request and decodes the JSON of its answer.
func (g *google) call(method, path, access string, form url.Values) (status int, body map[string]any) {
	g.t.Helper()
	req, err := http.NewRequestWithContext(g.t.Context(), method, g.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		g.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if access != "" {
		req.Header.Set("Authorization", "Bearer "+access)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
		g.t.Fatalf("%s %s: %s: %v", method, path, resp.Status, err)
	}
	return resp.StatusCode, body
}
