package main

import (
	"os"
	"testing"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// keptGmailHas tells whether a mail with the words was sent in the mailboxes that a data folder has.
func keptGmailHas(t *testing.T, folder, words string) bool {
	t.Helper()
	sim := gmailtest.New(gmailtest.Options{})
	if _, err := restore(sim, keptGmail(folder)); err != nil {
		t.Fatal(err)
	}
	m, ok := sim.Mailbox(ritaMail)
	if !ok {
		return false
	}
	found, err := m.Messages(`in:sent "`+words+`"`, 1)
	if err != nil {
		t.Fatal(err)
	}
	return len(found) > 0
}

func TestSaveWritesWhatHasChanged(t *testing.T) {
	t.Parallel()
	sim := gmailtest.New(gmailtest.Options{})
	k := &keeper{sim: sim, path: keptGmail(t.TempDir())}
	save := func() {
		t.Helper()
		if err := k.save(); err != nil {
			t.Fatal(err)
		}
	}
	save()
	if err := os.Remove(k.path); err != nil {
		t.Fatal(err)
	}
	save()
	if there, err := exists(k.path); there || err != nil {
		t.Errorf("it was written again without a change: %t, %v", there, err)
	}
	sim.AddMailbox(ritaMail, "Rita")
	save()
	again := gmailtest.New(gmailtest.Options{})
	if found, err := restore(again, k.path); !found || err != nil || len(again.Mailboxes()) != 1 {
		t.Errorf("restored %d mailboxes: %t, %v", len(again.Mailboxes()), found, err)
	}
}
