package site

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	firestoreapi "cloud.google.com/go/firestore"
	pubsubapi "cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"

	"github.com/trakstar/hire-gmail/scripts/gocommand"
	"github.com/trakstar/hire-gmail/scripts/instance"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/blobs/cloudstorage/cloudstoragetest"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/events/pubsub/pubsubtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tasks/cloudtasks/cloudtaskstest"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager/secretmanagertest"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// Options of a Site. The zero value is the set-up as it is documented.
type Options struct {
	// Name begins the names of the project in the emulators, and of the folder that everything temporary lies in.
	Name string
	// Staged builds each function from the zip that it is deployed from.
	Staged bool
	// Own starts emulators of its own, whatever the variables name: such as may be paused.
	Own bool
	// Around wraps what serves a function, for who wants to see its requests; nil does not.
	Around func(function string, h http.Handler) http.Handler
	// Loses says of each of Gmail's notifications whether it is lost before it is published; nil loses none.
	Loses func() bool
	// Callers are how many tasks are called at once; 0: one.
	Callers int
	// AroundGmail wraps what serves the simulated Gmail and OAuth, for who wants its answers to take their time; nil does not.
	AroundGmail func(h http.Handler) http.Handler
	// Also is what the functions' environment has besides Terraform's, or instead of it.
	Also map[string]string
}

// Site is what stands in place of Google Cloud, Gmail and Hire, as far as the steps have set it up.
type Site struct {
	Options
	Out  io.Writer
	Logs *Logs
	Root string // of the checkout
	Temp string
	ends []func() error // what was started, in this order; ended in the other
	pids map[string]int // process groups of the emulators that it has started, by the variable that names each

	Code    Code
	Env     map[string]string // Terraform's
	Project string

	Documents *firestoreapi.Client
	Store     *store.Store
	Topics    *pubsubapi.Client
	Secrets   *secretmanagertest.Server
	Queues    *cloudtaskstest.Server
	Objects   *cloudstoragetest.Server

	Front     string // address of the functions, each below its name
	routes    *http.ServeMux
	Issuer    *issuertest.Issuer
	Sim       *gmailtest.Server
	google    string      // address of the simulated Gmail and OAuth
	Lost      atomic.Bool // all of Gmail's notifications
	published sync.WaitGroup
	Instances map[string]*instance.Instance
}

// New is a Site of which nothing stands yet. What the steps find is shown on out; what the functions log goes to also as well, unless that is nil. Who makes it must End it.
func New(o Options, out, also io.Writer) *Site {
	return &Site{Options: o, Out: out, Logs: &Logs{also: also}, pids: map[string]int{}}
}

// Code is what terraform/code.json says of the code.
type Code struct {
	Functions []string          `json:"functions"`
	Queues    map[string]string `json:"queues"`
	Topics    map[string]string `json:"topics"`
}

// Say shows what a step has found.
func (s *Site) Say(format string, args ...any) { fmt.Fprintf(s.Out, "      "+format+"\n", args...) }

// then notes how something that was started is ended.
func (s *Site) then(end func() error) { s.ends = append(s.ends, end) }

// End ends everything, the newest first.
func (s *Site) End() error {
	var errs []error
	for i := len(s.ends) - 1; i >= 0; i-- {
		errs = append(errs, s.ends[i]())
	}
	s.ends = nil
	return errors.Join(errs...)
}

// open reads what Terraform knows of the code, and the environment that its tests find a function to be given.
func (s *Site) open(ctx context.Context) error {
	var err error
	if s.Root, err = gocommand.Root(ctx); err != nil {
		return fmt.Errorf("find the checkout: %w", err)
	}
	if s.Temp, err = os.MkdirTemp("", "hire-"+s.Name+"-"); err != nil {
		return err
	}
	s.then(func() error { return os.RemoveAll(s.Temp) })
	for file, into := range map[string]any{"code.json": &s.Code, "tests/environment.json": &s.Env} {
		text, err := os.ReadFile(filepath.Join(s.Root, "terraform", filepath.FromSlash(file)))
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			return fmt.Errorf("read terraform/%s: %w", file, err)
		}
	}
	s.Project = fmt.Sprintf("%s-%x", s.Name, time.Now().UnixNano()) // emulators keep each project's content apart
	return nil
}

// serve serves until the end, and gives the address.
func (s *Site) serve(h http.Handler) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	s.then(func() error {
		err := server.Close()
		if serr := <-done; !errors.Is(serr, http.ErrServerClosed) {
			err = errors.Join(err, serr)
		}
		return err
	})
	return "http://" + l.Addr().String(), nil
}

// Topic is the full name of a topic.
func (s *Site) Topic(name string) string { return "projects/" + s.Project + "/topics/" + name }

// Subscription is the full name of a subscription.
func (s *Site) Subscription(name string) string {
	return "projects/" + s.Project + "/subscriptions/" + name
}

// SecretName is the full name of a secret.
func (s *Site) SecretName(id string) string { return "projects/" + s.Project + "/secrets/" + id }

