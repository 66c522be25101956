package oauthtest_test

import (
	"maps"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

func TestUserInfo(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	all, _ := g.Issue(rita, "openid", "email", "profile")
	bare, _ := g.Issue(sam, "openid")
	for _, path := range []string{"/v1/userinfo", "/oauth2/v3/userinfo"} {
		for _, method := range []string{"GET", "POST"} {
			for access, want := range map[string]map[string]any{
				all:  {"sub": "101", "email": rita, "email_verified": true, "name": "Rita Recruiter"},
				bare: {"sub": "102", "hd": "acme.example"},
			} {
				status, got := g.call(method, path, access, nil)
				if diff := cmp.Diff(want, got); status != http.StatusOK || diff != "" {
					t.Errorf("%s %s: %d (-want +got):\n%s", method, path, status, diff)
				}
			}
		}
		if status, got := g.call("POST", path, "", url.Values{"access_token": {all}}); status != http.StatusOK {
			t.Errorf("%s with the token in the body: %d %v", path, status, got)
		}
	}
	mailOnly, _ := g.Issue(rita, gmailModify)
	for name, access := range map[string]string{"unknown": "ya29.nothing", "none": "", "of no sign-in": mailOnly} {
		if status, _ := g.call("GET", "/v1/userinfo", access, nil); status != http.StatusUnauthorized {
			t.Errorf("token %s: %d, want 401", name, status)
		}
	}
}

func TestTokenInfo(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	token := g.connect(oauthtest.Decision{})
	g.clock.Advance(time.Minute)
	status, got := g.call("GET", "/tokeninfo?access_token="+token.AccessToken, "", nil)
	want := map[string]any{
		"azp": "client", "aud": "client", "sub": "101", "scope": "openid " + userEmail + " " + gmailModify, "email": rita, "email_verified": "true",
		"exp": "1793613599", "expires_in": "3539", "access_type": "offline",
	}
	if diff := cmp.Diff(want, got); status != http.StatusOK || diff != "" {
		t.Errorf("%d (-want +got):\n%s", status, diff)
	}
	raw := token.Extra("id_token").(string)
	if status, got := g.call("POST", "/tokeninfo", "", url.Values{"id_token": {raw}}); status != http.StatusOK || got["sub"] != "101" || got["aud"] != "client" {
		t.Errorf("id_token: %d %v", status, got)
	}
	g.clock.Advance(time.Hour)
	for name, query := range map[string]string{
		"old access token": "access_token=" + token.AccessToken, "old id_token": "id_token=" + raw, "forged id_token": "id_token=" + raw[:len(raw)-8] + "AAAAAAAA", "nothing": "",
	} {
		if status, got := g.call("GET", "/tokeninfo?"+query, "", nil); status != http.StatusBadRequest || got["error"] != "invalid_token" {
			t.Errorf("%s: %d %v, want 400 invalid_token", name, status, got)
		}
	}
}

func TestNoIDToken(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, first(func(c *oauthtest.Client) { c.NoIDToken = true }))
	if got := g.connect(oauthtest.Decision{}).Extra("id_token"); got != nil {
		t.Errorf("there is an id_token")
	}
}

func TestTokenEndpointRefusals(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	client := url.Values{"client_id": {"client"}, "client_secret": {"secret/+ %"}}
	for name, test := range map[string]struct {
		form  url.Values
		error string
	}{
		"no client":        {url.Values{"grant_type": {"refresh_token"}}, "invalid_request"},
		"no grant type":    {url.Values{}, "unsupported_grant_type"},
		"another grant":    {url.Values{"grant_type": {"password"}}, "unsupported_grant_type"},
		"no code":          {url.Values{"grant_type": {"authorization_code"}}, "invalid_request"},
		"no refresh token": {url.Values{"grant_type": {"refresh_token"}}, "invalid_request"},
		"unknown token":    {url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"1//nothing"}}, "invalid_grant"},
		"unknown code":     {url.Values{"grant_type": {"authorization_code"}, "code": {"4/nothing"}, "redirect_uri": {callback}}, "invalid_grant"},
	} {
		if name != "no client" {
			maps.Copy(test.form, client)
		}
		if status, got := g.call("POST", "/oauth2/v4/token", "", test.form); status != http.StatusBadRequest || got["error"] != test.error {
			t.Errorf("%s: %d %v, want 400 %s", name, status, got, test.error)
		}
	}
}
