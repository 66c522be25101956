// Package functions_test holds the acceptance scenarios: each drives the functions over HTTP, as the frontend, Pub/Sub, Scheduler and Cloud
// Tasks call them, against the Gmail simulator, and looks at what the caller, the mailbox and the candidate's profile show.
//
// # How a scenario is written
//
//	func TestScenario29_ReplyIsInTheProfileWithinAMinute(t *testing.T) {
//		t.Parallel()
//		w, r, candidate := conversation(t)
//		candidate.answers("Yes, tomorrow.")
//		w.pass(time.Minute)
//		r.shows("a minute later", "> Can we talk?", "Yes, tomorrow.")
//	}
//
// A test begins in a world: newWorld (nobody is connected, the integration is off), connected (Rita is), bothConnected (Sam is, too), conversation (she has written to Cora), unheard (the same, and only
// history tells of what comes); newWorldOn and connectedOn take the platform which the test needs. hooked is one whose store's calls can be broken. It goes on by these words, which do a thing and fail the test where that fails; those that are told
// when check it. A word that scenarios of several subjects need is moved to its place here.
//
//   - Hire's directory and settings (world_directory_test.go): w.tell, w.plan, w.enable, w.switchOff, w.ritaBecomes, w.coraBecomes, w.coraHas, w.candidate, w.colleague, and w.bolt, a
//     second account.
//   - People of Hire at their browsers (person_test.go): w.rita, w.sam, w.person; r.connect, r.disconnect, r.settings, r.mustReconnect, and for the way over Google's consent screen
//     r.start, r.google, r.open, r.consent, r.cameBack.
//   - What they send (person_send_test.go): hello; r.asks, r.send, r.sendAgain, r.hangs, r.outcome, r.became, r.later with w.in, r.cancel, r.upload, r.bulk, r.batch.
//   - What they see (person_profile_test.go): r.shows, r.texts, r.profile, r.thread, r.receipt, r.unmatched.
//   - Whoever writes to them from outside (world_outside_test.go): w.cora, w.outside; candidate.answers, candidate.repliesTo, candidate.writes, candidate.tells, with to, withCopy and
//     withFile; w.question and w.unrelated, which Cora begins; w.coraGot, w.coraGotAbout.
//   - Rita's mailbox and what Gmail does (world_gmail_test.go): w.mailbox, on which labels are put and filters made, w.newest, w.threadOf, w.unlabel; w.losePushes, w.watchPushes, w.behave,
//     w.unreadable, w.sendingLimit; w.counting, w.nothingAskedOfGoogle, w.hasDrafts, w.letGo, w.nothingKept. What else goes wrong is a FaultRule of the simulator's.
//   - Time (world_time_test.go): w.pass does what falls due on the way, w.skip what has fallen due by then, w.settle what is due now; w.sweep, w.swept, w.fiveMinutesLater, w.aDayLater.
//   - Files in mail, and what is kept of them (world_files_test.go): content, candidate.answersWithFile, r.downloads, w.kept.
//   - Hire's mail gateway (world_gateway_test.go): notified, a world in which Rita has a notification to answer; written, w.gateway, w.replySent, an answer's mailBack and silent.
//   - Calls (call_test.go): r.call as the frontend, w.service, w.task and w.backend as Google and Hire's backend, w.notify and w.look as Pub/Sub; an answer's into, problem, code.
//   - What goes out (world_events_test.go): w.published, w.heard; figures and traces by w.told.
//   - What is kept: w.record, w.secret; w.passesOver is a fault of ours.
//
// At the end of each test it is looked through for what must not be there: secrets in the log, and personal data in places that are not declared for it (leaks_test.go).
package functions_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// world is a running service with its surroundings: Google, Hire's issuer and backend, Pub/Sub and Cloud Tasks.
type world struct {
	t      testing.TB
	clock  clock
	sim    *gmailtest.Server
	google *httptest.Server
	issuer *issuertest.Issuer
	hire   *httptest.Server
	logs   *safeBuffer
	told   *told

	platform platform
	config   config.Config

	versions atomic.Int64 // what Hire's directory has told after the seed
	pushMu   sync.Mutex
	onData   func(data []byte) (lost bool) // sees each notification that Gmail publishes
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

// opening makes a platform.
type opening func(testing.TB, surroundings) platform

// newWorld starts a service on the selected platform, in which the accounts and people of the seed are known, the integration is off, and nobody is connected.
func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldOn(t, selected)
}

// newWorldOn does the same on a platform that the test needs.
func newWorldOn(t testing.TB, open opening, change ...func(*gmailtest.Options)) *world {
	t.Helper()
	return newWorldAt(t, open, clock{clocktest.New()}, change...)
}

// newWorldAt does the same by a clock.
func newWorldAt(t testing.TB, open opening, at clock, change ...func(*gmailtest.Options)) *world {
	t.Helper()
	w := &world{t: t, clock: at, logs: &safeBuffer{}, told: listen(t)}
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

// connected is a world in which the integration is on and Rita has connected her Gmail.
func connected(t *testing.T, change ...func(*gmailtest.Options)) (*world, *person) {
	t.Helper()
	return connectedOn(t, selected, change...)
}

// connectedOn does the same on a platform that the test needs.
func connectedOn(t *testing.T, open opening, change ...func(*gmailtest.Options)) (*world, *person) {
	t.Helper()
	w := newWorldOn(t, open, change...)
	w.enable()
	r := w.rita()
	r.connect()
	return w, r
}

// bothConnected is one in which Sam has connected his, too.
func bothConnected(t *testing.T) (*world, *person, *person) {
	t.Helper()
	w, r := connected(t)
	s := w.sam()
	s.connect()
	return w, r, s
}

// conversation is a world in which Rita has written to Cora, who has the mail.
func conversation(t *testing.T) (*world, *person, *correspondent) {
	t.Helper()
	w, r := connected(t)
	return w, r, r.asks()
}

// passesOver moves the cursor of Rita's mailbox past what it has not listed, as a fault of ours or a restored backup might.
func (w *world) passesOver() {
	w.t.Helper()
	s, m := w.platform.services().Store, w.record(rita)
	_, held, err := s.Lease(w.t.Context(), m.Key(), m.Generation, "fault", time.Minute)
	w.ok(err)
	_, err = s.Finish(w.t.Context(), *held, w.record(rita), store.Advance{Cursor: int64(w.mailbox(ritaMail).HistoryID())})
	w.ok(err)
}

// unheard is a conversation of which nothing but the history of Rita's mailbox tells: no notification comes through any more, and it does not carry the label, so that the look at
// all that is labelled can't make up for what a sync has missed.
func unheard(t *testing.T) (*world, *person, *correspondent) {
	t.Helper()
	w, r, candidate := conversation(t)
	w.unlabel()
	w.pass(2 * time.Minute)
	w.losePushes()
	return w, r, candidate
}
