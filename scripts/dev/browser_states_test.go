//go:build browser

package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What the scenarios do not come by is looked at here: every other page of Hire, in each of its states.
func TestPagesOfHireLookRight(t *testing.T) {
	s := connectedStage(t, "rita", "harry")
	s.person("rita").send("k1", cora, "Your application", "When could we talk?")
	v := newVisitor(t, s.base)
	v.open("/")
	v.sees(id("tour-step", "data-step=switch", "data-done=true"), "")
	v.looks("welcome")
	v.become(acme, "sam", integrations)
	v.sees(id("integration-state"), "On")
	v.looks("integration")
	v.click(id("integration-switch"))
	v.sees(id("confirm-dialog"), "Switch the integration off?")
	v.looks("switch-off")
	v.press(kb.Escape)
	v.gone(id("confirm-dialog"))
	v.click(id("settings-nav-connections"))
	v.sees(id("connection-row", "data-user=rita", "data-state=connected"), "Rita Moreno")
	v.sees(id("connection-count", "data-state=connected"), "2")
	v.sees(id("connection-count", "data-state=not_connected"), "3")
	v.looks("connections")
	v.click(id("settings-nav-audit"))
	v.sees(id("audit-row", "data-action=mailbox.connected"), "Rita Moreno")
	v.looks("audit")
	v.become(acme, "rita", emailAccount)
	v.sees(id("mailbox-health", "data-state=well"), "All is well")
	v.sees(id("connection-watch"), "")
	v.sees(id("policy-row", "data-kind=bulk", "data-route=gmail"), "")
	v.looks("connected")
	v.click(id("disconnect-button"))
	v.sees(id("confirm-dialog"), "Disconnect your Gmail account?")
	v.looks("disconnect")
	v.click(id("confirm-no"))
	v.open("/hire/candidates")
	v.sees(id("candidate-row", "data-id=cora"), "Cora Lindqvist")
	v.looks("candidates")
	v.open("/hire/candidates/cora")
	v.sees(id("thread-row"), "Your application")
	v.looks("profile")
	v.open("/hire/unmatched")
	v.sees(id("empty"), "Nothing is unmatched")
	v.looks("nothing-unmatched")
	v.open("/hire/nowhere")
	v.sees(id("notice"), "There is nothing here")
	v.looks("nowhere")
	v.open("/nowhere")
	v.looks("missing")
	v.open("/figures/")
	v.sees(id("promise-card", "data-name=within-60"), "")
	v.looks("figures")
}

func TestPagesAskToReconnect(t *testing.T) {
	s := connectedStage(t, "rita")
	v := s.visitor("rita", "/hire/candidates")
	v.open("/gmail/m/" + ritaMail + "/trouble")
	v.click(id("trouble-access"))
	v.sees(id("toast"), "Hire has no access any more.")
	// Hire learns of it when it calls. What was written is kept.
	v.compose("Your application", "When could we talk?")
	v.click(id("composer-send"))
	v.sees(id("composer-problem", "data-code=reconnect_required"), "Reconnect")
	v.looks("reconnect-in-the-composer")
	v.open("/hire/candidates")
	v.sees(id("reconnect-banner"), "Your Gmail account needs to be connected again")
	v.looks("reconnect-banner")
	v.clickOn(id("reconnect-banner")+" a", "Reconnect")
	v.sees(id("connection-state", "data-state=needs_reconnect"), "")
	v.sees(id("mailbox-health", "data-state=trouble"), "Google refuses our access")
	v.looks("needs-reconnect")
	// The Super Admin sees who has to do something.
	boss := s.visitor("sam", "/hire/settings/connections")
	boss.sees(id("connection-row", "data-user=rita", "data-state=needs_reconnect"), "Rita Moreno")
	boss.looks("connections-with-trouble")
	// Connected again, the banner goes, and the draft is offered.
	v.consentScreen("reconnect-button", ritaMail)
	v.click(id("oauth-continue"))
	v.sees(id("connection-state", "data-state=connected"), "")
	v.gone(id("reconnect-banner"))
	v.sees(id("back-to-draft"), "Go on with the draft")
	v.looks("connected-again")
	v.click(id("back-to-draft"))
	v.click(id("composer-send"))
	v.sees(id("message-body"), "When could we talk?")
}

func TestPagesShowWhatWasNotDelivered(t *testing.T) {
	s := connectedStage(t, "rita")
	v := s.visitor("rita", "/hire/candidates")
	v.open("/gmail/m/" + ritaMail + "/trouble")
	v.sees(id("trouble-address"), "")
	v.poll("choose Mina", `(s, email) => { const e = document.querySelector(s); e.value = email; return e.value === email; }`, id("trouble-address"), minaMail)
	v.click(id("trouble-bounce"))
	v.sees(id("toast"), "comes back from now on")
	s.person("rita").send("k1", "mina", "Your application", "When could we talk?")
	v.openThread("mina", "Your application")
	v.sees(id("delivery-state", "data-state=failed"), "This did not reach "+minaMail)
	v.looks("undelivered")
}

