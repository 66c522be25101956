package functions_test

import (
	"testing"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

func TestScenario01_SuperAdminEnablesForTheWholeAccount(t *testing.T) {
	t.Parallel()
	for _, plan := range []string{"pro", "pro_plus"} {
		t.Run(plan, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.plan(plan)
			if a := w.sam().settings().Account; a.Enabled || !a.Available || !a.MayChange {
				t.Fatalf("before: %+v, want it available, off, and Sam allowed to switch it", a)
			}
			w.enable()
			for _, p := range []*person{w.sam(), w.rita()} {
				a := p.settings().Account
				if !a.Enabled || a.ChangedBy != sam || a.ChangedByName != "Sam Super" || !a.ChangedAt.Equal(w.clock.Now()) {
					t.Errorf("%s sees %+v, want it on, switched by Sam now", p.user, a)
				}
			}
			var audit api.Audit
			w.sam().call("GET", "/settings/v1/audit", nil).into(200, &audit)
			if len(audit.Entries) != 1 || audit.Entries[0].Action != "integration.enabled" || audit.Entries[0].UserID != sam {
				t.Errorf("audit %+v, want one entry: integration.enabled by Sam", audit.Entries)
			}
		})
	}
}

func TestScenario02_LowerPlanGetsUpgradeNotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	small := w.person(starter, sam, "sam@starter.example")
	s := small.settings()
	if s.Account.Available || s.Account.MayChange || len(s.Notices) != 1 || s.Notices[0].Code != string(hire.CodePlanUpgrade) || s.Notices[0].Action != "upgrade" {
		t.Errorf("settings %+v, want one notice that offers the upgrade", s)
	}
	small.call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).problem(403, hire.CodePlanUpgrade)
	if small.settings().Account.Enabled {
		t.Error("the integration is on")
	}
}

func TestScenario03_OnlySuperAdminEnables(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.rita().call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).problem(403, hire.CodeSuperAdmin)
	if s := w.rita().settings(); s.Account.Enabled || s.Account.MayChange {
		t.Errorf("settings %+v, want it off, and Rita not allowed to switch it", s.Account)
	}
}

func TestScenario04_NothingToConnectWhileOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if c := w.rita().settings().Connection; c.MayConnect || c.State != "not_connected" {
		t.Errorf("connection %+v, want no offer to connect", c)
	}
	w.rita().call("POST", "/connect/v1/connect", api.StartConnect{}).problem(409, hire.CodeIntegrationOff)
}

func TestScenario05_ConnectIsOfferedWhileOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	if c := w.rita().settings().Connection; !c.MayConnect || c.State != "not_connected" || c.LoginEmail != ritaMail {
		t.Errorf("connection %+v, want the offer to connect %s", c, ritaMail)
	}
}
