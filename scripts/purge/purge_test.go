package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/scripts/operate"
	"github.com/trakstar/hire-gmail/scripts/operate/operatetest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager/secretmanagertest"
)

// world is a service whose vault can be compared with its store.
type world struct {
	*operatetest.World
	server *secretmanagertest.Server
	vault  *secretmanager.Vault
}

func key(user string) store.MailboxKey { return store.MailboxKey{AccountID: "acme", UserID: user} }

const refresh = "1//very-secret"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: operatetest.New(t, operatetest.Embedded(t))}
	server, client := secretmanagertest.Start(t)
	server.SetNow(w.Now)
	w.server = server
	w.vault = w.vaultOf(secretmanager.Options{Client: client, Project: "p", Region: "europe-west1", Prefix: "gmail-token-"})
	return w
}

func (w *world) vaultOf(o secretmanager.Options) *secretmanager.Vault {
	w.T.Helper()
	v, err := secretmanager.New(o)
	w.OK(err)
	return v
}

// put puts a user's tokens, and gives the last version's name.
func (w *world) put(k store.MailboxKey, n int) (version string) {
	w.T.Helper()
	for range n {
		var err error
		version, err = w.vault.Put(w.T.Context(), vaultKey(k), tokens.Token{Refresh: refresh, Sub: operatetest.SubOf(k)})
		w.OK(err)
	}
	return version
}

// connected is a mailbox whose connection has the last of so many versions.
func (w *world) connected(user string, versions int) store.Mailbox {
	w.T.Helper()
	return w.Mailbox(key(user), w.put(key(user), versions), 0, 0)
}

// lives syncs Rita's mailbox, as the service does all the time.
func (w *world) lives() {
	w.T.Helper()
	m, _, err := w.Store.Mailbox(w.T.Context(), key("rita"))
	w.OK(err)
	moved, err := w.Store.AdvanceIdle(w.T.Context(), m, store.Advance{})
	w.OK(err)
	if !moved {
		w.T.Fatal("it was not synced")
	}
}

// there are the versions of a user that are not destroyed.
func (w *world) there(k store.MailboxKey) (out []string) {
	w.T.Helper()
	for i, s := range w.server.States("projects/p/secrets/" + w.vault.SecretID(vaultKey(k))) {
		if s != secretmanagerpb.SecretVersion_DESTROYED {
			out = append(out, fmt.Sprint(i+1))
		}
	}
	return out
}

func (w *world) does(ctx context.Context, change func(*options)) (string, error) {
	w.T.Helper()
	o := options{destroy: true, perMinute: 300, prefix: "gmail-token-", Place: operate.Place{Database: "(default)"}}
	if change != nil {
		change(&o)
	}
	var out bytes.Buffer
	err := purge(ctx, w.Service, w.vault, o, &out)
	if all := out.String() + fmt.Sprint(err); strings.Contains(all, refresh) || strings.Contains(all, "@") {
		w.T.Errorf("it tells a token or an address:\n%s", all)
	}
	return out.String(), err
}

// A vault with one of each kind, all of it put a day ago.
func full(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.connected("rita", 2)                                             // the first was replaced
	w.put(key("rita"), 1)                                              // and the third left by a try to connect
	w.Park(w.connected("parked", 1))                                   // it takes the user
	w.Disconnect(w.connected("gone", 2))                               // offboarding died before it destroyed them
	w.put(key("crashed"), 2)                                           // the first try to connect died
	w.put(store.MailboxKey{AccountID: "Acme/2", UserID: "crashed"}, 2) // and one whose ids its labels do not tell
	ending := w.connected("ending", 1)
	_, err := w.Store.Disconnect(t.Context(), ending.Key(), ending.Generation, "ending", "disconnected")
	w.OK(err)
	w.Pass(24 * time.Hour)
	w.put(key("rita"), 1) // she is connecting anew at this moment
	w.put(key("new"), 1)  // and so is somebody for the first time
	w.lives()
	return w
}

var all = []string{"acme/rita", "acme/parked", "acme/gone", "acme/crashed", "Acme%2F2/crashed", "acme/ending", "acme/new"}

func (w *world) vaultHas() map[string][]string {
	w.T.Helper()
	out := map[string][]string{}
	for _, name := range all {
		k, err := operate.ParseName(name)
		w.OK(err)
		out[name] = w.there(k)
	}
	return out
}

