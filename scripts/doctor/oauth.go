package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	secretmanager "google.golang.org/api/secretmanager/v1"

	"github.com/trakstar/hire-gmail/shared/connection"
)

// oauthSettings are what Google is asked about.
type oauthSettings struct {
	id, secret, redirect string
	endpoint             oauth2.Endpoint
}

func settingsOf(get func(name string) string) oauthSettings {
	s := oauthSettings{id: get("OAUTH_CLIENT_ID"), secret: get("OAUTH_CLIENT_SECRET"), redirect: get("OAUTH_REDIRECT_URL"), endpoint: google.Endpoint}
	if u := get("OAUTH_AUTH_URL"); u != "" {
		s.endpoint.AuthURL = u
	}
	if u := get("OAUTH_TOKEN_URL"); u != "" {
		s.endpoint.TokenURL = u
	}
	return s
}

const (
	clientsPage = "https://console.cloud.google.com/auth/clients"
	screenPage  = "https://console.cloud.google.com/auth/audience"
)

// oauthClient looks whether Google knows the OAuth client by the secret that the functions have.
func (c *cloud) oauthClient(ctx context.Context, r *report) {
	env := c.environment(r)
	if env == nil {
		return
	}
	s := settingsOf(func(name string) string { return env[name] })
	id := c.want.Secrets["OAUTH_CLIENT_SECRET"]
	version := c.secretVersions(r)["OAUTH_CLIENT_SECRET"]
	if version == "" {
		version = "latest"
	}
	v, got := look(r, "secretmanager.versions.access on "+id+", which an operator need not have", "whether Google takes the client's secret", func() (*secretmanager.AccessSecretVersionResponse, error) {
		return c.vault.Projects.Secrets.Versions.Access(c.in("secrets/" + id + "/versions/" + version)).Context(ctx).Do()
	})
	if got == absent {
		r.skip("there is no secret to try, see secrets")
	}
	if got != there {
		return
	}
	secret, err := base64.StdEncoding.DecodeString(v.Payload.Data)
	if err != nil {
		r.skip("the secret can't be read") // the cause might quote it
		return
	}
	s.secret = string(secret)
	judgeClient(ctx, r, c.web, s, clientsPage+"?project="+c.project,
		fmt.Sprintf("gcloud secrets versions add %s --project=%s --data-file=-, raise its number in secret_versions of terraform/ENVIRONMENT.tfvars, and %s", id, c.project, deploy))
}

// judgeClient tries a client and its secret: a code that nobody gave is refused as such only after the client was recognised (RFC 6749 section 5.2).
func judgeClient(ctx context.Context, r *report, client *http.Client, s oauthSettings, page, setSecret string) {
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {"looked-at-by-doctor"}, "redirect_uri": {s.redirect}, "client_id": {s.id}, "client_secret": {s.secret},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		r.skip("the token endpoint's address can't be used")
		return
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		r.skip("the token endpoint can't be reached: %s", withoutURL(err))
		return
	}
	defer resp.Body.Close()
	var answer struct {
		Error string `json:"error"`
	}
	_ = json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&answer) // what is no JSON has no error that we know
	switch answer.Error {
	case "invalid_grant", "redirect_uri_mismatch": // the second is for the other check
		r.found("the client is known by its secret")
	case "invalid_client", "unauthorized_client", "deleted_client":
		r.fail(page+" shows the client and its secrets; "+setSecret, "Google does not take the OAuth client with this secret: %s", answer.Error)
	default:
		r.skip("the token endpoint answered %s %s, which tells nothing of the client", resp.Status, answer.Error)
	}
}

// oauthRedirect looks whether the address that Google sends browsers back to is oauthcallback's, and registered with the client.
func (c *cloud) oauthRedirect(ctx context.Context, r *report) {
	env, number := c.environment(r), c.number(r)
	if env == nil || number == "" {
		return
	}
	s := settingsOf(func(name string) string { return env[name] })
	own := c.url("oauthcallback", number) + "/callback"
	if domain := c.domain(env); domain != "" {
		own = "https://" + domain + "/oauthcallback/callback"
	}
	if s.redirect != own {
		r.fail(deploy, "browsers are sent back to %s, and oauthcallback is at %s", s.redirect, own)
		return
	}
	judgeRedirect(ctx, r, c.web, s, clientsPage+"?project="+c.project)
}

// judgeRedirect begins a consent without anybody signed in. Google then leads to its sign-in page, or to an error page whose address has the reason in it. That this is so, Google says nowhere:
// what looks otherwise is not checked.
func judgeRedirect(ctx context.Context, r *report, client *http.Client, s oauthSettings, page string) {
	by := oauth2.Config{ClientID: s.id, RedirectURL: s.redirect, Endpoint: s.endpoint, Scopes: connection.Scopes}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, by.AuthCodeURL("doctor"), http.NoBody)
	if err != nil {
		r.skip("the authorization endpoint's address can't be used")
		return
	}
	resp, err := client.Do(req)
	if err != nil {
		r.skip("the authorization endpoint can't be reached: %s", withoutURL(err))
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 256<<10))
	if err != nil {
		r.skip("the authorization endpoint's answer broke off: %s", withoutURL(err))
		return
	}
	reason := authError(resp.Header.Get("Location"))
	if reason == nil && resp.StatusCode >= 400 {
		reason = body
	}
	has := func(code string) bool { return bytes.Contains(reason, []byte(code)) }
	switch {
	case has("redirect_uri_mismatch"):
		r.fail(page+" — the client, Authorized redirect URIs: add exactly "+s.redirect, "%s is not registered with the OAuth client: nobody can connect", s.redirect)
	case has("invalid_client"), has("deleted_client"), has("disabled_client"):
		r.fail(page+" — and oauth_client_id in terraform/ENVIRONMENT.tfvars must be the id of a client that is there", "Google knows no OAuth client %s", s.id)
	case has("invalid_scope"):
		r.fail("https://console.cloud.google.com/auth/scopes — add "+strings.Join(connection.Scopes, " "), "Google does not let the client ask for the scopes")
	case reason == nil && (resp.StatusCode == http.StatusOK || resp.StatusCode >= 300 && resp.StatusCode < 400 && resp.Header.Get("Location") != ""):
		r.found("%s is registered with the client", s.redirect)
	default:
		r.skip("the authorization endpoint answered %s, which tells nothing of the redirect; %s shows it", resp.Status, page)
	}
}

// authError is what the address of Google's error page says; nil where it is another page.
func authError(location string) []byte {
	u, err := url.Parse(location)
	if err != nil || !u.Query().Has("authError") {
		return nil
	}
	value := u.Query().Get("authError")
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if text, err := encoding.DecodeString(value); err == nil {
			return text
		}
	}
	return []byte(value)
}

// consentScreen says what nobody but a person can see.
func (c *cloud) consentScreen(_ context.Context, r *report) {
	r.skip("Google tells no program: %s?project=%s must say In production (in Testing a permission ends after seven days), and https://console.cloud.google.com/auth/scopes?project=%s must list %s", screenPage, c.project, c.project,
		strings.Join(connection.Scopes, " "))
}
