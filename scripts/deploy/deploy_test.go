package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// asHelper makes this test's program be Command deploy, for the script.
const asHelper = "DEPLOY_TEST_HELPER"

func TestMain(m *testing.M) {
	if os.Getenv(asHelper) != "" {
		main()
		return
	}
	code := m.Run()
	if dir, err := template(); err == nil {
		_ = os.RemoveAll(dir) // of the system's temporary folder, which is emptied anyway
	}
	os.Exit(code)
}

// The programs that the script calls. Each writes its call into the log, and does what files in the folder $FAKES say.
var fakes = map[string]string{
	"go": `case "$2" in
  ./scripts/deploy) shift 2; exec env ` + asHelper + `=1 "$HELPER" "$@" ;;
esac
log go "$@"
case "$2" in
  ./scripts/doctor)
    [ ! -e "$FAKES/doctor-dies" ] || { rm "$FAKES/doctor-dies"; kill -9 $PPID; exit 1; }
    code=$(head -n 1 "$FAKES/doctor" 2>/dev/null); sed -i 1d "$FAKES/doctor" 2>/dev/null
    exit "${code:-0}" ;;
esac`,
	"terraform": `case "$2 $3" in
  "show -json") cat "$FAKES/plan.json"; exit ;;
esac
log terraform "$@"
case "$2" in
  plan)
    for a in "$@"; do case $a in -out=*) echo "the plan" >"${a#-out=}" ;; esac; done
    exit "$(cat "$FAKES/plan-code" 2>/dev/null || echo 2)" ;;
  show) cat "$3" ;;
  apply)
    [ -e "$4" ] || { echo "no plan at $4"; exit 1; }
    if [ -e "$FAKES/apply-waits" ]; then
      trap 'exit 1' INT # as Terraform does, after it has written its state
      touch "$FAKES/applying"
      for _ in $(seq 600); do sleep 0.1; done
    fi
    [ ! -e "$FAKES/apply-dies" ] || { rm "$FAKES/apply-dies"; kill -9 $PPID; exit 1; }
    exit "$(cat "$FAKES/apply-code" 2>/dev/null || echo 0)" ;;
esac`,
	"gcloud": `case "$1 $2" in
  "config get-value") cat "$FAKES/gcloud-project"; exit ;;
esac
log gcloud "$@"
case "$3" in
  describe) cat "$FAKES/service-$4.json" 2>/dev/null || { cat "$FAKES/describe-error" >&2; exit 1; } ;;
  update-traffic) exit "$(cat "$FAKES/traffic-code" 2>/dev/null || echo 0)" ;;
esac`,
}

// site is a clone of the repository to deploy from, as far as the script looks at it.
type site struct {
	*testing.T
	dir, bin, fakes string
}

const project = "hire-gmail-production"

// template is the clone as it was made, in the folder of the tests' own.
var template = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "deploy-test-"); err != nil {
		return "", err
	}
	script, err := os.ReadFile("../deploy.sh")
	if err != nil {
		return dir, err
	}
	files := map[string]string{
		"scripts/deploy.sh": string(script), "terraform/production.tfvars": `environment = "production"`, ".gitignore": "terraform/*.tfvars\nterraform/.deploy/\n",
	}
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return dir, err
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			return dir, err
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "one"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return dir, fmt.Errorf("git %v: %w: %s", args, err, out)
		}
	}
	return dir, nil
})

