package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

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
