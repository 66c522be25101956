package connection

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

const (
	redirect = "http://127.0.0.1:8080/oauthcallback/callback"
	topic    = "projects/test/topics/gmail-notifications"
	ritaMail = "rita@acme.example"
	samMail  = "sam@acme.example"
)

// Rita works in two accounts, with the same login address.
var (
	acmeRita = store.MailboxKey{AccountID: "acme", UserID: "rita"}
	acmeSam  = store.MailboxKey{AccountID: "acme", UserID: "sam"}
	boltRita = store.MailboxKey{AccountID: "bolt", UserID: "rita"}
)

// fixture is the service on the real store and vault, with a simulated Google. It records what was done in order, and breaks one step on demand.
type fixture struct {
	*Service
	t     *testing.T
	sim   *gmailtest.Server
	url   string
	store *store.Store
	vault *tokens.Sealed
	logs  bytes.Buffer // written to by one goroutine
	out   outbox

	reader *metric.ManualReader

	mu     sync.Mutex
	clock  *clocktest.Clock
	steps  []string
	broken step
}

// step is a call to Google ("/revoke", "/stop") or a transaction ("token.destroy") that fails once: before it has had an effect, or after.
type step struct {
	name  string
	after bool
}

var errBroken = errors.New("broken on purpose")

type setup struct {
	client oauthtest.Client
	google bool   // the endpoints count as Google's: id_tokens are checked in full
	topic  string // "-" is none
}

func newFixture(t *testing.T, change ...func(*setup)) *fixture {
	t.Helper()
	c := setup{client: gmailtest.DefaultClient(), google: true, topic: topic}
	for _, f := range change {
		f(&c)
	}
	f := &fixture{t: t, clock: clocktest.New()}
	f.sim = gmailtest.New(gmailtest.Options{Now: f.clock.Now, Seed: 1, Clients: []oauthtest.Client{c.client}})
	f.sim.AddMailbox(ritaMail, "Rita Recruiter")
	f.sim.AddMailbox(samMail, "Sam Super")
	server := httptest.NewServer(f.sim)
	t.Cleanup(server.Close)
	f.url = server.URL

	dir := t.TempDir()
	db, err := embedded.Open(filepath.Join(dir, "hire.db"), store.Schema(), embedded.Options{Now: f.clock.Now, NoSync: true, Hook: f.transaction})
	f.ok(err)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	f.store, err = store.New(db, store.Options{Now: f.clock.Now})
	f.ok(err)
	f.vault, err = tokens.OpenSealed(db, filepath.Join(dir, "tokens.key"))
	f.ok(err)

	e := Endpoints{
		Auth: f.url + "/o/oauth2/v2/auth", Token: f.url + "/token", Revoke: f.url + "/revoke", UserInfo: f.url + "/v1/userinfo",
	}
	if c.google {
		e.Issuers = GoogleEndpoints().Issuers
	}
	client := &http.Client{Transport: f}
	config := OAuthConfig(c.client.ID, c.client.Secret, redirect, oauth2.Endpoint{AuthURL: e.Auth, TokenURL: e.Token})
	google, err := NewOAuth(config, e, client, f.clock.Now)
	f.ok(err)
	access, err := tokens.NewSource(f.vault, config, client, f.clock.Now, 100)
	f.ok(err)
	mail, err := gmail.New(gmail.Options{
		Endpoint: f.url, HTTP: client, Now: f.clock.Now, Sleep: func(context.Context, time.Duration) error { return nil },
	})
	f.ok(err)
	o := Options{
		Store: f.store, Outbox: &f.out, Vault: f.vault, Access: access, Google: google, Gmail: mail, Metrics: f.metrics(), Topic: strings.TrimPrefix(c.topic, "-"),
		StartURL: "http://127.0.0.1:8080/oauthcallback/start", Now: f.clock.Now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(&f.logs, nil)),
	}
	f.Service, err = New(o)
	f.ok(err)
	f.directory()
	return f
}

// metrics are told to f.reader.
func (f *fixture) metrics() *obs.Metrics {
	f.t.Helper()
	f.reader = metric.NewManualReader()
	m, err := obs.NewMetrics(metric.NewMeterProvider(metric.WithReader(f.reader)))
	f.ok(err)
	return m
}

// counted is what a counter has counted, by the value of its attribute.
func (f *fixture) counted(name string) map[string]int64 {
	f.t.Helper()
	var all metricdata.ResourceMetrics
	f.ok(f.reader.Collect(f.t.Context(), &all))
	out := map[string]int64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != name {
				continue
			}
			for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
				out[p.Attributes.ToSlice()[0].Value.AsString()] = p.Value
			}
		}
	}
	return out
}

func standIn(c *setup)          { c.google = false }
func noIDToken(c *setup)        { c.client.NoIDToken = true }
func noTopic(c *setup)          { c.topic = "-" }
func (f *fixture) ok(err error) { f.t.Helper(); f.failOn(err) }

