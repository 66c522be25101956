package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"

	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// patience bounds one wait. It is no measure of anything: what takes longer has failed.
const patience = 30 * time.Second

// terminal is what a program prints to; ready gets its address.
type terminal struct {
	mu    sync.Mutex
	text  strings.Builder
	ready chan string
}

func (s *terminal) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(b)
	if _, rest, ok := strings.Cut(string(b), "Ready: open "); ok {
		s.ready <- strings.Fields(rest)[0]
	}
	return len(b), nil
}

func (s *terminal) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// started runs the program until the test ends, and gives its variables and address.
func started(t *testing.T, args ...string) (env map[string]string, base string) {
	t.Helper()
	env, base, end := startedFor(t, args...)
	t.Cleanup(end)
	return env, base
}

// startedFor runs it until end is called.
func startedFor(t *testing.T, args ...string) (env map[string]string, base string, end func()) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out := &terminal{ready: make(chan string, 1)}
	code := make(chan int, 1)
	go func() { code <- run(ctx, append(args, "-addr", "127.0.0.1:0"), out, out) }()
	end = func() {
		stop()
		if c := <-code; c != 0 {
			t.Errorf("it ended with %d:\n%s", c, out)
		}
	}
	select {
	case base = <-out.ready:
	case c := <-code:
		t.Fatalf("it ended with %d:\n%s", c, out)
	case <-time.After(patience):
		t.Fatalf("it is not ready:\n%s", out)
	}
	env = map[string]string{}
	for line := range strings.Lines(out.String()) {
		if name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "="); ok {
			env[name] = value
		}
	}
	return env, strings.TrimSuffix(base, "/"), end
}

// signIn goes through the consent screen, and gives the answer of the token endpoint.
func signIn(t *testing.T, env map[string]string, email string) (*oauth2.Config, *oauth2.Token) {
	t.Helper()
	c := &oauth2.Config{
		ClientID: env["OAUTH_CLIENT_ID"], ClientSecret: env["OAUTH_CLIENT_SECRET"], RedirectURL: "http://127.0.0.1/callback",
		Scopes: []string{"openid", "email", gmail.GmailModifyScope}, Endpoint: oauth2.Endpoint{AuthURL: env["OAUTH_AUTH_URL"], TokenURL: env["OAUTH_TOKEN_URL"]},
	}
	form := url.Values{"scope": c.Scopes, "decision": {"continue"}}
	req, err := http.NewRequestWithContext(t.Context(), "POST", c.AuthCodeURL("state", oauth2.AccessTypeOffline)+"&authuser="+url.QueryEscape(email), strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	back, err := resp.Location()
	if err != nil {
		t.Fatalf("%s: %v", resp.Status, err)
	}
	token, err := c.Exchange(t.Context(), back.Query().Get("code"))
	if err != nil {
		t.Fatal(err)
	}
	return c, token
}

func TestLeadsAProgramToItself(t *testing.T) {
	t.Parallel()
	received := make(chan []byte, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		received <- body
	}))
	defer receiver.Close()
	env, base := started(t, "-mailbox", "Ada <ada@lab.example>, bob@lab.example", "-mailbox", "Eve <eve@lab.example>", "-fill", "5", "-push", receiver.URL)

	c, token := signIn(t, env, "ada@lab.example")
	if token.Extra("id_token") == nil {
		t.Error("there is no id_token")
	}
	service, err := gmail.NewService(t.Context(), option.WithHTTPClient(c.Client(t.Context(), token)), option.WithEndpoint(env["GMAIL_ENDPOINT"]))
	if err != nil {
		t.Fatal(err)
	}
	profile, err := service.Users.GetProfile("me").Do()
	if err != nil {
		t.Fatal(err)
	}
	if profile.EmailAddress != "ada@lab.example" || profile.MessagesTotal != 5 {
		t.Errorf("the mailbox is %s's, with %d messages", profile.EmailAddress, profile.MessagesTotal)
	}
	if _, err := service.Users.Watch("me", &gmail.WatchRequest{TopicName: "projects/p/topics/t"}).Do(); err != nil {
		t.Fatal(err)
	}
	archive(t, base+"/gmail/api/mailboxes/ada@lab.example")
	select {
	case body := <-received:
		n, err := events.DecodeGmailPush(bytes.NewReader(body))
		if err != nil || n.EmailAddress != "ada@lab.example" || n.HistoryID <= int64(profile.HistoryId) {
			t.Errorf("the push is %s: %+v, %v", body, n, err)
		}
	case <-time.After(patience):
		t.Error("no push came")
	}
	for path, want := range map[string]string{"/": "Gmail (simulated)", "/gmail/candidate": "Gmail (simulated)", "/dev/info": `"alone":true`, "/gmail/api/world": "eve@lab.example", "/healthz": "ok"} {
		if body := get(t, base+path); !strings.Contains(body, want) {
			t.Errorf("%s has no %q: %s", path, want, body)
		}
	}
}

