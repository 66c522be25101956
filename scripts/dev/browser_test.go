//go:build browser

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// visitor is a person at a browser.
type visitor struct {
	t    *testing.T
	ctx  context.Context
	base string
	shot int
}

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
	return (&visitor{t: t, ctx: allocator, base: base}).otherTab()
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

func (v *visitor) click(selector string) {
	v.t.Helper()
	at := chromedp.CSS(selector)
	v.run("click "+selector, chromedp.WaitVisible(at), chromedp.ScrollIntoView(at), chromedp.Click(at))
}

// clickOn clicks on the first of the selected elements that holds the text.
func (v *visitor) clickOn(selector, text string) {
	v.t.Helper()
	v.sees(selector, text)
	v.poll("click on "+text, `(selector, text) => { [...document.querySelectorAll(selector)].find((e) => e.textContent.includes(text)).click(); return true; }`, selector, text)
}

func (v *visitor) write(selector, text string) {
	v.t.Helper()
	at := chromedp.CSS(selector)
	v.run("write into "+selector, chromedp.WaitVisible(at), chromedp.SendKeys(at, text))
}

// sees waits until one of the selected elements shows the text.
func (v *visitor) sees(selector, text string) {
	v.t.Helper()
	v.poll(fmt.Sprintf("see %q in %s", text, selector),
		`(selector, text) => [...document.querySelectorAll(selector)].some((e) => e.textContent.includes(text) && e.checkVisibility())`, selector, text)
}

// poll asks a function of the page until it says true. It is asked from here, since a function that waits within the page ends with every navigation, and
// requestAnimationFrame stands still in a tab that is not in front.
func (v *visitor) poll(what, function string, args ...any) {
	v.t.Helper()
	given, err := json.Marshal(args)
	if err != nil {
		v.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		met, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("(%s)(...%s)", function, given)))
		if met {
			return
		}
		select {
		case <-ctx.Done():
			v.picture("failed")
			v.t.Fatalf("%s: not within %s (%v)", what, patience, err)
		case <-tick.C:
		}
	}
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
	v.shot++
	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%02d-%s.png", v.shot, name)), png, 0o644); err != nil {
		v.t.Error(err)
	}
}

// TestFirstFiveMinutes lives the product on its pages, as the README promises it.
func TestFirstFiveMinutes(t *testing.T) {
	v := newVisitor(t, launch(t, "dev", nil, "-addr", "127.0.0.1:0").base)

	v.open("/")
	v.sees(id("tour-step", "data-step=switch"), "")
	v.picture("welcome")

	// A Super Admin switches the integration on.
	v.open("/hire/settings/integrations?as=acme/sam")
	v.click(id("integration-switch", "aria-checked=false"))
	v.sees(id("integration-switch", "aria-checked=true"), "")
	v.click(id("aliases-switch", "aria-checked=false"))
	v.sees(id("aliases-switch", "aria-checked=true"), "")
	v.picture("integration")

	// A recruiter connects Gmail through a consent screen.
	v.open("/hire/settings/email?as=acme/rita")
	v.click(id("connect-button"))
	v.sees(id("oauth-account-"+ritaMail), ritaMail)
	v.picture("choose-account")
	v.click(id("oauth-account-" + ritaMail))
	v.sees(id("oauth-continue"), "Continue")
	v.picture("consent")
	v.click(id("oauth-continue"))
	v.sees(id("connection-state", "data-state=connected"), "")
	v.sees(id("connection-address"), ritaMail)
	v.picture("connected")

	// She writes to a candidate.
	v.open("/hire/candidates/" + cora)
	v.sees(id("profile-name"), "Cora")
	v.click(id("new-message-button"))
	v.write(id("composer-subject"), "Your application")
	v.write(id("composer-text"), "Dear Cora,\n\nthank you for applying. When could we talk?")
	v.sees(id("composer-from"), "talent@acme.example")
	v.click(id("composer-signature"))
	v.picture("composer")
	v.click(id("composer-send"))
	v.sees(id("message-body"), "When could we talk?")
	v.sees(id("message-body"), "Recruiting, Acme Robotics")
	v.picture("sent")

	// The candidate answers, and the answer appears in the profile by itself.
	profile := v.otherTab()
	profile.open("/hire/candidates/" + cora)
	profile.click(id("thread-row"))
	profile.sees(id("message-body"), "When could we talk?")
	v.open("/gmail/candidate/" + coraMail)
	v.click(id("outside-row"))
	v.sees(id("message-body"), "When could we talk?")
	v.click(id("reply-button"))
	v.write(id("letter-text"), "Tomorrow at ten would be perfect.")
	v.picture("candidate")
	v.click(id("letter-send"))
	profile.sees(id("message-body"), "Tomorrow at ten would be perfect.")
	profile.sees(id("receipt"), "2 of 2")
	profile.picture("answer-in-profile")

	// A label put on an unrelated conversation imports it.
	profile.open("/hire/candidates/david")
	profile.sees(id("profile-name"), "David")
	v.open("/gmail/m/" + ritaMail + "/inbox")
	v.picture("gmail-inbox")
	v.clickOn(id("mail-row"), "designer role")
	v.sees(id("conversation-subject"), "designer role")
	v.click(id("label-button"))
	v.click(id("label-choice", "data-name=Hire"))
	v.sees(id("label-chip", "data-name=Hire"), "Hire")
	v.picture("gmail-label")
	profile.sees(id("thread-row"), "designer role")
	profile.click(id("thread-row"))
	profile.sees(id("message-body"), "Thursday after two would suit me")
	profile.sees(id("receipt"), "3 of 3")
	profile.picture("imported")
	profile.narrow()
	profile.picture("imported-on-a-phone")

	// What the functions have told of it.
	v.clickOn(id("devbar")+" a", "Figures")
	v.sees(id("promise-card", "data-name=within-60"), "100 %")
	v.sees(id("figure-card", "data-name=hire.reply.lag", "data-told=true")+" "+id("figure-point", "data-of=push"), "1 value")
	v.sees(id("figure-card", "data-name=hire.send.outcomes")+" "+id("figure-point", "data-of=sent"), "1")
	v.sees(id("figure-card", "data-name=hire.token.refusals", "data-told=false"), "Nothing has been told yet")
	v.picture("figures")
	v.narrow()
	v.picture("figures-on-a-phone")
}

// otherTab is another tab of the same browser.
func (v *visitor) otherTab() *visitor {
	v.t.Helper()
	ctx, end := chromedp.NewContext(v.ctx)
	v.t.Cleanup(end)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)); err != nil { // the first call lives as long as the tab
		v.t.Fatal(err)
	}
	return &visitor{t: v.t, ctx: ctx, base: v.base, shot: v.shot + 50}
}

// narrow makes the window as narrow as a phone's.
func (v *visitor) narrow() {
	v.t.Helper()
	v.run("narrow the window", chromedp.EmulateViewport(390, 844))
}
