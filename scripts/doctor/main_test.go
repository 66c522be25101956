package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	cloudtasks "google.golang.org/api/cloudtasks/v2"
	firestore "google.golang.org/api/firestore/v1"
	pubsub "google.golang.org/api/pubsub/v1"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/golden"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

func TestCalledWrongly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"help":                   {[]string{"-h"}, 0, "go run ./scripts/doctor -project PROJECT -region REGION"},
		"an argument":            {[]string{"-env", "now"}, 2, "no arguments"},
		"no project":             {[]string{"-project", "", "-region", region}, 2, "-project is needed"},
		"no region":              {[]string{"-project", project, "-region", "Europe"}, 2, "-region is needed"},
		"two things":             {[]string{"-env", "-local", "http://127.0.0.1:8080"}, 2, "two different things"},
		"half a mailbox":         {[]string{"-project", project, "-region", region, "-mailbox", "rita"}, 2, "account/user"},
		"a mailbox of dev":       {[]string{"-env", "-mailbox", "acme/rita"}, 2, "goes with -project"},
		"a check that is not":    {[]string{"-env", "-only", "variables,weather"}, 2, `there is no check "weather"; there are: variables, store`},
		"a folder that is not":   {[]string{"-project", project, "-region", region, "-terraform", "/nowhere"}, 1, "there is no Terraform in /nowhere"},
		"a flag that is unknown": {[]string{"-fix"}, 2, "flag provided but not defined"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs strings.Builder
			if code := run(t.Context(), c.args, &out, &errs); code != c.code || !strings.Contains(errs.String(), c.says) {
				t.Errorf("code %d, want %d; says %q, want %q", code, c.code, errs.String(), c.says)
			}
		})
	}
}

