package functions_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// person is a user of Hire at their browser.
type person struct {
	w       *world
	account string
	user    string
	email   string
	browser *http.Client
}

func (w *world) person(account, user, email string) *person {
	jar, err := cookiejar.New(nil)
	w.ok(err)
	return &person{w: w, account: account, user: user, email: email, browser: &http.Client{
		Transport: w.hire.Client().Transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (w *world) rita() *person { return w.person(acme, rita, ritaMail) }
func (w *world) sam() *person  { return w.person(acme, sam, samMail) }

// token is what a person's frontend shows.
func (w *world) token(p *person) string {
	return w.issuer.UserToken(issuertest.UserClaims{AccountID: p.account, UserID: p.user, Email: p.email})
}

// call calls a function as the person's frontend does. A body that is neither nil nor a string is sent as JSON.
func (p *person) call(method, path string, body any, header ...string) answer {
	p.w.t.Helper()
	h := http.Header{"Authorization": {"Bearer " + p.w.token(p)}}
	return p.w.call(method, path, h, body, header...)
}

// consent opens the way to Google in the person's browser, decides on the consent screen, and comes back. It returns where Hire's frontend is
// opened at the end.
func (p *person) consent(d oauthtest.Decision) *url.URL {
	p.w.t.Helper()
	return p.open(p.google(p.start(), d))
}

// start asks for the one-time link that leads to Google.
func (p *person) start() (link string) {
	p.w.t.Helper()
	var started api.ConnectStarted
	p.call("POST", "/connect/v1/connect", api.StartConnect{ReturnTo: "/hire/settings/email"}).into(201, &started)
	return started.StartURL
}

// cameBack checks that Hire's frontend was opened with this failure, and a sentence about it.
func (p *person) cameBack(back *url.URL, code hire.Code) {
	p.w.t.Helper()
	q := back.Query()
	if q.Get("error") != string(code) || q.Get("detail") == "" || q.Has("connected") || !strings.HasPrefix(back.Path, "/hire/settings") && !strings.HasPrefix(back.Path, "/settings") {
		p.w.t.Fatalf("came back to %s, want the settings with %s\n%s", back, code, p.w.logs)
	}
}

// google follows the start page and plays the consent screen; it returns the address of the callback.
func (p *person) google(startURL string, d oauthtest.Decision) string {
	p.w.t.Helper()
	consent := p.open(startURL)
	if d.Email == "" {
		d.Email = p.email
	}
	back, err := p.w.sim.OAuth().Consent(consent.String(), d)
	p.w.ok(err)
	return back.String()
}

// open opens an address in the person's browser and returns where it redirects to.
func (p *person) open(target string) *url.URL {
	p.w.t.Helper()
	a := p.w.do(p.browser, "GET", target, nil, nil)
	if a.Status != http.StatusSeeOther {
		p.w.t.Fatalf("%s: status %d: %s", target, a.Status, a.Body)
	}
	u, err := url.Parse(a.Header.Get("Location"))
	p.w.ok(err)
	return u
}

// connect connects the person's Gmail and lets the first import end.
func (p *person) connect() {
	p.w.t.Helper()
	if back := p.consent(oauthtest.Decision{}); back.Query().Get("connected") != "1" {
		p.w.t.Fatalf("not connected: %s\n%s", back, p.w.logs)
	}
	p.w.settle()
}

// disconnect ends the person's connection. What is left to be done about it is queued.
func (p *person) disconnect() {
	p.w.t.Helper()
	p.call("DELETE", "/settings/v1/connection", nil).into(200, nil)
}

func (p *person) settings() api.Settings {
	p.w.t.Helper()
	var s api.Settings
	p.call("GET", "/settings/v1/settings", nil).into(200, &s)
	return s
}

// mustReconnect checks what the person is told of a connection that is lost.
func (p *person) mustReconnect() {
	p.w.t.Helper()
	s := p.settings()
	if c := s.Connection; c.State != "needs_reconnect" || !c.MayConnect || c.Problem == nil || c.Problem.Action != "reconnect" ||
		c.Problem.Code != string(hire.CodeReconnectRequired) || !strings.Contains(c.Problem.Detail, "Reconnect") || len(s.Notices) != 1 || s.Notices[0] != *c.Problem {
		p.w.t.Fatalf("settings %+v, want the notice to reconnect\n%s", s, p.w.logs)
	}
}