func newSite(t *testing.T) *site {
	t.Helper()
	root := t.TempDir()
	s := &site{T: t, dir: filepath.Join(root, "clone"), bin: filepath.Join(root, "bin"), fakes: filepath.Join(root, "fakes")}
	from, err := template()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(s.dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	for name, body := range fakes {
		s.write(filepath.Join(s.bin, name), "#!/usr/bin/env bash\nlog() { echo \"$*\" >>\"$FAKES/log\"; }\n"+body+"\n")
	}
	s.fake("gcloud-project", project)
	s.fake("describe-error", "ERROR: (gcloud.run.services.describe) Cannot find service [new]")
	s.serves("deliver", "deliver-00007-abc")
	s.serves("threads", "threads-00002-xyz")
	s.plan(nil)
	return s
}

func (s *site) git(args ...string) {
	s.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		s.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func (s *site) write(file, content string) {
	s.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o755); err != nil {
		s.Fatal(err)
	}
}

func (s *site) fake(name, content string) { s.Helper(); s.write(filepath.Join(s.fakes, name), content) }

// serves says which revision of a function answers.
func (s *site) serves(function, revision string) {
	s.fake("service-"+function+".json", `{"status": {"traffic": [{"latestRevision": true, "percent": 100, "revisionName": "`+revision+`"}, {"revisionName": "tagged", "tag": "x"}]}}`)
}

// change is a resource in a plan.
type change struct {
	kind, name string
	actions    []string
}

// plan says what the plan is; nil: deliver is changed, and a queue.
func (s *site) plan(changes []change, edit ...func(p map[string]any)) {
	s.Helper()
	if changes == nil {
		changes = []change{{functionType, "deliver", []string{"update"}}, {functionType, "threads", []string{"no-op"}}, {"google_cloud_tasks_queue", "mail-delivery", []string{"update"}}}
	}
	rows := []any{}
	for _, c := range changes {
		after, before := any(map[string]any{"name": c.name}), any(map[string]any{"name": c.name})
		if slices.Equal(c.actions, []string{"delete"}) {
			after = nil
		}
		if slices.Equal(c.actions, []string{"create"}) {
			before = nil
		}
		rows = append(rows, map[string]any{"address": c.kind + "." + c.name, "type": c.kind, "change": map[string]any{"actions": c.actions, "before": before, "after": after}})
	}
	value := func(v string) any { return map[string]any{"value": v} }
	p := map[string]any{
		"variables":        map[string]any{"project": value(project), "region": value("europe-west1"), "environment": value("production"), "domain": map[string]any{"value": nil}, "sizes": map[string]any{"value": map[string]any{}}},
		"resource_changes": rows,
		"prior_state":      state(project),
	}
	for _, f := range edit {
		f(p)
	}
	text, err := json.Marshal(p)
	if err != nil {
		s.Fatal(err)
	}
	s.fake("plan.json", string(text))
}

// state is what a plan says of what is there, in a project.
func state(project string) any {
	return map[string]any{"values": map[string]any{"root_module": map[string]any{
		"resources": []any{
			map[string]any{"address": "data.google_project.this", "mode": "data", "values": map[string]any{"project": "not-managed"}},
			map[string]any{"address": "google_storage_bucket.blobs", "mode": "managed", "values": map[string]any{"project": project}},
		},
		"child_modules": []any{map[string]any{"resources": []any{map[string]any{"address": functionType + ".this", "mode": "managed", "values": map[string]any{"project": project}}}}},
	}}}
}

func (s *site) command(args ...string) *exec.Cmd {
	s.Helper()
	self, err := os.Executable()
	if err != nil {
		s.Fatal(err)
	}
	cmd := exec.Command("bash", append([]string{filepath.Join(s.dir, "scripts", "deploy.sh")}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+s.bin+string(os.PathListSeparator)+os.Getenv("PATH"), "FAKES="+s.fakes, "HELPER="+self, "DEPLOY_PAUSE=0")
	return cmd
}

// run runs the script with an answer to its question.
func (s *site) run(wantCode int, answer string, args ...string) string {
	s.Helper()
	cmd := s.command(args...)
	cmd.Stdin = strings.NewReader(answer)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.Fatal(err)
	}
	if code := cmd.ProcessState.ExitCode(); code != wantCode {
		s.Fatalf("code %d, want %d:\n%s", code, wantCode, out)
	}
	return string(out)
}

// calls are what the script has called since it was last asked for them, without what every run begins with.
func (s *site) calls(want ...string) {
	s.Helper()
	text, err := os.ReadFile(filepath.Join(s.fakes, "log"))
	if err != nil && !os.IsNotExist(err) {
		s.Fatal(err)
	}
	if err := os.Remove(filepath.Join(s.fakes, "log")); err != nil && !os.IsNotExist(err) {
		s.Fatal(err)
	}
	got := strings.FieldsFunc(strings.ReplaceAll(string(text), s.dir, "CLONE"), func(r rune) bool { return r == '\n' })
	if want == nil {
		want = []string{}
	}
	if d := cmp.Diff(want, append([]string{}, got...)); d != "" {
		s.Errorf("calls (-want +got):\n%s", d)
	}
}

// left tells whether the script has left anything for the next run.
func (s *site) left() bool {
	_, err := os.Stat(filepath.Join(s.dir, "terraform", ".deploy"))
	return err == nil
}

func (s *site) says(out string, words ...string) {
	s.Helper()
	for _, w := range words {
		if !strings.Contains(out, w) {
			s.Errorf("nothing says %q:\n%s", w, out)
		}
	}
}

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

// terminal collects what is written to it.
type terminal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

func (t *terminal) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// brokenOff runs the script until a condition is met, and ends it and what it has started by a signal. Its answer is the exit code; -1: it was killed.
func (s *site) brokenOff(by syscall.Signal, when func(screen string) bool, args ...string) int {
	s.Helper()
	cmd := s.command(args...)
	question, answer := io.Pipe() // which nobody gives
	var screen terminal
	cmd.Stdin, cmd.Stdout, cmd.Stderr = question, &screen, &screen
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); !when(screen.String()); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it has failed anyway
			s.Fatalf("it did not come so far:\n%s", &screen)
		}
	}
	if err := syscall.Kill(-cmd.Process.Pid, by); err != nil {
		s.Fatal(err)
	}
	_ = answer.Close()
	if err := cmd.Wait(); err == nil {
		s.Fatalf("it has ended by itself:\n%s", &screen)
	}
	return cmd.ProcessState.ExitCode()
}

