package oauthtest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

func TestRequestsRefusedOnAPage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		set    map[string]string // "" takes the parameter away
		status int
		code   string
	}{
		"no client":               {map[string]string{"client_id": ""}, 400, "invalid_request"},
		"unknown client":          {map[string]string{"client_id": "nobody"}, 401, "invalid_client"},
		"no redirect URI":         {map[string]string{"redirect_uri": ""}, 400, "invalid_request"},
		"a redirect elsewhere":    {map[string]string{"redirect_uri": "https://evil.example/callback"}, 400, "redirect_uri_mismatch"},
		"a relative redirect":     {map[string]string{"redirect_uri": "/callback"}, 400, "redirect_uri_mismatch"},
		"a script as a redirect":  {map[string]string{"redirect_uri": "javascript:alert(1)"}, 400, "redirect_uri_mismatch"},
		"a redirect by look":      {map[string]string{"redirect_uri": "http://127.0.0.1@evil.example/"}, 400, "redirect_uri_mismatch"},
		"another response type":   {map[string]string{"response_type": "token"}, 400, "unsupported_response_type"},
		"no scope":                {map[string]string{"scope": ""}, 400, "invalid_request"},
		"a scope of its own":      {map[string]string{"scope": "openid everything"}, 400, "invalid_scope"},
		"another access type":     {map[string]string{"access_type": "sometimes"}, 400, "invalid_request"},
		"another prompt":          {map[string]string{"prompt": "never"}, 400, "invalid_request"},
		"none and consent":        {map[string]string{"prompt": "none consent"}, 400, "invalid_request"},
		"another way to hash":     {map[string]string{"code_challenge_method": "MD5"}, 400, "invalid_request"},
		"a challenge too short":   {map[string]string{"code_challenge": "short"}, 400, "invalid_request"},
		"a method alone":          {map[string]string{"code_challenge": ""}, 400, "invalid_request"},
		"no PKCE where it's due":  {map[string]string{"client_id": "careful", "code_challenge": "", "code_challenge_method": ""}, 400, "invalid_request"},
		"another registered one":  {map[string]string{"client_id": "careful", "redirect_uri": "https://hire.example/callback/"}, 400, "redirect_uri_mismatch"},
		"loopback not registered": {map[string]string{"client_id": "careful"}, 400, "redirect_uri_mismatch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGoogle(t, func(o *oauthtest.Options) {
				o.Clients = append(o.Clients, oauthtest.Client{ID: "careful", RequirePKCE: true, RedirectURIs: []string{"https://hire.example/callback"}})
			})
			if strings.HasPrefix(name, "no PKCE") {
				test.set["redirect_uri"] = "https://hire.example/callback"
			}
			u, err := url.Parse(g.consentURL())
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			for k, v := range test.set {
				q.Set(k, v)
				if v == "" {
					q.Del(k)
				}
			}
			u.RawQuery = q.Encode()
			back, err := g.Consent(u.String(), oauthtest.Decision{Email: rita})
			var page *oauthtest.PageError
			if !errors.As(err, &page) {
				t.Fatalf("sent back to %v with %v, want a page", back, err)
			}
			if page.Status != test.status || page.Code != test.code || page.Text == "" {
				t.Errorf("%d %s %q, want %d %s", page.Status, page.Code, page.Text, test.status, test.code)
			}
		})
	}
}

func TestRepeatedParameterIsRefused(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	var page *oauthtest.PageError
	if _, err := g.Consent(g.consentURL()+"&state=another", oauthtest.Decision{}); !errors.As(err, &page) || page.Code != "invalid_request" {
		t.Errorf("%v, want the page of invalid_request", err)
	}
}

func TestLoopbackRedirects(t *testing.T) {
	t.Parallel()
	for _, redirect := range []string{"http://127.0.0.1:8080/a", "http://localhost/a?b=c", "http://[::1]:9/a"} {
		g := newGoogle(t)
		g.config.RedirectURL = redirect
		back, err := g.Consent(g.consentURL(), oauthtest.Decision{Email: rita})
		if err != nil {
			t.Errorf("%s: %v", redirect, err)
			continue
		}
		if want, err := url.Parse(redirect); err != nil || back.Host != want.Host || back.Path != want.Path || back.Query().Get("b") != want.Query().Get("b") {
			t.Errorf("%s: sent back to %s", redirect, back)
		}
		if _, err := g.config.Exchange(t.Context(), back.Query().Get("code"), oauth2.VerifierOption(verifier)); err != nil {
			t.Errorf("%s: %v", redirect, err)
		}
	}
}

