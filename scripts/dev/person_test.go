package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
)

// until waits for a condition.
func until(t *testing.T, what string, met func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !met(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %s", what, patience)
		}
	}
}

// ask makes a request, checks the status of the answer, and decodes it unless into is nil.
func ask(t *testing.T, client *http.Client, method, target string, header http.Header, body []byte, want int, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != want {
		t.Fatalf("%s %s: %s, want %d: %s", method, target, resp.Status, want, answer)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, target, err, answer)
		}
	}
}

// person is somebody of Acme's, signed in to Hire.
type person struct {
	t       *testing.T
	base    string
	token   string
	browser *http.Client
}

func (p *process) person(user string) *person {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	out := &person{t: p.t, base: p.base, browser: &http.Client{Jar: jar}}
	var signedIn struct{ Token string }
	who := fmt.Appendf(nil, `{"account_id": %q, "user_id": %q}`, acme, user)
	ask(p.t, out.browser, "POST", p.base+"/dev/token", nil, who, 200, &signedIn)
	out.token = signedIn.Token
	return out
}

// call calls a function as Hire's pages do.
func (p *person) call(method, path string, body any, want int, into any, header ...string) {
	p.t.Helper()
	h := http.Header{"Authorization": {"Bearer " + p.token}}
	var raw []byte
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			p.t.Fatal(err)
		}
		h.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	ask(p.t, http.DefaultClient, method, p.base+path, h, raw, want, into)
}

// enable switches the integration on; the person is a Super Admin.
func (p *person) enable() {
	p.t.Helper()
	p.call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}, 200, nil)
}

func (p *person) settings() api.Settings {
	p.t.Helper()
	var s api.Settings
	p.call("GET", "/settings/v1/settings", nil, 200, &s)
	return s
}

// connect goes the whole way in the person's browser: the start page, the account chooser, the consent screen, and back.
func (p *person) connect(email string) {
	p.t.Helper()
	var started api.ConnectStarted
	p.call("POST", "/connect/v1/connect", api.StartConnect{ReturnTo: "/settings/email"}, 201, &started)
	chooser := p.open(p.browser.Get(started.StartURL))
	chosen := chooser.Query()
	chosen.Set("authuser", email)
	chooser.RawQuery = chosen.Encode()
	back := p.open(p.browser.PostForm(chooser.String(), url.Values{"scope": strings.Fields(chosen.Get("scope")), "decision": {"continue"}}))
	if back.Path != "/hire/settings/email" || back.Query().Get("connected") != "1" {
		p.t.Fatalf("not connected: %s", back)
	}
}

// open is the address that the browser has come to.
func (p *person) open(resp *http.Response, err error) *url.URL {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if page, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %s, %v: %s", resp.Request.URL, resp.Status, err, page)
	}
	return resp.Request.URL
}

// send writes to a candidate.
func (p *person) send(key, candidate, subject, text string) {
	p.t.Helper()
	var sent api.SendResult
	p.call("POST", "/sendmessage/v1/messages", api.SendMessage{CandidateID: candidate, Subject: subject, Text: text}, 200, &sent, "Idempotency-Key", key)
	if sent.State != "sent" {
		p.t.Fatalf("the mail is %s: %+v", sent.State, sent.Problem)
	}
}

// profile are the texts in a candidate's profile, thread by thread, and its revision.
func (p *person) profile(candidate string) ([][]string, int64) {
	p.t.Helper()
	var list api.CandidateThreads
	p.call("GET", "/threads/v1/candidates/"+candidate+"/threads", nil, 200, &list)
	out := [][]string{}
	for _, row := range list.Threads {
		var thread api.Thread
		p.call("GET", "/threads/v1/threads/"+row.ID, nil, 200, &thread)
		var texts []string
		for _, m := range thread.MessageList {
			texts = append(texts, strings.TrimSpace(m.Text))
		}
		out = append(out, texts)
	}
	return out, list.Revision
}

// shows waits, as the page does, until Cora's profile has a thread of exactly these messages.
func (p *person) shows(texts ...string) {
	p.t.Helper()
	until(p.t, fmt.Sprintf("Cora's profile shows %q", texts), func() bool {
		threads, revision := p.profile(cora)
		if slices.ContainsFunc(threads, func(thread []string) bool { return slices.Equal(thread, texts) }) {
			return true
		}
		p.call("GET", fmt.Sprintf("/threads/v1/candidates/%s/changes?since=%d&wait=5", cora, revision), nil, 200, nil)
		return false
	})
}

// letter is a mail at an address outside.
type letter struct{ ID, Subject, Text string }

// inbox are the mails at an address outside, of the simulated Gmail that is served at google.
func inbox(t *testing.T, google, email string) []letter {
	t.Helper()
	var out struct{ Conversations []struct{ Messages []letter } }
	ask(t, http.DefaultClient, "GET", google+"/gmail/api/outside/"+email, nil, nil, 200, &out)
	var all []letter
	for _, c := range out.Conversations {
		all = append(all, c.Messages...)
	}
	return all
}

// answers writes back to the mail with a text, as Cora does: later than a second after all that was done before, since of what comes sooner Gmail
// drops the notification.
func answers(t *testing.T, google, to, mailWith, text string) {
	t.Helper()
	begun := time.Now()
	var got letter
	until(t, "Cora gets "+mailWith, func() bool {
		all := inbox(t, google, coraMail)
		i := slices.IndexFunc(all, func(l letter) bool { return strings.Contains(l.Text, mailWith) })
		if i >= 0 {
			got = all[i]
		}
		return i >= 0
	})
	until(t, "Gmail's second is over", func() bool { return time.Since(begun) > time.Second })
	message, err := json.Marshal(map[string]any{"to": []any{map[string]any{"email": to}}, "subject": "Re: " + got.Subject, "text": text, "reply_to": got.ID})
	if err != nil {
		t.Fatal(err)
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.WriteField("message", string(message)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	ask(t, http.DefaultClient, "POST", google+"/gmail/api/outside/"+coraMail+"/messages", http.Header{"Content-Type": {w.FormDataContentType()}}, form.Bytes(), 204, nil)
}