func (s *site) brokenOffAtTheQuestion() {
	s.Helper()
	s.brokenOff(syscall.SIGKILL, func(screen string) bool { return strings.Contains(screen, "Write the name of the project") }, "-e", "production")
}

// Terraform ends by itself when it is interrupted; what was broken off by hand is not brought back by itself.
func TestInterruptedWhileApplying(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fake("apply-waits", "")
	applying := func(string) bool { _, err := os.Stat(filepath.Join(s.fakes, "applying")); return err == nil }
	if code := s.brokenOff(syscall.SIGINT, applying, "-e", "production", "-y"); code != 130 {
		t.Errorf("code %d, want 130", code)
	}
	s.calls(staged, planned, described, applied)
	if err := os.Remove(filepath.Join(s.fakes, "apply-waits")); err != nil {
		t.Fatal(err)
	}
	s.says(s.run(0, "", "-e", "production", "-y"), "broken off while applying", "== deployed")
	s.calls(staged, planned, applied, looked)
}

func TestBrokenOffAfterThePlan(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.brokenOffAtTheQuestion()
	s.calls(staged, planned, described)
	s.says(s.run(0, project+"\n", "-e", "production"), "going on with the plan of an earlier run", "the plan", "== deployed")
	s.calls(shown, applied, looked)
}

// A plan is of a commit and of the environment's variables.
func TestAPlanOfSomethingElse(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s *site){
		"another commit": func(s *site) {
			s.git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", "two")
		},
		"another variable": func(s *site) { s.write(filepath.Join(s.dir, "terraform", "production.tfvars"), "x = 1") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.brokenOffAtTheQuestion()
			s.calls(staged, planned, described)
			change(s)
			s.says(s.run(1, "", "-e", "production", "-y"), "from something else than what is here now")
			s.calls()
			s.run(0, "", "-e", "production", "-y", "-r")
			s.calls(staged, planned, described, applied, looked)
		})
	}
}

// What answered before the first try is what is gone back to, not what that try has deployed.
func TestBrokenOffWhileApplying(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fake("apply-dies", "")
	s.run(-1, "", "-e", "production", "-y")
	s.calls(staged, planned, described, applied)
	s.serves("deliver", "deliver-00008-new")
	s.says(s.run(1, "", "-e", "production", "-n"), "was broken off (applying)")
	s.says(s.run(1, "no\n", "-e", "production"), "Nothing more was changed")
	s.calls(staged, planned)
	s.fake("doctor", strings.Repeat("1\n", 5))
	s.says(s.run(1, "", "-e", "production", "-y"), "broken off while applying", "answer as before")
	s.calls(staged, planned, applied, looked, looked, looked, looked, looked, broughtBack)
}

// All was applied, and the script did not come to note it.
func TestNothingLeftToApply(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fake("apply-dies", "")
	s.run(-1, "", "-e", "production", "-y")
	s.calls(staged, planned, described, applied)
	s.plan([]change{{functionType, "deliver", []string{"no-op"}}})
	s.fake("plan-code", "0")
	s.says(s.run(0, "", "-e", "production"), "There is nothing to change.", "== deployed")
	s.calls(staged, planned, looked)
}

func TestBrokenOffWhileLooking(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fake("doctor-dies", "")
	s.run(-1, "", "-e", "production", "-y")
	s.calls(staged, planned, described, applied, looked)
	s.says(s.run(0, "", "-e", "production"), "has applied its plan; going on with looking", "== deployed")
	s.calls(looked)
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
