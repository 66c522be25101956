package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/scripts/keep"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// anyPort lets the system choose.
var anyPort = []string{"-addr", "127.0.0.1:0"}

func TestEveryFunctionAnswers(t *testing.T) {
	t.Parallel()
	p := launch(t, "dev", nil, anyPort...)
	p.healthy()
	calls := map[string]struct {
		call string
		want int // of somebody unknown
	}{
		"connect":        {"POST /connect/v1/connect", 401},
		"oauthcallback":  {"GET /oauthcallback/start?t=unknown", 303}, // a browser without a user's token: back to Hire, which says what went wrong
		"settings":       {"GET /settings/v1/settings", 401},
		"sendmessage":    {"POST /sendmessage/v1/messages", 401},
		"threads":        {"GET /threads/v1/unmatched", 401},
		"directory":      {"POST /directory/v1/batch", 401},
		"gmailnotify":    {"POST /gmailnotify/", 401},
		"labelsweep":     {"POST /labelsweep/", 401},
		"syncmailbox":    {"POST /syncmailbox/", 401},
		"deliver":        {"POST /deliver/", 401},
		"offboard":       {"POST /offboard/", 401},
		"inboundreply":   {"POST /inboundreply/v1/replies", 401},
		"securityevents": {"POST /securityevents/", 400},
	}
	for name := range functions {
		t.Run(name, func(t *testing.T) {
			c, ok := calls[name]
			if !ok {
				t.Fatal("this function has no call here")
			}
			method, path, _ := strings.Cut(c.call, " ")
			req, err := http.NewRequestWithContext(t.Context(), method, p.base+path, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != c.want {
				t.Fatalf("%s, %v, want %d: %s", resp.Status, err, c.want, body)
			}
			if c.want != http.StatusUnauthorized {
				return
			}
			var problem struct{ Code, Title string }
			if kind := resp.Header.Get("Content-Type"); kind != "application/problem+json" || json.Unmarshal(body, &problem) != nil || problem.Code == "" || problem.Title == "" {
				t.Errorf("%s is no problem: %s", kind, body)
			}
		})
	}
}

// What the README says of -data DIR: it goes on where it was.
func TestGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	args := append([]string{"-data", folder}, anyPort...)

	first := launch(t, "dev", nil, args...)
	first.person("sam").enable()
	rita := first.person(recruiter)
	rita.connect(ritaMail)
	rita.send("key-1", cora, "Your application", "When could we talk?")
	rita.shows("When could we talk?")
	first.stop()

	second := launch(t, "dev", nil, args...)
	rita = second.person(recruiter)
	if s := rita.settings(); !s.Account.Enabled || s.Connection.State != "connected" || s.Connection.Address != ritaMail {
		t.Errorf("after a restart the settings are %+v", s)
	}
	rita.shows("When could we talk?")
	answers(t, second.base, ritaMail, "When could we talk?", "Tomorrow at ten.")
	rita.shows("When could we talk?", "Tomorrow at ten.")
	second.stop()

	third := launch(t, "dev", nil, args...)
	rita = third.person(recruiter)
	rita.send("key-2", cora, "One more thing", "Bring your portfolio.")
	rita.shows("Bring your portfolio.")
	rita.shows("When could we talk?", "Tomorrow at ten.")

	// A program that is ended in the middle goes on as well.
	until(t, "the mailboxes are saved", func() bool { return keptGmailHas(t, folder, "Bring your portfolio.") })
	third.kill()
	fourth := launch(t, "dev", nil, args...)
	rita = fourth.person(recruiter)
	answers(t, fourth.base, ritaMail, "Bring your portfolio.", "I will.")
	rita.shows("Bring your portfolio.", "I will.")
}

// keptGmailHas tells whether a mail with the words was sent in the mailboxes that a data folder has.
func keptGmailHas(t *testing.T, folder, words string) bool {
	t.Helper()
	sim := gmailtest.New(gmailtest.Options{})
	if _, err := keep.Restore(sim, keptGmail(folder)); err != nil {
		t.Fatal(err)
	}
	m, ok := sim.Mailbox(ritaMail)
	if !ok {
		return false
	}
	found, err := m.Messages(`in:sent "`+words+`"`, 1)
	if err != nil {
		t.Fatal(err)
	}
	return len(found) > 0
}

func TestSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	simulated := t.TempDir()
	launch(t, "dev", nil, "-data", simulated, "-addr", "127.0.0.1:0").stop()
	google := []string{"OAUTH_CLIENT_ID=id", "OAUTH_CLIENT_SECRET=secret"}
	real := []string{"-gmail=real", "-email", "you@gmail.com", "-addr", "127.0.0.1:0"}
	own := t.TempDir()
	launch(t, "dev", google, append([]string{"-data", own}, real...)...).stop()

	for _, c := range []struct {
		name string
		env  []string
		args []string
		code int
		says []string
	}{
		{"a taken port", nil, []string{"-addr", taken.Addr().String()}, 1, []string{"Another program is already serving at " + taken.Addr().String(), "go run ./scripts/dev -addr"}},
		{"no port", nil, []string{"-addr", "nonsense"}, 1, []string{"-addr takes host:port"}},
		{"an unknown flag", nil, []string{"-gmial=real"}, 2, []string{"-gmial", "Usage"}},
		{"an argument", nil, []string{"real"}, 2, []string{"there are no arguments, only flags: real"}},
		{"another Gmail", nil, []string{"-gmail=imap"}, 2, []string{"-gmail is sim or real"}},
		{"a real Gmail without an address", nil, []string{"-gmail=real"}, 2, []string{"-gmail=real needs -email"}},
		{"an address without a real Gmail", nil, []string{"-email", "you@gmail.com"}, 2, []string{"-email and -candidate go with -gmail=real"}},
		{"a real Gmail without its client", nil, real, 1, []string{"OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "Your own Gmail"}},
		{"a real Gmail on a simulated one's folder", google, append([]string{"-data", simulated}, real...), 1, []string{"was begun with a simulated Gmail"}},
		{"a simulated Gmail on a real one's folder", nil, append([]string{"-data", own}, anyPort...), 1, []string{"was begun with -gmail=real"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, terminal := runs(t, "dev", c.env, c.args...)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			for _, s := range c.says {
				if !strings.Contains(terminal, s) {
					t.Errorf("it does not say %q:\n%s", s, terminal)
				}
			}
		})
	}
}