var (
	before = map[string][]string{
		"acme/rita": {"1", "2", "3", "4"}, "acme/parked": {"1"}, "acme/gone": {"1", "2"}, "acme/crashed": {"1", "2"}, "Acme%2F2/crashed": {"1", "2"}, "acme/ending": {"1"}, "acme/new": {"1"},
	}
	after = map[string][]string{
		"acme/rita": {"2", "4"}, "acme/parked": {"1"}, "acme/gone": nil, "acme/crashed": nil, "Acme%2F2/crashed": nil, "acme/ending": {"1"}, "acme/new": {"1"},
	}
)

func TestDestroysWhatBelongsToNoConnection(t *testing.T) {
	t.Parallel()
	w := full(t)
	out, err := w.does(t.Context(), nil)
	w.OK(err)
	if diff := cmp.Diff(after, w.vaultHas()); diff != "" {
		t.Errorf("the vault has (-want +got):\n%s", diff)
	}
	id := func(user string) string { return w.vault.SecretID(vaultKey(key(user))) }
	w.Says(out, "7 secrets in the vault, 4 mailboxes in the store",
		"destroyed      acme/rita  "+id("rita")+"/versions/1  replaced, 1 days old", "acme/rita  "+id("rita")+"/versions/3  left by a try to connect",
		"acme/gone  "+id("gone")+"/versions/2  of a connection that has ended", "acme/crashed  "+id("crashed")+"/versions/1  of nobody who ever connected", "?  gmail-token-",
		"8 versions destroyed; 3 are in use, 2 younger than an hour")
	out, err = w.does(t.Context(), nil)
	w.OK(err)
	w.Says(out, "0 versions destroyed; 3 are in use, 2 younger than an hour")
}

func TestDryRunIsTheDefault(t *testing.T) {
	t.Parallel()
	w := full(t)
	w.server.Fault(nil)
	out, err := w.does(t.Context(), func(o *options) { o.destroy = false })
	w.OK(err)
	w.Says(out, "would destroy  acme/rita", "8 versions would be destroyed")
	if diff := cmp.Diff(before, w.vaultHas()); diff != "" {
		t.Errorf("the vault has (-want +got):\n%s", diff)
	}
	if calls := w.server.Calls(); calls["DestroySecretVersion"]+calls["AccessSecretVersion"] != 0 {
		t.Errorf("calls %v", calls)
	}
}

// Stopped at each of its calls, and run again: nothing that is in use is destroyed, and in the end all the rest is.
func TestStoppedAndRunAgain(t *testing.T) {
	t.Parallel()
	w := full(t)
	for n := 1; ; n++ {
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		w.server.Fault(func(string, int) error {
			if calls++; calls == n {
				cancel()
			}
			return nil
		})
		_, err := w.does(ctx, nil)
		cancel()
		if err == nil {
			break
		}
		if !strings.Contains(err.Error(), "run it again") {
			t.Fatalf("stopped at call %d: %v", n, err)
		}
	}
	if diff := cmp.Diff(after, w.vaultHas()); diff != "" {
		t.Errorf("the vault has (-want +got):\n%s", diff)
	}
}

// A mailbox is connected anew just before what its former connection has left is destroyed, and with that very version, as by a process that goes on after an hour. It must not
// lose its token.
func TestConnectedAnewMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Disconnect(w.connected("rita", 2))
	w.Pass(24 * time.Hour)
	met := false
	w.server.Fault(nil) // which counts calls anew
	w.OnWait = func(time.Duration) {
		// It waits before each call: here, before the first destruction.
		if calls := w.server.Calls(); calls["ListSecretVersions"] == 1 && !met {
			met = true
			w.Connect(key("rita"), "2")
		}
	}
	out, err := w.does(t.Context(), nil)
	w.OK(err)
	if !met {
		t.Fatal("it was not connected meanwhile, so this shows nothing")
	}
	w.Says(out, "left           acme/rita", "0 versions destroyed; 0 are in use, 0 younger than an hour; 2 were left")
	if diff := cmp.Diff([]string{"1", "2"}, w.there(key("rita"))); diff != "" {
		t.Errorf("the vault has (-want +got):\n%s", diff)
	}
	out, err = w.does(t.Context(), nil)
	w.OK(err)
	w.Says(out, "1 versions destroyed; 1 are in use")
}

