//go:build browser

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chromium is the one browser of all tests.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path := os.Getenv("HIRE_BROWSER")
	if path == "" {
		return nil, errors.New("HIRE_BROWSER must name a Chromium; scripts/test.sh sets it")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("ignore-certificate-errors", true)) // of the servers that tests start
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator)
	atEnd = append(atEnd, func() { end(); stop() })
	return ctx, chromedp.Do(ctx) // starts it
})

// visitor is a person at a browser, in one of its tabs.
type visitor struct {
	t    *testing.T
	ctx  context.Context
	base string
	shot *int // how many pictures there are of this test
}

// newVisitor is a person at a browser of their own: what it keeps, no other has.
func newVisitor(t *testing.T, base string) *visitor {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	v := &visitor{t: t, ctx: ctx, base: base, shot: new(int)}
	v.begin()
	return v
}

// otherTab is another tab of the same browser.
func (v *visitor) otherTab() *visitor {
	v.t.Helper()
	ctx, end := chromedp.NewContext(v.ctx)
	v.t.Cleanup(end)
	out := &visitor{t: v.t, ctx: ctx, base: v.base, shot: v.shot}
	out.begin()
	return out
}

// begin opens the tab. The first call lives as long as the tab, so it has no end of its own.
func (v *visitor) begin() {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, chromedp.EmulateViewport(1280, 900)); err != nil {
		v.t.Fatal(err)
	}
}

func (v *visitor) run(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
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

// click clicks on what is selected. A page that is drawn anew in between, because news have come, has another element there, on which it is then.
func (v *visitor) click(selector string) {
	v.t.Helper()
	at := chromedp.CSS(selector)
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	for {
		err := chromedp.Do(ctx, chromedp.WaitVisible(at), chromedp.ScrollIntoView(at), chromedp.Click(at))
		if err == nil {
			return
		}
		if ctx.Err() != nil || !strings.Contains(err.Error(), "Could not find node with given id") {
			v.picture("failed")
			v.t.Fatalf("click %s: %v", selector, err)
		}
	}
}

// clickOn clicks on the first of the selected elements that holds the text.
func (v *visitor) clickOn(selector, text string) {
	v.t.Helper()
	v.sees(selector, text)
	v.poll("click on "+text, `(selector, text) => { [...document.querySelectorAll(selector)].find((e) => e.textContent.includes(text)).click(); return true; }`, selector, text)
}

// force clicks on what is disabled or hidden, as somebody does who does not keep to the page.
func (v *visitor) force(selector string) {
	v.t.Helper()
	v.poll("force "+selector, `(selector) => { const e = document.querySelector(selector); if (!e) return false; e.disabled = false; e.hidden = false; e.click(); return true; }`, selector)
}

func (v *visitor) write(selector, text string) {
	v.t.Helper()
	at := chromedp.CSS(selector)
	v.run("write into "+selector, chromedp.WaitVisible(at), chromedp.SendKeys(at, text))
}

// replace puts a text into a field instead of what stands there, as pasting does.
func (v *visitor) replace(selector, text string) {
	v.t.Helper()
	v.poll("fill "+selector, `(selector, text) => { const e = document.querySelector(selector); if (!e?.checkVisibility()) return false; e.focus(); e.value = text; e.dispatchEvent(new Event('input', { bubbles: true })); return true; }`, selector, text)
}

// attach chooses a file.
func (v *visitor) attach(selector, path string) {
	v.t.Helper()
	v.run("attach "+path, chromedp.SetUploadFiles(chromedp.CSS(selector), []string{path}, chromedp.NodeReady))
}

// press presses a key, such as kb.Tab.
func (v *visitor) press(keys string, options ...chromedp.KeyOption) {
	v.t.Helper()
	v.run("press a key", chromedp.KeyEvent(keys, options...))
}

// tabTo moves the focus with the tabulator until a selected element has it.
func (v *visitor) tabTo(selector string) {
	v.t.Helper()
	for range 120 {
		if on, err := asked[bool](v, `(selector) => Boolean(document.activeElement?.matches(selector))`, selector); err == nil && on {
			return
		}
		v.press(kb.Tab)
	}
	v.picture("failed")
	v.t.Fatalf("the tabulator does not lead to %s", selector)
}

// sees waits until one of the selected elements shows the text.
func (v *visitor) sees(selector, text string) {
	v.t.Helper()
	v.poll(fmt.Sprintf("see %q in %s", text, selector),
		`(selector, text) => [...document.querySelectorAll(selector)].some((e) => e.textContent.includes(text) && e.checkVisibility())`, selector, text)
}

// seesNo checks that none of the selected elements is shown. What it is to be compared with must have come before: it does not wait.
func (v *visitor) seesNo(selector string) {
	v.t.Helper()
	if n := ask1[int](v, `(selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility()).length`, selector); n > 0 {
		v.picture("failed")
		v.t.Errorf("%d of %s are shown, want none", n, selector)
	}
}

// gone waits until none of the selected elements is shown.
func (v *visitor) gone(selector string) {
	v.t.Helper()
	v.poll(selector+" goes away", `(selector) => [...document.querySelectorAll(selector)].every((e) => !e.checkVisibility())`, selector)
}

// poll asks a function of the page until it says true. It is asked from here, since a function that waits within the page ends with every navigation, and
// requestAnimationFrame stands still in a tab that is not in front.
func (v *visitor) poll(what, function string, args ...any) {
	v.t.Helper()
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	end := time.After(patience)
	for {
		met, err := asked[bool](v, function, args...)
		if met {
			return
		}
		select {
		case <-end:
			v.picture("failed")
			v.t.Fatalf("%s: not within %s (%v)", what, patience, err)
		case <-tick.C:
		}
	}
}

// ask1 asks a function of the page once.
func ask1[T any](v *visitor, function string, args ...any) T {
	v.t.Helper()
	out, err := asked[T](v, function, args...)
	if err != nil {
		v.t.Fatalf("ask the page: %v", err)
	}
	return out
}

func asked[T any](v *visitor, function string, args ...any) (T, error) {
	v.t.Helper()
	given, err := json.Marshal(args)
	if err != nil {
		v.t.Fatal(err)
	}
	if args == nil {
		given = []byte("[]")
	}
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](fmt.Sprintf("(%s)(...%s)", function, given), chromedp.EvalAwaitPromise))
}

