package connection

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// Endpoints are Google's addresses, each of which may be overridden so that a compatible server can stand in.
type Endpoints struct {
	Auth     string
	Token    string
	Revoke   string
	UserInfo string
	Issuers  []string // of id_tokens; empty where another server stands in for Google, whose id_tokens are taken as they come
}

// GoogleEndpoints are Google's own.
// Source: https://accounts.google.com/.well-known/openid-configuration
func GoogleEndpoints() Endpoints {
	return Endpoints{
		Auth: "https://accounts.google.com/o/oauth2/v2/auth", Token: "https://oauth2.googleapis.com/token",
		Revoke: "https://oauth2.googleapis.com/revoke", UserInfo: "https://openidconnect.googleapis.com/v1/userinfo",
		Issuers: []string{"https://accounts.google.com", "accounts.google.com"},
	}
}

// OAuth is the Google of a running service.
type OAuth struct {
	config    *oauth2.Config
	endpoints Endpoints
	http      *http.Client
	now       func() time.Time
}

// NewOAuth makes a client of Google's OAuth endpoints.
func NewOAuth(config *oauth2.Config, e Endpoints, client *http.Client, now func() time.Time) (*OAuth, error) {
	if config == nil || client == nil || now == nil {
		return nil, errors.New("connection: config, client and now are all needed")
	}
	if len(e.Issuers) == 0 && e.UserInfo == GoogleEndpoints().UserInfo {
		e.UserInfo = "" // a stand-in's token is nothing to show Google
	}
	return &OAuth{config: config, endpoints: e, http: client, now: now}, nil
}

// AuthCodeURL implements Google. Consent is asked for each time, since only then a refresh token comes.
func (o *OAuth) AuthCodeURL(state, verifier, loginHint string) string {
	return o.config.AuthCodeURL(state, oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(verifier),
		oauth2.SetAuthURLParam("prompt", "consent"), oauth2.SetAuthURLParam("login_hint", loginHint))
}

// Exchange implements Google.
func (o *OAuth) Exchange(ctx context.Context, code, verifier string) (Grant, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, o.http)
	at := o.now()
	t, err := o.config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return Grant{}, exchangeError(err)
	}
	g := Grant{Access: t.AccessToken, Refresh: t.RefreshToken, At: at}
	var said bool
	if g.Scope, said = t.Extra("scope").(string); !said && o.standIn() {
		g.Scope = strings.Join(o.config.Scopes, " ") // unsaid, it is what was asked for (RFC 6749 section 5.1); Google always says it
	}
	raw, _ := t.Extra("id_token").(string)
	err = o.identify(ctx, raw, &g)
	return g, err
}

// exchangeError says what a refusal of the token endpoint means to the user. Its text may quote the answer and goes no further.
func exchangeError(err error) error {
	var re *oauth2.RetrieveError
	if !errors.As(err, &re) {
		return hire.Wrap(hire.CodeGmailUnavailable, errors.New("token endpoint does not answer"))
	}
	cause := fmt.Errorf("token endpoint: %d %s", re.Response.StatusCode, re.ErrorCode)
	switch {
	case passes(re):
		return hire.Wrap(hire.CodeGmailUnavailable, cause)
	case re.ErrorCode == "admin_policy_enforced" || re.ErrorCode == "org_internal":
		return byAdmin(cause)
	case re.ErrorCode == "invalid_client" || re.ErrorCode == "unauthorized_client" || re.ErrorCode == "deleted_client" || re.ErrorCode == "redirect_uri_mismatch":
		return hire.Wrap(hire.CodeUnavailable, cause) // our own configuration: no user can mend it
	}
	return hire.Wrap(hire.CodeStateInvalid, cause)
}

// passes tells whether a refusal of the token endpoint may be gone at another try.
func passes(re *oauth2.RetrieveError) bool { return passing(re.Response.StatusCode) }

// passing tells whether a status of Google's may be another one at another try.
func passing(status int) bool {
	return status >= http.StatusInternalServerError || status == http.StatusTooManyRequests
}

// byAdmin is the refusal of an app that the administrator of the user's domain does not allow.
func byAdmin(cause error) error {
	e := hire.Err(hire.CodeConsentDenied, reasons[tokens.AdminPolicy])
	e.Err = cause
	return e
}

// standIn tells whether another server stands in for Google: then id_tokens are taken as they come.
func (o *OAuth) standIn() bool { return len(o.endpoints.Issuers) == 0 }

