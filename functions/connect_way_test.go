package functions_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// The way of a browser to Google and back: what ties it to one browser, and where it can lead.

// The cookie that ties the way to one browser is seen by no script and no other host, comes along with Google's redirect and with no post from elsewhere, and ends with the state.
func TestCookieOfTheWayToGoogle(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		redirect, name string
		secure         bool
	}{
		"in the cloud":   {"https://oauthcallback-x.a.run.app/callback", "__Host-hire-gmail-connect", true},
		"on one machine": {"http://127.0.0.1:8080/oauthcallback/callback", "hire-gmail-connect", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enable()
			start := w.rita().start()
			w.platform.services().Config.OAuth.RedirectURL = test.redirect
			h := w.platform.handler("oauthcallback")
			for path, want := range map[string]struct {
				age   int
				value bool
			}{strings.TrimPrefix(start, w.hire.URL+"/oauthcallback"): {600, true}, "/callback?state=any&code=any": {-1, false}} {
				answer := httptest.NewRecorder()
				h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
				cookies := answer.Result().Cookies()
				if len(cookies) != 1 {
					t.Fatalf("%s: %d cookies, want one", path, len(cookies))
				}
				// Without a domain it is this host's alone.
				if c := cookies[0]; c.Name != test.name || c.Secure != test.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" ||
					c.MaxAge != want.age || (len(c.Value) == 43) != want.value {
					t.Errorf("%s: cookie %+v", path, c)
				}
			}
		})
	}
}

// Whatever is put into the way's addresses, it leads to Google's consent screen with our own redirect URI, and from there to Hire's frontend: never anywhere else.
func TestWayBackLeadsToHireAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	r := w.rita()
	app, err := url.Parse(w.config.AppURL)
	w.ok(err)
	evil := url.Values{
		"return_to": {"https://evil.example/"}, "redirect_uri": {"https://evil.example/"}, "next": {"//evil.example"}, "continue": {"https://evil.example"}, "url": {"https://evil.example"},
		"client_id": {"evil"}, "login_hint": {"eve@evil.example"},
	}.Encode()
	toHire := func(what string, at *url.URL) {
		t.Helper()
		if at.Scheme != app.Scheme || at.Host != app.Host || at.User != nil || strings.Contains(at.String(), "evil") {
			t.Errorf("%s: leads to %s, want Hire at %s", what, at, app)
		}
	}
	for _, bad := range []string{
		"https://evil.example", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "javascript:alert(1)", "https:/evil.example", "evil.example", "@evil.example", " //evil.example",
	} {
		r.call("POST", "/connect/v1/connect", api.StartConnect{ReturnTo: bad}).problem(400, hire.CodeInvalidRequest)
	}
	for _, odd := range []string{"/..//evil/x", "/a/..//evil/", "/@evil/", "/.//evil/?a=//evil", "/%2F%2Fevil/", "/%5Cevil/"} {
		var started api.ConnectStarted
		r.call("POST", "/connect/v1/connect", api.StartConnect{ReturnTo: odd}).into(201, &started)
		back := r.open(r.google(started.StartURL, oauthtest.Decision{Deny: true}))
		if back.Scheme != app.Scheme || back.Host != app.Host || back.User != nil || strings.HasPrefix(back.EscapedPath(), "//") || strings.ContainsAny(back.String(), "\\\r\n") {
			t.Errorf("%q: leads to %s, want Hire at %s", odd, back, app)
		}
	}
	toHire("a start page without a link", r.open(w.hire.URL+"/oauthcallback/start?"+evil))
	toHire("a callback without a state", r.open(w.hire.URL+"/oauthcallback/callback?"+evil))
	consent := r.open(r.start() + "&" + evil)
	google, err := url.Parse(w.config.OAuth.AuthURL)
	w.ok(err)
	if q := consent.Query(); consent.Host != google.Host || consent.Path != google.Path || q.Get("redirect_uri") != w.config.OAuth.RedirectURL || strings.Contains(consent.String(), "evil") {
		t.Errorf("the start page leads to %s", consent)
	}
	answer, err := w.sim.OAuth().Consent(consent.String(), oauthtest.Decision{Email: ritaMail})
	w.ok(err)
	toHire("Google's answer", r.open(answer.String()+"&"+evil))
	if got := r.settings().Connection.State; got != "connected" {
		t.Errorf("the connection is %s", got)
	}
}

// A code that was overheard on the way back opens nothing, even to whoever has the client's secret: the verifier never leaves the service.
func TestCodeOpensNothingWithoutItsVerifier(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	r := w.rita()
	callback, err := url.Parse(r.google(r.start(), oauthtest.Decision{}))
	w.ok(err)
	for name, verifier := range map[string]string{"none": "", "another": strings.Repeat("a", 43)} {
		form := url.Values{
			"grant_type": {"authorization_code"}, "code": {callback.Query().Get("code")}, "redirect_uri": {w.config.OAuth.RedirectURL},
			"client_id": {w.config.OAuth.ClientID}, "client_secret": {string(w.config.OAuth.ClientSecret)},
		}
		if verifier != "" {
			form.Set("code_verifier", verifier)
		}
		resp, err := http.PostForm(w.config.OAuth.TokenURL, form)
		w.ok(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("with the verifier %s Google answers %s", name, resp.Status)
		}
	}
}