// The same where the store does not know the mailbox yet, nor can its ids be told from the secret: the new version tells.
func TestConnectedForTheFirstTimeMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := store.MailboxKey{AccountID: "Acme/2", UserID: "crashed"}
	w.put(k, 1)
	w.Pass(24 * time.Hour)
	w.server.Fault(nil)
	met := false
	w.OnWait = func(time.Duration) {
		if calls := w.server.Calls(); calls["ListSecretVersions"] == 1 && !met {
			met = true
			w.Mailbox(k, w.put(k, 1), 0, 0)
		}
	}
	out, err := w.does(t.Context(), nil)
	w.OK(err)
	if !met {
		t.Fatal("it was not connected meanwhile, so this shows nothing")
	}
	w.Says(out, "left           ?", "1 were left")
	if diff := cmp.Diff([]string{"1", "2"}, w.there(k)); diff != "" {
		t.Errorf("the vault has (-want +got):\n%s", diff)
	}
}

// A connection whose token is not in the vault is named and left as it is, and so is whatever else its secret has: the record may be the one that is wrong.
func TestConnectionWithoutToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rita := w.connected("rita", 3)
	w.OK(w.vault.Destroy(t.Context(), vaultKey(rita.Key()), "3"))
	w.Mailbox(key("never"), "1", 0, 0) // no secret at all
	w.Pass(24 * time.Hour)
	w.lives()
	for _, destroy := range []bool{false, true} {
		out, err := w.does(t.Context(), func(o *options) { o.destroy = destroy })
		if err == nil || !strings.Contains(err.Error(), "2 connections have no token") {
			t.Errorf("error %v", err)
		}
		w.Says(out, "MISSING        acme/rita", "/versions/3 is not in the vault, which has 2 others", "MISSING        acme/never", "which has 0 others", "has to connect it anew")
		if got := w.there(key("rita")); len(got) != 2 {
			t.Errorf("the vault has the versions %q", got)
		}
	}
	if m, _, err := w.Store.Mailbox(t.Context(), key("rita")); err != nil || m.State != store.Connected || m.TokenVersion != "3" {
		t.Errorf("the mailbox was changed: %+v (%v)", m, err)
	}
}

// Somebody connects between the list of a secret's versions and the look at their record, which then names a version that was not listed: it is not missing.
func TestConnectedBetweenVaultAndStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.connected("rita", 1)
	w.Pass(24 * time.Hour)
	w.lives()
	w.server.Fault(func(method string, call int) error {
		if method == "ListSecretVersions" && call == 1 {
			return status.Error(codes.NotFound, "as it was before")
		}
		return nil
	})
	out, err := w.does(t.Context(), nil)
	w.OK(err)
	w.Says(out, "0 versions destroyed")
	if n := w.server.Calls()["ListSecretVersions"]; n != 2 {
		t.Errorf("versions were listed %d times", n)
	}
}

func TestOtherSecretsAreLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.connected("rita", 1)
	other := w.vaultOf(secretmanager.Options{Client: w.vault.Client, Project: "p", Region: "europe-west1", Prefix: "their-gmail-token-"})
	_, err := other.Put(t.Context(), vaultKey(key("x")), tokens.Token{Refresh: refresh})
	w.OK(err)
	w.Pass(24 * time.Hour)
	w.lives()
	out, err := w.does(t.Context(), nil)
	w.OK(err)
	w.Says(out, "1 secrets in the vault", "0 versions destroyed")
	if got := w.server.States("projects/p/secrets/" + other.SecretID(vaultKey(key("x")))); got[0] != secretmanagerpb.SecretVersion_ENABLED {
		t.Errorf("another's secret is %v", got)
	}
}

// By another database, or by a copy of this one, tokens in use would look like those of nobody.
func TestAnotherDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	t.Run("one that knows nothing", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		for n := range 11 {
			w.put(key(fmt.Sprint("user-", n)), 1)
		}
		w.Pass(24 * time.Hour)
		if out, err := w.does(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "11 of 11 secrets belong to no mailbox that the database (default) knows") {
			t.Fatalf("error %v\n%s", err, out)
		}
		if got := w.there(key("user-0")); len(got) != 1 {
			t.Errorf("the vault has the versions %q", got)
		}
		out, err := w.does(t.Context(), func(o *options) { o.force = true })
		w.OK(err)
		w.Says(out, "11 versions destroyed")
	})
	t.Run("a copy", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.connected("rita", 1)
		w.Disconnect(w.connected("gone", 1)) // and since the copy was made, connected again
		w.Pass(3 * time.Hour)
		if out, err := w.does(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no mailbox of the database (default) was synced since 2026-11-02 09:00:00") {
			t.Fatalf("error %v\n%s", err, out)
		}
		if got := w.there(key("gone")); len(got) != 1 {
			t.Errorf("the vault has the versions %q", got)
		}
	})
}