func (g *google) page(address string) (body string, header http.Header) {
	g.t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		g.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return string(b), resp.Header
}

// The pages say what they are, and can't be made to say or do what their address wants.
func TestPages(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, func(o *oauthtest.Options) {
		accounts := o.Accounts
		o.Accounts = func() []oauthtest.Account {
			return append(accounts(), oauthtest.Account{Email: `"><script>x@evil.example`, Name: "<script>", Sub: "666"})
		}
	})
	plain := g.consentURL()
	for name, address := range map[string]string{
		"chooser": plain, "consent": plain + "&authuser=" + rita, "unknown account": plain + "&authuser=%3Cscript%3E@evil.example",
		"blocked": strings.Replace(plain, "client_id=client", "client_id=%3Cscript%3E", 1),
	} {
		body, header := g.page(address)
		if !strings.Contains(body, "Simulated Google sign-in") || !strings.Contains(body, "Hire") {
			t.Errorf("%s: does not say what it is", name)
		}
		if strings.Contains(body, "<script") || strings.Contains(body, " style=") || strings.Contains(body, " onclick") || strings.Contains(body, "https://www.gstatic.com") {
			t.Errorf("%s: has a script, an inline style or something from elsewhere:\n%s", name, body)
		}
		if csp := header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", name, csp)
		}
		if header.Get("Cache-Control") != "no-store" || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", name, header)
		}
	}
	chooser, _ := g.page(plain)
	if r, s := strings.Index(chooser, `data-testid="oauth-account-`+rita), strings.Index(chooser, `data-testid="oauth-account-`+sam); r < 0 || s < 0 || r > s {
		t.Errorf("the hinted account is not first: at %d and %d", r, s)
	}
	consent, _ := g.page(plain + "&authuser=" + rita)
	for _, want := range []string{
		`checked data-testid="oauth-scope-gmail.modify"`, `checked disabled data-testid="oauth-scope-email"`, `checked disabled data-testid="oauth-scope-openid"`,
		`data-testid="oauth-continue"`, `data-testid="oauth-cancel"`, rita,
	} {
		if !strings.Contains(consent, want) {
			t.Errorf("the consent screen lacks %s", want)
		}
	}
}

// The pages work below a path, at an origin that is not the server's own, since their links and forms are relative.
func TestMountedBelowAPath(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	s := httptest.NewServer(http.StripPrefix("/google", g.Server))
	t.Cleanup(s.Close)
	g.config.Endpoint.AuthURL = s.URL + "/google/o/oauth2/v2/auth"
	chooser, _ := g.page(g.consentURL())
	if strings.Contains(chooser, `href="/`) || strings.Contains(chooser, `action="/`) || strings.Contains(chooser, g.url) {
		t.Error("the chooser has an address that is not relative")
	}
	if g.code(oauthtest.Decision{Email: sam}) == "" {
		t.Error("no code came back")
	}
}

// With more accounts than the chooser shows, one types the address.
func TestManyAccounts(t *testing.T) {
	t.Parallel()
	g := newGoogle(t, func(o *oauthtest.Options) {
		o.Accounts = func() []oauthtest.Account {
			all := make([]oauthtest.Account, 500)
			for i := range all {
				all[i] = oauthtest.Account{Email: fmt.Sprintf("user%03d@acme.example", i), Sub: fmt.Sprint(i), EmailVerified: true}
			}
			return all
		}
	})
	chooser, _ := g.page(g.consentURL())
	if n := strings.Count(chooser, `data-testid="oauth-account-`); n != 100 {
		t.Errorf("the chooser shows %d accounts", n)
	}
	token := g.connect(oauthtest.Decision{Email: "user499@acme.example"})
	if email, _, _ := g.Lookup(token.AccessToken); email != "user499@acme.example" {
		t.Errorf("the token is of %s", email)
	}
}
