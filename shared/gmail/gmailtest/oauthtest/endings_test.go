package oauthtest_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

// gone checks that an access token is good for nothing any more.
func (g *google) gone(access string) {
	g.t.Helper()
	if _, _, ok := g.Lookup(access); ok {
		g.t.Error("the access token is still good")
	}
}

func TestRevocationReachesEveryClient(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]func(*oauth2.Token) string{
		"by the refresh token": func(t *oauth2.Token) string { return t.RefreshToken },
		"by the access token":  func(t *oauth2.Token) string { return t.AccessToken },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGoogle(t)
			first := g.connect(oauthtest.Decision{})
			samAccess, samRefresh := g.Issue(sam)
			g.config.ClientID, g.config.ClientSecret = "other", "other"
			second := g.connect(oauthtest.Decision{})

			if status, _ := g.call("POST", "/revoke", "", url.Values{"token": {of(first)}}); status != http.StatusOK {
				t.Fatalf("status %d", status)
			}
			g.gone(first.AccessToken)
			g.gone(second.AccessToken)
			g.wantDead(second.RefreshToken)
			g.config.ClientID, g.config.ClientSecret = "client", "secret/+ %"
			g.wantDead(first.RefreshToken)
			g.wantAlive(samRefresh)
			if _, _, ok := g.Lookup(samAccess); !ok {
				t.Error("somebody else's token died as well")
			}
			status, body := g.call("POST", "/revoke?token="+url.QueryEscape(of(first)), "", nil)
			if status != http.StatusBadRequest || body["error"] != "invalid_token" {
				t.Errorf("a dead token is revoked with %d %v, want 400 invalid_token", status, body)
			}
		})
	}
}

func TestPasswordChangeEndsGmailTokens(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	access, mail := g.Issue(rita)
	_, profile := g.Issue(rita, "openid", "email")
	g.ChangePassword(rita)
	g.wantDead(mail)
	g.gone(access)
	g.wantAlive(profile)
	if !slices.Contains(g.Granted(rita), gmailModify) {
		t.Error("the consent went with the tokens")
	}
}

func TestAccessExpiresAlone(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	access, refresh := g.Issue(rita)
	g.ExpireAccess(rita)
	g.gone(access)
	g.wantAlive(refresh)
}

func TestBlockedByAdmin(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	access, refresh := g.Issue(rita)
	g.BlockByAdmin(rita, true)
	g.gone(access)
	_, err := g.renew(refresh)
	wantOAuthError(t, err, http.StatusBadRequest, "admin_policy_enforced", "Access to the account's data is restricted by policies set by its administrator.")
	var page *oauthtest.PageError
	if _, err := g.Consent(g.consentURL(), oauthtest.Decision{}); !errors.As(err, &page) || page.Code != "admin_policy_enforced" {
		t.Errorf("consent: %v, want the page of admin_policy_enforced", err)
	}
	g.BlockByAdmin(rita, false)
	g.wantAlive(refresh)
}

func TestHundredAndFirstRefreshToken(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	var all []string
	for range 100 {
		_, refresh := g.Issue(rita)
		all = append(all, refresh)
	}
	_, samRefresh := g.Issue(sam)
	g.wantAlive(all[0])
	newest := g.connect(oauthtest.Decision{}).RefreshToken
	g.wantDead(all[0])
	g.wantAlive(all[1])
	g.wantAlive(newest)
	g.wantAlive(samRefresh)
	if got := g.RefreshTokens(rita); !slices.Equal(got, append(all[1:], newest)) {
		t.Errorf("%d tokens are alive, want the newest hundred, oldest first", len(got))
	}
}

func TestKillRefresh(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	access, refresh := g.Issue(rita)
	otherAccess, other := g.Issue(rita)
	if !g.KillRefresh(refresh) || g.KillRefresh(refresh) {
		t.Error("a token dies once")
	}
	g.wantDead(refresh)
	g.gone(access)
	g.wantAlive(other)
	if _, _, ok := g.Lookup(otherAccess); !ok {
		t.Error("the other token's access token died as well")
	}
}

func TestRefreshTokensAge(t *testing.T) {
	t.Parallel()
	const week = 7 * 24 * time.Hour
	t.Run("in testing", func(t *testing.T) {
		t.Parallel()
		g := newGoogle(t, first(func(c *oauthtest.Client) { c.Testing = true }))
		token := g.connect(oauthtest.Decision{})
		if got := token.Extra("refresh_token_expires_in"); got != float64(604799) {
			t.Errorf("refresh_token_expires_in %v", got)
		}
		_, profile := g.Issue(rita, "openid", "email")
		g.clock.Advance(week - time.Second)
		g.wantAlive(token.RefreshToken) // which does not make it last
		g.clock.Advance(time.Second)
		g.wantDead(token.RefreshToken)
		g.wantAlive(profile)
		if got := g.RefreshTokens(rita); !slices.Equal(got, []string{profile}) {
			t.Errorf("%d tokens are alive, want one", len(got))
		}
	})
	t.Run("unused", func(t *testing.T) {
		t.Parallel()
		g := newGoogle(t)
		_, used := g.Issue(rita)
		_, unused := g.Issue(rita)
		for range 25 {
			g.clock.Advance(week)
			g.wantAlive(used)
		}
		g.wantAlive(unused)
		g.clock.Advance(27 * week)
		g.wantDead(unused)
		g.wantDead(used)
	})
}

func TestConsentEndsOlder(t *testing.T) {
	t.Parallel()
	for _, ends := range []bool{false, true} {
		g := newGoogle(t, first(func(c *oauthtest.Client) { c.ConsentEndsOlder = ends }))
		older := g.connect(oauthtest.Decision{}).RefreshToken
		newer := g.connect(oauthtest.Decision{}).RefreshToken
		g.wantAlive(newer)
		if ends {
			g.wantDead(older)
		} else {
			g.wantAlive(older)
		}
	}
}

func TestDeletedAccount(t *testing.T) {
	t.Parallel()
	deleted := false
	g := newGoogle(t, func(o *oauthtest.Options) {
		accounts := o.Accounts
		o.Accounts = func() []oauthtest.Account {
			if deleted {
				return nil
			}
			return accounts()
		}
	})
	g.config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	_, issued := g.Issue(sam)
	code := g.code(oauthtest.Decision{})
	deleted = true
	_, err := g.config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	wantOAuthError(t, err, http.StatusBadRequest, "invalid_grant", "Account has been deleted")
	_, err = g.renew(issued)
	wantOAuthError(t, err, http.StatusBadRequest, "invalid_grant", "Account has been deleted")
}

// Whatever happens at once, a token that was ended is never good again.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	_, first := g.Issue(rita)
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			for range 5 {
				if token, err := g.renew(first); err == nil {
					g.Lookup(token.AccessToken)
				}
				access, _ := g.Issue(rita)
				g.TokensOf(rita)
				g.RefreshTokens(rita)
				g.Revoke(rita)
				g.gone(access)
				if _, err := g.Consent(g.consentURL(), oauthtest.Decision{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	g.wantDead(first)
}
