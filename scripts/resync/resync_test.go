package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/scripts/operate"
	"github.com/trakstar/hire-gmail/scripts/operate/operatetest"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

var (
	rita = store.MailboxKey{AccountID: "acme", UserID: "rita"}
	ron  = store.MailboxKey{AccountID: "acme", UserID: "ron"}
	// of one Google user with rita's, in another account
	other = store.MailboxKey{AccountID: "bolt", UserID: "rita"}
)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: operatetest.New(t, operatetest.Embedded(t))}
	w.Mailbox(rita, "1", 30, 2)
	w.Mailbox(ron, "1", 5, 0)
	w.Mailbox(other, "1", 0, 0)
	w.Pass(time.Minute)
	w.OnWait = func(time.Duration) { w.work() }
	return w
}

// world is a service whose functions do something each time that the program waits.
type world struct {
	*operatetest.World
	steps int
	then  func(step int) // in place of their work
}

func (w *world) work() {
	w.steps++
	if w.then != nil {
		w.then(w.steps)
		return
	}
	for _, k := range []store.MailboxKey{rita, ron, other} {
		w.compare(k, 20)
	}
}

// compare does a part of a mailbox's resync as syncmailbox does, of so many conversations; when all are compared, the walk at its next call.
func (w *world) compare(k store.MailboxKey, n int) {
	w.T.Helper()
	ctx := w.T.Context()
	m, _, err := w.Store.Mailbox(ctx, k)
	w.OK(err)
	if m.Resync == nil || m.State != store.Connected {
		return
	}
	if !m.Resyncing() {
		w.OK(w.Store.SetImport(ctx, k, m.Generation, nil))
		return
	}
	_, held, err := w.Store.Lease(ctx, k, m.Generation, "syncmailbox", time.Minute)
	w.OK(err)
	r := *m.Resync
	r.Repaired++
	if r.Done += n; r.Done >= r.Total {
		r.Done, r.EndedAt = r.Total, w.Now()
	}
	w.OK(w.Store.SetResync(ctx, *held, r))
	w.OK(w.Store.Release(ctx, *held))
}

func (w *world) does(ctx context.Context, change func(*options)) (string, error) {
	o := options{Pace: operate.Pace{Quota: gmail.Quota2026(), PerMinute: 6000}, mailbox: rita, every: 5 * time.Second}
	if change != nil {
		change(&o)
	}
	var out bytes.Buffer
	err := resync(ctx, w.Service, o, strings.NewReader("# all of acme\nacme/rita\n\n acme/ron\n"), &out)
	if strings.Contains(out.String(), "@") {
		w.T.Errorf("it names an address:\n%s", &out)
	}
	return out.String(), err
}

func TestOneMailboxUntilItIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out, err := w.does(t.Context(), nil)
	w.OK(err)
	want := `1  acme/rita  32 conversations, 2 of them in no profile: 1293 units
1 mailboxes asked, 0 need their user first, 0 are not connected
32 conversations: 1293 units of Gmail's quota, at most 0.0016 % of the project's day; a message that is missing takes 20 more, a labelled conversation not known yet 40
acme/rita  0 of 32 conversations compared, 0 messages were missing
acme/rita  20 of 32 conversations compared, 1 messages were missing
acme/rita  all compared; the labelled conversations are gone through
acme/rita  done: 32 conversations compared, 2 messages were missing
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("it says (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"acme/rita resync"}, w.Queued()); diff != "" {
		t.Errorf("queued (-want +got):\n%s", diff)
	}
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out, err := w.does(t.Context(), func(o *options) { o.DryRun, o.list = true, "-" })
	w.OK(err)
	w.Says(out, "acme/rita  32 conversations, 2 of them in no profile: 1293 units", "2 mailboxes would be asked", "37 conversations: 1506 units", "It would take a minute")
	if m, _, err := w.Store.Mailbox(t.Context(), rita); err != nil || m.Resync != nil || len(w.Queued()) != 0 {
		t.Errorf("resync %+v, queued %q (%v)", m.Resync, w.Queued(), err)
	}
}

func TestAGoogleUsersMailboxes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out, err := w.does(t.Context(), func(o *options) { o.mailbox, o.sub = store.MailboxKey{}, operatetest.SubOf(rita) })
	w.OK(err)
	w.Says(out, "acme/rita  done", "bolt/rita  done: 0 conversations")
	if diff := cmp.Diff([]string{"acme/rita resync", "bolt/rita resync"}, w.Queued()); diff != "" {
		t.Errorf("queued (-want +got):\n%s", diff)
	}
	if _, err := w.does(t.Context(), func(o *options) { o.mailbox, o.sub = store.MailboxKey{}, "12345" }); err == nil || !strings.Contains(err.Error(), "-sub is Google's id") {
		t.Errorf("a Google user whom nobody knows: %v", err)
	}
}

func TestNotWaited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.HandOver = nil
	out, err := w.does(t.Context(), func(o *options) { o.noWait = true })
	w.OK(err)
	w.Says(out, "The next sweep queues it")
	if strings.Contains(out, "compared,") || len(w.Queued()) != 0 {
		t.Errorf("queued %q:\n%s", w.Queued(), out)
	}
}

// Stopped while it shows how far it is, and called again: it shows the same resync to its end, and asks for no other.
func TestStoppedAndCalledAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.then = func(step int) {
		if step == 1 {
			w.compare(rita, 7)
			cancel()
		}
	}
	out, err := w.does(ctx, nil)
	if err == nil || !strings.Contains(err.Error(), "goes on by itself") {
		t.Fatalf("stopped: %v\n%s", err, out)
	}
	w.then = nil
	out, err = w.does(t.Context(), nil)
	w.OK(err)
	w.Says(out, "acme/rita  7 of 32 conversations compared, 1 messages were missing", "done: 32 conversations")
}

// A list that is broken off between two mailboxes goes on with the second.
func TestListWithAState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := filepath.Join(t.TempDir(), "state")
	list := filepath.Join(t.TempDir(), "list")
	w.OK(os.WriteFile(list, []byte("acme/rita\nacme/ron\n"), 0o600))
	from := func(o *options) { o.mailbox, o.list, o.StateFile = store.MailboxKey{}, list, state }
	ctx, cancel := context.WithCancel(t.Context())
	w.then = func(step int) {
		if step == 1 {
			cancel()
		}
	}
	if out, err := w.does(ctx, from); err == nil || !strings.Contains(err.Error(), "-state "+state) {
		t.Fatalf("stopped: %v\n%s", err, out)
	}
	w.then = nil
	out, err := w.does(t.Context(), from)
	w.OK(err)
	w.Says(out, "2  acme/ron", "acme/ron  done")
	if diff := cmp.Diff([]string{"acme/rita resync", "acme/ron resync"}, w.Queued()); diff != "" {
		t.Errorf("queued (-want +got):\n%s", diff)
	}
	w.OK(os.WriteFile(list, []byte("acme/ron\n"), 0o600))
	if _, err := w.does(t.Context(), from); err == nil || !strings.Contains(err.Error(), "another run") {
		t.Errorf("with another list: %v", err)
	}
}

func TestWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		then func(w *world, m store.Mailbox)
		says string
	}{
		{"parked", func(w *world, m store.Mailbox) { w.Park(m) }, "its user has to connect it anew"},
		{"disconnected", func(w *world, m store.Mailbox) { w.Disconnect(m) }, "it was disconnected"},
		{"asked for again", func(w *world, m store.Mailbox) {
			w.compare(rita, 100)
			_, _, err := w.Store.AskResync(w.T.Context(), rita, 3)
			w.OK(err)
		}, "another resync was asked for"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.then = func(step int) {
				if step != 1 {
					return
				}
				m, _, err := w.Store.Mailbox(t.Context(), rita)
				w.OK(err)
				test.then(w, m)
			}
			out, err := w.does(t.Context(), nil)
			if err == nil || !strings.Contains(err.Error(), "1 of them are not done") {
				t.Errorf("error %v", err)
			}
			w.Says(out, "acme/rita  not done", test.says)
		})
	}
}

func TestWhatIsNotAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m, _, err := w.Store.Mailbox(t.Context(), rita)
	w.OK(err)
	w.Park(m)
	out, err := w.does(t.Context(), nil)
	w.OK(err)
	w.Says(out, "acme/rita  left out", "0 mailboxes asked, 1 need their user first")
	if _, err := w.does(t.Context(), func(o *options) { o.mailbox.UserID = "nobody" }); err == nil || !strings.Contains(err.Error(), "there is no mailbox acme/nobody") {
		t.Errorf("a mailbox that is not there: %v", err)
	}
	if _, err := w.does(t.Context(), func(o *options) { o.list, o.From = "-", other }); err == nil || !strings.Contains(err.Error(), "the list has no mailbox bolt/rita") {
		t.Errorf("after a mailbox that is not in the list: %v", err)
	}
	if len(w.Queued()) != 0 {
		t.Errorf("queued %q", w.Queued())
	}
}

// It says when Gmail has asked to wait, and what could not be read yet.
func TestWhatHoldsItUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.then = func(step int) {
		ctx := t.Context()
		m, _, err := w.Store.Mailbox(ctx, rita)
		w.OK(err)
		switch step {
		case 1:
			w.OK(w.Store.Block(ctx, rita, m.Generation, w.Now().Add(7*time.Second), false))
		case 3:
			_, held, err := w.Store.Lease(ctx, rita, m.Generation, "syncmailbox", time.Minute)
			w.OK(err)
			_, err = w.Store.CommitImport(ctx, store.ImportCommit{Held: *held, GmailThreadID: "t000", Waiting: []store.LedgerRow{{GmailID: "g", GmailThreadID: "t000", Reason: "unavailable", NextTryAt: w.Now()}}})
			w.OK(err)
			w.OK(w.Store.Release(ctx, *held))
		case 4, 5:
			w.compare(rita, 100)
		}
	}
	out, err := w.does(t.Context(), nil)
	w.OK(err)
	w.Says(out, "Gmail lets the mailbox be read again at 09:01:12", "0 of 32 conversations compared, 0 messages were missing; 1 could not be read yet", "done: 32 conversations compared, 1 messages were missing; 1 could not be read yet")
}

func TestRun(t *testing.T) {
	t.Setenv("GOOGLE_CLOUD_PROJECT", "p1")
	t.Setenv("SYNCMAILBOX_URL", "")
	operatetest.Calls(t, func(ctx context.Context, args []string, out, errs io.Writer) int {
		return run(ctx, args, strings.NewReader(""), out, errs)
	}, []operatetest.Call{
		{Name: "help", Args: "-h", Code: 0, Says: "-no-wait"},
		{Name: "nothing", Args: "", Code: 2, Says: "which mailbox?"},
		{Name: "half a mailbox", Args: "-account acme", Code: 2, Says: "which mailbox?"},
		{Name: "two ways", Args: "-account acme -user rita -sub 1", Code: 2, Says: "which mailbox?"},
		{Name: "all the time", Args: "-account acme -user rita -every 0s", Code: 2, Says: "-every"},
		{Name: "no project", Args: "-project X -account acme -user rita", Code: 2, Says: "-project"},
	})
}

func TestReadNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"acme": `line 1: "acme" is no mailbox`, "acme/rita\n/rita": "line 2", "a/b/c": "line 1", "a/%zz": "line 1"} {
		if _, err := operate.ReadNames(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for _, k := range []store.MailboxKey{rita, {AccountID: "a/b", UserID: "%2F"}, {AccountID: "ä ö", UserID: "\n"}} {
		got, err := operate.ReadNames(strings.NewReader(fmt.Sprintf("\t%s \n", operate.Name(k))))
		if err != nil || len(got) != 1 || got[0] != k {
			t.Errorf("%q comes back as %q (%v)", k, got, err)
		}
	}
}
