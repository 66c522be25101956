package main

import (
	"slices"
	"strings"
	"testing"
)

// variables are those that gmailsim prints, but for those left out.
func (p *process) variables(but ...string) []string {
	p.t.Helper()
	var env []string
	for line := range strings.Lines(p.printed()) {
		if _, v, ok := strings.Cut(strings.TrimSpace(line), "export "); ok {
			if name, _, _ := strings.Cut(v, "="); !slices.Contains(but, name) {
				env = append(env, v)
			}
		}
	}
	return env
}

// Another server that speaks Gmail's API stands in for Google, and can't push.
func TestRealGmailByPolling(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		sim     []string
		leftOut []string
	}{
		{"with an id_token", nil, nil},
		{"the address stands in userinfo", []string{"-no-id-token"}, nil},
		{"the address stands in the mailbox's profile", []string{"-no-id-token"}, []string{"OAUTH_USERINFO_URL"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			google := launch(t, "gmailsim", nil, append(c.sim, anyPort...)...)
			google.healthy()
			hire := launch(t, "dev", google.variables(c.leftOut...), append([]string{"-gmail=real", "-email", ritaMail}, anyPort...)...)
			hire.person("sam").enable()
			rita := hire.person(recruiter)
			rita.connect(ritaMail)
			if s := rita.settings().Connection; s.State != "connected" || s.Address != ritaMail {
				t.Fatalf("the connection is %+v", s)
			}
			rita.send("key-1", cora, "Your application", "When could we talk?")
			answers(t, google.base, ritaMail, "When could we talk?", "Tomorrow at ten.")
			rita.shows("When could we talk?", "Tomorrow at ten.")
		})
	}
}

// The folder of a real mailbox takes over another address: its user is asked to connect that one.
func TestAnotherAddressOnTheSameFolder(t *testing.T) {
	t.Parallel()
	google := launch(t, "gmailsim", nil, append([]string{"-mailbox", "Rita <old@acme.example>, Rita <new@acme.example>"}, anyPort...)...)
	args := append([]string{"-data", t.TempDir(), "-gmail=real"}, anyPort...)
	first := launch(t, "dev", google.variables(), append(args, "-email", "old@acme.example")...)
	first.person("sam").enable()
	first.person(recruiter).connect("old@acme.example")
	first.stop()

	second := launch(t, "dev", google.variables(), append(args, "-email", "new@acme.example")...)
	rita := second.person(recruiter)
	if login := rita.settings().Connection.LoginEmail; login != "new@acme.example" {
		t.Fatalf("the login address is %s", login)
	}
	until(t, "she may connect again", func() bool { return rita.settings().Connection.MayConnect })
	rita.connect("new@acme.example")
	if s := rita.settings().Connection; s.State != "connected" || s.Address != "new@acme.example" {
		t.Errorf("the connection is %+v", s)
	}
}
