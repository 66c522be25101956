package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// TestVariantsAreReported shows that what the code takes either way holds either way, and that the table says which.
func TestVariantsAreReported(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ways        gmailtest.Behaviour
		check, seen string
	}{
		"Message-ID rewritten": {gmailtest.Behaviour{}, "message-id-on-send", "rewritten, the old one in X-Google-Original-Message-ID"},
		"Message-ID kept":      {gmailtest.Behaviour{KeepMessageID: true}, "message-id-on-send", "kept"},
		"header kept":          {gmailtest.Behaviour{}, "header-on-send", "the header stays"},
		"header stripped":      {gmailtest.Behaviour{StripXHeaders: true}, "header-on-send", "the header is gone; Subject and To stay"},
		"edit":                 {gmailtest.Behaviour{}, "edit-by-hand", "the draft id stays, our header stays"},
		"edit, another id":     {gmailtest.Behaviour{DraftIDChangesOnEdit: true}, "edit-by-hand", "the draft id changes, our header stays"},
		"edit, header gone":    {gmailtest.Behaviour{StripXHeadersOnEdit: true}, "edit-by-hand", "the draft id stays, our header is gone"},
		"header at recipient":  {gmailtest.Behaviour{StripXHeaders: true}, "message-id-at-recipient", "our header does not arrive"},
		"history in one piece": {gmailtest.Behaviour{}, "history-pages", "0 of them empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.ways, nil)
			w.see = w.editor(first)
			before := w.left(first)
			got := w.run(t.Context(), "-mailbox", first, "-second", second, "-by-hand", "-run", "^"+test.check+"$")
			if note, ok := got.verdicts(holds)[test.check]; !ok || !strings.HasSuffix(note, test.seen) {
				t.Errorf("seen %q, want %q\n%s", note, test.seen, got.out)
			}
			if d := cmp.Diff(before, w.left(first)); d != "" {
				t.Errorf("the mailbox is not as before (-before +after):\n%s", d)
			}
		})
	}
}

// TestEverythingHoldsOnASlowServer: what Gmail shows late, or in small or empty pages, is no fault of it.
func TestEverythingHoldsOnASlowServer(t *testing.T) {
	t.Parallel()
	for name, ways := range map[string]gmailtest.Behaviour{
		"mail readable late":   {UnreadableFor: 300 * time.Millisecond},
		"history late":         {PushAheadFor: 300 * time.Millisecond},
		"small pages":          {HistoryPageSize: 3, ListPageSize: 2, EmptyPagesWithToken: true},
		"nothing kept on send": {KeepMessageID: true, StripXHeaders: true, ThreadSentByHeaders: true, RawHeaders: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ways, nil)
			before := w.left(first)
			got := w.run(t.Context(), "-mailbox", first, "-second", second, "-patience", "20s")
			if got.code != exitHolds || got.report.DoNot > 0 {
				t.Errorf("exit code %d:\n%s", got.code, got.out)
			}
			if d := cmp.Diff(before, w.left(first)); d != "" {
				t.Errorf("the mailbox is not as before (-before +after):\n%s", d)
			}
		})
	}
}

func TestNoIDToken(t *testing.T) {
	t.Parallel()
	client := gmailtest.DefaultClient()
	client.NoIDToken = true
	w := newWorld(t, gmailtest.Behaviour{}, nil, client)
	got := w.run(t.Context(), "-mailbox", first, "-run", "identity|userinfo")
	if note := got.verdicts(holds)["identity-in-token-answer"]; !strings.HasPrefix(note, "no id_token") {
		t.Errorf("seen %q", note)
	}
	if note := got.verdicts(untried)["userinfo-names-same-user"]; note == "" {
		t.Errorf("userinfo was compared with nothing:\n%s", got.out)
	}
}

