package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/scripts/operate"
	"github.com/trakstar/hire-gmail/scripts/operate/operatetest"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

// newWorld is a service of three accounts, in which one mailbox is parked and one disconnected.
func newWorld(t *testing.T) *operatetest.World {
	t.Helper()
	w := operatetest.New(t, operatetest.Embedded(t))
	for _, b := range []struct {
		account, user    string
		filed, unmatched int
	}{{"acme", "rita", 3, 1}, {"acme", "ron", 0, 0}, {"bolt", "bea", 120, 0}, {"bolt/2", "ben", 1, 0}} {
		w.Mailbox(store.MailboxKey{AccountID: b.account, UserID: b.user}, "1", b.filed, b.unmatched)
	}
	w.Park(w.Mailbox(store.MailboxKey{AccountID: "acme", UserID: "sue"}, "1", 2, 0))
	w.Disconnect(w.Mailbox(store.MailboxKey{AccountID: "acme", UserID: "tom"}, "1", 2, 0))
	return w
}

var everyone = []string{"acme/rita backfill", "acme/ron backfill", "bolt/bea backfill", "bolt%2F2/ben backfill"}

// does runs the program, and gives what it says.
func does(ctx context.Context, w *operatetest.World, change func(*options)) (string, error) {
	o := options{Pace: operate.Pace{Quota: gmail.Quota2026(), PerMinute: 6000}}
	if change != nil {
		change(&o)
	}
	var out bytes.Buffer
	err := backfill(ctx, w.Service, o, &out)
	return out.String(), err
}

func TestAllMailboxes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out, err := does(t.Context(), w, nil)
	w.OK(err)
	if diff := cmp.Diff(everyone, w.Queued()); diff != "" {
		t.Errorf("queued (-want +got):\n%s", diff)
	}
	w.Says(out,
		"1  acme/rita  4 conversations, 1 of them in no profile: 13 to 173 units", "acme/sue  left out", "3  bolt/bea  120 conversations: 23 to 4823 units",
		"4 mailboxes asked, 1 need their user first, 1 are not connected", "125 conversations: 62 to 5062 units",
	)
	if strings.Contains(out, "@") {
		t.Errorf("it names an address:\n%s", out)
	}
	// Each waits as long as the one before takes of the pace, at most: 173, 13 and 4,823 units at 6,000 a minute.
	if want := []time.Duration{1730 * time.Millisecond, 130 * time.Millisecond, 48230 * time.Millisecond}; !slices.Equal(w.Waited, want) {
		t.Errorf("waited %v, want %v", w.Waited, want)
	}
}

func TestOneAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := does(t.Context(), w, func(o *options) { o.account = "bolt" })
	w.OK(err)
	if diff := cmp.Diff(everyone[2:3], w.Queued()); diff != "" {
		t.Errorf("queued (-want +got):\n%s", diff)
	}
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := filepath.Join(t.TempDir(), "state")
	out, err := does(t.Context(), w, func(o *options) { o.DryRun, o.StateFile, o.PerMinute = true, state, 100 })
	w.OK(err)
	if len(w.Queued()) != 0 || len(w.Waited) != 0 {
		t.Errorf("queued %q, waited %v", w.Queued(), w.Waited)
	}
	if _, err := os.Stat(state); !os.IsNotExist(err) {
		t.Errorf("a state was kept: %v", err)
	}
	w.Says(out, "3  bolt/bea  120 conversations: 23 to 4823 units", "4 mailboxes would be asked", "It would take 51 minutes at 100 units a minute; the largest mailbox takes 2 minutes by itself")
}

