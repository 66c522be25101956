package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	code "github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/events"
)

// terraformFolder is the repository's.
const terraformFolder = "../../terraform"

// What is read from the Terraform, where Terraform's own tests name it too.
func TestExpectationsAreTerraforms(t *testing.T) {
	t.Parallel()
	e, err := expectations(terraformFolder)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(slices.Sorted(maps.Keys(code.All())), sorted(e.Functions)); d != "" {
		t.Errorf("functions (-code +read):\n%s", d)
	}
	public := []string{}
	for _, name := range sorted(e.Functions) {
		f := e.Functions[name]
		if f.Trigger == "user" {
			public = append(public, name)
		}
		if f.Ingress == "" {
			t.Errorf("%s: no ingress for the trigger %q", name, f.Trigger)
		}
	}
	if d := cmp.Diff([]string{"connect", "oauthcallback", "securityevents", "sendmessage", "settings", "threads"}, public); d != "" {
		t.Errorf("open to everybody (-want +read):\n%s", d)
	}
	got := map[string]any{
		"push": e.PushSubscription, "deadline": e.PushAckDeadline, "events": e.EventsSubscription, "sweep": e.SweepJob,
		"secrets": e.Secrets, "gmailnotify": e.Functions["gmailnotify"], "topics": e.Topics,
	}
	want := map[string]any{
		"push": "gmail-notifications-push", "deadline": int64(600), "events": "hire-mail-events-hire", "sweep": "labelsweep",
		"secrets":     map[string]string{"OAUTH_CLIENT_SECRET": "oauth-client-secret", "REPLY_KEYS": "reply-keys", "REPORT_KEYS": "report-keys"},
		"gmailnotify": wantedFunction{Trigger: "push", Ingress: "ALLOW_INTERNAL_ONLY", Queues: []string{"mailbox-sync", "mail-delivery"}, Events: true, Tokens: []string{"read"}, Blobs: "write"},
		"topics":      map[string]string{"events": events.TopicMail, "notifications": events.TopicNotifications},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +read):\n%s", d)
	}
	if !slices.Contains(e.Services, "gmail.googleapis.com") || len(e.Services) < 10 || len(e.Indexes.Indexes) == 0 || !strings.Contains(e.Rules, "if false") {
		t.Errorf("APIs %v, %d indexes, rules %q", e.Services, len(e.Indexes.Indexes), e.Rules)
	}
}

func TestTerraformThatSaysSomethingElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, old, new, says string }{
		"dead letters under another name": {"topics.tf", `"${each.value}-dead-letters"`, `"${each.value}-dead"`, "dead letters T-dead"},
		"no functions":                    {"functions.tf", "  functions = {", "  other = {", "local.functions"},
		"not Terraform":                   {"functions.tf", "locals {", "locals {{", "functions.tf"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(terraformFolder)); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, c.file)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			changed := strings.ReplaceAll(string(text), c.old, c.new)
			if changed == string(text) {
				t.Fatalf("%s has no %s", c.file, c.old)
			}
			if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := expectations(dir); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
		})
	}
	if _, err := expectations(t.TempDir()); err == nil {
		t.Error("a folder without Terraform says what should be there")
	}
}
