package main

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
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	firestoreapi "cloud.google.com/go/firestore"
	pubsubapi "cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"

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

// site is what stands in place of Google Cloud, Gmail and Hire, as far as the steps have set it up.
type site struct {
	options
	out  io.Writer
	logs *logs
	root string // of the checkout
	temp string
	ends []func() error // what was started, in this order; ended in the other

	code    code
	env     map[string]string // Terraform's
	project string

	documents *firestoreapi.Client
	store     *store.Store
	topics    *pubsubapi.Client
	secrets   *secretmanagertest.Server
	queues    *cloudtaskstest.Server
	objects   *cloudstoragetest.Server

	front     string // address of the functions, each below its name
	routes    *http.ServeMux
	issuer    *issuertest.Issuer
	sim       *gmailtest.Server
	google    string // address of the simulated Gmail and OAuth
	lost      atomic.Bool
	published sync.WaitGroup
	instances map[string]*instance.Instance
}

// code is what terraform/code.json says of the code.
type code struct {
	Functions []string          `json:"functions"`
	Queues    map[string]string `json:"queues"`
	Topics    map[string]string `json:"topics"`
}

// say shows what a step has found.
func (s *site) say(format string, args ...any) { fmt.Fprintf(s.out, "      "+format+"\n", args...) }

// then notes how something that was started is ended.
func (s *site) then(end func() error) { s.ends = append(s.ends, end) }

// end ends everything.
func (s *site) end() error {
	var errs []error
	for i := len(s.ends) - 1; i >= 0; i-- {
		errs = append(errs, s.ends[i]())
	}
	s.ends = nil
	return errors.Join(errs...)
}

// open reads what Terraform knows of the code, and the environment that its tests find a function to be given.
func (s *site) open(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("find the checkout: %w", err)
	}
	s.root = strings.TrimSpace(string(out))
	if s.temp, err = os.MkdirTemp("", "hire-walkthrough-"); err != nil {
		return err
	}
	s.then(func() error { return os.RemoveAll(s.temp) })
	for file, into := range map[string]any{"code.json": &s.code, "tests/environment.json": &s.env} {
		text, err := os.ReadFile(filepath.Join(s.root, "terraform", filepath.FromSlash(file)))
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			return fmt.Errorf("read terraform/%s: %w", file, err)
		}
	}
	s.project = fmt.Sprintf("walkthrough-%x", time.Now().UnixNano()) // emulators keep each project's content apart
	return nil
}

// serve serves until the end, and gives the address.
func (s *site) serve(h http.Handler) (string, error) {
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

func (s *site) topic(name string) string { return "projects/" + s.project + "/topics/" + name }

func (s *site) subscription(name string) string {
	return "projects/" + s.project + "/subscriptions/" + name
}

func (s *site) secretName(id string) string { return "projects/" + s.project + "/secrets/" + id }

// begin serves what surrounds the functions: the simulated Gmail and OAuth, and Hire's issuer, which signs for Google's services too.
// secret is the OAuth client's.
func (s *site) begin(secret string) (err error) {
	s.routes = http.NewServeMux()
	if s.front, err = s.serve(s.routes); err != nil {
		return err
	}
	s.issuer = issuertest.New(issuertest.Options{URL: s.front + "/issuer", Now: time.Now})
	s.routes.Handle("/issuer/", http.StripPrefix("/issuer", s.issuer))
	// Our OAuth client is known there by its id, its secret, and the one redirect URI (SETUP.md, steps 4 and 8).
	client := oauthtest.Client{ID: s.env["OAUTH_CLIENT_ID"], Secret: secret, RequirePKCE: true, RedirectURIs: []string{s.front + "/oauthcallback/callback"}}
	s.sim = gmailtest.New(gmailtest.Options{Seed: uint64(time.Now().UnixNano()), Publish: s.publish, Clients: []oauthtest.Client{client}})
	s.google, err = s.serve(s.sim)
	return err
}

// publish is Gmail's end of the topic. A notification may get lost on the way to it.
func (s *site) publish(_ context.Context, topic string, data []byte) {
	if s.lost.Load() {
		return
	}
	s.published.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if _, err := s.topics.TopicAdminClient.Publish(ctx, &pubsubpb.PublishRequest{Topic: topic, Messages: []*pubsubpb.PubsubMessage{{Data: data}}}); err != nil {
			fmt.Fprintf(s.logs, "Gmail could not publish: %v\n", err)
		}
	})
}

// environment of a function: Terraform's, but for what stands elsewhere here. Secrets come from Secret Manager, as Cloud Functions sets them.
func (s *site) environment(secrets map[string]string) map[string]string {
	env := maps.Clone(s.env)
	local := wiring.LocalEnvironment(s.front, "unused")
	for _, name := range []string{"APP_URL", "ALLOWED_ORIGINS", "OAUTH_REDIRECT_URL", "USERS_ISSUER", "USERS_JWKS_URL", "CALLERS_ISSUER", "CALLERS_JWKS_URL", "SECURITY_EVENTS_ISSUER", "SECURITY_EVENTS_JWKS_URL", "LOG_FORMAT"} {
		env[name] = local[name]
	}
	wiring.UseGoogleAt(env, s.google, env["OAUTH_CLIENT_ID"], "")
	maps.Copy(env, map[string]string{
		"GOOGLE_CLOUD_PROJECT": s.project, "GMAIL_TOPIC": s.topic(s.code.Topics["notifications"]),
		"BEHIND_IAM":      "false", // none stands here: the functions check the signatures themselves
		"SYNCMAILBOX_URL": s.front + "/syncmailbox/", "DELIVER_URL": s.front + "/deliver/", "OFFBOARD_URL": s.front + "/offboard/",
		"SECRET_MANAGER_EMULATOR_HOST": s.secrets.Addr(), "CLOUD_TASKS_EMULATOR_HOST": s.queues.Addr(), "STORAGE_EMULATOR_HOST": s.objects.URL(),
		"TELEMETRY": "none",
	})
	maps.Copy(env, secrets)
	return env
}

// relay lets Pub/Sub's push come to gmailnotify signed.
func (s *site) relay() (string, error) {
	function, err := url.Parse(s.front + "/gmailnotify/")
	if err != nil {
		return "", err
	}
	return s.serve(pubsubtest.Relay(function, s.env["PUSH_AUDIENCE"], s.env["PUSH_SERVICE_ACCOUNT"], s.issuer.ServiceToken))
}

// dispatch calls the tasks as they fall due.
func (s *site) dispatch() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if _, err := s.queues.RunDue(ctx); err != nil && ctx.Err() == nil {
				fmt.Fprintf(s.logs, "Cloud Tasks could not call: %v\n", err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	s.then(func() error {
		cancel()
		<-done
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

// logs keep what the functions say.
type logs struct {
	mu   sync.Mutex
	b    bytes.Buffer
	also io.Writer
}

// Write implements io.Writer.
func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.also != nil {
		_, _ = l.also.Write(p) // only for looking at
	}
	return l.b.Write(p)
}

func (l *logs) tail(n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := strings.SplitAfter(l.b.String(), "\n")
	return strings.Join(lines[max(len(lines)-n, 0):], "")
}

// until waits until something is so.
func until(ctx context.Context, what string, so func() (bool, error)) error {
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
