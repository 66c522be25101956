//go:build emulators

package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/scripts/operate/operatetest"
	"github.com/trakstar/hire-gmail/shared/store"
)

// The command as it is called, on Firestore's emulator and a server of Cloud Tasks' definition.
func TestRunOnTheEmulator(t *testing.T) {
	db, project := operatetest.Firestore(t)
	w := operatetest.New(t, db)
	w.RealTime()
	for _, k := range []store.MailboxKey{{AccountID: "acme", UserID: "rita"}, {AccountID: "acme/2", UserID: "ron"}, {AccountID: "bolt", UserID: "bea"}} {
		w.Mailbox(k, "1", 2, 1)
	}
	queue := operatetest.CloudTasks(t, project)
	state := filepath.Join(t.TempDir(), "state")
	args := []string{"-project", project, "-state", state, "-syncmailbox", "http://127.0.0.1:1", "-tasks-account", "tasks@p.example", "-region", operatetest.Region, "-per-minute", "1000000"}
	var out, errs bytes.Buffer
	if code := run(t.Context(), append(args, "-dry-run"), &out, &errs); code != 0 || !strings.Contains(out.String(), "3 mailboxes would be asked") {
		t.Fatalf("code %d: %s\n%s", code, &errs, &out)
	}
	if code := run(t.Context(), args, &out, &errs); code != 0 || !strings.Contains(out.String(), "3 mailboxes asked") {
		t.Fatalf("code %d: %s\n%s", code, &errs, &out)
	}
	if got := queue.Queued("projects/" + project + "/locations/" + operatetest.Region + "/queues/mailbox-sync"); len(got) != 3 {
		t.Errorf("queued %q, want three tasks", got)
	}
	if code := run(t.Context(), args, &out, &errs); code != 1 || !strings.Contains(errs.String(), "3 mailboxes were asked") {
		t.Errorf("once it is over: code %d: %s", code, &errs)
	}
}