// A mail in a candidate's name that does not come from their domain says so, in words; their own mail does not.
func TestPagesWarnOfForgedSenders(t *testing.T) {
	s := connectedStage(t, "rita")
	s.person("rita").send("k1", cora, "Your application", "When could we talk?")
	s.answers(ritaMail, "On Thursday.")
	v := s.visitor("rita", "/hire/candidates")
	v.openThread(cora, "Your application")
	v.sees(id("message-body"), "On Thursday.")
	v.gone(id("may-be-forged"))
	v.open("/gmail/candidate/" + coraMail)
	v.clickOn(id("outside-row"), "Your application")
	v.click(id("reply-button"))
	v.click(id("letter-forged"))
	v.write(id("letter-text"), "Please send my file to another address.")
	v.looks("forging")
	v.click(id("letter-send"))
	v.sees(id("toast"), "Sent.")
	v.openThread(cora, "Your application")
	v.sees(id("may-be-forged", "data-claims=candidate"), "This mail may not be from Cora Lindqvist.")
	v.looks("may-be-forged")
}

func TestPagesOfGmailLookRight(t *testing.T) {
	s := connectedStage(t, "rita")
	s.person("rita").send("k1", cora, "Your application", "When could we talk?")
	v := newVisitor(t, s.base)
	for _, page := range []struct{ name, path, selector, words string }{
		{"gmail-inbox", "/gmail/m/" + ritaMail + "/inbox", id("mail-row"), "designer role"},
		{"gmail-filters", "/gmail/m/" + ritaMail + "/filters", id("filter-form"), "Skip the inbox"},
		{"gmail-trouble", "/gmail/m/" + ritaMail + "/trouble", id("trouble-limit"), ""},
		{"gmail-compose", "/gmail/m/" + ritaMail + "/compose", id("letter-text"), ""},
		{"gmail-candidate", "/gmail/candidate/" + coraMail, id("outside-row"), "Your application"},
	} {
		v.open(page.path)
		v.sees(page.selector, page.words)
		v.looks(page.name)
	}
	v.open("/gmail/m/" + ritaMail + "/inbox")
	v.clickOn(id("mail-row"), "designer role")
	v.sees(id("message-body"), "Thursday after two")
	v.click(id("label-button"))
	v.sees(id("label-choice", "data-name=Hire"), "")
	v.looks("gmail-conversation")
}

// Who uses no mouse gets everywhere: the focus is seen, goes where one expects it, and is kept in by a dialog. New mail is said aloud.
func TestPagesByKeyboardAlone(t *testing.T) {
	s := connectedStage(t, "rita")
	v := s.visitor("rita", "/hire/candidates")
	v.press(kb.Tab)
	v.tabTo(".skip")
	v.press(kb.Enter)
	v.tabTo(id("candidate-row", "data-id=cora"))
	if outline := ask1[string](v, `() => getComputedStyle(document.activeElement).outlineStyle`); outline != "solid" {
		t.Errorf("the focus on a candidate is drawn %q, want a solid outline", outline)
	}
	v.press(kb.Enter)
	v.tabTo(id("new-message-button"))
	v.press(kb.Enter)
	v.poll("the subject has the focus", `(s) => document.activeElement?.matches(s)`, id("composer-subject"))
	v.press("Your application")
	v.press(kb.Tab)
	v.press("When could we talk?")
	// The dialog keeps the focus within, and gives it back.
	v.tabTo(id("composer-later"))
	v.press(kb.Enter)
	v.sees(id("later-dialog"), "")
	for range 12 {
		v.press(kb.Tab)
		if !ask1[bool](v, `(s) => document.activeElement === document.body || Boolean(document.activeElement.closest(s))`, id("later-dialog")) {
			t.Fatal("the focus leaves the dialog")
		}
	}
	v.press(kb.Escape)
	v.gone(id("later-dialog"))
	v.poll("the button has the focus again", `(s) => document.activeElement?.matches(s)`, id("composer-later"))
	v.tabTo(id("composer-text"))
	v.press(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	v.sees(id("message-body"), "When could we talk?")
	s.answers(ritaMail, "Tomorrow at ten.")
	v.poll("new mail is said", `() => document.getElementById('announcer').textContent.includes('Cora Lindqvist')`)
	// In the conversation: answer, and leave the answer again.
	v.tabTo(id("reply-button"))
	v.press(kb.Enter)
	v.poll("the reply has the focus", `(s) => document.activeElement?.matches(s)`, id("composer-text"))
	v.press(kb.Escape)
	v.poll("the button has the focus again", `(s) => document.activeElement?.matches(s)`, id("reply-button"))
}
