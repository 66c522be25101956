//go:build browser

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// compose writes a new message to Cora, and leaves it there.
func (v *visitor) compose(subject, text string) {
	v.t.Helper()
	v.open("/hire/candidates/" + cora + "/new")
	v.replace(id("composer-subject"), subject)
	v.replace(id("composer-text"), text)
}

// openThread opens the conversation with a subject in a candidate's profile.
func (v *visitor) openThread(candidate, subject string) {
	v.t.Helper()
	v.open("/hire/candidates/" + candidate)
	v.clickOn(id("thread-row"), subject)
	v.sees(id("thread-subject"), subject)
}

func TestScenario22_OutsiderIsLeftOut(t *testing.T) {
	const friend = "fred@friends.example"
	s := connectedStage(t, "rita")
	s.person("rita").send("k1", cora, "Your application", "When could we talk?")
	// In Gmail itself, Rita goes on in the conversation and adds a friend.
	s.replyAll("Your application", "Fred knows the way.", to(coraMail), to(friend))
	v := s.visitor("rita", "/hire/candidates/cora")
	v.clickOn(id("thread-row"), "Your application")
	v.sees(id("message-body"), "Fred knows the way.")
	v.click(id("reply-button"))
	v.sees(id("composer-recipients"), coraMail)
	v.sees(id("composer-left-out"), "Left out: "+friend)
	v.looks("left-out")
	v.write(id("composer-text"), "Between us: ten o'clock.")
	v.click(id("composer-send"))
	v.sees(id("sent-left-out"), "Left out: "+friend)
	v.sees(id("message-body"), "Between us: ten o'clock.")
	// The candidate has it; the friend has only what Rita sent in Gmail.
	until(t, "Cora has the reply", func() bool { return len(inbox(t, s.base, coraMail)) == 3 })
	if got := inbox(t, s.base, friend); len(got) != 1 || !strings.Contains(got[0].Text, "Fred knows the way.") {
		t.Errorf("the friend has %+v, want the one mail that was sent to him", got)
	}
}

func TestScenario23_ColleagueStaysOnTheConversation(t *testing.T) {
	const harry = "harry@acme.example"
	s := connectedStage(t, "rita")
	s.person("rita").send("k1", cora, "Your application", "When could we talk?")
	s.replyAll("Your application", "Harry will be there too.", to(coraMail), to(harry))
	v := s.visitor("rita", "/hire/candidates/cora")
	v.clickOn(id("thread-row"), "Your application")
	v.sees(id("message-body"), "Harry will be there too.")
	v.click(id("reply-button"))
	v.sees(id("composer-recipients"), harry)
	v.seesNo(id("composer-left-out"))
	v.write(id("composer-text"), "See you at ten.")
	v.click(id("composer-send"))
	v.sees(id("message-body"), "See you at ten.")
	v.seesNo(id("sent-left-out"))
	// It is in Harry's Gmail.
	v.open("/gmail/m/" + harry + "/inbox")
	v.clickOn(id("mail-row"), "Your application")
	v.sees(id("message-body"), "See you at ten.")
}

func TestScenario24_WhatGmailWouldRefuse(t *testing.T) {
	s := connectedStage(t, "rita")
	v := s.visitor("rita", "/hire/candidates")
	v.compose("Too much", "See the files.")
	// A file over the limit is refused where it is chosen, and does not hold up the others.
	folder := t.TempDir()
	large, small := filepath.Join(folder, "video.mp4"), filepath.Join(folder, "plan.txt")
	for path, size := range map[string]int64{large: 25<<20 + 1, small: 1000} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
	}
	v.attach(id("composer-attach"), large)
	v.sees(id("composer-attachment", "data-filename=video.mp4", "data-state=failed"), "25 MB in all")
	v.attach(id("composer-attach"), small)
	v.sees(id("composer-attachment", "data-filename=plan.txt", "data-state=ready"), "1 kB")
	v.looks("attachment-too-large")
	// The server holds to it as well, whatever a page lets through.
	if code := ask1[string](v, `async () => {
		const { messages } = await import('/assets/js/hire/api.js');
		return messages.upload(new File([new Uint8Array(25 * 1024 * 1024 + 1)], 'video.mp4')).then(() => 'taken', (err) => err.status + ' ' + err.code);
	}`); code != "413 message_too_large" {
		t.Errorf("the upload of 25 MB and a byte: %s", code)
	}
	// More recipients than Gmail takes.
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprintf("r%d@crowd.example", i)
	}
	v.click(id("composer-cc-toggle"))
	v.replace(id("composer-cc"), strings.Join(many, ", "))
	v.click(id("composer-send"))
	v.sees(id("composer-problem", "data-code=too_many_recipients"), "Too many recipients")
	if sent, drafts := s.sentBy(ritaMail); sent != 1 || drafts != 0 { // one before Hire
		t.Errorf("Gmail has sent %d and keeps %d drafts, want 1 and none", sent, drafts)
	}
	// With fewer it leaves, with the file that was taken.
	v.replace(id("composer-cc"), "")
	v.click(id("composer-send"))
	v.sees(id("message-body"), "See the files.")
	v.sees(id("attachment", "data-filename=plan.txt"), "")
}

func TestScenario25_DailyGmailLimit(t *testing.T) {
	s := connectedStage(t, "rita")
	v := s.visitor("rita", "/hire/candidates")
	v.open("/gmail/m/" + ritaMail + "/trouble")
	v.click(id("trouble-limit"))
	v.sees(id("toast"), "Gmail sends nothing")
	v.compose("Your application", "When could we talk?")
	v.click(id("composer-send"))
	v.sees(id("composer-problem", "data-code=daily_gmail_limit"), "Daily Gmail limit")
	v.sees(id("composer-problem"), "Try again")
	v.looks("daily-limit")
	// What was written is kept, also over a reload. Pressing again does not ask Gmail again: that is what the figures show.
	v.click(id("composer-send"))
	v.sees(id("composer-problem", "data-code=daily_gmail_limit"), "Daily Gmail limit")
	v.open("/hire/candidates/cora/new")
	v.poll("the draft is kept", `(s) => document.querySelector(s)?.value === 'When could we talk?'`, id("composer-text"))
	tab := v.otherTab()
	tab.open("/figures/")
	spent := id("figure-card", "data-name=hire.gmail.quota.spent") + " " + id("figure-point")
	tab.sees(spent, "drafts.send")
	if n := ask1[[]string](tab, `(s) => [...document.querySelectorAll(s)].filter((p) => p.dataset.of.includes('drafts.send')).map((p) => p.dataset.of + ' ' + p.querySelector('.point-value').textContent)`, spent); len(n) != 1 || !strings.HasSuffix(n[0], " 100") {
		t.Errorf("Gmail was asked to send: %q, want the units of one call", n)
	}
	// The settings say until when, and that automatic mail goes another way meanwhile.
	tab.become(acme, "rita", emailAccount)
	tab.sees(id("mailbox-health", "data-state=trouble"), "Gmail’s sending limit is reached; it sends again at")
	tab.sees(id("policy-row", "data-kind=automatic", "data-route=hire_domain", "data-reason=daily_gmail_limit"), "")
	tab.looks("health-at-the-limit")
}