// claims are what an id_token or userinfo says of the user.
type claims struct {
	Sub           string `json:"sub"`
	Email         string `json:"email"`
	EmailVerified *bool  `json:"email_verified"`
}

// name puts the claims into a grant.
func (c claims) name(g *Grant) {
	g.Sub, g.Address, g.Verified = c.Sub, c.Email, c.EmailVerified != nil && *c.EmailVerified
}

// identify says whose grant it is. Google's id_token says it. A stand-in may issue id_tokens of its own kind, or none: then its userinfo is asked, and where that
// does not say it either, Gmail has to (Grant.AskGmail).
func (o *OAuth) identify(ctx context.Context, raw string, g *Grant) error {
	c, err := o.readIDToken(ctx, raw)
	if !o.standIn() {
		if err != nil {
			return hire.Wrap(hire.CodeStateInvalid, err)
		}
		c.name(g)
		return nil
	}
	whole := func() bool { return err == nil && c.Sub != "" && c.Email != "" && c.EmailVerified != nil }
	if !whole() {
		c, err = o.userInfo(ctx, g.Access)
	}
	if whole() {
		c.name(g)
		return nil
	}
	if err == nil {
		g.Sub = c.Sub
	}
	g.AskGmail = true
	return nil
}

// readIDToken reads an id_token. It comes straight from the token endpoint over TLS, so its signature needs no check (OpenID Connect Core 3.1.3.7, 6);
// issuer, audience and expiry do.
func (o *OAuth) readIDToken(ctx context.Context, raw string) (c claims, err error) {
	if raw == "" {
		return c, errors.New("no id_token")
	}
	v := oidc.NewVerifier("", nil, &oidc.Config{ClientID: o.config.ClientID, SkipIssuerCheck: true, InsecureSkipSignatureCheck: true, Now: o.now})
	id, err := v.Verify(ctx, raw)
	if err != nil {
		return c, fmt.Errorf("id_token: %w", err)
	}
	if !o.standIn() && !slices.Contains(o.endpoints.Issuers, id.Issuer) {
		return c, fmt.Errorf("id_token of issuer %q", id.Issuer)
	}
	if err := id.Claims(&c); err != nil {
		return claims{}, fmt.Errorf("id_token: %w", err)
	}
	return c, nil
}

// userInfo asks who the user of an access token is (OpenID Connect Core section 5.3).
func (o *OAuth) userInfo(ctx context.Context, access string) (c claims, err error) {
	if o.endpoints.UserInfo == "" {
		return c, errors.New("no userinfo endpoint")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.endpoints.UserInfo, nil)
	if err != nil {
		return c, err
	}
	req.Header.Set("Authorization", "Bearer "+access)
	resp, err := o.http.Do(req)
	if err != nil {
		return c, errors.New("userinfo does not answer")
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return c, fmt.Errorf("userinfo: %s", resp.Status)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&c); err != nil {
		return claims{}, errors.New("userinfo can't be read")
	}
	return c, nil
}

// Prove implements Google.
func (o *OAuth) Prove(ctx context.Context, refresh string) error {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, o.http)
	_, err := o.config.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
	if err == nil {
		return nil
	}
	var re *oauth2.RetrieveError
	if !errors.As(err, &re) || passes(re) {
		return hire.Wrap(hire.CodeGmailUnavailable, errors.New("token endpoint does not answer"))
	}
	return &tokens.Refused{Reason: tokens.Revoked}
}

// Revoke implements Google.
// Source: https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke
func (o *OAuth) Revoke(ctx context.Context, token string) (dead bool, err error) {
	body := url.Values{"token": {token}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.endpoints.Revoke, strings.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := o.http.Do(req)
	if err != nil {
		return false, hire.Wrap(hire.CodeGmailUnavailable, errors.New("revocation endpoint does not answer"))
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) //nolint:errcheck // only for the connection's reuse
	if resp.StatusCode/100 == 2 || resp.StatusCode == http.StatusBadRequest {
		return resp.StatusCode == http.StatusBadRequest, nil // 400 invalid_token: it was dead already
	}
	err = fmt.Errorf("revocation endpoint: %s", resp.Status)
	if passing(resp.StatusCode) {
		return false, hire.Wrap(hire.CodeGmailUnavailable, err)
	}
	return false, err
}
