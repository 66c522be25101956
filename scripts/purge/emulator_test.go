//go:build emulators

package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/scripts/operate/operatetest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager/secretmanagertest"
)

// The command as it is called, on Firestore's emulator and a server of Secret Manager's definition.
func TestRunOnTheEmulator(t *testing.T) {
	db, project := operatetest.Firestore(t)
	w := &world{World: operatetest.New(t, db)}
	w.RealTime()
	server, client := secretmanagertest.Start(t)
	server.SetNow(func() time.Time { return time.Now().Add(-48 * time.Hour) })
	w.vault = w.vaultOf(secretmanager.Options{Client: client, Project: project, Region: "europe-west1", Prefix: "gmail-token-"})
	w.connected("rita", 2)
	w.Disconnect(w.connected("gone", 1))
	w.put(store.MailboxKey{AccountID: "acme", UserID: "crashed"}, 1)
	t.Setenv("SECRET_MANAGER_EMULATOR_HOST", server.Addr())
	there := func() (out [][]string) {
		for _, user := range []string{"rita", "gone", "crashed"} {
			var versions []string
			found, err := w.vault.Versions(t.Context(), w.vault.SecretID(vaultKey(key(user))))
			w.OK(err)
			for _, v := range found {
				versions = append(versions, v.Name)
			}
			out = append(out, versions)
		}
		return out
	}
	var out, errs bytes.Buffer
	for _, step := range []struct {
		args []string
		says string
		want [][]string
	}{
		{nil, "3 versions would be destroyed; 1 are in use", [][]string{{"2", "1"}, {"1"}, {"1"}}},
		{[]string{"-destroy", "-per-minute", "600"}, "3 versions destroyed; 1 are in use", [][]string{{"2"}, nil, nil}},
		{[]string{"-destroy"}, "0 versions destroyed; 1 are in use", [][]string{{"2"}, nil, nil}},
	} {
		out.Reset()
		if code := run(t.Context(), append([]string{"-project", project}, step.args...), &out, &errs); code != 0 || !strings.Contains(out.String(), step.says) {
			t.Fatalf("%v: code %d: %s\n%s", step.args, code, &errs, &out)
		}
		if diff := cmp.Diff(step.want, there()); diff != "" {
			t.Errorf("%v: the vault has (-want +got):\n%s", step.args, diff)
		}
	}
}