func TestQuotaIsHonoured(t *testing.T) {
	t.Parallel()
	w := newWorld(t, gmailtest.Behaviour{}, nil)
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.create", Times: 1, Status: http.StatusTooManyRequests, RetryAfter: time.Now().Add(2 * time.Second)})
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Status: http.StatusTooManyRequests, RetryAfter: time.Now().Add(3 * time.Hour)})
	got := w.run(t.Context(), "-mailbox", first, "-run", "^draft-keeps-header$|^send-makes-new-message$|^sent-mail-readable$")
	if _, ok := got.verdicts(holds)["draft-keeps-header"]; !ok || !strings.Contains(got.out, "Gmail asks to wait") {
		t.Errorf("a call that was refused for a second was not made again:\n%s", got.out)
	}
	open := got.verdicts(untried)
	if !strings.Contains(open["send-makes-new-message"], "429") || !strings.Contains(open["sent-mail-readable"], "an earlier check could not have") {
		t.Errorf("not tried: %v", open)
	}
	if got.code != exitHolds {
		t.Errorf("exit code %d, though nothing was against a fact", got.code)
	}
}

func TestTopicThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, gmailtest.Behaviour{}, nil)
	w.env["GMAIL_TOPIC"] = "projects/p/topics/t"
	w.sim.AddFault(gmailtest.FaultRule{Method: "watch", Status: http.StatusBadRequest, Message: "Only one user push notification client allowed per developer"})
	got := w.run(t.Context(), "-mailbox", first, "-run", "^(watch|watch-renews|stop)$")
	if open := got.verdicts(untried); len(open) != 3 || !strings.Contains(open["watch"], "Only one user push") {
		t.Errorf("not tried: %v\n%s", open, got.out)
	}
}

// TestStopped presses Ctrl-C in the middle: what was made until then goes all the same.
func TestStopped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, gmailtest.Behaviour{}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	w.see = func(line string) {
		if strings.Contains(line, "open the draft") {
			cancel()
		}
	}
	before := w.left(first)
	got := w.run(ctx, "-mailbox", first, "-by-hand")
	open := got.verdicts(untried)
	if got.code != exitTrouble || open["edit-by-hand"] != "stopped" || open["bin"] != "stopped" || got.report.Hold == 0 {
		t.Errorf("exit code %d, not tried: %v", got.code, open)
	}
	if d := cmp.Diff(before, w.left(first)); d != "" {
		t.Errorf("the mailbox is not as before (-before +after):\n%s", d)
	}
}

// TestLostAnswer: a draft whose making was not answered is found and deleted.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, gmailtest.Behaviour{}, nil)
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.create", Times: 1, After: true, Reset: true})
	before := w.left(first)
	got := w.run(t.Context(), "-mailbox", first, "-run", "^draft-keeps-header$")
	if note := got.verdicts(untried)["draft-keeps-header"]; !strings.HasPrefix(note, "no answer") {
		t.Errorf("seen %q:\n%s", note, got.out)
	}
	if d := cmp.Diff(before, w.left(first)); d != "" {
		t.Errorf("the mailbox is not as before (-before +after):\n%s", d)
	}
}

// TestUnits: each call is counted by a name that has a price.
func TestUnits(t *testing.T) {
	t.Parallel()
	var asked recorder
	w := newWorld(t, gmailtest.Behaviour{}, asked.in)
	w.env["GMAIL_TOPIC"] = "projects/p/topics/t"
	got := w.run(t.Context(), "-mailbox", first, "-run", "^(attachment-content|edit-changes-message-id|label-rename-keeps-id|history-label-added|batch-reads-and-labels|stop|bin)$")
	if got.code != exitHolds {
		t.Fatalf("exit code %d:\n%s", got.code, got.out)
	}
	units, seen := unitsOf(false), map[string]bool{}
	for line := range strings.Lines(asked.all.String()) {
		verb, uri, ok := strings.Cut(strings.TrimSpace(line), " ")
		path, _, _ := strings.Cut(uri, "?")
		if !ok || !strings.Contains(path, "/gmail/v1/users/") || strings.Contains(uri, " ") {
			continue
		}
		seen[methodOf(verb, path)] = true
		if units[methodOf(verb, path)] == 0 {
			t.Errorf("%s %s is %q, which has no price", verb, path, methodOf(verb, path))
		}
	}
	if len(seen) < 17 {
		t.Errorf("only %d methods were called: %v", len(seen), seen)
	}
	if got := unitsOf(true)["messages.get"]; got != 5 {
		t.Errorf("messages.get costs %d before May 2026", got)
	}
}

