//go:build browser

package main

import "testing"

// TestFirstFiveMinutes lives the product on its pages, as the README promises it.
func TestFirstFiveMinutes(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, launch(t, "dev", nil, "-addr", "127.0.0.1:0").base)

	v.open("/")
	v.sees(id("tour-step", "data-step=switch"), "")
	v.picture("welcome")

	// A Super Admin switches the integration on.
	v.open("/hire/settings/integrations?as=acme/sam")
	v.click(id("integration-switch", "aria-checked=false"))
	v.sees(id("integration-switch", "aria-checked=true"), "")
	v.click(id("aliases-switch", "aria-checked=false"))
	v.sees(id("aliases-switch", "aria-checked=true"), "")
	v.picture("integration")

	// A recruiter connects Gmail through a consent screen.
	v.open("/hire/settings/email?as=acme/rita")
	v.click(id("connect-button"))
	v.sees(id("oauth-account-"+ritaMail), ritaMail)
	v.picture("choose-account")
	v.click(id("oauth-account-" + ritaMail))
	v.sees(id("oauth-continue"), "Continue")
	v.picture("consent")
	v.click(id("oauth-continue"))
	v.sees(id("connection-state", "data-state=connected"), "")
	v.sees(id("connection-address"), ritaMail)
	v.picture("connected")

	// She writes to a candidate.
	v.open("/hire/candidates/" + cora)
	v.sees(id("profile-name"), "Cora")
	v.click(id("new-message-button"))
	v.write(id("composer-subject"), "Your application")
	v.write(id("composer-text"), "Dear Cora,\n\nthank you for applying. When could we talk?")
	v.sees(id("composer-from"), "talent@acme.example")
	v.click(id("composer-signature"))
	v.picture("composer")
	v.click(id("composer-send"))
	v.sees(id("message-body"), "When could we talk?")
	v.sees(id("message-body"), "Recruiting, Acme Robotics")
	v.picture("sent")

	// The candidate answers, and the answer appears in the profile by itself.
	profile := v.otherTab()
	profile.open("/hire/candidates/" + cora)
	profile.click(id("thread-row"))
	profile.sees(id("message-body"), "When could we talk?")
	v.open("/gmail/candidate/" + coraMail)
	v.click(id("outside-row"))
	v.sees(id("message-body"), "When could we talk?")
	v.click(id("reply-button"))
	v.write(id("letter-text"), "Tomorrow at ten would be perfect.")
	v.picture("candidate")
	v.click(id("letter-send"))
	profile.sees(id("message-body"), "Tomorrow at ten would be perfect.")
	profile.sees(id("receipt"), "2 of 2")
	profile.picture("answer-in-profile")

	// A label put on an unrelated conversation imports it.
	profile.open("/hire/candidates/david")
	profile.sees(id("profile-name"), "David")
	v.open("/gmail/m/" + ritaMail + "/inbox")
	v.picture("gmail-inbox")
	v.clickOn(id("mail-row"), "designer role")
	v.sees(id("conversation-subject"), "designer role")
	v.click(id("label-button"))
	v.click(id("label-choice", "data-name=Hire"))
	v.sees(id("label-chip", "data-name=Hire"), "Hire")
	v.picture("gmail-label")
	profile.sees(id("thread-row"), "designer role")
	profile.click(id("thread-row"))
	profile.sees(id("message-body"), "Thursday after two would suit me")
	profile.sees(id("receipt"), "3 of 3")
	profile.picture("imported")
	profile.narrow()
	profile.picture("imported-on-a-phone")

	// What the functions have told of it.
	v.clickOn(id("devbar")+" a", "Figures")
	v.sees(id("promise-card", "data-name=within-60"), "100 %")
	v.sees(id("figure-card", "data-name=hire.reply.lag", "data-told=true")+" "+id("figure-point", "data-of=push"), "1 value")
	v.sees(id("figure-card", "data-name=hire.send.outcomes")+" "+id("figure-point", "data-of=sent"), "1")
	v.sees(id("figure-card", "data-name=hire.token.refusals", "data-told=false"), "Nothing has been told yet")
	v.picture("figures")
	v.narrow()
	v.picture("figures-on-a-phone")
}
