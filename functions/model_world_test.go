package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/tokens"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// The world of the model test is the service of the scenarios, put together so that a run takes milliseconds: functions are called without a socket, Pub/Sub and
// Cloud Tasks are lists that the test plays with, and a run begins with a copy of one world in which two people have connected. Each call of the store, of Gmail and
// of Cloud Tasks is a step, at which the test may break something or let somebody else do something.

// Where the functions and Google are. Nothing listens there.
const (
	modelHire   = "http://127.0.0.1:1"
	modelGoogle = "http://127.0.0.1:2"
)

// onlooker is the replica that is asked only what the profiles show. It takes no part.
const onlooker = 2

// moment of a step.
type moment int

const (
	beforeStep moment = iota // nothing has happened yet
	withinStep               // of a transaction alone: its function has run, nothing is stored
	afterStep                // it has happened, and the caller does not know
)

func (m moment) String() string { return [...]string{"before", "within", "after"}[m] }

// site is one world of the model.
type site struct {
	folder string // of this process: the vault's key, and blobs
	clock  *clocktest.Clock
	issuer *issuertest.Issuer
	sim    *gmailtest.Server
	db     *embedded.DB
	store  *store.Store // with no steps: for looking on
	config config.Config

	replicas [3]*replica // of all functions: what one remembers the other does not know
	pushes   [][]byte    // notifications on their way
	queue    []*queuedTask
	taken    map[string]time.Time // names of tasks that are refused, and until when
	told     map[string]events.Event
	log      *bytes.Buffer

	onPush  func()
	onWrite func()                                       // Gmail has had a call that may change a mailbox
	onStep  func(r *replica, op string, at moment) error // may break the step
}

// queuedTask is a task in its queue.
type queuedTask struct {
	tasks.Task
	retries int
}

// image is a world as bytes.
type image struct {
	at             time.Time
	folder         string
	database, mail []byte
}

// connectedImage is a world in which Rita and Sam have connected, and nothing else has happened.
var connectedImage = sync.OnceValues(func() (image, error) {
	folder, err := os.MkdirTemp("", "hire-model-") // lasts as long as the process; it holds a key and no mail
	if err != nil {
		return image{}, err
	}
	s, err := openSite(image{at: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), folder: folder})
	if err != nil {
		return image{}, err
	}
	s.sim.AddMailbox(ritaMail, "Rita Recruiter")
	s.sim.AddMailbox(samMail, "Sam Super")
	if err := s.populate(); err != nil {
		return image{}, errors.Join(err, s.close())
	}
	var mail bytes.Buffer
	if err := errors.Join(s.sim.Save(&mail), s.close()); err != nil {
		return image{}, err
	}
	database, err := os.ReadFile(s.file())
	return image{at: s.clock.Now(), folder: folder, database: database, mail: mail.Bytes()}, err
})

