package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

const (
	first  = "tess.tester@gmail.com"
	second = "otto.other@acme.example"
)

// world is a simulated Gmail with two mailboxes in which there is mail already.
type world struct {
	t   *testing.T
	sim *gmailtest.Server
	env map[string]string
	// see is called with each line that the program prints.
	see func(line string)
	// consentAs is who consents; "" is whoever is asked.
	consentAs string
}

// newWorld serves the simulator, behind front if it is given.
func newWorld(t *testing.T, b gmailtest.Behaviour, front func(http.Handler) http.Handler, clients ...oauthtest.Client) *world {
	t.Helper()
	w := &world{t: t, sim: gmailtest.New(gmailtest.Options{Behaviour: b, Clients: clients})}
	for _, email := range []string{first, second} {
		box := w.sim.AddMailbox(email, "")
		for _, subject := range []string{"Holiday", "Livecheck", "Invoice"} {
			if _, err := box.Deliver([]byte("From: friend@example.com\r\nTo: " + email + "\r\nSubject: " + subject + "\r\n\r\nHello.\r\n")); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := box.SaveDraft(gmailtest.OutgoingMail{To: []string{"friend@example.com"}, Subject: "Livecheck", Text: "Not yet."}); err != nil {
			t.Fatal(err)
		}
		if _, err := box.CreateLabel("Livecheck"); err != nil {
			t.Fatal(err)
		}
	}
	var handler http.Handler = w.sim
	if front != nil {
		handler = front(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client := gmailtest.DefaultClient()
	w.env = map[string]string{
		"OAUTH_CLIENT_ID": client.ID, "OAUTH_CLIENT_SECRET": client.Secret, "OAUTH_AUTH_URL": server.URL + "/o/oauth2/v2/auth", "OAUTH_TOKEN_URL": server.URL + "/token",
		"OAUTH_REVOKE_URL": server.URL + "/revoke", "OAUTH_USERINFO_URL": server.URL + "/v1/userinfo", "GMAIL_ENDPOINT": server.URL,
	}
	return w
}

// outcome is what a run gave.
type outcome struct {
	code   int
	out    string
	report report
}

// run runs the program as from a shell, with a person at a browser who consents to all.
func (w *world) run(ctx context.Context, args ...string) outcome {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "report.json")
	args = append([]string{"-redirect", "http://127.0.0.1:0/back", "-patience", "1s", "-size", "100000", "-json", file}, args...)
	out, in := io.Pipe()
	var printed bytes.Buffer
	done := make(chan struct{})
	go func() {
		defer close(done)
		opened := false // the person opens one address; from there on their browser is led
		lines := bufio.NewScanner(io.TeeReader(out, &printed))
		for lines.Scan() {
			line := strings.TrimSpace(lines.Text())
			if w.see != nil {
				w.see(line)
			}
			if strings.HasPrefix(line, w.env["OAUTH_AUTH_URL"]) && !opened {
				opened = true
				go w.consent(line)
			}
		}
	}()
	var o outcome
	o.code = run(ctx, args, func(name string) string { return w.env[name] }, in, in)
	in.Close()
	<-done
	o.out = printed.String()
	if text, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(text, &o.report); err != nil {
			w.t.Fatal(err)
		}
	}
	return o
}

// consent is the person: they consent, and their browser follows wherever it is sent.
func (w *world) consent(address string) {
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for strings.HasPrefix(address, w.env["OAUTH_AUTH_URL"]) {
		back, err := w.sim.OAuth().Consent(address, oauthtest.Decision{Email: w.consentAs})
		if err != nil {
			w.t.Errorf("consent: %v", err)
			return
		}
		resp, err := browser.Get(back.String())
		if err != nil {
			w.t.Errorf("redirect: %v", err)
			return
		}
		resp.Body.Close()
		address = resp.Header.Get("Location")
	}
}

// verdicts are the checks that came out so, with what was seen.
func (o outcome) verdicts(v verdict) map[string]string {
	out := map[string]string{}
	for _, r := range o.report.Results {
		if r.Verdict == v {
			out[r.Name] = r.Note
		}
	}
	return out
}

// left is all that a mailbox holds but what lies in the bin.
func (w *world) left(email string) []string {
	w.t.Helper()
	box, _ := w.sim.Mailbox(email)
	messages, err := box.Messages("", 0)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, m := range messages {
		out = append(out, m.ID+" "+m.Subject+" "+strings.Join(m.Labels, ","))
	}
	for _, d := range box.Drafts() {
		out = append(out, "draft "+d.DraftID+" "+d.Subject)
	}
	for _, l := range box.Labels() {
		if !l.System {
			out = append(out, "label "+l.ID+" "+l.Name)
		}
	}
	return out
}

func TestEverythingHolds(t *testing.T) {
	t.Parallel()
	var asked recorder
	w := newWorld(t, gmailtest.Behaviour{}, asked.in)
	w.env["GMAIL_TOPIC"] = "projects/p/topics/t"
	w.see = w.editor(first)
	before := [2][]string{w.left(first), w.left(second)}
	got := w.run(t.Context(), "-mailbox", first, "-second", second, "-by-hand", "-revoke", "-size", "4500000")
	if got.code != exitHolds || got.report.Hold != len(checks()) {
		t.Fatalf("exit code %d, %d of %d checks hold:\n%s", got.code, got.report.Hold, len(checks()), got.out)
	}
	after := [2][]string{w.left(first), w.left(second)}
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("the mailboxes are not as before (-before +after):\n%s", d)
	}
	for _, line := range slices.Concat(before[0], before[1]) {
		if id, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(line, "draft "), "label "), " "); strings.Contains(asked.all.String(), id) {
			t.Errorf("%q was there before, and something was asked of it", line)
		}
	}
	box, _ := w.sim.Mailbox(first)
	if _, _, watched := box.Watch(); watched {
		t.Error("the mailbox is still watched")
	}
	if bin, err := box.Messages("in:trash", 0); err != nil || len(bin) == 0 {
		t.Errorf("%d messages in the bin, %v: was anything sent at all?", len(bin), err)
	}
	if text, err := json.Marshal(got.report); err != nil || strings.Contains(string(text), first) || strings.Contains(string(text), second) {
		t.Errorf("the report names a mailbox, or can't be read: %v", err)
	}
	for _, secret := range []string{"ya29.", "1//", gmailtest.DefaultClient().Secret, "eyJ"} {
		if strings.Contains(got.out, secret) {
			t.Errorf("what was printed has %q in it: a token or a secret", secret)
		}
	}
	if got.report.Units == 0 || got.report.Calls == 0 {
		t.Error("no quota was counted")
	}
}

