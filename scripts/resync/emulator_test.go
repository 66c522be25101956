//go:build emulators

package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/scripts/operate/operatetest"
	"github.com/trakstar/hire-gmail/shared/store"
)

// The command as it is called, on Firestore's emulator; Cloud Tasks calls a function that does the work.
func TestRunOnTheEmulator(t *testing.T) {
	db, project := operatetest.Firestore(t)
	w := &world{World: operatetest.New(t, db)}
	w.RealTime()
	w.Mailbox(rita, "1", 12, 1)
	queue := operatetest.CloudTasks(t, project)
	called := make(chan store.SyncTask, 10)
	function := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var task store.SyncTask
		if err := json.NewDecoder(r.Body).Decode(&task); err != nil {
			t.Error(err)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer http://"+r.Host+" tasks@p.example" {
			t.Errorf("called by %q", got)
		}
		w.compare(rita, 100)
		w.compare(rita, 100)
		called <- task
	}))
	defer function.Close()
	args := []string{"-project", project, "-account", "acme", "-user", "rita", "-syncmailbox", function.URL, "-tasks-account", "tasks@p.example", "-region", operatetest.Region, "-every", "10ms"}
	var out, errs bytes.Buffer
	if code := run(t.Context(), append(args, "-dry-run"), nil, &out, &errs); code != 0 || !strings.Contains(out.String(), "13 conversations") {
		t.Fatalf("code %d: %s\n%s", code, &errs, &out)
	}
	if code := run(t.Context(), append(args, "-no-wait"), nil, &out, &errs); code != 0 {
		t.Fatalf("code %d: %s\n%s", code, &errs, &out)
	}
	if n, err := queue.RunDue(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d tasks were called (%v)", n, err)
	}
	if task := <-called; task.AccountID != "acme" || task.UserID != "rita" || task.Reason != "resync" || !task.Import {
		t.Errorf("task %+v", task)
	}

	// Called once more it asks for another, whose task is called while it waits.
	out.Reset()
	done := make(chan int)
	go func() { done <- run(t.Context(), args, nil, &out, &errs) }()
	for {
		if _, err := queue.RunDue(t.Context()); err != nil {
			t.Error(err)
		}
		select {
		case code := <-done:
			if code != 0 || !strings.Contains(out.String(), "acme/rita  done: 13 conversations compared") {
				t.Errorf("code %d: %s\n%s", code, &errs, &out)
			}
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}
