package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

// request makes a request with a token, and decodes the answer into out; any other status than 2xx is an error.
func (s *site) request(ctx context.Context, token, method, path string, body, out any, header ...string) error {
	var r io.Reader
	if body != nil {
		j, err := json.Marshal(body)
		if err != nil {
			return err
		}
		r = bytes.NewReader(j)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.front+path, r)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, text)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

// service calls a function as one of Google's services or Hire's backend does.
func (s *site) service(ctx context.Context, audience, email, path string, body any) error {
	return s.request(ctx, s.issuer.ServiceToken(audience, email), "POST", path, body, nil)
}

// person is a user of Hire.
type person struct {
	*site
	user, email string
}

func (s *site) person(user, email string) person { return person{s, user, email} }

// call calls a function as the person's frontend does.
func (p person) call(ctx context.Context, method, path string, body, out any, header ...string) error {
	token := p.issuer.UserToken(issuertest.UserClaims{AccountID: account, UserID: p.user, Email: p.email, Audience: p.env["USERS_AUDIENCE"]})
	return p.request(ctx, token, method, path, body, out, header...)
}

// connect follows the one-time link to the consent screen, consents, and comes back.
func (p person) connect(ctx context.Context) error {
	var started api.ConnectStarted
	if err := p.call(ctx, "POST", "/connect/v1/connect", api.StartConnect{ReturnTo: "/settings/email"}, &started); err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	consent, err := redirected(ctx, browser, started.StartURL)
	if err != nil {
		return err
	}
	p.say("the consent screen asks for %s", consent.Query().Get("scope"))
	answer, err := p.sim.OAuth().Consent(consent.String(), oauthtest.Decision{Email: p.email})
	if err != nil {
		return err
	}
	back, err := redirected(ctx, browser, answer.String())
	if err == nil && back.Query().Get("connected") != "1" {
		err = fmt.Errorf("came back to %s, want it to say connected", back)
	}
	return err
}

// redirected opens an address and gives the one that it leads to.
func redirected(ctx context.Context, browser *http.Client, address string) (*url.URL, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := browser.Do(req)
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		return nil, fmt.Errorf("%s answers %s, want it to lead on", address, resp.Status)
	}
	return url.Parse(resp.Header.Get("Location"))
}

func (p person) connection(ctx context.Context) (api.Connection, error) {
	var s api.Settings
	err := p.call(ctx, "GET", "/settings/v1/settings", nil, &s)
	return s.Connection, err
}

// texts are the messages of the candidate's profile.
func (p person) texts(ctx context.Context) (out []string, err error) {
	var profile api.CandidateThreads
	if err := p.call(ctx, "GET", "/threads/v1/candidates/"+candidate+"/threads", nil, &profile); err != nil {
		return nil, err
	}
	for _, t := range profile.Threads {
		var thread api.Thread
		if err := p.call(ctx, "GET", "/threads/v1/threads/"+t.ID, nil, &thread); err != nil {
			return nil, err
		}
		for _, m := range thread.MessageList {
			out = append(out, strings.TrimSpace(m.Text))
		}
	}
	return out, nil
}

// sees waits until a mail is in the profile.
func (p person) sees(ctx context.Context, text string) error {
	return until(ctx, fmt.Sprintf("%q is in the profile", text), func() (bool, error) {
		all, err := p.texts(ctx)
		return slices.Contains(all, text), err
	})
}

// seesNot checks that a mail is not in the profile after some time.
func (p person) seesNot(ctx context.Context, text string, d time.Duration) error {
	if err := pause(ctx, d); err != nil {
		return err
	}
	all, err := p.texts(ctx)
	if err == nil && slices.Contains(all, text) {
		err = fmt.Errorf("%q is in the profile already", text)
	}
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return errors.New("stopped")
	case <-time.After(d):
		return nil
	}
}
