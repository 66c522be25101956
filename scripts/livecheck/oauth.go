package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"
)

var oauthChecks = []check{
	{
		Name: "identity-in-token-answer", Used: "shared/connection, OAuth.identify",
		Fact: "The token endpoint's answer has an id_token for our client that says sub, email and email_verified; a stand-in for Google may leave that to userinfo.",
		Try:  identityInTokenAnswer,
	},
	{
		Name: "userinfo-names-same-user", Used: "shared/connection, OAuth.userInfo",
		Fact: "The userinfo endpoint names the same sub as the id_token.",
		Try:  userinfoNamesSameUser,
	},
	{
		Name: "scopes-in-token-answer", Used: "shared/connection, check: the box that the user has unticked",
		Fact: "The token endpoint's answer says which scopes were granted, so that an unticked box is seen.",
		Try: func(_ context.Context, x *trial) (string, error) {
			granted := strings.Fields(x.a.granted)
			if !slices.Contains(granted, gmailapi.GmailModifyScope) {
				return "", contrary("scope is %q: it does not have %s, which you were asked for", x.a.granted, gmailapi.GmailModifyScope)
			}
			return "unticking a box is not tried here", nil
		},
	},
	{
		Name: "refresh-token-with-consent", Used: "shared/connection, OAuth.AuthCodeURL",
		Fact: "With access_type=offline and prompt=consent the answer has a refresh token.",
		Try: func(_ context.Context, x *trial) (string, error) {
			if x.a.first.RefreshToken == "" {
				return "", contrary("there is no refresh token")
			}
			return "", nil
		},
	},
	{
		Name: "no-refresh-token-without", Used: "shared/connection, Service.Finish: an answer without one never replaces a good one",
		Fact: "An authorization without prompt=consent, of a user who has consented before, gives no refresh token.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			c, err := x.authorizeAgain(ctx)
			if err != nil {
				return "", err
			}
			t, err := x.a.exchange(ctx, c)
			if err == nil && t.RefreshToken != "" {
				err = contrary("there is one all the same")
			}
			return "", err
		},
	},
	{
		Name: "pkce-enforced", Used: "shared/connection, OAuth.Exchange",
		Fact: "A code that was asked for with a PKCE challenge is refused to whoever does not have the verifier.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			defer x.browser.release()
			c, err := x.authorizeAgain(ctx)
			if err != nil {
				return "", err
			}
			c.verifier = oauth2.GenerateVerifier()
			_, err = x.a.exchange(ctx, c)
			return "", invalidGrant(err, "a code with another verifier")
		},
	},
	{
		Name: "refresh-works", Used: "shared/tokens, Source",
		Fact: "A refresh token gives an access token that Gmail takes.",
		Try:  refreshWorks,
	},
	{
		Name: "dead-refresh-token", Used: "shared/tokens, Source: the mailbox is parked until its user reconnects",
		Fact: "A refresh token that is none is refused with invalid_grant.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			_, err := x.a.refresh(ctx, "1//0"+x.token)
			return "", invalidGrant(err, "a refresh token that is none")
		},
	},
	{
		Name: "dead-access-token", Used: "shared/gmail, refusal (ErrUnauthorized)",
		Fact: "Gmail refuses an access token that is none with 401.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			return "", refused(x.a.callWith(ctx, "ya29."+x.token), http.StatusUnauthorized, "an access token that is none")
		},
	},
}

var revokeChecks = []check{{
	Name: "revocation-ends-grant", Used: "shared/connection, OAuth.Revoke and OAuth.Prove", Last: true,
	Fact: "After the revocation of a refresh token, it is refused with invalid_grant.",
	Try: func(ctx context.Context, x *trial) (string, error) {
		switch {
		case !x.revoke:
			return "", excuse("only with -revoke, since it ends every token of this user for the Google project")
		case x.server.endpoints.Revoke == "":
			return "", excuse("OAUTH_REVOKE_URL is not set")
		case x.a.first.RefreshToken == "":
			return "", excuse("there is no refresh token")
		}
		resp, err := x.a.post(ctx, x.server.endpoints.Revoke, url.Values{"token": {x.a.first.RefreshToken}})
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return "", contrary("the revocation endpoint answers %s", resp.Status)
		}
		took, err := x.wait(ctx, "the refresh token is refused", func() (bool, error) {
			_, err := x.a.refresh(ctx, x.a.first.RefreshToken)
			if err == nil {
				return false, nil
			}
			return true, invalidGrant(err, "a revoked refresh token")
		})
		note := within(took)
		if code, _ := answerOf(x.a.callWith(ctx, x.a.first.AccessToken)); code == http.StatusUnauthorized {
			note += "; the access token has gone with it"
		} else {
			note += "; the access token still works"
		}
		return note, err
	},
}}

