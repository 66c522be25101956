package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	staged      = "go run ./scripts/stage"
	planned     = "terraform -chdir=terraform plan -input=false -detailed-exitcode -out=CLONE/terraform/.deploy/production/plan -var-file=production.tfvars"
	described   = "gcloud run services describe deliver --project=" + project + " --region=europe-west1 --format=json"
	shown       = "terraform -chdir=terraform show CLONE/terraform/.deploy/production/plan"
	applied     = "terraform -chdir=terraform apply -input=false CLONE/terraform/.deploy/production/plan"
	looked      = "go run ./scripts/doctor -project " + project + " -region europe-west1 -strict -only functions,environment,addresses,callers,answers"
	broughtBack = "gcloud run services update-traffic deliver --to-revisions=deliver-00007-abc=100 --project=" + project + " --region=europe-west1 --quiet"
)

func TestDryRun(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	out := s.run(0, "", "-e", "production", "-n")
	s.says(out, "would deploy deliver", "could go back to deliver deliver-00007-abc=100", "nothing was changed")
	s.calls(staged, planned, described)
	if s.left() {
		t.Error("a dry run leaves something for the next run")
	}
}

func TestConfirmed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.says(s.run(0, project+"\n", "-e", "production"), "deploys deliver", "Write the name of the project", "== deployed")
	s.calls(staged, planned, described, applied, looked)
	if s.left() {
		t.Error("it leaves something for the next run")
	}
}

func TestNotAsked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if out := s.run(0, "", "-e", "production", "-y"); strings.Contains(out, "Write the name") {
		t.Errorf("it asks:\n%s", out)
	}
	s.calls(staged, planned, described, applied, looked)
}

func TestRefusedByWhoIsAsked(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "no\n", "yes\n", "hire-gmail-staging\n"} {
		s := newSite(t)
		s.says(s.run(1, answer, "-e", "production"), "Nothing was changed.")
		s.calls(staged, planned, described)
		if s.left() {
			t.Errorf("%q leaves something for the next run", answer)
		}
	}
}

func TestBroughtBack(t *testing.T) {
	t.Parallel()
	fails := strings.Repeat("1\n", 5)
	for name, c := range map[string]struct {
		seed  func(s *site)
		code  int
		calls []string
		says  string
	}{
		"a function does not answer": {func(s *site) { s.fake("doctor", fails) }, 1, []string{staged, planned, described, applied, looked, looked, looked, looked, looked, broughtBack}, "answer as before"},
		"it answers after a while":   {func(s *site) { s.fake("doctor", "1\n1\n") }, 0, []string{staged, planned, described, applied, looked, looked, looked}, "== deployed"},
		"applying fails":             {func(s *site) { s.fake("apply-code", "1") }, 1, []string{staged, planned, described, applied, broughtBack}, "terraform apply failed"},
		"one of them is new": {func(s *site) {
			s.plan([]change{{functionType, "brandnew", []string{"create"}}, {functionType, "deliver", []string{"update"}}, {functionType, "threads", []string{"delete", "create"}}})
			s.fake("doctor", fails)
		}, 1, []string{
			staged, planned, strings.ReplaceAll(described, "deliver", "brandnew"), described, strings.ReplaceAll(described, "deliver", "threads"), applied, looked, looked, looked, looked, looked, broughtBack,
			strings.ReplaceAll(strings.ReplaceAll(broughtBack, "deliver-00007-abc", "threads-00002-xyz"), "deliver", "threads"),
		}, "brandnew is new"},
		"all of them are new": {func(s *site) {
			s.plan([]change{{functionType, "brandnew", []string{"create"}}})
			s.fake("apply-code", "1")
		}, 1, []string{staged, planned, strings.ReplaceAll(described, "deliver", "brandnew"), applied}, "nothing to go back to. Mend"},
		"the traffic was split": {func(s *site) {
			s.fake("service-deliver.json", `{"status": {"traffic": [{"percent": 30, "revisionName": "deliver-00006-aaa"}, {"percent": 70, "revisionName": "deliver-00007-abc"}]}}`)
			s.fake("doctor", fails)
		}, 1, []string{
			staged, planned, described, applied, looked, looked, looked, looked, looked, strings.ReplaceAll(broughtBack, "deliver-00007-abc=100", "deliver-00006-aaa=30,deliver-00007-abc=70"),
		}, "answer as before"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			c.seed(s)
			s.says(s.run(c.code, "", "-e", "production", "-y"), c.says)
			s.calls(c.calls...)
			if s.left() {
				t.Error("it leaves something for the next run")
			}
		})
	}
}