// Stopped after each mailbox in turn, and run again: each is asked once, all by one run.
func TestStoppedAndGoneOnWith(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := filepath.Join(t.TempDir(), "state")
	runs := map[string]bool{}
	for n := range everyone {
		ctx, cancel := context.WithCancel(t.Context())
		waits := 0
		w.OnWait = func(time.Duration) {
			if waits++; waits == 1 {
				cancel()
			}
		}
		out, err := does(ctx, w, func(o *options) { o.StateFile = state })
		cancel()
		if n == len(everyone)-1 {
			w.OK(err)
			break
		}
		if err == nil || !strings.Contains(err.Error(), "stopped") || !strings.Contains(err.Error(), "-state "+state) {
			t.Fatalf("stopped the %dth time: %v\n%s", n+1, err, out)
		}
		kept, err := operate.OpenState(state, "backfill of all accounts", "")
		w.OK(err)
		runs[kept.Run] = true
		if diff := cmp.Diff(everyone[:n+1], w.Queued()); diff != "" {
			t.Fatalf("queued by then (-want +got):\n%s", diff)
		}
	}
	if diff := cmp.Diff(everyone, w.Queued()); diff != "" {
		t.Errorf("queued (-want +got):\n%s", diff)
	}
	if len(runs) != 1 {
		t.Errorf("%d runs, want one: a mailbox that is asked twice by one run is looked at once", len(runs))
	}
	if out, err := does(t.Context(), w, func(o *options) { o.StateFile = state }); err == nil || !strings.Contains(err.Error(), "4 mailboxes were asked") {
		t.Errorf("once it is over: %v\n%s", err, out)
	}
	if out, err := does(t.Context(), w, func(o *options) { o.StateFile, o.account = state, "acme" }); err == nil || !strings.Contains(err.Error(), "another run: backfill of all accounts") {
		t.Errorf("with the state of another run: %v\n%s", err, out)
	}
}

// Without a file, the position that it prints.
func TestGoesOnAfter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.OnWait = func(time.Duration) {
		if len(w.Waited) == 3 {
			cancel()
		}
	}
	_, err := does(ctx, w, nil)
	if err == nil || !strings.Contains(err.Error(), "-after bolt/bea") {
		t.Fatalf("stopped: %v", err)
	}
	_, err = does(t.Context(), w, func(o *options) { o.From = store.MailboxKey{AccountID: "bolt", UserID: "bea"} })
	w.OK(err)
	if diff := cmp.Diff(everyone, w.Queued()); diff != "" {
		t.Errorf("queued (-want +got):\n%s", diff)
	}
}

// A task that can't be queued now is in the outbox, and the sweep queues it.
func TestLeftToTheSweep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.HandOver = nil
	out, err := does(t.Context(), w, nil)
	w.OK(err)
	if !strings.Contains(out, "The next sweeps queue it") || len(w.Queued()) != 0 {
		t.Errorf("queued %q:\n%s", w.Queued(), out)
	}
	w.Pass(time.Hour)
	left, err := w.Store.LeftInOutbox(t.Context(), 100)
	w.OK(err)
	n := 0
	for _, r := range left {
		if strings.Contains(string(r.Body), `"backfill"`) {
			n++
		}
	}
	if n != len(everyone) {
		t.Errorf("%d tasks are in the outbox, want %d", n, len(everyone))
	}
}

func TestRun(t *testing.T) {
	t.Setenv("GOOGLE_CLOUD_PROJECT", "")
	for _, variable := range []string{"SYNCMAILBOX_URL", "TASKS_SERVICE_ACCOUNT", "REGION"} {
		t.Setenv(variable, "")
	}
	operatetest.Calls(t, run, []operatetest.Call{
		{Name: "help", Args: "-h", Code: 0, Says: "-dry-run"},
		{Name: "nothing", Args: "", Code: 2, Says: "-project"},
		{Name: "an argument", Args: "-project p1 x", Code: 2, Says: "no arguments"},
		{Name: "no pace", Args: "-project p1 -per-minute 0", Code: 2, Says: "-per-minute"},
		{Name: "no table", Args: "-project p1 -quota 2025", Code: 2, Says: "legacy"},
		{Name: "no mailbox", Args: "-project p1 -after rita", Code: 2, Says: "ACCOUNT/USER"},
		{Name: "a mailbox elsewhere", Args: "-project p1 -account bolt -after acme/rita", Code: 2, Says: "another account"},
		{Name: "twice where to go on", Args: "-project p1 -state f -after acme/rita", Code: 2, Says: "-state"},
		{Name: "an address alone", Args: "-project p1 -syncmailbox https://x.example", Code: 2, Says: "-tasks-account"},
		{Name: "an unknown flag", Args: "-all", Code: 2, Says: "-all"},
	})
}

// A state file that something else has written is not gone on with.
func TestStateOfSomethingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n, text := range []string{"", "{}", "[1]", `{"of":"resync x","run":"r"}`} {
		file := filepath.Join(t.TempDir(), fmt.Sprint(n))
		w.OK(os.WriteFile(file, []byte(text), 0o600))
		if _, err := does(t.Context(), w, func(o *options) { o.StateFile = file }); err == nil || !strings.Contains(err.Error(), "remove it to begin anew") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if len(w.Queued()) != 0 {
		t.Errorf("queued %q", w.Queued())
	}
}