func (f *fixture) failOn(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// directory puts two accounts with the integration on.
func (f *fixture) directory() {
	f.t.Helper()
	ctx := f.t.Context()
	for _, account := range []string{"acme", "bolt"} {
		_, _, err := f.store.PutAccount(ctx, hire.Account{ID: account, Name: account, Plan: hire.PlanPro, Version: 1})
		f.ok(err)
	}
	for _, u := range []hire.User{
		{AccountID: "acme", ID: "sam", Email: samMail, Role: hire.RoleSuperAdmin}, {AccountID: "acme", ID: "rita", Email: "Rita@Acme.example ", Role: hire.RoleAdmin},
		{AccountID: "bolt", ID: "rita", Email: ritaMail, Role: hire.RoleSuperAdmin},
	} {
		u.Active, u.Version = true, 1
		_, _, err := f.store.PutUser(ctx, u)
		f.ok(err)
	}
	for account, admin := range map[string]string{"acme": "sam", "bolt": "rita"} {
		_, err := f.store.SetIntegration(ctx, account, admin, true)
		f.ok(err)
	}
}

// breaks makes one step fail, once.
func (f *fixture) breaks(name string, after bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = step{name, after}
}

// take tells whether a step is to fail now.
func (f *fixture) take(s step) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != s {
		return false
	}
	f.broken = step{}
	return true
}

// taken gives the steps since the last time it was asked.
func (f *fixture) taken() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.steps
	f.steps = nil
	return s
}

func (f *fixture) note(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.steps = append(f.steps, name)
}

// transaction is the database's hook.
func (f *fixture) transaction(op string, at embedded.Phase) error {
	switch {
	case at == embedded.BeforeCommit && f.take(step{op, false}), at == embedded.AfterCommit && f.take(step{op, true}):
		return errBroken
	case at == embedded.AfterCommit:
		f.note(op)
	}
	return nil
}

// RoundTrip carries calls to Google.
func (f *fixture) RoundTrip(r *http.Request) (*http.Response, error) {
	name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/'):]
	if f.take(step{name, false}) {
		return nil, errBroken
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && f.take(step{name, true}) {
		resp.Body.Close()
		return nil, errBroken
	}
	if err == nil && resp.StatusCode < 300 {
		f.note(name)
	}
	return resp, err
}

// outbox keeps what was handed over.
type outbox struct {
	mu   sync.Mutex
	rows []store.OutboxRow
}

func (o *outbox) HandOver(_ context.Context, rows []store.OutboxRow) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows = append(o.rows, rows...)
}

// take gives the types of what was handed over since the last time.
func (o *outbox) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []string
	for _, r := range o.rows {
		out = append(out, r.Type)
	}
	o.rows = nil
	return out
}

// offboardTask gives the task that was queued last.
func (o *outbox) offboardTask(t *testing.T) (task store.OffboardTask) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range slices.Backward(o.rows) {
		if r.Type == store.QueueOffboard {
			if err := json.Unmarshal(r.Body, &task); err != nil {
				t.Fatal(err)
			}
			return task
		}
	}
	t.Fatal("no offboarding was queued")
	return task
}

// consent goes from the button to the consent screen's answer.
func (f *fixture) consent(k store.MailboxKey, d oauthtest.Decision) Answer {
	f.t.Helper()
	start, _, err := f.Start(f.t.Context(), k, "/settings/email")
	f.ok(err)
	return f.decide(f.link(start), d)
}

func (f *fixture) link(start string) string {
	f.t.Helper()
	u, err := url.Parse(start)
	f.ok(err)
	return u.Query().Get("link")
}

func (f *fixture) decide(link string, d oauthtest.Decision) Answer {
	f.t.Helper()
	consent, cookie, err := f.Begin(f.t.Context(), link)
	f.ok(err)
	back, err := f.sim.OAuth().Consent(consent, d)
	f.ok(err)
	q := back.Query()
	return Answer{State: q.Get("state"), Code: q.Get("code"), Error: q.Get("error"), Cookie: cookie}
}

// connect makes a connection.
func (f *fixture) connect(k store.MailboxKey) store.Mailbox {
	f.t.Helper()
	if _, err := f.Finish(f.t.Context(), f.consent(k, oauthtest.Decision{})); err != nil {
		f.t.Fatalf("connect: %v", err)
	}
	m := f.mailbox(k)
	if m.State != store.Connected {
		f.t.Fatalf("state %s, want connected", m.State)
	}
	return m
}

func (f *fixture) mailbox(k store.MailboxKey) store.Mailbox {
	f.t.Helper()
	m, _, err := f.store.Mailbox(f.t.Context(), k)
	f.ok(err)
	return m
}

// stored is the token of a version; dead is why there is none.
func (f *fixture) stored(k store.MailboxKey, version string) (token tokens.Token, dead error) {
	f.t.Helper()
	return f.vault.Get(f.t.Context(), vaultKey(k), version)
}

func (f *fixture) refreshTokens(email string) int {
	_, n := f.sim.OAuth().TokensOf(email)
	return n
}

// watched tells whether Gmail watches Rita's mailbox.
func (f *fixture) watched() bool {
	f.t.Helper()
	box, found := f.sim.Mailbox(ritaMail)
	if !found {
		f.t.Fatal("Rita has no mailbox")
	}
	_, _, ok := box.Watch()
	return ok
}

func wantCode(t *testing.T, err error, want hire.Code) {
	t.Helper()
	if got := hire.CodeOf(err); got != want {
		t.Errorf("%v, want %s", err, want)
	}
}
