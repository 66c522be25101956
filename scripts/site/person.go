package site

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
	"strings"
	"time"

	firestoreapi "cloud.google.com/go/firestore"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Request makes a request with a token, and decodes the answer into out; any other status than 2xx is an error.
func (s *Site) Request(ctx context.Context, token, method, path string, body, out any, header ...string) error {
	var r io.Reader
	if body != nil {
		j, err := json.Marshal(body)
		if err != nil {
			return err
		}
		r = bytes.NewReader(j)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.Front+path, r)
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

// Service calls a function as one of Google's services or Hire's backend does.
func (s *Site) Service(ctx context.Context, audience, email, path string, body any) error {
	return s.Request(ctx, s.Issuer.ServiceToken(audience, email), "POST", path, body, nil)
}

// Person is a user of Hire.
type Person struct {
	*Site
	Account, User, Email string
}

// Call calls a function as the person's frontend does.
func (p Person) Call(ctx context.Context, method, path string, body, out any, header ...string) error {
	token := p.Issuer.UserToken(issuertest.UserClaims{AccountID: p.Account, UserID: p.User, Email: p.Email, Audience: p.Env["USERS_AUDIENCE"]})
	return p.Request(ctx, token, method, path, body, out, header...)
}

// Connect follows the one-time link to the consent screen, consents, and comes back.
func (p Person) Connect(ctx context.Context) error {
	return p.ConnectBy(ctx, func(screen string) (string, error) {
		back, err := p.Sim.OAuth().Consent(screen, oauthtest.Decision{Email: p.Email})
		if err != nil {
			return "", err
		}
		return back.String(), nil
	})
}

// ConnectBy does so where the simulated Gmail is in another process: consent plays the user on the screen at an address, and gives the one that it leads back to.
func (p Person) ConnectBy(ctx context.Context, consent func(screen string) (back string, err error)) error {
	var started api.ConnectStarted
	if err := p.Call(ctx, "POST", "/connect/v1/connect", api.StartConnect{ReturnTo: "/settings/email"}, &started); err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	screen, err := redirected(ctx, browser, started.StartURL)
	if err != nil {
		return err
	}
	p.Say("the consent screen asks for %s", screen.Query().Get("scope"))
	answer, err := consent(screen.String())
	if err != nil {
		return err
	}
	back, err := redirected(ctx, browser, answer)
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

// Connection is how the person's connection stands.
func (p Person) Connection(ctx context.Context) (api.Connection, error) {
	var s api.Settings
	err := p.Call(ctx, "GET", "/settings/v1/settings", nil, &s)
	return s.Connection, err
}

// Texts are the messages of a candidate's profile.
func (p Person) Texts(ctx context.Context, candidate string) (out []string, err error) {
	var profile api.CandidateThreads
	if err := p.Call(ctx, "GET", "/threads/v1/candidates/"+candidate+"/threads", nil, &profile); err != nil {
		return nil, err
	}
	for _, t := range profile.Threads {
		var thread api.Thread
		if err := p.Call(ctx, "GET", "/threads/v1/threads/"+t.ID, nil, &thread); err != nil {
			return nil, err
		}
		for _, m := range thread.MessageList {
			out = append(out, strings.TrimSpace(m.Text))
		}
	}
	return out, nil
}

// Pause waits.
func Pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return errors.New("stopped")
	case <-time.After(d):
		return nil
	}
}

// DateBack makes the person's mailbox one that was last looked at then, which is how a sweep finds it due without the time having passed.
func (p Person) DateBack(ctx context.Context, verified time.Time) error {
	if _, err := p.Documents.Doc("accounts/"+p.Account+"/mailboxes/"+p.User).Update(ctx, []firestoreapi.Update{{Path: "VerifiedAt", Value: verified}}); err != nil {
		return fmt.Errorf("date the mailbox back: %w", err)
	}
	return p.Store.LookAgain(ctx, store.MailboxKey{AccountID: p.Account, UserID: p.User}, verified)
}