// recorder keeps what a server is asked, but for uploads.
type recorder struct {
	mu  sync.Mutex
	all strings.Builder
}

func (x *recorder) in(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x.mu.Lock()
		fmt.Fprintln(&x.all, r.Method, r.URL.RequestURI())
		if !strings.HasPrefix(r.URL.Path, "/upload/") {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
			}
			x.all.Write(body)
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		x.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// editor is the person who edits a draft when asked to.
func (w *world) editor(email string) func(string) {
	asked := regexp.MustCompile(`open the draft "([^"]+)"`)
	return func(line string) {
		found := asked.FindStringSubmatch(line)
		if found == nil {
			return
		}
		box, _ := w.sim.Mailbox(email)
		for _, d := range box.Drafts() {
			if d.Subject != found[1] {
				continue
			}
			if _, err := box.EditDraft(d.DraftID, func(o *gmailtest.OutgoingMail) { o.Text += " Changed." }); err != nil {
				w.t.Errorf("edit: %v", err)
			}
		}
	}
}

func TestWhatIsNotGivenIsExcused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, gmailtest.Behaviour{}, nil)
	got := w.run(t.Context(), "-mailbox", first)
	want := []string{
		"delivery", "edit-by-hand", "message-id-at-recipient", "recipients-reply-joins", "revocation-ends-grant", "second-mail-joins-at-recipient", "stop", "watch", "watch-renews",
	}
	open := got.verdicts(untried)
	for _, name := range want {
		if !strings.Contains(open[name], "only with ") {
			t.Errorf("%s: %q does not say with what it could be tried", name, open[name])
		}
	}
	if got.code != exitHolds || len(open) != len(want) || got.report.DoNot != 0 {
		t.Errorf("exit code %d, not tried: %v\n%s", got.code, open, got.out)
	}
}
