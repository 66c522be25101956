// Package functions_test holds the acceptance scenarios: each drives the functions over HTTP, as the frontend, Pub/Sub, Scheduler and Cloud
// Tasks call them, against the Gmail simulator, and looks at what the caller, the mailbox and the candidate's profile show.
package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/functions/connect"
	"github.com/trakstar/hire-gmail/functions/deliver"
	"github.com/trakstar/hire-gmail/functions/directory"
	"github.com/trakstar/hire-gmail/functions/gmailnotify"
	"github.com/trakstar/hire-gmail/functions/labelsweep"
	"github.com/trakstar/hire-gmail/functions/oauthcallback"
	"github.com/trakstar/hire-gmail/functions/offboard"
	"github.com/trakstar/hire-gmail/functions/sendmessage"
	"github.com/trakstar/hire-gmail/functions/settings"
	"github.com/trakstar/hire-gmail/functions/syncmailbox"
	"github.com/trakstar/hire-gmail/functions/threads"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// clock is the time of a scenario: of the service, of Gmail and of the tokens alike.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a running service with its surroundings: Google, Hire's issuer and backend, Pub/Sub and Cloud Tasks.
type world struct {
	t      *testing.T
	clock  *clock
	sim    *gmailtest.Server
	google *httptest.Server
	issuer *issuertest.Issuer
	hire   *httptest.Server
	local  *wiring.Local
	data   string // folder
	logs   *safeBuffer

	pushMu sync.Mutex
	onData func(data []byte) (lost bool) // sees each notification that Gmail publishes
}

const (
	acme     = "acme"       // Pro
	starter  = "starter-co" // Starter
	sam      = "sam"        // Super Admin
	rita     = "rita"       // recruiter
	cora     = "cora"       // candidate
	ritaMail = "rita@acme.example"
	samMail  = "sam@acme.example"
	coraMail = "cora@mail.example"
)

// newWorld starts a service in which the accounts and people of the seed are known, the integration is off, and nobody is connected.
func newWorld(t *testing.T, change ...func(*gmailtest.Options)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{at: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}, logs: &safeBuffer{}, data: filepath.Join(t.TempDir(), "data")}
	o := gmailtest.Options{Now: w.clock.Now, Seed: 1, Publish: w.publish}
	for _, f := range change {
		f(&o)
	}
	w.sim = gmailtest.New(o)
	w.google = httptest.NewServer(w.sim)
	t.Cleanup(w.google.Close)
	w.sim.AddMailbox(ritaMail, "Rita Recruiter")
	w.sim.AddMailbox(samMail, "Sam Super")

	mux := http.NewServeMux()
	w.hire = httptest.NewServer(mux)
	t.Cleanup(w.hire.Close)
	w.issuer = issuertest.New(issuertest.Options{URL: w.hire.URL + "/issuer", Now: w.clock.Now})
	mux.Handle("/issuer/", http.StripPrefix("/issuer", w.issuer))

	env := wiring.LocalEnvironment(w.hire.URL, w.data)
	client := gmailtest.DefaultClient()
	wiring.UseGoogleAt(env, w.google.URL, client.ID, client.Secret)
	c, err := wiring.ConfigOf(env)
	w.ok(err)
	local, err := wiring.OpenLocal(c, wiring.LocalOptions{
		Now: w.clock.Now, NoSync: true, Log: slog.New(slog.NewTextHandler(w.logs, nil)), ServiceToken: w.issuer.ServiceToken, BaseURL: w.hire.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.local = local
	t.Cleanup(func() {
		if err := local.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, handler := range map[string]func(*wiring.Services) http.Handler{
		"connect": connect.New, "oauthcallback": oauthcallback.New, "settings": settings.New, "sendmessage": sendmessage.New, "threads": threads.New,
		"directory": directory.New, "gmailnotify": gmailnotify.New, "labelsweep": labelsweep.New, "syncmailbox": syncmailbox.New, "deliver": deliver.New, "offboard": offboard.New,
	} {
		mux.Handle("/"+name+"/", handler(local.Services))
	}
	w.tell(api.DirectoryBatch{
		Accounts: []api.DirectoryAccount{{ID: acme, Name: "Acme", Plan: "pro", Version: 1}, {ID: starter, Name: "Starter Co", Plan: "starter", Version: 1}},
		Users: []api.DirectoryUser{
			{AccountID: acme, ID: sam, Name: "Sam Super", Email: samMail, Role: "super_admin", Active: true, Version: 1},
			{AccountID: acme, ID: rita, Name: "Rita Recruiter", Email: ritaMail, Role: "admin", Active: true, Version: 1},
			{AccountID: starter, ID: sam, Name: "Sam Small", Email: "sam@starter.example", Role: "super_admin", Active: true, Version: 1},
		},
		Candidates: []api.DirectoryCandidate{{AccountID: acme, ID: cora, Name: "Cora Candidate", Emails: []string{coraMail}, UpdatedAt: w.clock.Now(), Version: 1}},
	})
	return w
}

// publish is Gmail's end of the topic.
func (w *world) publish(ctx context.Context, _ string, data []byte) {
	w.pushMu.Lock()
	lost := w.onData != nil && w.onData(data)
	w.pushMu.Unlock()
	if lost {
		return
	}
	if err := w.local.Events.Notify(ctx, data); err != nil {
		w.t.Error(err)
	}
}

// losePushes lets no notification through any more.
func (w *world) losePushes() { w.watchPushes(func([]byte) bool { return true }) }

// watchPushes shows every notification to see, which says whether it gets lost.
func (w *world) watchPushes(see func(data []byte) (lost bool)) {
	w.pushMu.Lock()
	defer w.pushMu.Unlock()
	w.onData = see
}

// notify pushes a notification as the subscription does.
func (w *world) notify(data []byte) {
	w.t.Helper()
	c := w.local.Services.Config.Callers
	body := events.Push{Message: events.PushMessage{Data: data, MessageID: "1", PublishTime: w.clock.Now()}, Subscription: "projects/local/subscriptions/gmail-notifications"}
	w.service(c.PushAudience, c.PushServiceAccount, "/gmailnotify/", body).into(204, nil)
}

// record is the store's record of a mailbox of Acme's.
func (w *world) record(user string) store.Mailbox {
	w.t.Helper()
	m, found, err := w.local.Services.Store.Mailbox(w.t.Context(), store.MailboxKey{AccountID: acme, UserID: user})
	w.ok(err)
	if !found {
		w.t.Fatalf("%s has no mailbox", user)
	}
	return m
}

// everythingStored is the content of every file in the data folder.
func (w *world) everythingStored() string {
	w.t.Helper()
	var all strings.Builder
	w.ok(filepath.WalkDir(w.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all.Write(b)
		return err
	}))
	return all.String()
}

// safeBuffer is a log that many write to.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// ok fails the test on an error.
func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%v\n%s", err, w.logs)
	}
}

