package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// verdicts are those of the checks that are not ok.
func verdicts(reports []*report) map[string]verdict {
	out := map[string]verdict{}
	for _, r := range reports {
		if v := r.verdict(); v != ok {
			out[r.name] = v
		}
	}
	return out
}

// printed is what a run prints.
func printed(t *testing.T, reports []*report) string {
	t.Helper()
	var out strings.Builder
	if err := show(&out, reports, false); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// alwaysUnknown is what no program can see.
const alwaysUnknown = "consent screen"

func TestNothingIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reports := examine(t.Context(), w.cloud("").checks())
	if d := cmp.Diff(map[string]verdict{alwaysUnknown: notChecked}, verdicts(reports)); d != "" {
		t.Errorf("(-want +got):\n%s\n%s", d, printed(t, reports))
	}
	for _, r := range reports {
		if r.fact == "" && r.name != alwaysUnknown {
			t.Errorf("%s says nothing", r.name)
		}
	}
	if text := printed(t, reports); strings.Contains(text, theSecret) {
		t.Errorf("the secret shows:\n%s", text)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, call := range w.called {
		if !strings.HasPrefix(call, "GET ") && !strings.HasSuffix(call, ":getIamPolicy") {
			t.Errorf("a call that may change something: %s", call)
		}
	}
}

// An OAuth client of another project has two consequences: Gmail refuses the topic, and the secret is another's.
func TestAClientOfAnotherProject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name := range w.want.Functions {
		w.function(name).ServiceConfig.EnvironmentVariables["OAUTH_CLIENT_ID"] = "999999999999-x.apps.googleusercontent.com"
	}
	reports := examine(t.Context(), w.cloud("").checks())
	want := map[string]verdict{alwaysUnknown: notChecked, "gmail topic": failed, "oauth client": failed}
	if d := cmp.Diff(want, verdicts(reports)); d != "" {
		t.Errorf("(-want +got):\n%s\n%s", d, printed(t, reports))
	}
}

func TestAMailbox(t *testing.T) {
	t.Parallel()
	healthy := store.Mailbox{AccountID: "acme", UserID: "rita", Address: "rita@acme.example", State: store.Connected}
	for name, c := range map[string]struct {
		change func(m *store.Mailbox, now time.Time)
		says   string // "" for ok
	}{
		"all is well": {func(*store.Mailbox, time.Time) {}, ""},
		"a scope is missing": {func(m *store.Mailbox, _ time.Time) {
			m.State, m.Problem = store.NeedsReconnect, &store.Problem{Code: hire.CodePermissionMissing}
		}, "has not permitted all of: openid email"},
		"the grant was taken": {func(m *store.Mailbox, _ time.Time) {
			m.State, m.Problem = store.NeedsReconnect, &store.Problem{Code: hire.CodeReconnectRequired}
		}, "must reconnect (reconnect_required)"},
		"it was disconnected": {func(m *store.Mailbox, _ time.Time) { m.State = store.Disconnected }, "is disconnected"},
		"the watch has ended": {func(m *store.Mailbox, now time.Time) { m.WatchExpiresAt = now.Add(-time.Hour) }, "nobody watches"},
		"a renewal failed":    {func(m *store.Mailbox, now time.Time) { m.WatchFailedAt = now.Add(-time.Hour) }, "could not be renewed"},
		"it is behind":        {func(m *store.Mailbox, now time.Time) { m.VerifiedAt = now.Add(-time.Hour) }, "1h0m0s ago"},
		"it was never there":  {nil, "has never connected"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.change != nil {
				m := healthy
				m.WatchExpiresAt, m.VerifiedAt = w.now.Add(5*24*time.Hour), w.now.Add(-4*time.Minute)
				c.change(&m, w.now)
				w.put(docs.Path("accounts", "acme", "mailboxes", "rita"), &m)
			}
			all, err := only(w.cloud("acme/rita").checks(), []string{"mailbox"})
			if err != nil {
				t.Fatal(err)
			}
			reports := examine(t.Context(), all)
			text := printed(t, reports)
			if r := reports[0]; (r.verdict() == ok) != (c.says == "") || !strings.Contains(text, c.says) {
				t.Errorf("want %q:\n%s", c.says, text)
			}
			if strings.Contains(text, "@") {
				t.Errorf("an address shows:\n%s", text)
			}
		})
	}
}

// What Google's OAuth answers otherwise than it has been seen to tells nothing.
func TestOAuthThatSaysSomethingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.client, w.redirect = "server_error", "something_new"
	want := map[string]verdict{alwaysUnknown: notChecked, "oauth client": notChecked, "oauth redirect": notChecked}
	reports := examine(t.Context(), w.cloud("").checks())
	if d := cmp.Diff(want, verdicts(reports)); d != "" {
		t.Errorf("(-want +got):\n%s\n%s", d, printed(t, reports))
	}
}
