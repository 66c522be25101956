package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	cloudfunctions "google.golang.org/api/cloudfunctions/v2"
	cloudresourcemanager "google.golang.org/api/cloudresourcemanager/v3"
	cloudscheduler "google.golang.org/api/cloudscheduler/v1"
	cloudtasks "google.golang.org/api/cloudtasks/v2"
	firebaserules "google.golang.org/api/firebaserules/v1"
	firestore "google.golang.org/api/firestore/v1"
	"google.golang.org/api/googleapi"
	iam "google.golang.org/api/iam/v1"
	monitoring "google.golang.org/api/monitoring/v3"
	"google.golang.org/api/option"
	pubsub "google.golang.org/api/pubsub/v1"
	cloudrun "google.golang.org/api/run/v2"
	secretmanager "google.golang.org/api/secretmanager/v1"
	serviceusage "google.golang.org/api/serviceusage/v1"
	storage "google.golang.org/api/storage/v1"
	htransport "google.golang.org/api/transport/http"

	"github.com/trakstar/hire-gmail/shared/store"
)

// patience of a call: what takes longer can't be reached.
const patience = 20 * time.Second

// cloud is a project on Google Cloud that is looked at.
type cloud struct {
	project, region string
	mailbox         string // ACCOUNT/USER; "" for none
	want            *expected
	now             func() time.Time

	google *http.Client // with the caller's credentials
	web    *http.Client // without: what anybody sees
	skew   *skew

	projects  *cloudresourcemanager.Service
	usage     *serviceusage.Service
	functions *cloudfunctions.Service
	run       *cloudrun.Service
	pubsub    *pubsub.Service
	tasks     *cloudtasks.Service
	scheduler *cloudscheduler.Service
	firestore *firestore.Service
	rulesets  *firebaserules.Service
	vault     *secretmanager.Service
	accounts  *iam.Service
	storage   *storage.Service
	metrics   *monitoring.Service

	// openStore opens what the functions have stored, as of some time ago.
	openStore func(ctx context.Context, database string, ago time.Duration) (*store.Store, func(), error)

	// What several checks need is asked once.
	theProject func() (*cloudresourcemanager.Project, error)
	deployed   func() (map[string]*cloudfunctions.Function, error)
	policy     func() (*cloudresourcemanager.Policy, error)
}

func newHTTPClient() *http.Client {
	return &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// newCloud signs in with application default credentials. It makes no call.
func newCloud(ctx context.Context, o options, want *expected) (*cloud, error) {
	// Some APIs take a person's own credentials only with a project to count the calls against.
	client, _, err := htransport.NewClient(ctx, option.WithScopes("https://www.googleapis.com/auth/cloud-platform"), option.WithQuotaProject(o.project))
	if err != nil {
		return nil, fmt.Errorf("sign in to Google Cloud: %w", err)
	}
	client.Timeout = patience
	return assemble(ctx, o, want, client, newHTTPClient(), "")
}

// assemble makes the clients, all by one HTTP client; endpoint is Google's where it is empty.
func assemble(ctx context.Context, o options, want *expected, google, web *http.Client, endpoint string) (*cloud, error) {
	c := &cloud{project: o.project, region: o.region, mailbox: o.mailbox, want: want, now: time.Now, web: web, skew: &skew{next: google.Transport}}
	noted := *google
	noted.Transport = c.skew
	c.google = &noted
	options := []option.ClientOption{option.WithHTTPClient(c.google)}
	if endpoint != "" {
		options = append(options, option.WithEndpoint(endpoint+"/"))
	}
	var errs []error
	take := func(err error) { errs = append(errs, err) }
	var err error
	c.projects, err = cloudresourcemanager.NewService(ctx, options...)
	take(err)
	c.usage, err = serviceusage.NewService(ctx, options...)
	take(err)
	c.functions, err = cloudfunctions.NewService(ctx, options...)
	take(err)
	c.run, err = cloudrun.NewService(ctx, options...)
	take(err)
	c.pubsub, err = pubsub.NewService(ctx, options...)
	take(err)
	c.tasks, err = cloudtasks.NewService(ctx, options...)
	take(err)
	c.scheduler, err = cloudscheduler.NewService(ctx, options...)
	take(err)
	c.firestore, err = firestore.NewService(ctx, options...)
	take(err)
	c.rulesets, err = firebaserules.NewService(ctx, options...)
	take(err)
	c.vault, err = secretmanager.NewService(ctx, options...)
	take(err)
	c.accounts, err = iam.NewService(ctx, options...)
	take(err)
	c.metrics, err = monitoring.NewService(ctx, options...)
	take(err)
	if endpoint != "" {
		options[len(options)-1] = option.WithEndpoint(endpoint + "/storage/v1/")
	}
	c.storage, err = storage.NewService(ctx, options...)
	take(err)
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("make Google's clients: %w", err)
	}
	c.openStore = c.openFirestore
	c.theProject = sync.OnceValues(func() (*cloudresourcemanager.Project, error) {
		return c.projects.Projects.Get("projects/" + c.project).Context(ctx).Do()
	})
	c.policy = sync.OnceValues(func() (*cloudresourcemanager.Policy, error) {
		// Version 3 has the conditions.
		return c.projects.Projects.GetIamPolicy("projects/"+c.project, &cloudresourcemanager.GetIamPolicyRequest{
			Options: &cloudresourcemanager.GetPolicyOptions{RequestedPolicyVersion: 3},
		}).Context(ctx).Do()
	})
	c.deployed = sync.OnceValues(func() (map[string]*cloudfunctions.Function, error) { return c.listFunctions(ctx) })
	return c, nil
}

