package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

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

func (s *site) brokenOffWhileApplying() {
	s.Helper()
	s.fake("apply-dies", "")
	s.run(-1, "", "-e", "production", "-y")
	s.calls(staged, planned, described, applied)
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
	s.brokenOffWhileApplying()
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
	s.brokenOffWhileApplying()
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