func TestPace(t *testing.T) {
	t.Parallel()
	w := full(t)
	begun := w.Now()
	w.server.Fault(nil)
	_, err := w.does(t.Context(), func(o *options) { o.perMinute = 60 })
	w.OK(err)
	calls := 0
	for _, n := range w.server.Calls() {
		calls += n
	}
	if took := w.Now().Sub(begun); took < time.Duration(calls-1)*time.Second {
		t.Errorf("%d calls within %v, want one a second", calls, took)
	}
}

// The project's quota is used up: it waits, and goes on; if that does not pass it gives up.
func TestQuotaUsedUp(t *testing.T) {
	t.Parallel()
	w := full(t)
	left := 3
	w.server.Fault(func(method string, _ int) error {
		if method == "DestroySecretVersion" && left > 0 {
			left--
			return status.Error(codes.ResourceExhausted, "told to")
		}
		return nil
	})
	out, err := w.does(t.Context(), nil)
	w.OK(err)
	w.Says(out, "goes on in a minute", "8 versions destroyed")
	w.server.Fault(func(method string, _ int) error { return status.Error(codes.ResourceExhausted, "told to") })
	if _, err := w.does(t.Context(), nil); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("error %v", err)
	}
}

// What fails is said with its cure, and the rest is done by the next run.
func TestFaults(t *testing.T) {
	t.Parallel()
	w := full(t)
	w.server.Fault(func(method string, call int) error {
		if method == "DestroySecretVersion" && call == 3 {
			return status.Error(codes.PermissionDenied, "told to")
		}
		return nil
	})
	out, err := w.does(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "Run it again") {
		t.Fatalf("error %v", err)
	}
	w.Says(out, "2 versions destroyed")
	if err := (options{Place: operate.Place{Project: "hire-prod"}}).explain(err); !strings.Contains(err.Error(), "roles/secretmanager.viewer on the project hire-prod") {
		t.Errorf("explained as %v", err)
	}
	w.server.Fault(nil)
	_, err = w.does(t.Context(), nil)
	w.OK(err)
	if diff := cmp.Diff(after, w.vaultHas()); diff != "" {
		t.Errorf("the vault has (-want +got):\n%s", diff)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	o := options{Place: operate.Place{Project: "p1", Database: "main"}}
	for code, want := range map[codes.Code]string{
		codes.PermissionDenied: "hireTokenDestroyer", codes.Unauthenticated: "gcloud auth application-default login", codes.NotFound: "no Firestore database main", codes.Internal: "told to",
	} {
		if err := o.explain(fmt.Errorf("list: %w", status.Error(code, "told to"))); !strings.Contains(err.Error(), want) || status.Code(err) != code {
			t.Errorf("%s is explained as %v", code, err)
		}
	}
	if o.explain(nil) != nil || !errors.Is(o.explain(context.Canceled), context.Canceled) {
		t.Error("what is no call's error is not passed on")
	}
}

func TestRun(t *testing.T) {
	t.Setenv("GOOGLE_CLOUD_PROJECT", "")
	t.Setenv("SECRET_PREFIX", "")
	operatetest.Calls(t, run, []operatetest.Call{
		{Name: "help", Args: "-h", Code: 0, Says: "-destroy"},
		{Name: "nothing", Args: "", Code: 2, Says: "-project"},
		{Name: "an argument", Args: "-project p1 x", Code: 2, Says: "no arguments"},
		{Name: "every secret", Args: "-project p1 -prefix=", Code: 2, Says: "-prefix"},
		{Name: "too fast", Args: "-project p1 -per-minute 601", Code: 2, Says: "-per-minute"},
		{Name: "never", Args: "-project p1 -per-minute 0", Code: 2, Says: "-per-minute"},
	})
}