func (c *cloud) listFunctions(ctx context.Context) (map[string]*cloudfunctions.Function, error) {
	out := map[string]*cloudfunctions.Function{}
	err := c.functions.Projects.Locations.Functions.List(c.at("")).Pages(ctx, func(page *cloudfunctions.ListFunctionsResponse) error {
		for _, f := range page.Functions {
			if f.ServiceConfig == nil {
				f.ServiceConfig = &cloudfunctions.ServiceConfig{}
			}
			out[lastOf(f.Name)] = f
		}
		return nil
	})
	return out, err
}

// at is the name of something in the region: at("queues/x").
func (c *cloud) at(name string) string {
	return strings.TrimSuffix("projects/"+c.project+"/locations/"+c.region+"/"+name, "/")
}

// in is the name of something in the project.
func (c *cloud) in(name string) string { return "projects/" + c.project + "/" + name }

func lastOf(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

func (c *cloud) email(account string) string {
	return account + "@" + c.project + ".iam.gserviceaccount.com"
}

// outcome of a look.
type outcome int

const (
	there outcome = iota
	absent
	unknown // noted as not checked
)

// look asks Google for something. What the credentials may not see, and what can't be reached, is noted as not checked, with the right that it takes.
func look[T any](r *report, permission, what string, ask func() (T, error)) (T, outcome) {
	v, err := ask()
	var e *googleapi.Error
	switch {
	case err == nil:
		return v, there
	case !errors.As(err, &e):
		r.skip("%s: Google can't be reached: %s", what, withoutURL(err))
	case e.Code == http.StatusNotFound:
		return v, absent
	case e.Code == http.StatusForbidden && strings.Contains(e.Message+e.Body, "SERVICE_DISABLED"):
		r.skip("%s: its API is off, see apis", what)
	case e.Code == http.StatusForbidden || e.Code == http.StatusUnauthorized:
		r.skip("%s: takes the permission %s", what, permission)
	default:
		r.skip("%s: Google answered %d: %s", what, e.Code, e.Message)
	}
	return v, unknown
}

// withoutURL is an error of a call without the address that was called, which may hold values.
func withoutURL(err error) string {
	type wrapper interface{ Unwrap() error }
	if w, wraps := err.(wrapper); wraps && w.Unwrap() != nil {
		return withoutURL(w.Unwrap())
	}
	return err.Error()
}

// number is the project's; "" where it is not known, which is noted.
func (c *cloud) number(r *report) string {
	p, got := look(r, "resourcemanager.projects.get", "the project's number", c.theProject)
	switch got {
	case there:
		return strings.TrimPrefix(p.Name, "projects/")
	case absent:
		r.skip("there is no project, see project")
	}
	return ""
}

// url is the address that a function has beforehand.
// Source: https://cloud.google.com/run/docs/triggering/https-request (deterministic URL)
func (c *cloud) url(function, number string) string {
	return "https://" + function + "-" + number + "." + c.region + ".run.app"
}

// environment is what a function is told: that of oauthcallback, or of any that is there. nil where there is none, which is noted.
func (c *cloud) environment(r *report) map[string]string {
	all, got := look(r, "cloudfunctions.functions.list", "what the functions are told", c.deployed)
	if got == unknown {
		return nil
	}
	f := all["oauthcallback"]
	for _, name := range sorted(c.want.Functions) {
		if f == nil {
			f = all[name]
		}
	}
	if f == nil {
		r.skip("what the functions are told: none is deployed, see functions")
		return nil
	}
	return f.ServiceConfig.EnvironmentVariables
}

// checkProject looks whether the project is there.
func (c *cloud) checkProject(_ context.Context, r *report) {
	p, got := look(r, "resourcemanager.projects.get", "the project", c.theProject)
	switch {
	case got == absent:
		r.fail("gcloud projects list", "there is no project %s, or the credentials may not see it", c.project)
	case got == there && p.State != "ACTIVE":
		r.fail("gcloud projects undelete "+c.project, "the project is %s", p.State)
	case got == there:
		r.found("%s, number %s", c.project, strings.TrimPrefix(p.Name, "projects/"))
	}
}

// apis looks whether those are on that the Terraform sets up things of.
func (c *cloud) apis(ctx context.Context, r *report) {
	on := map[string]bool{}
	_, got := look(r, "serviceusage.services.list", "the APIs", func() (any, error) {
		return nil, c.usage.Services.List("projects/"+c.project).Filter("state:ENABLED").PageSize(200).Pages(ctx, func(page *serviceusage.ListServicesResponse) error {
			for _, s := range page.Services {
				on[lastOf(s.Name)] = true
			}
			return nil
		})
	})
	if got != there {
		return
	}
	var off []string
	for _, s := range c.want.Services {
		if !on[s] {
			off = append(off, s)
		}
	}
	if len(off) > 0 {
		r.fail(fmt.Sprintf("gcloud services enable %s --project=%s", strings.Join(off, " "), c.project), "off: %s", strings.Join(off, ", "))
	}
	r.found("%d APIs are on", len(c.want.Services))
}

// skew notes by how much Google's clock differs from this machine's.
type skew struct {
	next http.RoundTripper
	mu   sync.Mutex
	by   time.Duration
	seen bool
}

// RoundTrip implements http.RoundTripper.
func (s *skew) RoundTrip(req *http.Request) (*http.Response, error) {
	next := s.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(req)
	if err == nil {
		if d, known := clockOf(resp, time.Now()); known {
			s.mu.Lock()
			s.by, s.seen = d, true
			s.mu.Unlock()
		}
	}
	return resp, err
}

// clockOf tells by how much the clock of whoever has answered is ahead of ours. The header has whole seconds.
func clockOf(resp *http.Response, now time.Time) (time.Duration, bool) {
	at, err := http.ParseTime(resp.Header.Get("Date"))
	return at.Sub(now), err == nil
}

// maxSkew is how far two clocks may be apart: a token is refused that is of the future.
const maxSkew = 30 * time.Second

// clock compares this machine's clock with Google's.
func (c *cloud) clock(_ context.Context, r *report) {
	_, _ = c.theProject() // whatever it answers has a time
	c.skew.mu.Lock()
	defer c.skew.mu.Unlock()
	if !c.skew.seen {
		r.skip("Google can't be reached, so its clock is not known")
		return
	}
	judgeClock(r, c.skew.by, "Google's")
}

func judgeClock(r *report, by time.Duration, whose string) {
	if by.Abs() > maxSkew {
		r.fail("sudo timedatectl set-ntp true", "this machine's clock is %s away from %s", by.Abs().Round(time.Second), whose)
	}
	r.found("no more than %s from %s", strconv.Itoa(int(maxSkew.Seconds()))+" s", whose)
}
