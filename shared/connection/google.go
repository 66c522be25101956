package connection

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
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
	Issuers  []string // of id_tokens; empty where a stand-in's are taken as they come
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
		var re *oauth2.RetrieveError
		if errors.As(err, &re) && re.Response.StatusCode < 500 {
			return Grant{}, hire.Wrap(hire.CodeStateInvalid, fmt.Errorf("token endpoint: %s", re.ErrorCode))
		}
		return Grant{}, hire.Wrap(hire.CodeGmailUnavailable, errors.New("token endpoint does not answer"))
	}
	g := Grant{Access: t.AccessToken, Refresh: t.RefreshToken, At: at}
	g.Scope, _ = t.Extra("scope").(string)
	raw, _ := t.Extra("id_token").(string)
	err = o.identify(ctx, raw, &g)
	return g, err
}

// identify says whose grant it is. The id_token comes straight from the token endpoint over TLS, so its signature needs no check (OpenID Connect Core
// 3.1.3.7, 6); issuer, audience and expiry do. A stand-in that issues none is asked at its userinfo endpoint.
func (o *OAuth) identify(ctx context.Context, raw string, g *Grant) error {
	var claims struct {
		Sub           string `json:"sub"`
		Email         string `json:"email"`
		EmailVerified bool   `json:"email_verified"`
	}
	if raw != "" {
		v := oidc.NewVerifier(firstIssuer(o.endpoints.Issuers), nil, &oidc.Config{
			ClientID: o.config.ClientID, SkipIssuerCheck: true, InsecureSkipSignatureCheck: true, Now: o.now,
		})
		id, err := v.Verify(ctx, raw)
		if err != nil {
			return hire.Wrap(hire.CodeStateInvalid, fmt.Errorf("id_token: %w", err))
		}
		if !known(o.endpoints.Issuers, id.Issuer) {
			return hire.Wrap(hire.CodeStateInvalid, fmt.Errorf("id_token of issuer %q", id.Issuer))
		}
		if err := id.Claims(&claims); err != nil {
			return hire.Wrap(hire.CodeStateInvalid, err)
		}
	} else {
		if len(o.endpoints.Issuers) > 0 {
			return hire.Wrap(hire.CodeStateInvalid, errors.New("no id_token"))
		}
		if err := o.userInfo(ctx, g.Access, &claims); err != nil {
			return err
		}
	}
	g.Sub, g.Address, g.Verified = claims.Sub, claims.Email, claims.EmailVerified
	return nil
}

func firstIssuer(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func known(list []string, issuer string) bool {
	if len(list) == 0 {
		return true
	}
	for _, i := range list {
		if i == issuer {
			return true
		}
	}
	return false
}

func (o *OAuth) userInfo(ctx context.Context, access string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.endpoints.UserInfo, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+access)
	resp, err := o.http.Do(req)
	if err != nil {
		return hire.Wrap(hire.CodeGmailUnavailable, errors.New("userinfo does not answer"))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return hire.Wrap(hire.CodeGmailUnavailable, fmt.Errorf("userinfo: %s", resp.Status))
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(into); err != nil {
		return hire.Wrap(hire.CodeGmailUnavailable, fmt.Errorf("userinfo: %w", err))
	}
	return nil
}

// Prove implements Google.
func (o *OAuth) Prove(ctx context.Context, refresh string) error {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, o.http)
	if _, err := o.config.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token(); err != nil {
		return &tokens.Refused{Reason: tokens.Revoked}
	}
	return nil
}

// Revoke implements Google.
// Source: https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke
func (o *OAuth) Revoke(ctx context.Context, token string) error {
	body := url.Values{"token": {token}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.endpoints.Revoke, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := o.http.Do(req)
	if err != nil {
		return errors.New("revocation endpoint does not answer")
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) //nolint:errcheck // only for the connection's reuse
	if resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusBadRequest {
		return nil // 400 invalid_token: it was dead already
	}
	return fmt.Errorf("revocation endpoint: %s", resp.Status)
}