// answer is what a call has brought.
type answer struct {
	w      *world
	Status int
	Header http.Header
	Body   []byte
}

// into decodes the body of an answer with the expected status.
func (a answer) into(status int, v any) {
	a.w.t.Helper()
	if a.Status != status {
		a.w.t.Fatalf("status %d, want %d: %s\n%s", a.Status, status, a.Body, a.w.logs)
	}
	if v != nil {
		if err := json.Unmarshal(a.Body, v); err != nil {
			a.w.t.Fatalf("%v in %s", err, a.Body)
		}
	}
}

// problem checks that the answer is a problem (RFC 9457) with this status and code.
func (a answer) problem(status int, code hire.Code) {
	a.w.t.Helper()
	var p struct {
		Type, Title, Detail string
		Status              int
		Code                hire.Code
	}
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		a.w.t.Fatalf("status %d, content type %q, want a problem: %s\n%s", a.Status, got, a.Body, a.w.logs)
	}
	a.w.ok(json.Unmarshal(a.Body, &p))
	if a.Status != status || p.Code != code || p.Status != status || p.Title == "" || p.Detail == "" || p.Type == "" {
		a.w.t.Fatalf("problem %s, want %d %s\n%s", a.Body, status, code, a.w.logs)
	}
}

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
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (w *world) rita() *person { return w.person(acme, rita, ritaMail) }
func (w *world) sam() *person  { return w.person(acme, sam, samMail) }

func (w *world) do(client *http.Client, method, target string, header http.Header, body io.Reader) answer {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, target, body)
	w.ok(err)
	for k, v := range header {
		req.Header[k] = v
	}
	resp, err := client.Do(req)
	w.ok(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	w.ok(err)
	return answer{w: w, Status: resp.StatusCode, Header: resp.Header, Body: b}
}