func TestOnlyInTheirOrder(t *testing.T) {
	t.Parallel()
	all := newWorld(t).cloud("").checks()
	some, err := only(all, []string{"push", " apis"})
	if err != nil || len(some) != 2 || some[0].name != "apis" || some[1].name != "push" {
		t.Errorf("%v %v", some, err)
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	good, bad, unseen, half := &report{name: "good"}, &report{name: "bad"}, &report{name: "unseen"}, &report{name: "half"}
	good.found("all %d", 3)
	bad.found("not to be shown")
	bad.fail("gcloud x --a='b' && y", "x is off")
	bad.fail("z", "z is <on>")
	unseen.found("not to be shown")
	unseen.skip("a: takes the permission p")
	unseen.skip("a: takes the permission p")
	unseen.skip("b")
	half.fail("c", "w")
	half.skip("u")
	reports := []*report{good, bad, unseen, half}
	want := `ok          good                  all 3
FAILED      bad                   x is off
            → gcloud x --a='b' && y
FAILED      bad                   z is <on>
            → z
NOT CHECKED unseen                a: takes the permission p; b
FAILED      half                  w
            → c
NOT CHECKED half                  u

1 ok, 2 failed, 1 not checked
`
	if d := cmp.Diff(want, printed(t, reports)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var out strings.Builder
	if err := show(&out, reports, true); err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := json.Unmarshal([]byte(out.String()), &rows); err != nil {
		t.Fatal(err)
	}
	wantRows := []map[string]any{
		{"check": "good", "status": "ok", "fact": "all 3"},
		{"check": "bad", "status": "FAILED", "wrong": []any{map[string]any{"what": "x is off", "cure": "gcloud x --a='b' && y"}, map[string]any{"what": "z is <on>", "cure": "z"}}},
		{"check": "unseen", "status": "NOT CHECKED", "not_checked": []any{"a: takes the permission p", "b"}},
		{"check": "half", "status": "FAILED", "wrong": []any{map[string]any{"what": "w", "cure": "c"}}, "not_checked": []any{"u"}},
	}
	if d := cmp.Diff(wantRows, rows); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// README.md shows a run as it is:
//
//	go test ./scripts/doctor -run TestREADMEShowsARun -update
func TestREADMEShowsARun(t *testing.T) {
	t.Parallel()
	w := newWorldAt(t, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	at[*pubsub.Policy](w, "/v1/"+inProject+"/topics/gmail-notifications:getIamPolicy").Bindings = nil
	at[*cloudtasks.Queue](w, "/v2/"+inRegion+"/queues/mail-delivery").State = "PAUSED"
	at[*firestore.GoogleFirestoreAdminV1ListIndexesResponse](w, "/v1/"+database+"/collectionGroups/-/indexes").Indexes[0].State = "CREATING"
	w.denied["/v1/"+inProject+"/secrets/oauth-client-secret/versions/2:access"] = ""
	want := "```\n$ go run ./scripts/doctor -project " + project + " -region " + region + "\n" + printed(t, examine(t.Context(), w.cloud("").checks())) + "```\n"
	golden.Part(t, "README.md", "run", want)
}

// README.md lists each right that a check takes, and no other.
func TestREADMEListsTheRights(t *testing.T) {
	t.Parallel()
	asked := map[string]bool{"datastore.entities.get": true, "datastore.entities.list": true}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	call := regexp.MustCompile(`look\(r, "([a-z]+\.[A-Za-z]+\.[A-Za-z]+)`)
	for _, name := range sources {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllStringSubmatch(string(text), -1) {
			asked[m[1]] = true
		}
		if strings.Contains(string(text), `look(r, "pubsub."+kind+".getIamPolicy"`) {
			asked["pubsub.topics.getIamPolicy"], asked["pubsub.subscriptions.getIamPolicy"] = true, true
		}
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "--permissions=")
	list, _, _ = strings.Cut(list, "\n```")
	listed := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '\\' || r == '\n' || r == ' ' })
	slices.Sort(listed)
	delete(asked, "secretmanager.versions.access") // README says why not
	if d := cmp.Diff(sorted(asked), listed); d != "" {
		t.Errorf("(-asked +README):\n%s", d)
	}
}

// The environment of a process on this machine, with the simulator in Google's place.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	client := gmailtest.DefaultClient()
	sim := httptest.NewServer(gmailtest.New(gmailtest.Options{}))
	t.Cleanup(sim.Close)
	issuer := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/issuer/jwks" {
			_, _ = out.Write([]byte(`{"keys": [{"kty": "RSA"}]}`))
		}
	}))
	t.Cleanup(issuer.Close)
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change map[string]string
		check  string // that fails; "" for none
		says   string
		cures  string
	}{
		"nothing is wrong":           {nil, "", "a function would serve", ""},
		"a variable is missing":      {map[string]string{"APP_URL": ""}, "variables", "APP_URL is missing", "export APP_URL="},
		"a variable is wrong":        {map[string]string{"MAX_RECIPIENTS": "many"}, "variables", `MAX_RECIPIENTS is "many"`, "export MAX_RECIPIENTS="},
		"no signature is checked":    {map[string]string{"BEHIND_IAM": "true"}, "callers", "anybody could write a token", "unset BEHIND_IAM"},
		"another client's secret":    {map[string]string{"OAUTH_CLIENT_SECRET": "wrong"}, "oauth client", "invalid_client", "export OAUTH_CLIENT_SECRET="},
		"a redirect not registered":  {map[string]string{"OAUTH_REDIRECT_URL": "https://elsewhere.example.com/callback"}, "oauth redirect", "is not registered", "https://console.cloud.google.com/auth/clients"},
		"no issuer":                  {map[string]string{"USERS_JWKS_URL": "http://127.0.0.1:1/jwks"}, "users", "nobody answers", "USERS_JWKS_URL"},
		"no keys":                    {map[string]string{"USERS_JWKS_URL": issuer.URL + "/other"}, "users", "without keys", "USERS_JWKS_URL"},
		"a topic of another project": {map[string]string{"GOOGLE_CLOUD_PROJECT": "mine"}, "gmail", "of the project local", "export GMAIL_TOPIC=projects/mine/topics/"},
		"no Gmail there":             {map[string]string{"GMAIL_ENDPOINT": "http://127.0.0.1:1/"}, "gmail", "nobody answers", "go run ./scripts/gmailsim"},
		"data in a file":             {map[string]string{"DATA_DIR": "main_test.go"}, "store", "main_test.go is no folder", "export DATA_DIR="},
		"data below a file":          {map[string]string{"DATA_DIR": "main_test.go/data"}, "store", "can't be looked at", "export DATA_DIR="},
		"data in a closed folder":    {map[string]string{"DATA_DIR": closed + "/data"}, "store", "nothing can be written into " + closed, "chmod u+w " + closed},
		"an emulator that is down": {map[string]string{
			"STORE": "firestore", "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1", "GOOGLE_CLOUD_PROJECT": "local", "REGION": region, "BLOBS_BUCKET": "b",
			"SYNCMAILBOX_URL": "http://127.0.0.1:1", "DELIVER_URL": "http://127.0.0.1:1", "OFFBOARD_URL": "http://127.0.0.1:1",
		}, "store", "FIRESTORE_EMULATOR_HOST: nobody answers", "start it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := wiring.LocalEnvironment(issuer.URL, filepath.Join(t.TempDir(), "data"))
			wiring.UseGoogleAt(env, sim.URL, client.ID, client.Secret)
			for variable, value := range c.change {
				env[variable] = value
			}
			e := &environment{web: newHTTPClient(), now: time.Now, get: func(name string) (string, bool) { v, isSet := env[name]; return v, isSet }}
			reports := examine(t.Context(), e.checks())
			want := map[string]verdict{}
			if c.check != "" {
				want[c.check] = failed
			}
			text := printed(t, reports)
			if d := cmp.Diff(want, verdicts(reports)); d != "" || !strings.Contains(text, c.says) || !strings.Contains(text, "→ ") && c.check != "" || !strings.Contains(text, c.cures) {
				t.Errorf("want %q and %q (-want +got):\n%s\n%s", c.says, c.cures, d, text)
			}
			for _, secret := range []string{client.Secret, env["REPLY_KEYS"]} {
				if secret != "" && strings.Contains(text, secret) {
					t.Errorf("a secret shows:\n%s", text)
				}
			}
		})
	}
}

