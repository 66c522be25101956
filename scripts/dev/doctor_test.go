package main

import (
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/scripts/keep"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// The doctor looks at a running dev program: with nobody connected, with somebody, and when that permission has ended.
func TestDoctor(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	args := append([]string{"-data", folder}, anyPort...)
	p := launch(t, "dev", nil, args...)
	look := func(wantCode int, says ...string) {
		t.Helper()
		code, printed := runs(t, "doctor", nil, "-local", p.base)
		if code != wantCode {
			t.Errorf("code %d, want %d", code, wantCode)
		}
		for _, s := range says {
			if !strings.Contains(printed, s) {
				t.Errorf("nothing says %q", s)
			}
		}
		if strings.Contains(printed, "@") {
			t.Error("an address shows")
		}
		if t.Failed() {
			t.Fatal(printed)
		}
	}
	look(0, "13 functions answer", "7 people can sign in; the integration is off, 0 mailboxes connected", "6 ok, 0 failed")

	p.person("sam").enable()
	p.person(recruiter).connect(ritaMail)
	look(0, "the integration is on, 1 mailbox connected", "simulated, with ")

	p.stop()
	revoke(t, folder, ritaMail)
	p = launch(t, "dev", nil, args...)
	p.person(recruiter).call("POST", "/sendmessage/v1/messages", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hello"}, 409, nil, "Idempotency-Key", "key")
	look(1, "FAILED      people                user rita must reconnect (reconnect_required)", "→ the user connects again")

	base := p.base
	p.stop()
	if code, printed := runs(t, "doctor", nil, "-local", base); code != 1 || !strings.Contains(printed, "nobody answers at "+base) || !strings.Contains(printed, "→ go run ./scripts/dev") {
		t.Errorf("code %d of a program that has ended:\n%s", code, printed)
	}
}

// revoke takes Hire's access to a mailbox away, in the simulated Gmail that a data folder has.
func revoke(t *testing.T, folder, email string) {
	t.Helper()
	sim := gmailtest.New(gmailtest.Options{})
	if _, err := keep.Restore(sim, keptGmail(folder)); err != nil {
		t.Fatal(err)
	}
	sim.OAuth().Revoke(email)
	if err := (&keep.File{Sim: sim, Path: keptGmail(folder)}).Save(); err != nil {
		t.Fatal(err)
	}
}