// begin serves what surrounds the functions: the simulated Gmail and OAuth, and Hire's issuer, which signs for Google's services too.
// secret is the OAuth client's.
func (s *Site) begin(secret string) (err error) {
	s.routes = http.NewServeMux()
	if s.Front, err = s.serve(s.routes); err != nil {
		return err
	}
	s.Issuer = issuertest.New(issuertest.Options{URL: s.Front + "/issuer", Now: time.Now})
	s.routes.Handle("/issuer/", http.StripPrefix("/issuer", s.Issuer))
	// Our OAuth client is known there by its id, its secret, and the one redirect URI (SETUP.md, steps 4 and 8).
	client := oauthtest.Client{ID: s.Env["OAUTH_CLIENT_ID"], Secret: secret, RequirePKCE: true, RedirectURIs: []string{s.Front + "/oauthcallback/callback"}}
	s.Sim = gmailtest.New(gmailtest.Options{Seed: uint64(time.Now().UnixNano()), Publish: s.Publish, Clients: []oauthtest.Client{client}})
	var gmail http.Handler = s.Sim
	if s.AroundGmail != nil {
		gmail = s.AroundGmail(gmail)
	}
	s.google, err = s.serve(gmail)
	return err
}

// Publish is Gmail's end of the topic. A notification may get lost on the way to it.
func (s *Site) Publish(_ context.Context, topic string, data []byte) {
	if s.Lost.Load() || s.Loses != nil && s.Loses() {
		return
	}
	s.published.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if _, err := s.Topics.TopicAdminClient.Publish(ctx, &pubsubpb.PublishRequest{Topic: topic, Messages: []*pubsubpb.PubsubMessage{{Data: data}}}); err != nil {
			fmt.Fprintf(s.Logs, "Gmail could not publish: %v\n", err)
		}
	})
}

// environment of a function: Terraform's, but for what stands elsewhere here. Secrets come from Secret Manager, as Cloud Functions sets them.
func (s *Site) environment(secrets map[string]string) map[string]string {
	env := maps.Clone(s.Env)
	local := wiring.LocalEnvironment(s.Front, "unused")
	for _, name := range []string{"APP_URL", "ALLOWED_ORIGINS", "OAUTH_REDIRECT_URL", "USERS_ISSUER", "USERS_JWKS_URL", "CALLERS_ISSUER", "CALLERS_JWKS_URL", "SECURITY_EVENTS_ISSUER", "SECURITY_EVENTS_JWKS_URL", "LOG_FORMAT"} {
		env[name] = local[name]
	}
	wiring.UseGoogleAt(env, s.google, env["OAUTH_CLIENT_ID"], "")
	maps.Copy(env, map[string]string{
		"GOOGLE_CLOUD_PROJECT": s.Project, "GMAIL_TOPIC": s.Topic(s.Code.Topics["notifications"]),
		"BEHIND_IAM":      "false", // none stands here: the functions check the signatures themselves
		"SYNCMAILBOX_URL": s.Front + "/syncmailbox/", "DELIVER_URL": s.Front + "/deliver/", "OFFBOARD_URL": s.Front + "/offboard/",
		"SECRET_MANAGER_EMULATOR_HOST": s.Secrets.Addr(), "CLOUD_TASKS_EMULATOR_HOST": s.Queues.Addr(), "STORAGE_EMULATOR_HOST": s.Objects.URL(),
		"TELEMETRY": "none",
	})
	maps.Copy(env, secrets)
	maps.Copy(env, s.Also)
	return env
}

// relay lets Pub/Sub's push come to gmailnotify signed.
func (s *Site) relay() (string, error) {
	function, err := url.Parse(s.Front + "/gmailnotify/")
	if err != nil {
		return "", err
	}
	return s.serve(pubsubtest.Relay(function, s.Env["PUSH_AUDIENCE"], s.Env["PUSH_SERVICE_ACCOUNT"], s.Issuer.ServiceToken))
}

// dispatch calls the tasks as they fall due.
func (s *Site) dispatch() {
	ctx, cancel := context.WithCancel(context.Background())
	var callers sync.WaitGroup
	for range max(s.Callers, 1) {
		callers.Go(func() {
			for ctx.Err() == nil {
				if _, err := s.Queues.RunDue(ctx); err != nil && ctx.Err() == nil {
					fmt.Fprintf(s.Logs, "Cloud Tasks could not call: %v\n", err)
				}
				select {
				case <-ctx.Done():
				case <-time.After(50 * time.Millisecond):
				}
			}
		})
	}
	s.then(func() error {
		cancel()
		callers.Wait()
		return nil
	})
}

// secretVariables are the variables whose values are secrets.
func secretVariables() (names []string) {
	for _, v := range config.Variables() {
		if v.Secret {
			names = append(names, v.Name)
		}
	}
	return names
}

// Logs keep what the functions say.
type Logs struct {
	mu   sync.Mutex
	b    bytes.Buffer
	also io.Writer
}

// Write implements io.Writer.
func (l *Logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.also != nil {
		_, _ = l.also.Write(p) // only for looking at
	}
	return l.b.Write(p)
}

// Tail is the last n lines.
func (l *Logs) Tail(n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := strings.SplitAfter(l.b.String(), "\n")
	return strings.Join(lines[max(len(lines)-n, 0):], "")
}

// Until waits until something is so.
func Until(ctx context.Context, what string, so func() (bool, error)) error {
	for {
		ok, err := so()
		if err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it does not come: %s", what)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