// Where gcloud fails at bringing back, the next run goes on with that and nothing else.
func TestBringingBackGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fake("apply-code", "1")
	s.fake("traffic-code", "1")
	s.says(s.run(1, "", "-e", "production", "-y"), "Not brought back: deliver")
	s.calls(staged, planned, described, applied, broughtBack)
	s.fake("traffic-code", "0")
	s.says(s.run(1, "", "-e", "production", "-y"), "answer as before")
	s.calls(broughtBack)
	if s.left() {
		t.Error("it leaves something for the next run")
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	destroyed := func(kind string, actions ...string) func(s *site) {
		return func(s *site) { s.plan([]change{{kind, "this", actions}}) }
	}
	for name, c := range map[string]struct {
		seed  func(s *site)
		calls []string
		says  string
	}{
		"a work tree with changes":  {func(s *site) { s.write(filepath.Join(s.dir, "scripts", "new.go"), "x") }, nil, "not committed"},
		"no such environment":       {func(s *site) { os.Remove(filepath.Join(s.dir, "terraform", "production.tfvars")) }, nil, "there is no terraform/production.tfvars"},
		"gcloud of another project": {func(s *site) { s.fake("gcloud-project", "hire-gmail-staging") }, []string{staged, planned}, "gcloud config set project " + project},
		"gcloud of no project":      {func(s *site) { s.fake("gcloud-project", "") }, []string{staged, planned}, "gcloud is set to none"},
		"the state of another":      {func(s *site) { s.plan(nil, func(p map[string]any) { p["prior_state"] = state("hire-gmail-staging") }) }, []string{staged, planned}, "init -reconfigure"},
		"variables of another": {func(s *site) {
			s.plan(nil, func(p map[string]any) {
				p["variables"].(map[string]any)["environment"] = map[string]any{"value": "staging"}
			})
		}, []string{staged, planned}, "of the environment staging"},
		"a plan without a project": {func(s *site) {
			s.plan(nil, func(p map[string]any) { delete(p["variables"].(map[string]any), "project") })
		}, []string{staged, planned}, "no variable project"},
		"a plan that fails":          {func(s *site) { s.fake("plan-code", "1") }, []string{staged, planned}, "terraform plan failed"},
		"a database destroyed":       {destroyed("google_firestore_database", "delete"), []string{staged, planned}, "google_firestore_database.this"},
		"a database made anew":       {destroyed("google_firestore_database", "delete", "create"), []string{staged, planned}, "google_firestore_database.this"},
		"a secret made anew":         {destroyed("google_secret_manager_secret", "create", "delete"), []string{staged, planned}, "google_secret_manager_secret.this"},
		"a bucket destroyed":         {destroyed("google_storage_bucket", "delete"), []string{staged, planned}, "google_storage_bucket.this"},
		"a bucket no longer managed": {destroyed("google_storage_bucket", "forget"), []string{staged, planned}, "google_storage_bucket.this"},
		"a queue destroyed":          {destroyed("google_cloud_tasks_queue", "delete"), []string{staged, planned}, "google_cloud_tasks_queue.this"},
		"no way back": {func(s *site) {
			s.fake("describe-error", "ERROR: PERMISSION_DENIED")
			os.Remove(filepath.Join(s.fakes, "service-deliver.json"))
		}, []string{staged, planned, described}, "PERMISSION_DENIED"},
		"nobody answers": {func(s *site) { s.fake("service-deliver.json", `{"status": {"traffic": []}}`) }, []string{staged, planned, described}, "no revision of it answers"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			c.seed(s)
			s.says(s.run(1, project+"\n", "-e", "production", "-y"), c.says)
			s.calls(c.calls...)
		})
	}
}

func TestOthersMayBeDestroyed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.plan([]change{{"google_storage_bucket_object", "source", []string{"create", "delete"}}, {functionType, "old", []string{"delete"}}})
	s.says(s.run(0, "", "-e", "production", "-y"), "removes old", "== deployed")
	s.calls(staged, planned, applied, looked)
}

func TestAWorkTreeWithChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.write(filepath.Join(s.dir, "scripts", "new.go"), "x")
	s.run(0, "", "-e", "production", "-y", "-d")
	s.calls(staged, planned, described, applied, looked)
}

func TestCalledWrongly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		code int
	}{{[]string{"-h"}, 0}, {nil, 2}, {[]string{"-e", "../production"}, 2}, {[]string{"-e", "production", "now"}, 2}, {[]string{"-x"}, 2}, {[]string{"-e"}, 2}} {
		t.Run(fmt.Sprint(c.args), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.says(s.run(c.code, "", c.args...), "./scripts/deploy.sh -e production", "terraform/README.md.")
			s.calls()
		})
	}
}

func TestWhatIsNoPlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		in   string
		says string
	}{
		"no JSON":           {[]string{"plan"}, "Error: no plan", "read the plan"},
		"another word":      {[]string{"apply"}, "{}", "say plan or traffic"},
		"no service":        {[]string{"traffic"}, "", "read a service"},
		"a silent service":  {[]string{"traffic"}, `{"status": {}}`, "no revision"},
		"a plan of nothing": {[]string{"plan"}, "{}", "no variable project"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := run(c.args, strings.NewReader(c.in), io.Discard); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
		})
	}
}