// againFor is how long an authorization may take that should ask nothing, or an account at most.
const againFor = 3 * time.Minute

// authorizeAgain leads the user, who has consented, through an authorization without prompt=consent.
func (x *trial) authorizeAgain(ctx context.Context) (code, error) {
	within, cancel := context.WithTimeout(ctx, againFor)
	defer cancel()
	c, err := x.browser.authorize(within, x.a.config, x.a.address, false)
	switch {
	case ctx.Err() != nil:
		return code{}, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return code{}, excuse("your browser did not come back within %s", againFor)
	case err != nil:
		return code{}, excuse("%v", err)
	}
	return c, nil
}

// idToken is what the token endpoint has said of the user.
type idToken struct {
	Sub           string `json:"sub"`
	Email         string `json:"email"`
	EmailVerified *bool  `json:"email_verified"`
}

func identityInTokenAnswer(ctx context.Context, x *trial) (string, error) {
	c, err := x.identity(ctx)
	switch {
	case err != nil && x.server.google:
		return "", err
	case err != nil:
		return "no id_token that the code takes, so userinfo or the mailbox's own address has to say it", nil //nolint:nilerr // right either way
	case !strings.EqualFold(c.Email, x.a.address):
		return "", contrary("the id_token is of another address than the mailbox")
	}
	return "id_token", nil
}

// identity reads the id_token as the code does.
func (x *trial) identity(ctx context.Context) (*idToken, error) {
	return x.known.get("an id_token", func() (*idToken, error) {
		raw, _ := x.a.first.Extra("id_token").(string)
		if raw == "" {
			return nil, contrary("there is no id_token")
		}
		v := oidc.NewVerifier("", nil, &oidc.Config{ClientID: x.server.clientID, SkipIssuerCheck: true, InsecureSkipSignatureCheck: true})
		id, err := v.Verify(ctx, raw)
		if err != nil {
			return nil, contrary("the id_token is not good: %s", short(err.Error()))
		}
		if x.server.google && !slices.Contains(x.server.endpoints.Issuers, id.Issuer) {
			return nil, contrary("the id_token is of issuer %q", id.Issuer)
		}
		var c idToken
		if err := id.Claims(&c); err != nil || c.Sub == "" || c.Email == "" || c.EmailVerified == nil {
			return nil, contrary("the id_token does not say sub, email and email_verified")
		}
		return &c, nil
	})
}

func userinfoNamesSameUser(ctx context.Context, x *trial) (string, error) {
	if x.server.endpoints.UserInfo == "" {
		return "", excuse("OAUTH_USERINFO_URL is not set")
	}
	c, err := x.identity(ctx)
	if err != nil {
		return "", excuse("there is no id_token to compare with")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, x.server.endpoints.UserInfo, nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+x.a.first.AccessToken)
	resp, err := x.a.plain.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var info idToken
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&info); err != nil || resp.StatusCode != http.StatusOK {
		return "", contrary("userinfo answers %s, or nothing that can be read", resp.Status)
	}
	if info.Sub != c.Sub {
		return "", contrary("userinfo names another sub than the id_token")
	}
	return "", nil
}

func refreshWorks(ctx context.Context, x *trial) (string, error) {
	if x.a.first.RefreshToken == "" {
		return "", excuse("there is no refresh token")
	}
	t, err := x.a.refresh(ctx, x.a.first.RefreshToken)
	if err != nil {
		return "", err
	}
	if err := x.a.callWith(ctx, t.AccessToken); err != nil {
		return "", err
	}
	if t.RefreshToken != x.a.first.RefreshToken {
		return "", contrary("the refresh token was replaced by another, which the code does not keep")
	}
	return "the refresh token stays as it is", nil
}

// callWith makes a small call of Gmail with a token of its own.
func (a *account) callWith(ctx context.Context, access string) error {
	client := &http.Client{Transport: &oauth2.Transport{Source: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: access}), Base: a.meter}}
	service, err := gmailapi.NewService(ctx, option.WithHTTPClient(client), option.WithLogger(slog.New(slog.DiscardHandler)), option.WithEndpoint(a.base))
	if err != nil {
		return err
	}
	_, err = service.Users.GetProfile("me").Context(ctx).Do()
	return err
}

func (a *account) post(ctx context.Context, address string, form url.Values) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return a.plain.Do(req)
}

// invalidGrant says whether the token endpoint has refused as it should.
func invalidGrant(err error, what string) error {
	if err := refused(err, http.StatusBadRequest, what); err != nil {
		return err
	}
	if _, text := answerOf(err); !strings.HasPrefix(text, "400 invalid_grant") {
		return contrary("%s was refused with %s, not with invalid_grant", what, text)
	}
	return nil
}
