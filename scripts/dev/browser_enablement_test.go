//go:build browser

package main

import "testing"

const (
	integrations = "/hire/settings/integrations"
	emailAccount = "/hire/settings/email"
)

func TestScenario01_SuperAdminSwitchesItOnForAll(t *testing.T) {
	s := newStage(t)
	for _, in := range []struct{ account, boss, name, plan string }{{acme, "sam", "Sam Okoye", "Pro"}, {northwind, "nora", "Nora Falk", "Pro Plus"}} {
		v := s.visitorOf(in.account, in.boss, integrations)
		v.sees(id("integration-state"), "Off")
		v.seesNo(id("upgrade-notice"))
		v.sees("main dl", in.plan)
		v.click(id("integration-switch", "aria-checked=false"))
		v.sees(id("integration-state"), "On")
		v.sees(id("integration-changed"), in.name)
		// It is in the account's audit log.
		v.click(id("settings-nav-audit"))
		v.sees(id("audit-row", "data-action=integration.enabled"), in.name)
	}
	// The whole account has it, and sees whom it owes it to.
	v := s.visitor("rita", integrations)
	v.sees(id("integration-state"), "On")
	v.sees(id("integration-changed"), "Sam Okoye")
	v.seesNo(id("settings-nav-audit"))
}

func TestScenario02_LowerPlanIsOfferedAnUpgrade(t *testing.T) {
	s := newStage(t)
	v := s.visitorOf(starter, "sue", integrations)
	v.sees(id("upgrade-notice", "data-code=plan_upgrade_required"), "Small & Co is on the Starter plan")
	v.sees(id("integration-switch", "aria-checked=false")+":disabled", "")
	v.looks("upgrade")
	// Who switches it on all the same is refused.
	v.force(id("integration-switch"))
	v.sees(id("error", "data-code=plan_upgrade_required"), "Upgrade required")
	v.open(integrations)
	v.sees(id("integration-state"), "Off")
	v.open(emailAccount)
	v.sees("main", "Your account’s plan does not include the email integration.")
	v.seesNo(id("connect-button"))
}

func TestScenario03_OthersCannotSwitch(t *testing.T) {
	s := newStage(t)
	v := s.visitor("rita", integrations)
	v.sees(id("integration-switch", "aria-checked=false")+":disabled", "")
	v.sees("main", "Only a Super Admin can change this.")
	v.force(id("integration-switch"))
	v.sees(id("error", "data-code=super_admin_required"), "Only a Super Admin")
	v.open(integrations)
	v.sees(id("integration-state"), "Off")
}

func TestScenario04_NothingToConnectWhileOff(t *testing.T) {
	s := newStage(t)
	v := s.visitor("rita", emailAccount)
	v.sees(id("connection-state", "data-state=not_connected"), "Not connected")
	v.sees("main", "Ask a Super Admin to switch it on.")
	v.seesNo(id("connect-button"))
	v.looks("nothing-to-connect")
}

func TestScenario05_ConnectIsOfferedWhileOn(t *testing.T) {
	s := newStage(t)
	v := s.visitor("rita", emailAccount)
	v.sees(id("connection-state", "data-state=not_connected"), "")
	// It appears by itself when the integration is switched on.
	s.person("sam").enable()
	v.sees(id("connect-button"), "Connect Email Account")
	v.sees("main", "Mail to candidates leaves from rita@acme.example")
	v.looks("connect-offered")
}

func TestScenario06_AutomaticMailNeedsNoMailbox(t *testing.T) {
	s := connectedStage(t, "harry")
	v := s.visitor("rita", emailAccount)
	v.sees(id("connection-state", "data-state=not_connected"), "")
	// Acknowledgements leave as they did before; only what she writes herself waits for her mailbox.
	v.sees(id("policy-row", "data-kind=automatic", "data-route=hire_domain"), "From Hire’s own address")
	v.sees(id("policy-row", "data-kind=personal", "data-route=blocked", "data-reason=connect_required"), "Not sent at the moment")
	// A candidate writes to her: as before, it is in her own mailbox and in no profile.
	s.post("outside/"+coraMail, mail{Name: "Cora Lindqvist", To: to(ritaMail), Subject: "A question", Text: "Is the job remote?"})
	s.threadIn(ritaMail, "A question")
	v.open("/hire/candidates/" + cora)
	v.sees(id("empty"), "No conversations yet")
	// To a colleague's conversation, one answers as before too.
	s.person("harry").send("k1", cora, "Your application", "When could we talk?")
	s.answers("harry@acme.example", "Tomorrow at ten.")
	v.sees(id("thread-row"), "Your application")
	v.click(id("thread-row"))
	v.sees(id("message-body"), "Tomorrow at ten.")
}
