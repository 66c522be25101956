//go:build browser

package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/api"
)

// The network breaks after the server has taken a mail. The draft and its key stay, through a reload: sending again sends nothing twice.
func TestPagesAskForALostAnswerAgain(t *testing.T) {
	s := connectedStage(t, "rita")
	v := s.visitor("rita", "/hire/candidates")
	v.compose("Your application", "When could we talk?")
	ask1[bool](v, `() => {
		const real = window.fetch;
		window.fetch = async (url, init) => {
			const answer = await real(url, init);
			if (init?.method === 'POST' && String(url).includes('/sendmessage/v1/messages')) throw new TypeError('the answer is lost');
			return answer;
		};
		return true;
	}`)
	v.click(id("composer-send"))
	v.sees(id("composer-problem", "data-code=network"), "pressing Send again will not send it twice")
	v.looks("answer-lost")
	v.open("/hire/candidates/cora/new")
	v.poll("the draft is kept", `(s) => document.querySelector(s)?.value === 'When could we talk?'`, id("composer-text"))
	v.click(id("composer-send"))
	v.sees(id("message-body"), "When could we talk?")
	if got := inbox(t, s.base, coraMail); len(got) != 1 {
		t.Errorf("Cora has %d mails, want one", len(got))
	}
	if n := ask1[int](v, `() => Object.keys(localStorage).filter((k) => k.startsWith('hire.draft:')).length`); n != 0 {
		t.Errorf("%d drafts are left", n)
	}
}

// A mail for later waits in the profile, can be taken back until then, and leaves by itself.
func TestPagesSendLaterAndUndo(t *testing.T) {
	s := connectedStage(t, "rita")
	v := s.visitor("rita", "/hire/candidates")
	v.compose("Your application", "When could we talk?")
	v.click(id("composer-later"))
	v.sees(id("later-dialog"), "Send later")
	v.looks("later-dialog")
	v.replace(id("later-time"), "2020-01-01T09:00")
	v.click(id("later-confirm"))
	v.sees(id("later-dialog"), "That is in the past.")
	v.click(id("later-choice", "data-name=Tomorrow morning"))
	v.sees(id("scheduled-row", "data-state=queued"), "Your application")
	v.sees(id("scheduled-row"), "at 09:00")
	v.looks("scheduled")
	// It waits there over a reload, and nothing has left.
	v.open("/hire/candidates/cora")
	v.sees(id("scheduled-row", "data-state=queued"), "Your application")
	// Taken back, it is a draft again, and will not leave.
	key := ask1[string](v, `(s) => document.querySelector(s).dataset.key`, id("scheduled-row"))
	v.click(id("scheduled-undo"))
	v.poll("the draft is back", `(s) => document.querySelector(s)?.value === 'When could we talk?'`, id("composer-text"))
	v.gone(id("scheduled-row"))
	var result api.SendResult
	s.person("rita").call("GET", "/sendmessage/v1/messages/"+key, nil, 200, &result)
	if result.State != "failed" || result.Problem == nil || result.Problem.Code != "cancelled" {
		t.Errorf("what was taken back is %s, %+v, want it cancelled", result.State, result.Problem)
	}
	if got := inbox(t, s.base, coraMail); len(got) != 0 {
		t.Errorf("Cora has %d mails, want none", len(got))
	}
	// The same for in a moment.
	v.click(id("composer-later"))
	v.sees(id("later-dialog"), "")
	ask1[bool](v, `(time, confirm) => {
		const at = new Date(Date.now() + 3000);
		document.querySelector(time).step = 1;
		document.querySelector(time).value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
		document.querySelector(confirm).click();
		return true;
	}`, id("later-time"), id("later-confirm"))
	v.sees(id("thread-row"), "Your application")
	v.gone(id("scheduled-row"))
	v.click(id("thread-row"))
	v.sees(id("message-body"), "When could we talk?")
	if got := inbox(t, s.base, coraMail); len(got) != 1 {
		t.Errorf("Cora has %d mails, want one", len(got))
	}
}

// One text goes to several candidates, each in their own words, with its progress; what has not left can be stopped.
func TestPagesWriteToSeveral(t *testing.T) {
	s := connectedStage(t, "rita")
	v := s.visitor("rita", "/hire/candidates")
	v.click(id("candidate-choose", "data-id=cora"))
	v.click(id("candidate-choose", "data-id=david"))
	v.looks("candidates-chosen")
	v.click(id("write-to-several"))
	v.sees(id("bulk-recipient", "data-id=david"), "David Okafor")
	v.replace(id("bulk-subject"), "News for {first name}")
	v.replace(id("bulk-text"), "Dear {first name},\n\nwe have met you with pleasure.")
	v.sees(id("bulk-preview"), "Dear Cora")
	v.looks("bulk")
	v.click(id("bulk-send"))
	v.sees(id("batch-row", "data-id=cora"), "Cora Lindqvist")
	v.sees(id("batch-progress", "data-done=true"), "2 sent, of 2.")
	v.looks("batch-done")
	for address, name := range map[string]string{coraMail: "Cora", davidMail: "David"} {
		if !slices.ContainsFunc(inbox(t, s.base, address), func(l letter) bool {
			return l.Subject == "News for "+name && strings.Contains(l.Text, "Dear "+name+",")
		}) {
			t.Errorf("%s has not got a mail of their own", name)
		}
	}
	// At Gmail's limit they wait, which the page says, and can be called off.
	s.gmail("PUT", "mailboxes/"+ritaMail+"/trouble/sending-limit", 204, nil)
	v.open("/hire/write?to=cora,david,mina")
	v.replace(id("bulk-subject"), "More news")
	v.replace(id("bulk-text"), "Soon.")
	v.click(id("bulk-send"))
	v.sees(id("batch-problem", "data-code=daily_gmail_limit"), "Daily Gmail limit")
	v.looks("batch-waits")
	v.click(id("batch-cancel"))
	v.click(id("confirm-yes"))
	v.sees(id("batch-progress", "data-done=true"), "0 sent, 3 not sent, of 3.")
	v.sees(id("batch-row", "data-id=mina", "data-state=failed"), "Cancelled")
	// None can be sent to nobody in particular: the server says which ones, and nothing is queued.
	ask1[bool](v, `async () => { sessionStorage.clear(); return true; }`)
	v.become(acme, "rita", "/hire/write")
	v.sees(id("bulk-send")+":disabled", "Send to 0 candidates")
}
