//go:build browser

package main

import (
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
)

// consentScreen goes from the settings to Google's consent screen.
func (v *visitor) consentScreen(button, email string) {
	v.t.Helper()
	v.click(id(button))
	v.click(id("oauth-account-" + email))
	v.sees(id("oauth-continue"), "Continue")
}

// address is where the browser is.
func (v *visitor) address() *url.URL {
	v.t.Helper()
	at, err := url.Parse(ask1[string](v, `() => location.href`))
	if err != nil {
		v.t.Fatal(err)
	}
	return at
}

// notConnected checks that Hire says why, offers another try, and has kept nothing.
func (v *visitor) notConnected(code, words string) {
	v.t.Helper()
	v.sees(id("connect-result", "data-code="+code), words)
	v.sees(id("connection-state", "data-state=not_connected"), "")
	v.sees(id("connect-button"), "Connect Email Account")
}

func TestScenario11_GmailBoxUnticked(t *testing.T) {
	s := newStage(t)
	s.person("sam").enable()
	v := s.visitor("rita", emailAccount)
	v.consentScreen("connect-button", ritaMail)
	v.click(id("oauth-scope-gmail.modify"))
	v.click(id("oauth-continue"))
	v.notConnected("permission_missing", "Permission missing, try again")
	v.looks("permission-missing")
	// The second time she ticks it.
	v.consentScreen("connect-button", ritaMail)
	v.click(id("oauth-continue"))
	v.sees(id("connect-result", "data-code=connected"), "Your Gmail account is connected")
	v.sees(id("connection-state", "data-state=connected"), "Connected")
}

func TestScenario12_AnswersThatAreNotTaken(t *testing.T) {
	s := newStage(t)
	s.person("sam").enable()
	v := s.visitor("rita", emailAccount)
	// Consent denied.
	v.consentScreen("connect-button", ritaMail)
	v.click(id("oauth-cancel"))
	v.notConnected("consent_denied", "Access was not granted")
	// Gone on with in another browser.
	v.consentScreen("connect-button", ritaMail)
	screen := v.address()
	other := newVisitor(t, "")
	other.open(screen.String())
	other.click(id("oauth-continue"))
	other.sees(id("connect-result", "data-code=oauth_state_invalid"), "")
	v.open(emailAccount)
	v.sees(id("connection-state", "data-state=not_connected"), "")
	// Made up, or of somebody else: the answer that belongs to Harry's try comes into Rita's browser.
	harry := s.visitor("harry", emailAccount)
	harry.consentScreen("connect-button", "harry@acme.example")
	v.open("/oauthcallback/callback?code=4/0A&state=" + url.QueryEscape(harry.address().Query().Get("state")))
	v.notConnected("oauth_state_invalid", "That link was used already")
	// Replayed after it has served.
	v.consentScreen("connect-button", ritaMail)
	state := v.address().Query().Get("state")
	v.click(id("oauth-continue"))
	v.sees(id("connection-state", "data-state=connected"), "")
	v.open("/oauthcallback/callback?code=4/0A&state=" + url.QueryEscape(state))
	v.sees(id("connect-result", "data-code=oauth_state_invalid"), "That link was used already")
	v.sees(id("connection-state", "data-state=connected"), "Connected")
	// What a browser shows to which an answer comes too late.
	v.open(emailAccount + "?error=oauth_state_expired")
	v.sees(id("connect-result", "data-code=oauth_state_expired"), "older than ten minutes")
}

func TestScenario13_NoRefreshToken(t *testing.T) {
	s := newStage(t)
	s.person("sam").enable()
	v := s.visitor("rita", emailAccount)
	// Google has her consent already; Hire has nothing of it, since it was given in another browser.
	v.consentScreen("connect-button", ritaMail)
	other := newVisitor(t, "")
	other.open(v.address().String())
	other.click(id("oauth-continue"))
	other.sees(id("connect-result", "data-code=oauth_state_invalid"), "")
	// Where she is not asked to consent, no refresh token comes. She is not connected by it, and is asked the next time.
	v.open(emailAccount)
	v.click(id("connect-button"))
	v.unasked(ritaMail)
	v.notConnected("consent_needed_again", "Consent needed once more")
	v.consentScreen("connect-button", ritaMail)
	v.click(id("oauth-continue"))
	v.sees(id("connection-state", "data-state=connected"), "")
	// Nor is a good token overwritten: she stays connected, and her mail leaves.
	ask1[bool](v, `async () => {
		const { connect } = await import('/assets/js/hire/api.js');
		location.assign((await connect.start('/settings/email')).start_url);
		return true;
	}`)
	v.unasked(ritaMail)
	v.sees(id("connect-result", "data-code=consent_needed_again"), "")
	v.sees(id("connection-state", "data-state=connected"), "Connected")
	v.compose("Hello", "Still from my own address")
	v.click(id("composer-send"))
	v.sees(id("message-body"), "Still from my own address")
}

// unasked goes on from Google's choice of accounts as if Hire had not asked for a consent screen.
func (v *visitor) unasked(email string) {
	v.t.Helper()
	v.sees(id("oauth-account-"+email), "")
	at := v.address()
	q := at.Query()
	if q.Get("prompt") == "" {
		v.t.Fatalf("the way to Google asks for no consent: %s", at)
	}
	q.Del("prompt")
	q.Set("authuser", email)
	at.RawQuery = q.Encode()
	v.run("leave the prompt out", chromedp.Navigate(at.String()))
}
