// Package functions_test holds the acceptance scenarios: each drives the functions over HTTP, as the frontend, Pub/Sub, Scheduler and Cloud
// Tasks call them, against the Gmail simulator, and looks at what the caller, the mailbox and the candidate's profile show.
package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// clock is the time of a scenario: of the service, of Gmail and of the tokens alike.
type clock struct {
	mu sync.Mutex
	at time.Time // zero: the machine's own time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.Now()
	}
	return c.at
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.at.IsZero() {
		c.at = c.at.Add(d)
	}
}

// sleep lets time go by at once.
func (c *clock) sleep(_ context.Context, d time.Duration) error {
	c.Advance(d)
	return nil
}

// world is a running service with its surroundings: Google, Hire's issuer and backend, Pub/Sub and Cloud Tasks.
type world struct {
	t      testing.TB
	clock  *clock
	sim    *gmailtest.Server
	google *httptest.Server
	issuer *issuertest.Issuer
	hire   *httptest.Server
	logs   *safeBuffer
	told   *told

	platform platform
	config   config.Config

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

// newWorld starts a service on the selected platform, in which the accounts and people of the seed are known, the integration is off, and nobody is connected.
func newWorld(t testing.TB, change ...func(*gmailtest.Options)) *world {
	t.Helper()
	return newWorldOn(t, selected, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), change...)
}

// newWorldOn starts a service on a platform, at a time that stands still but for pass, or with none by the machine's own.
func newWorldOn(t testing.TB, open func(testing.TB, surroundings) platform, at time.Time, change ...func(*gmailtest.Options)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{at: at}, logs: &safeBuffer{}, told: listen(t)}
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

	t.Cleanup(w.leakedNothing)
	w.platform = open(t, surroundings{
		hire: w.hire.URL, google: w.google.URL, client: gmailtest.DefaultClient(), issuer: w.issuer, now: w.clock.Now, sleep: w.clock.sleep, log: obs.New(w.logs, obs.Options{Text: true}), out: w.logs, telemetry: w.told.telemetry,
	})
	t.Cleanup(w.keptNothingElse) // before the platform is closed
	w.config = w.platform.services().Config
	for name := range functions.All() {
		mux.Handle("/"+name+"/", w.platform.handler(name))
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
	if err := w.platform.notify(ctx, data); err != nil {
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

// record is the store's record of a mailbox of Acme's.
func (w *world) record(user string) store.Mailbox {
	w.t.Helper()
	m, found, err := w.platform.services().Store.Mailbox(w.t.Context(), store.MailboxKey{AccountID: acme, UserID: user})
	w.ok(err)
	if !found {
		w.t.Fatalf("%s has no mailbox", user)
	}
	return m
}

// secret is a version of a refresh token in the vault, of one of Acme's users.
func (w *world) secret(user, version string) (tokens.Token, error) {
	w.t.Helper()
	return w.platform.services().Adapters.Vault.Get(w.t.Context(), tokens.Mailbox{AccountID: acme, UserID: user}, version)
}

// nothingKept checks that one of Acme's users has no connection, and that Google knows of no grant of theirs.
func (w *world) nothingKept(user, address string) {
	w.t.Helper()
	_, found, err := w.platform.services().Store.Mailbox(w.t.Context(), store.MailboxKey{AccountID: acme, UserID: user})
	w.ok(err)
	if found {
		w.t.Errorf("there is a record of a mailbox of %s", user)
	}
	if access, refresh := w.sim.OAuth().TokensOf(address); access+refresh != 0 {
		w.t.Errorf("Google has %d access and %d refresh tokens of %s, want none", access, refresh, address)
	}
	if _, _, watched := w.mailbox(address).Watch(); watched {
		w.t.Errorf("the mailbox %s is watched", address)
	}
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

// tell brings news of Hire's directory.
func (w *world) tell(b api.DirectoryBatch) {
	w.t.Helper()
	c := w.config.Callers
	w.service(c.BackendAudience, c.BackendServiceAccounts[0], "/directory/v1/batch", b).into(200, nil)
}

// settle lets everything happen that is due: notifications are pushed and tasks run until nothing is left for now.
func (w *world) settle() {
	w.t.Helper()
	for range 50 {
		done, err := w.platform.runDue(w.t.Context())
		w.ok(err)
		if done == 0 {
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
	c := w.config.Callers
	w.service(c.SchedulerAudience, c.SchedulerServiceAccount, "/labelsweep/", nil).into(204, nil)
	w.settle()
}

// enable switches the account's integration on.
func (w *world) enable() {
	w.t.Helper()
	w.sam().call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).into(200, nil)
}

// bolt is Rita in a second account, which she runs by herself: with the integration on, the same login address, and the same candidate in it.
func (w *world) bolt() *person {
	w.t.Helper()
	w.tell(api.DirectoryBatch{
		Accounts:   []api.DirectoryAccount{{ID: "bolt", Name: "Bolt", Plan: "pro", Version: 1}},
		Users:      []api.DirectoryUser{{AccountID: "bolt", ID: rita, Name: "Rita Recruiter", Email: ritaMail, Role: "super_admin", Active: true, Version: 1}},
		Candidates: []api.DirectoryCandidate{{AccountID: "bolt", ID: cora, Name: "Cora Candidate", Emails: []string{coraMail}, UpdatedAt: w.clock.Now(), Version: 1}},
	})
	p := w.person("bolt", rita, ritaMail)
	p.call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).into(200, nil)
	return p
}

// published is how many events of a type were published.
func (w *world) published(kind string) (n int) {
	w.t.Helper()
	published, err := w.platform.published(w.t.Context())
	w.ok(err)
	for _, e := range published {
		var event struct{ Type string }
		w.ok(json.Unmarshal(e, &event))
		if event.Type == kind {
			n++
		}
	}
	return n
}

func (w *world) mailbox(email string) *gmailtest.Mailbox {
	w.t.Helper()
	m, ok := w.sim.Mailbox(email)
	if !ok {
		w.t.Fatalf("no mailbox %s", email)
	}
	return m
}

// newest is the message that came to Rita last.
func (w *world) newest() gmailtest.Message {
	w.t.Helper()
	found, err := w.mailbox(ritaMail).Messages("in:anywhere", 1)
	w.ok(err)
	if len(found) == 0 {
		w.t.Fatal("Rita has no mail")
	}
	return found[0]
}
