package functions_test

import (
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// Which way a mail goes, for every state that an account and a connection can be in, and every kind of mail. Automatic mail is never blocked.
func TestSendingPolicy(t *testing.T) {
	t.Parallel()
	role := func(role string, active bool) func(w *world, r *person) {
		return func(w *world, r *person) {
			w.ritaBecomes(func(u *api.DirectoryUser) { u.Role, u.Active = role, active })
		}
	}
	lost := func(w *world, _ *person) {
		w.sim.OAuth().Revoke(ritaMail)
		w.clock.Advance(2 * time.Hour)
	}
	suspended := func(w *world, _ *person) { w.mailbox(ritaMail).Suspend(true) }
	then := func(steps ...func(*world, *person)) func(*world, *person) {
		return func(w *world, r *person) {
			for _, step := range steps {
				step(w, r)
			}
		}
	}
	connect := func(_ *world, r *person) { r.connect() }
	limit := func(w *world, r *person) {
		mend := w.sendingLimit(w.clock.Now().Add(3 * time.Hour))
		r.send("limited", hello).problem(429, hire.CodeDailyLimit)
		mend()
	}
	for _, test := range []struct {
		name                      string
		set                       func(w *world, r *person) // the integration is on, and Rita not connected
		personal, automatic, bulk string
		reason                    hire.Code
		retry                     bool
	}{
		{"a lower plan", func(w *world, _ *person) {
			w.plan("plus")
		}, "hire_domain", "hire_domain", "hire_domain", hire.CodePlanUpgrade, false},
		{"a lower plan, while connected", then(connect, func(w *world, _ *person) {
			w.plan("starter")
		}), "hire_domain", "hire_domain", "hire_domain", hire.CodePlanUpgrade, false},
		{"switched off", func(w *world, _ *person) {
			w.switchOff()
		}, "hire_domain", "hire_domain", "hire_domain", hire.CodeIntegrationOff, false},
		{"switched off, while connected", then(connect, func(w *world, _ *person) {
			w.switchOff()
		}), "hire_domain", "hire_domain", "hire_domain", hire.CodeIntegrationOff, false},
		{"never connected", func(*world, *person) {}, "blocked", "hire_domain", "blocked", hire.CodeConnectRequired, false},
		{"connected", connect, "gmail", "gmail", "gmail", "", false},
		{"being disconnected", then(connect, func(_ *world, r *person) { r.disconnect() }), "blocked", "hire_domain", "blocked", hire.CodeConnectRequired, false},
		{"disconnected", then(connect, func(w *world, r *person) {
			r.disconnect()
			w.settle()
		}), "blocked", "hire_domain", "blocked", hire.CodeConnectRequired, false},
		{"connected again", then(connect, func(w *world, r *person) {
			r.disconnect()
			w.settle()
			r.connect()
		}), "gmail", "gmail", "gmail", "", false},
		{"access lost", then(connect, lost, asked), "blocked", "hire_domain", "blocked", hire.CodeReconnectRequired, false},
		{"access lost, and given anew", then(connect, lost, asked, connect), "gmail", "gmail", "gmail", "", false},
		{"suspended", then(connect, suspended, asked), "blocked", "hire_domain", "blocked", hire.CodeNoMailbox, false},
		{"at Gmail's limit", then(connect, limit), "gmail", "hire_domain", "gmail", hire.CodeDailyLimit, true},
		{"past Gmail's limit", then(connect, limit, func(w *world, _ *person) { w.clock.Advance(3*time.Hour + time.Minute) }), "gmail", "gmail", "gmail", "", false},
		{"at Gmail's limit, and access lost", then(connect, limit, func(w *world, _ *person) {
			w.sim.OAuth().Revoke(ritaMail)
			w.clock.Advance(2 * time.Hour)
			w.sweep()
		}), "blocked", "hire_domain", "blocked", hire.CodeReconnectRequired, false},
		{"an agency's user", role("external_agency", true), "blocked", "hire_domain", "blocked", hire.CodeRoleMayNotSend, false},
		{"deactivated", then(connect, role("admin", false)), "blocked", "hire_domain", "blocked", hire.CodeUserInactive, false},
		{"a Hiring Team Member, connected", then(connect, role("hiring_team_member", true)), "gmail", "gmail", "gmail", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enable()
			r := w.rita()
			test.set(w, r)
			for kind, route := range map[string]string{"personal": test.personal, "automatic": test.automatic, "bulk": test.bulk} {
				var got api.SendingPolicy
				r.call("GET", "/settings/v1/sending-policy?kind="+kind, nil).into(200, &got)
				if got.Kind != kind || got.Route != route || got.Reason != string(test.reason) || got.RetryAt.IsZero() == test.retry {
					t.Errorf("%s mail: %+v, want %s because of %q\n%s", kind, got, route, test.reason, w.logs)
				}
			}
			// What the policy says is what sending does.
			if codes := []hire.Code{r.send("k1", hello).code()}; slices.Contains(codes, hire.Code("")) != (test.personal == "gmail" && !test.retry) {
				t.Errorf("a personal mail is answered with %q", codes)
			}
			r.call("GET", "/settings/v1/sending-policy?kind=letter", nil).problem(400, hire.CodeInvalidRequest)
			r.call("GET", "/settings/v1/sending-policy", nil).problem(400, hire.CodeInvalidRequest)
		})
	}
}
