package keep

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

func TestSaveWritesWhatHasChanged(t *testing.T) {
	t.Parallel()
	sim := gmailtest.New(gmailtest.Options{})
	f := &File{Sim: sim, Path: filepath.Join(t.TempDir(), "gmail.json")}
	save := func() {
		t.Helper()
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
	}
	save()
	if err := os.Remove(f.Path); err != nil {
		t.Fatal(err)
	}
	save()
	if _, err := os.Stat(f.Path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it was written again without a change: %v", err)
	}
	sim.AddMailbox("rita@acme.example", "Rita")
	save()
	again := gmailtest.New(gmailtest.Options{})
	if found, err := Restore(again, f.Path); !found || err != nil || len(again.Mailboxes()) != 1 {
		t.Errorf("restored %d mailboxes: %t, %v", len(again.Mailboxes()), found, err)
	}
}