// What is at the address of the dev program may be nothing, or something else, or not as it should be. (The program itself is looked at in its own tests.)
func TestNoProgram(t *testing.T) {
	t.Parallel()
	serve := func(answers map[string]string) string {
		s := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
			answer, known := answers[req.URL.Path]
			if !known {
				out.WriteHeader(http.StatusNotFound)
			}
			_, _ = out.Write([]byte(answer))
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	for name, c := range map[string]struct{ base, says, cure string }{
		"nobody":          {"http://127.0.0.1:1", "nobody answers at http://127.0.0.1:1", "→ go run ./scripts/dev"},
		"no address":      {"127.0.0.1:8080", "127.0.0.1:8080 is no address", "→ go run ./scripts/doctor -local http://127.0.0.1:8080"},
		"something else":  {serve(nil), "something else than the dev program", "→ name the address that ./scripts/dev prints"},
		"no JSON":         {serve(map[string]string{"/healthz": "ok", "/dev/info": "<html>"}), "does not answer as the dev program", "→ name the address that ./scripts/dev prints"},
		"no mailboxes":    {serve(map[string]string{"/healthz": "ok", "/dev/info": `{"gmail": "sim"}`}), "has no mailboxes", "→ go run ./scripts/dev with another -data folder"},
		"another Gmail":   {serve(map[string]string{"/healthz": "ok", "/dev/info": `{"gmail": "imap"}`}), `a Gmail "imap"`, "→ name the address"},
		"no keys":         {serve(map[string]string{"/healthz": "ok", "/issuer/jwks": `{"keys": []}`}), "has no key", "→ go run ./scripts/dev"},
		"other functions": {serve(map[string]string{"/healthz": "ok", "/connect/v1/connect": "hello"}), "connect answers 200 to POST /v1/connect without a token, want 401", "-v shows more"},
		"no people":       {serve(map[string]string{"/healthz": "ok", "/dev/seed": `{"users": [{"id": "rita"}]}`}), "POST /dev/token answers 404", "-v shows more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs strings.Builder
			if code := run(t.Context(), []string{"-local", c.base}, &out, &errs); code != 1 || !strings.Contains(out.String(), c.says) || !strings.Contains(out.String(), c.cure) {
				t.Errorf("code %d\n%s%s", code, &out, &errs)
			}
		})
	}
}
