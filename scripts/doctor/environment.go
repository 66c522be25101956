package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sethvargo/go-envconfig"

	"github.com/trakstar/hire-gmail/shared/config"
)

// environment is the configuration of a process on this machine that is looked at.
type environment struct {
	get func(name string) (string, bool)
	web *http.Client
	now func() time.Time
}

// Lookup implements envconfig.Lookuper.
func (e *environment) Lookup(name string) (string, bool) { return e.get(name) }

func (e *environment) value(name string) string {
	v, _ := e.get(name)
	return strings.TrimSpace(v)
}

func (e *environment) checks() []check {
	return []check{
		{"variables", e.variables},
		{"store", e.store},
		{"callers", e.callers},
		{"users", e.users},
		{"oauth client", e.oauthClient},
		{"oauth redirect", e.oauthRedirect},
		{"gmail", e.gmail},
	}
}

// variables looks whether a function would serve with them.
func (e *environment) variables(ctx context.Context, r *report) {
	if _, err := config.Load(ctx, envconfig.Lookuper(e)); err != nil {
		for _, p := range problemsOf(err) {
			r.fail("export "+p.Name+"=… — "+p.Set, "%s %s", p.Name, p.Wrong)
		}
	}
	r.found("complete; a function would serve")
}

// store looks whether there is a place to keep things.
func (e *environment) store(_ context.Context, r *report) {
	if e.value("STORE") == "firestore" {
		var emulators []string
		for _, name := range []string{"FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST", "STORAGE_EMULATOR_HOST", "SECRET_MANAGER_EMULATOR_HOST", "CLOUD_TASKS_EMULATOR_HOST"} {
			at := e.value(name)
			if at == "" {
				continue
			}
			conn, err := net.DialTimeout("tcp", strings.TrimPrefix(at, "http://"), 2*time.Second)
			if err != nil {
				r.fail("start it, or unset "+name, "%s: nobody answers at %s", name, at)
				continue
			}
			_ = conn.Close() // nothing was said
			emulators = append(emulators, name)
		}
		if project := e.value("GOOGLE_CLOUD_PROJECT"); len(emulators) == 0 && len(r.wrong) == 0 {
			r.skip("everything is kept in the project %s: go run ./scripts/doctor -project %s -region %s looks at it", project, project, e.value("REGION"))
		}
		r.found("kept in emulators: %s", strings.Join(emulators, ", "))
		return
	}
	dir := e.value("DATA_DIR")
	if dir == "" {
		dir = "data"
	}
	// The folder, or the nearest one above that is there: what is not there yet is made.
	at := dir
	info, err := os.Stat(at)
	for os.IsNotExist(err) && filepath.Dir(at) != at {
		at = filepath.Dir(at)
		info, err = os.Stat(at)
	}
	switch {
	case err != nil:
		r.fail("export DATA_DIR=a folder of yours", "%s can't be looked at", at)
	case !info.IsDir():
		r.fail("export DATA_DIR=a folder", "%s is no folder", at)
	case info.Mode().Perm()&0o200 == 0:
		r.fail("chmod u+w "+at, "nothing can be written into %s", at)
	}
	r.found("one file in %s", dir)
}

// callers looks whether tokens of services are checked.
func (e *environment) callers(_ context.Context, r *report) {
	if e.value("BEHIND_IAM") == "true" && e.value("K_SERVICE") == "" {
		r.fail("unset BEHIND_IAM", "BEHIND_IAM is true, and no IAM stands before a process on this machine: anybody could write a token")
	}
	r.found("signatures of services' tokens are checked")
}

// users looks whether the tokens of Hire's users can be checked.
func (e *environment) users(ctx context.Context, r *report) {
	at := e.value("USERS_JWKS_URL")
	if at == "" {
		r.skip("USERS_JWKS_URL is missing, see variables")
		return
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, http.NoBody)
	if err != nil {
		r.skip("USERS_JWKS_URL can't be used, see variables")
		return
	}
	resp, err := e.web.Do(req)
	if err != nil {
		r.fail("set USERS_JWKS_URL to where the issuer has its keys", "nobody answers at %s: no user's token can be checked", at)
		return
	}
	defer resp.Body.Close()
	var keys jwks
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&keys); err != nil || resp.StatusCode != http.StatusOK || len(keys.Keys) == 0 {
		r.fail("set USERS_JWKS_URL to where the issuer has its keys", "%s answers %s, without keys", at, resp.Status)
	}
	if by, known := clockOf(resp, e.now()); known {
		judgeClock(r, by, "the issuer's")
	}
	r.found("their issuer has %s", count(len(keys.Keys), "key", "keys"))
}

func (e *environment) oauthClient(ctx context.Context, r *report) {
	s := settingsOf(e.value)
	if s.id == "" || s.secret == "" {
		r.skip("OAUTH_CLIENT_ID or OAUTH_CLIENT_SECRET is missing, see variables")
		return
	}
	judgeClient(ctx, r, e.web, s, clientsPage, "export OAUTH_CLIENT_SECRET=…")
}

func (e *environment) oauthRedirect(ctx context.Context, r *report) {
	s := settingsOf(e.value)
	if s.id == "" || s.redirect == "" {
		r.skip("OAUTH_CLIENT_ID or OAUTH_REDIRECT_URL is missing, see variables")
		return
	}
	judgeRedirect(ctx, r, e.web, s, clientsPage)
}

// gmail looks whether the topic is one that Gmail would take: its project must be the one that calls.
func (e *environment) gmail(_ context.Context, r *report) {
	topic, project := e.value("GMAIL_TOPIC"), e.value("GOOGLE_CLOUD_PROJECT")
	if topic == "" {
		r.found("no push, since GMAIL_TOPIC is not set: the sweep alone finds mail")
		return
	}
	if of, _, _ := strings.Cut(strings.TrimPrefix(topic, "projects/"), "/"); project != "" && of != project {
		r.fail("export GMAIL_TOPIC=projects/"+project+"/topics/gmail-notifications", "the topic is of the project %s, and Gmail takes only one of the project that calls it, %s", of, project)
	}
	if at := e.value("GMAIL_ENDPOINT"); at != "" {
		u, err := url.Parse(at)
		if err == nil {
			conn, err := net.DialTimeout("tcp", hostPort(u), 2*time.Second)
			if err != nil {
				r.fail("go run ./scripts/gmailsim, or unset GMAIL_ENDPOINT", "nobody answers at %s", at)
			} else {
				_ = conn.Close() // nothing was said
			}
		}
	}
	r.found("notifications go to %s", topic)
}

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	if u.Scheme == "http" {
		return u.Hostname() + ":80"
	}
	return u.Hostname() + ":443"
}