func TestSetUpTrouble(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args  []string
		unset string
		says  string
	}{
		"no mailbox":         {nil, "", "-mailbox is needed"},
		"the same mailbox":   {[]string{"-mailbox", first, "-second", strings.ToUpper(first)}, "", "another mailbox"},
		"an argument":        {[]string{"-mailbox", first, "drafts"}, "", "no arguments"},
		"no regexp":          {[]string{"-mailbox", first, "-run", "("}, "", "-run:"},
		"nothing to run":     {[]string{"-mailbox", first, "-run", "^nothing$"}, "", "matches no check"},
		"no client":          {[]string{"-mailbox", first}, "OAUTH_CLIENT_ID", "OAUTH_CLIENT_ID is not set"},
		"half an OAuth":      {[]string{"-mailbox", first}, "OAUTH_TOKEN_URL", "go together"},
		"no Gmail with it":   {[]string{"-mailbox", first}, "GMAIL_ENDPOINT", "GMAIL_ENDPOINT is not set"},
		"redirect elsewhere": {[]string{"-mailbox", first, "-redirect", "http://example.com:80/back"}, "", "-redirect"},
		"no consent":         {[]string{"-mailbox", first, "-timeout", "100ms"}, "", "the browser did not come back"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, gmailtest.Behaviour{}, nil)
			delete(w.env, test.unset)
			var errs strings.Builder
			args := append([]string{"-redirect", "http://127.0.0.1:0/"}, test.args...)
			if code := run(t.Context(), args, func(n string) string { return w.env[n] }, io.Discard, &errs); code != exitTrouble || !strings.Contains(errs.String(), test.says) {
				t.Errorf("exit code %d, %q does not say %q", code, errs.String(), test.says)
			}
		})
	}
}

// TestAnotherAccount: who consents as somebody else than was named must find nothing touched.
func TestAnotherAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, gmailtest.Behaviour{}, nil)
	w.consentAs = second
	box, _ := w.sim.Mailbox(second)
	before := box.HistoryID()
	got := w.run(t.Context(), "-mailbox", first)
	if got.code != exitTrouble || !strings.Contains(got.out, "nothing was touched") || box.HistoryID() != before {
		t.Errorf("exit code %d, history id %d, before %d:\n%s", got.code, box.HistoryID(), before, got.out)
	}
}

// unknownIn is what check.Used names that is not in the code, "" if all of it is. It is read as "folder, name and name: why; folder, name".
func unknownIn(t *testing.T, used string) string {
	t.Helper()
	for _, place := range strings.Split(used, "; ") {
		place, _, _ = strings.Cut(place, ":")
		folder, names, _ := strings.Cut(place, ", ")
		if !strings.HasPrefix(folder, "shared/") {
			continue
		}
		files, err := filepath.Glob("../../" + folder + "/*.go")
		if err != nil || len(files) == 0 {
			return folder
		}
		var code strings.Builder
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(text)
		}
		for _, name := range strings.FieldsFunc(names, func(r rune) bool { return strings.ContainsRune(" .(),", r) }) {
			if name != "and" && name != "of" && name != "run" && !regexp.MustCompile(`\b`+name+`\b`).MatchString(code.String()) {
				return name + " in " + folder
			}
		}
	}
	return ""
}

func TestList(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if code := run(t.Context(), []string{"-list"}, func(string) string { return "" }, &out, io.Discard); code != exitHolds {
		t.Fatalf("exit code %d", code)
	}
	seen := map[string]bool{}
	for _, c := range checks() {
		if missing := unknownIn(t, c.Used); missing != "" {
			t.Errorf("%s is relied on by %s, but there is no %s", c.Name, c.Used, missing)
		}
		if seen[c.Name] || c.Name != strings.ToLower(c.Name) || len(c.Name) > 32 || c.Fact == "" || c.Used == "" || c.Try == nil {
			t.Errorf("%q: its name is not fit or used twice, or something is missing", c.Name)
		}
		seen[c.Name] = true
		if !strings.Contains(out.String(), c.Name+"\n    "+c.Fact) {
			t.Errorf("%s is not listed with its fact", c.Name)
		}
	}
}
