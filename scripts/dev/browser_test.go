//go:build browser

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// startProgram builds the dev program and starts it as its user does, on a free port. It gives the address that it prints.
func startProgram(t *testing.T) (base string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "dev")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.Command(binary, "-addr", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("after Ctrl-C the program ended with: %v", err)
		}
	})
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), "open "); ok {
			base = strings.TrimSpace(address)
			break
		}
	}
	if base == "" {
		t.Fatal("the program printed no address")
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	resp, err := http.Get(base + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("healthz: %s", resp.Status)
	}
	return base
}

// visitor is a person at a browser.
type visitor struct {
	t    *testing.T
	ctx  context.Context
	base string
	shot int
}

// patience bounds one step. It is no measure of anything: a step that hangs has failed.
const patience = 30 * time.Second

func newVisitor(t *testing.T, base string) *visitor {
	t.Helper()
	path := os.Getenv("HIRE_BROWSER")
	if path == "" {
		t.Fatal("HIRE_BROWSER must name a Chromium; scripts/test.sh sets it")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(end)
	return &visitor{t: t, ctx: ctx, base: base}
}

func (v *visitor) run(what string, actions ...chromedp.Action) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		v.picture("failed")
		v.t.Fatalf("%s: %v", what, err)
	}
}

// id selects what carries a data-testid, and further attributes given as name=value.
func id(testid string, attributes ...string) string {
	s := fmt.Sprintf("[data-testid=%q]", testid)
	for _, a := range attributes {
		name, value, _ := strings.Cut(a, "=")
		s += fmt.Sprintf("[%s=%q]", name, value)
	}
	return s
}

func (v *visitor) open(path string) {
	v.t.Helper()
	v.run("open "+path, chromedp.Navigate(v.base+path))
}

func (v *visitor) click(selector string) {
	v.t.Helper()
	v.run("click "+selector, chromedp.WaitVisible(selector, chromedp.ByQuery), chromedp.ScrollIntoView(selector, chromedp.ByQuery), chromedp.Click(selector, chromedp.ByQuery))
}

func (v *visitor) write(selector, text string) {
	v.t.Helper()
	v.run("write into "+selector, chromedp.WaitVisible(selector, chromedp.ByQuery), chromedp.SendKeys(selector, text, chromedp.ByQuery))
}

// sees waits until the first of the selected elements holds the text.
func (v *visitor) sees(selector, text string) {
	v.t.Helper()
	v.run(fmt.Sprintf("see %q in %s", text, selector), chromedp.PollFunction(
		`(selector, text) => [...document.querySelectorAll(selector)].some((e) => e.textContent.includes(text) && e.checkVisibility())`, nil,
		chromedp.WithPollingArgs(selector, text), chromedp.WithPollingTimeout(patience)))
}

// picture keeps a screenshot where HIRE_SCREENSHOTS names a folder.
func (v *visitor) picture(name string) {
	v.t.Helper()
	folder := os.Getenv("HIRE_SCREENSHOTS")
	if folder == "" {
		return
	}
	var png []byte
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, chromedp.FullScreenshot(&png, 100)); err != nil {
		v.t.Logf("no picture of %s: %v", name, err)
		return
	}
	v.shot++
	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%02d-%s.png", v.shot, name)), png, 0o644); err != nil {
		v.t.Error(err)
	}
}
