package functions_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// secrets are Google's tokens and codes as the simulator makes them, and the signed tokens of callers.
var secrets = regexp.MustCompile(`(ya29\.a0|1//0|4/0A)[\w-]{8,}|eyJ[\w-]{8,}\.[\w-]{8,}\.`)

// shortest is the length from which on a subject or a text can't stand in a log by chance.
const shortest = 8

// leakedNothing checks what a scenario leaves behind, whatever it was about: no token, and of mail and people nothing, stands in the log, in spans or in figures; and in these
// two no mailbox, account or person is named. In the files of one machine there is no token in the clear.
func (w *world) leakedNothing() {
	w.t.Helper()
	personal := w.personal()
	for where, text := range map[string]string{"the log": w.logs.String(), "spans": w.told.spans(), "figures": w.told.figures()} {
		if found := secrets.FindString(text); found != "" {
			w.t.Errorf("a secret is in %s: %.12s…", where, found)
		}
		for what, word := range personal {
			if at := strings.Index(text, word); at >= 0 {
				w.t.Errorf("%s is in %s: %q in %q", what, where, word, line(text, at))
			}
		}
		if where == "the log" {
			continue // its lines have ids
		}
		for _, id := range []string{acme, starter, sam, rita, cora, "bolt"} {
			if found := regexp.MustCompile(`\b` + id + `\b`).FindStringIndex(text); found != nil {
				w.t.Errorf("the id %q is in %s: %q", id, where, line(text, found[0]))
			}
		}
	}
	m, ok := w.platform.(machine)
	if !ok {
		return
	}
	files, err := filepath.Glob(filepath.Join(m.folder, "*"))
	if err != nil {
		w.t.Error(err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err == nil && secrets.Match(content) {
			w.t.Errorf("%s has a token in the clear: %.12s…", filepath.Base(name), secrets.Find(content))
		}
	}
}

// personal is what tells of people and their mail, each with a word for what it is.
func (w *world) personal() map[string]string {
	out := map[string]string{}
	add := func(what, text string) {
		if text = strings.TrimSpace(text); len(text) >= shortest {
			out[what+" "+text] = text
		}
	}
	for _, o := range w.sim.Outsides() {
		add("an address", o.Email())
		for _, m := range o.Inbox() {
			add("a subject", m.Subject)
			add("a text", m.Text)
		}
	}
	for _, box := range w.sim.Mailboxes() {
		add("an address", box.Email())
		add("a name", box.Name())
		for _, query := range []string{"", "in:spam", "in:trash"} {
			messages, err := box.Messages(query, 0)
			if err != nil {
				w.t.Error(err)
			}
			for _, m := range messages {
				add("a subject", m.Subject)
				add("a text", m.Text)
			}
		}
	}
	return out
}

// line is the line around a place of a text.
func line(text string, at int) string {
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	rest, _, _ := strings.Cut(text[begin:], "\n")
	return rest
}

func TestSecretsAreRecognised(t *testing.T) {
	t.Parallel()
	w, _ := connected(t)
	access, refresh := w.sim.OAuth().Issue(ritaMail)
	for what, secret := range map[string]string{"access token": access, "refresh token": refresh, "token of a user": w.issuer.ServiceToken("a", "b@c.example")} {
		if !secrets.MatchString("some text " + secret) {
			t.Errorf("%s is not recognised: %s", what, secret)
		}
	}
	_, err := w.sim.Outside(coraMail, "").Send(gmailtest.OutgoingMail{To: []string{ritaMail}, Subject: "A marked subject", Text: "A marked text"})
	w.ok(err)
	for _, want := range []string{coraMail, ritaMail, "A marked subject", "A marked text"} {
		found := false
		for _, text := range w.personal() {
			found = found || text == want
		}
		if !found {
			t.Errorf("%q is not looked for", want)
		}
	}
}