// openSite makes a world of an image.
func openSite(from image) (*site, error) {
	s := &site{folder: from.folder, clock: clocktest.At(from.at), taken: map[string]time.Time{}, told: map[string]events.Event{}, log: &bytes.Buffer{}}
	s.issuer = issuertest.New(issuertest.Options{URL: modelHire + "/issuer", Now: s.clock.Now})
	s.sim = gmailtest.New(gmailtest.Options{Now: s.clock.Now, Seed: 1, Publish: func(_ context.Context, _ string, data []byte) {
		s.pushes = append(s.pushes, data)
		if s.onPush != nil {
			s.onPush()
		}
	}})
	if from.mail != nil {
		if err := s.sim.Restore(bytes.NewReader(from.mail)); err != nil {
			return nil, err
		}
	}
	env := wiring.LocalEnvironment(modelHire, s.folder)
	client := gmailtest.DefaultClient()
	wiring.UseGoogleAt(env, modelGoogle, client.ID, client.Secret)
	env["REQUESTS_PER_MINUTE_USER"], env["REQUESTS_PER_MINUTE_ACCOUNT"] = "1000000", "1000000"
	var err error
	if s.config, err = wiring.ConfigOf(env); err != nil {
		return nil, err
	}
	if err := os.WriteFile(s.file(), from.database, 0o600); err != nil {
		return nil, err
	}
	if from.database == nil {
		if err := os.Remove(s.file()); err != nil {
			return nil, err
		}
	}
	if s.db, err = embedded.Open(s.file(), store.Schema(), embedded.Options{Now: s.clock.Now, NoSync: true}); err != nil {
		return nil, err
	}
	if s.store, err = store.New(s.db, store.Options{Now: s.clock.Now}); err != nil {
		return nil, err
	}
	for i := range s.replicas {
		if err := s.start(i); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// file is the database's. Runs come one after the other.
func (s *site) file() string { return filepath.Join(s.folder, "hire.db") }

func (s *site) close() error { return s.db.Close() }

// start puts a fresh replica, which remembers nothing, in place i.
func (s *site) start(i int) error {
	r := &replica{site: s, number: i}
	vault, err := tokens.OpenSealed(s.db, filepath.Join(s.folder, "tokens.key"))
	if err != nil {
		return err
	}
	files, err := blobs.OpenFiles(filepath.Join(s.folder, "blobs"), 1<<20)
	if err != nil {
		return err
	}
	all, err := wiring.Assemble(s.config, wiring.Parts{
		DB: steppedDB{s.db, r}, Vault: vault, Tasks: r, Events: r, Blobs: files, HTTP: &http.Client{Transport: r}, Now: s.clock.Now, Sleep: r.sleep,
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{ReplaceAttr: withoutTime})),
	})
	if err != nil {
		return err
	}
	r.services, r.handlers = all, map[string]http.Handler{}
	if err := r.build(all); err != nil {
		return err
	}
	s.replicas[i] = r
	return nil
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// announced tells whether an event about a message of a profile has gone out.
func (s *site) announced(message string) bool {
	for _, e := range s.told {
		if bytes.Contains(e.Data, []byte(`"`+message+`"`)) {
			return true
		}
	}
	return false
}

// call calls a function of replica i. Where that crashes a new one takes its place, and the caller gets what Cloud Run answers for one that has gone.
func (s *site) call(i int, method, path, token string, body []byte, header ...string) (status int, answer []byte) {
	r := s.replicas[i]
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	req := httptest.NewRequest(method, modelHire+path, bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	for j := 0; j+1 < len(header); j += 2 {
		req.Header.Set(header[j], header[j+1])
	}
	rec := httptest.NewRecorder()
	http.StripPrefix("/"+name, r.handlers[name]).ServeHTTP(rec, req)
	if !r.dead {
		return rec.Code, rec.Body.Bytes()
	}
	if s.replicas[i] == r {
		if err := s.start(i); err != nil {
			panic(fmt.Sprintf("a replica does not start: %v", err))
		}
	}
	return http.StatusServiceUnavailable, nil
}

// user calls a function as a user's frontend does.
func (s *site) user(i int, user, email, method, path string, body any, header ...string) (status int, answer []byte) {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err) // of the api's own types
	}
	return s.call(i, method, path, s.issuer.UserToken(issuertest.UserClaims{AccountID: acme, UserID: user, Email: email}), raw, header...)
}

// deliver pushes a notification; false if it was not acknowledged.
func (s *site) deliver(i int, data []byte) bool {
	c := s.config.Callers
	body, err := json.Marshal(events.Push{Message: events.PushMessage{Data: data, MessageID: "1", PublishTime: s.clock.Now()}, Subscription: "projects/local/subscriptions/gmail-notifications"})
	if err != nil {
		panic(err)
	}
	status, _ := s.call(i, "POST", "/gmailnotify/", s.issuer.ServiceToken(c.PushAudience, c.PushServiceAccount), body)
	return status/100 == 2
}

// run runs a task. done takes it out of its queue; it is put off where it fails.
func (s *site) run(i int, t *queuedTask) {
	c := s.config.Callers
	status, _ := s.call(i, "POST", "/"+tasks.Functions[t.Queue]+"/", s.issuer.ServiceToken(c.TasksAudience, c.TasksServiceAccount), t.Body,
		"X-CloudTasks-QueueName", string(t.Queue), "X-CloudTasks-TaskName", t.Name, "X-CloudTasks-TaskRetryCount", fmt.Sprint(t.retries))
	if status/100 != 2 {
		t.At, t.retries = s.clock.Now().Add(min(time.Second<<min(t.retries, 8), 5*time.Minute)), t.retries+1
		return
	}
	s.queue = slices.DeleteFunc(s.queue, func(x *queuedTask) bool { return x == t })
	if t.Name != "" {
		s.taken[string(t.Queue)+"/"+t.Name] = s.clock.Now().Add(nameRefused)
	}
}

// due are the tasks whose time has come.
func (s *site) due() []*queuedTask {
	now := s.clock.Now()
	return slices.DeleteFunc(slices.Clone(s.queue), func(t *queuedTask) bool { return t.At.After(now) })
}