// archive acts as the owner of a mailbox: they archive its newest conversation.
func archive(t *testing.T, mailbox string) {
	t.Helper()
	var list struct{ Threads []struct{ ID string } }
	if err := json.Unmarshal([]byte(get(t, mailbox)), &list); err != nil || len(list.Threads) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "POST", mailbox+"/threads/"+list.Threads[0].ID+"/archive", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		t.Fatalf("archive: %s", resp.Status)
	}
}

func get(t *testing.T, target string) string {
	t.Helper()
	resp, err := http.Get(target)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", target, resp.Status, err)
	}
	return string(body)
}

func TestGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "gmail.json")
	env, base, end := startedFor(t, "-data", file, "-fill", "3")
	_, token := signIn(t, env, "rita@acme.example")
	archive(t, base+"/gmail/api/mailboxes/rita@acme.example")
	end()

	env, _, end = startedFor(t, "-data", file, "-fill", "3", "-mailbox", "new@acme.example")
	defer end()
	source := (&oauth2.Config{ClientID: env["OAUTH_CLIENT_ID"], ClientSecret: env["OAUTH_CLIENT_SECRET"], Endpoint: oauth2.Endpoint{TokenURL: env["OAUTH_TOKEN_URL"]}}).
		TokenSource(t.Context(), &oauth2.Token{RefreshToken: token.RefreshToken})
	service, err := gmail.NewService(t.Context(), option.WithTokenSource(source), option.WithEndpoint(env["GMAIL_ENDPOINT"]))
	if err != nil {
		t.Fatal(err)
	}
	inbox, err := service.Users.Labels.Get("me", "INBOX").Do()
	if err != nil {
		t.Fatal(err)
	}
	all, err := service.Users.GetProfile("me").Do()
	if err != nil {
		t.Fatal(err)
	}
	if all.MessagesTotal != 3 || inbox.MessagesTotal != 0 {
		t.Errorf("there are %d messages, %d of them in the inbox, want 3 and 0: they were archived", all.MessagesTotal, inbox.MessagesTotal)
	}
}

func TestWithoutIDToken(t *testing.T) {
	t.Parallel()
	env, _ := started(t, "-no-id-token")
	_, token := signIn(t, env, "rita@acme.example")
	if id := token.Extra("id_token"); id != nil {
		t.Errorf("there is an id_token: %v", id)
	}
}

func TestBehaviourFlags(t *testing.T) {
	t.Parallel()
	o, err := parse([]string{"-history-lag", "2s", "-unreadable", "3s", "-history-keep", "1h", "-empty-pages", "-strip-x-headers"}, io.Discard)
	want := gmailtest.Behaviour{PushAheadFor: 2 * time.Second, UnreadableFor: 3 * time.Second, HistoryKeep: time.Hour, EmptyPagesWithToken: true, StripXHeaders: true}
	if err != nil || o.behaviour != want {
		t.Errorf("%+v, %v", o.behaviour, err)
	}
}

func TestSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"help", []string{"-h"}, 0, "-mailbox"},
		{"a taken port", []string{"-addr", taken.Addr().String()}, 1, "go run ./scripts/gmailsim -addr"},
		{"a file that can't be", []string{"-addr", "127.0.0.1:0", "-data", "/dev/null/gmail.json"}, 1, "gmail.json"},
		{"a mailbox without an address", []string{"-mailbox", "Ada"}, 2, `it takes "Name <address>"`},
		{"an argument", []string{"mailbox"}, 2, "only flags: mailbox"},
		{"a receiver without a host", []string{"-push", "localhost"}, 2, "-push takes an address"},
		{"fewer messages than none", []string{"-fill", "-1"}, 2, "negative"},
		{"a history that nobody can follow", []string{"-history-keep", "1s"}, 2, "-history-keep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if code := run(t.Context(), c.args, &out, &out); code != c.code || !strings.Contains(out.String(), c.says) {
				t.Errorf("%d, want %d and %q:\n%s", code, c.code, c.says, &out)
			}
		})
	}
}