// call calls a function as the person's frontend does. A body that is neither nil nor a string is sent as JSON.
func (p *person) call(method, path string, body any, header ...string) answer {
	p.w.t.Helper()
	h := http.Header{"Authorization": {"Bearer " + p.w.issuer.UserToken(issuertest.UserClaims{AccountID: p.account, UserID: p.user, Email: p.email})}}
	return p.w.call(method, path, h, body, header...)
}

func (w *world) call(method, path string, h http.Header, body any, header ...string) answer {
	w.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		j, err := json.Marshal(b)
		w.ok(err)
		r = bytes.NewReader(j)
	}
	if r != nil {
		h.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return w.do(http.DefaultClient, method, w.hire.URL+path, h, r)
}

// service calls a function as one of Google's services or Hire's backend does.
func (w *world) service(audience, email, path string, body any) answer {
	w.t.Helper()
	return w.call("POST", path, http.Header{"Authorization": {"Bearer " + w.issuer.ServiceToken(audience, email)}}, body)
}

// tell brings news of Hire's directory.
func (w *world) tell(b api.DirectoryBatch) {
	w.t.Helper()
	w.ok(w.local.Tell(w.t.Context(), b))
}

// settle lets everything happen that is due: notifications are pushed and tasks run until nothing is left for now.
func (w *world) settle() {
	w.t.Helper()
	for range 50 {
		pushed, err := w.local.Events.RunDue(w.t.Context())
		w.ok(err)
		ran, err := w.local.Tasks.RunDue(w.t.Context())
		w.ok(err)
		if pushed+ran == 0 {
			return
		}
	}
	w.t.Fatalf("notifications and tasks don't come to rest\n%s", w.logs)
}

// pass lets time go by, doing what falls due on the way.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	for step := time.Second; d > 0; d -= step {
		step = min(d, 5*time.Second)
		w.clock.Advance(step)
		w.settle()
	}
}

// sweep is one call of Cloud Scheduler, and what it sets off.
func (w *world) sweep() {
	w.t.Helper()
	w.ok(w.local.Sweep(w.t.Context()))
	w.settle()
}

// enable switches the account's integration on.
func (w *world) enable() {
	w.t.Helper()
	w.sam().call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).into(200, nil)
}

// consent opens the way to Google in the person's browser, decides on the consent screen, and comes back. It returns where Hire's frontend is
// opened at the end.
func (p *person) consent(d oauthtest.Decision) *url.URL {
	p.w.t.Helper()
	var started api.ConnectStarted
	p.call("POST", "/connect/v1/connect", api.StartConnect{ReturnTo: "/hire/settings/email"}).into(201, &started)
	return p.open(p.google(started.StartURL, d))
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

func (p *person) settings() api.Settings {
	p.w.t.Helper()
	var s api.Settings
	p.call("GET", "/settings/v1/settings", nil).into(200, &s)
	return s
}

// send sends a mail under a key.
func (p *person) send(key string, m api.SendMessage) answer {
	p.w.t.Helper()
	return p.call("POST", "/sendmessage/v1/messages", m, "Idempotency-Key", key)
}

// profile is the Emails tab of a candidate.
func (p *person) profile(candidate string) api.CandidateThreads {
	p.w.t.Helper()
	var out api.CandidateThreads
	p.call("GET", "/threads/v1/candidates/"+candidate+"/threads", nil).into(200, &out)
	return out
}

func (p *person) thread(id string) api.Thread {
	p.w.t.Helper()
	var out api.Thread
	p.call("GET", "/threads/v1/threads/"+id, nil).into(200, &out)
	return out
}

// texts are the messages of a candidate's profile, thread by thread, oldest first: "> " for those to the candidate.
func (p *person) texts(candidate string) []string {
	p.w.t.Helper()
	var out []string
	for _, t := range p.profile(candidate).Threads {
		for _, m := range p.thread(t.ID).MessageList {
			line := strings.TrimSpace(m.Text)
			if m.Direction == "outbound" {
				line = "> " + line
			}
			out = append(out, line)
		}
	}
	return out
}

// connected is a world in which the integration is on and Rita has connected her Gmail.
func connected(t *testing.T, change ...func(*gmailtest.Options)) (*world, *person) {
	t.Helper()
	w := newWorld(t, change...)
	w.enable()
	r := w.rita()
	r.connect()
	return w, r
}

func (w *world) mailbox(email string) *gmailtest.Mailbox {
	w.t.Helper()
	m, ok := w.sim.Mailbox(email)
	if !ok {
		w.t.Fatalf("no mailbox %s", email)
	}
	return m
}