// sweep is a call of Cloud Scheduler.
func (s *site) sweep(i int) {
	c := s.config.Callers
	s.call(i, "POST", "/labelsweep/", s.issuer.ServiceToken(c.SchedulerAudience, c.SchedulerServiceAccount), nil)
}

// tell brings news of the directory; false if Hire's backend has to try again.
func (s *site) tell(i int, b api.DirectoryBatch) bool {
	c := s.config.Callers
	body, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	status, _ := s.call(i, "POST", "/directory/v1/batch", s.issuer.ServiceToken(c.BackendAudience, c.BackendServiceAccounts[0]), body)
	return status == 200
}

// drain delivers and runs everything that is due, and what comes of it; false if that does not come to rest.
func (s *site) drain() bool {
	for range 200 {
		pushes, ready := s.pushes, s.due()
		if s.pushes = nil; len(pushes)+len(ready) == 0 {
			return true
		}
		for n, data := range pushes {
			if !s.deliver(n%2, data) {
				s.pushes = append(s.pushes, data)
				s.clock.Advance(time.Second)
			}
		}
		for n, t := range ready {
			s.run(n%2, t)
		}
	}
	return false
}

// populate tells the directory, switches the integration on, and connects Rita and Sam.
func (s *site) populate() error {
	if !s.tell(0, api.DirectoryBatch{
		Accounts: []api.DirectoryAccount{{ID: acme, Name: "Acme", Plan: "pro", Version: 1}},
		Users: []api.DirectoryUser{
			{AccountID: acme, ID: sam, Name: "Sam Super", Email: samMail, Role: "super_admin", Active: true, Version: 1},
			{AccountID: acme, ID: rita, Name: "Rita Recruiter", Email: ritaMail, Role: "admin", Active: true, Version: 1},
		},
		Candidates: []api.DirectoryCandidate{
			{AccountID: acme, ID: cora, Name: "Cora Candidate", Emails: []string{coraMail}, UpdatedAt: s.clock.Now(), Version: 1},
			{AccountID: acme, ID: dan, Name: "Dan Developer", Emails: []string{danMail}, UpdatedAt: s.clock.Now().Add(time.Second), Version: 1},
		},
	}) {
		return fmt.Errorf("the directory is refused\n%s", s.log)
	}
	if status, answer := s.user(0, sam, samMail, "PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}); status != 200 {
		return fmt.Errorf("the integration is not enabled: %s", answer)
	}
	for user, email := range map[string]string{rita: ritaMail, sam: samMail} {
		if err := s.connect(user, email); err != nil {
			return fmt.Errorf("connect %s: %w\n%s", user, err, s.log)
		}
	}
	for range 3 {
		if !s.drain() {
			return errors.New("connecting does not come to rest")
		}
		s.clock.Advance(5 * time.Minute)
		s.sweep(0)
	}
	return nil
}

// connect goes through the pages of a connection as the browser does.
func (s *site) connect(user, email string) error {
	_, answer := s.user(0, user, email, "POST", "/connect/v1/connect", api.StartConnect{ReturnTo: "/hire"})
	var started api.ConnectStarted
	if err := json.Unmarshal(answer, &started); err != nil {
		return fmt.Errorf("%w: %s", err, answer)
	}
	var cookies []*http.Cookie
	open := func(target string) (*url.URL, error) {
		u, err := url.Parse(target)
		if err != nil {
			return nil, err
		}
		req := httptest.NewRequest("GET", target, nil)
		for _, c := range cookies {
			req.AddCookie(c)
		}
		rec := httptest.NewRecorder()
		name, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
		http.StripPrefix("/"+name, s.replicas[0].handlers[name]).ServeHTTP(rec, req)
		cookies = append(cookies, rec.Result().Cookies()...)
		body, _ := io.ReadAll(rec.Body)
		if rec.Code != http.StatusSeeOther {
			return nil, fmt.Errorf("%s: %d %s", target, rec.Code, body)
		}
		return url.Parse(rec.Header().Get("Location"))
	}
	consent, err := open(started.StartURL)
	if err != nil {
		return err
	}
	back, err := s.sim.OAuth().Consent(consent.String(), oauthtest.Decision{Email: email})
	if err != nil {
		return err
	}
	end, err := open(back.String())
	if err == nil && end.Query().Get("connected") != "1" {
		err = fmt.Errorf("came back to %s", end)
	}
	return err
}