// picture keeps a screenshot where HIRE_SCREENSHOTS names a folder.
func (v *visitor) picture(name string) {
	v.t.Helper()
	folder := os.Getenv("HIRE_SCREENSHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		v.t.Logf("no picture of %s: %v", name, err)
		return
	}
	*v.shot++
	test, _, _ := strings.Cut(strings.TrimPrefix(v.t.Name(), "Test"), "/")
	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%02d-%s.png", test, *v.shot, name)), png, 0o644); err != nil {
		v.t.Error(err)
	}
}

// narrow makes the window as narrow as a phone's.
func (v *visitor) narrow() {
	v.t.Helper()
	v.window(390, 844)
}

func (v *visitor) window(width, height int64) {
	v.t.Helper()
	v.run("change the window", chromedp.EmulateViewport(width, height), drawn)
}

// view makes the window so large, and the system's colours light or dark.
func (v *visitor) view(width, height int64, scheme string) {
	v.t.Helper()
	v.run("change the view", chromedp.EmulateViewport(width, height), chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	}), drawn)
}

// drawn has the page drawn anew: what is changed from outside shows in it from the next frame on. A tab draws only while it is in front.
var drawn = chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
	if _, err := cdp.Call(ctx, tab, page.BringToFront, cdp.Empty{}); err != nil {
		return err
	}
	frames := chromedp.Evaluate[bool](`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, chromedp.EvalAwaitPromise)
	_, err := chromedp.Run(ctx, frames)
	return err
})
