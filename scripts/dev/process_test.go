package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds one wait. It is no measure of anything: what takes longer has failed.
const patience = time.Minute

// built is the folder of the programs under test, each built once.
var built string

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	var err error
	if built, err = os.MkdirTemp("", "hire-gmail-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(built)
	defer func() {
		for _, end := range atEnd {
			end()
		}
	}()
	return m.Run()
}

// atEnd are called when all tests have run.
var atEnd []func()

var build = map[string]func() (string, error){
	"dev":      sync.OnceValues(func() (string, error) { return buildProgram(".") }),
	"gmailsim": sync.OnceValues(func() (string, error) { return buildProgram("../gmailsim") }),
	"doctor":   sync.OnceValues(func() (string, error) { return buildProgram("../doctor") }),
}

func buildProgram(folder string) (binary string, err error) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	binary = filepath.Join(built, filepath.Base(abs))
	args := []string{"build", "-o", binary}
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		args = append(args, "-race") // as these tests are; a program with a data race ends with a complaint
	}
	if out, err := exec.Command("go", append(args, folder)...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", folder, err, out)
	}
	return binary, nil
}

// command is a program as its user starts it. No variable that would configure it comes from the surroundings; env are those that its user sets.
func command(t *testing.T, program string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	binary, err := build[program]()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "OAUTH_") && !strings.HasPrefix(v, "GMAIL_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// runs is what a program does that ends by itself.
func runs(t *testing.T, program string, env []string, args ...string) (code int, printed string) {
	t.Helper()
	cmd := command(t, program, env, args...)
	var terminal bytes.Buffer
	cmd.Stdout, cmd.Stderr = &terminal, &terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() }) // it may have ended in this moment
	defer end.Stop()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if exit != nil {
		code = exit.ExitCode()
	}
	return code, terminal.String()
}

// process is a running program.
type process struct {
	t    *testing.T
	base string // its address, as it prints it
	cmd  *exec.Cmd

	stopped  bool
	said     chan struct{} // closed when it has printed all it will
	mu       sync.Mutex
	terminal strings.Builder // what it has printed so far
}

// launch starts a program and waits until it prints its address. It is stopped at the end of the test, if it runs then.
func launch(t *testing.T, program string, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: command(t, program, env, args...), said: make(chan struct{})}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s printed:\n%s", program, p.printed())
		}
		p.stop()
	})
	address := make(chan string, 1)
	go func() {
		defer close(p.said)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			_, _ = p.Write([]byte(lines.Text() + "\n")) // cannot fail
			if _, rest, ok := strings.Cut(lines.Text(), "open http://"); ok {
				at, _, _ := strings.Cut(rest, " ")
				address <- "http://" + strings.Trim(at, "/")
			}
		}
	}()
	select {
	case p.base = <-address:
	case <-p.said:
		t.Fatalf("%s ended:\n%s", program, p.printed())
	case <-time.After(patience):
		t.Fatalf("%s printed no address:\n%s", program, p.printed())
	}
	return p
}

// Write takes what the program prints on its standard error.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.terminal.Write(b)
}

func (p *process) printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.terminal.String()
}

// stop is Ctrl-C: the program ends by itself, and with no complaint.
func (p *process) stop() {
	p.t.Helper()
	if p.stopped {
		return
	}
	p.stopped = true
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
		p.t.Error(err)
	}
	end := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() }) // it may have ended in this moment
	defer end.Stop()
	<-p.said
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("after Ctrl-C the program ended with: %v\n%s", err, p.printed())
	}
}

// kill ends the program in the middle of what it does.
func (p *process) kill() {
	p.t.Helper()
	p.stopped = true
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	<-p.said
	_ = p.cmd.Wait() // says that it was killed
}

// healthy checks that the program answers.
func (p *process) healthy() {
	p.t.Helper()
	resp, err := http.Get(p.base + "/healthz")
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("healthz: %s, %v", resp.Status, err)
	}
}
