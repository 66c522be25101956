//go:build browser

package main

import (
	"strings"
	"testing"
)

// refusedReply is what the functions answer to a reply that the page does not offer.
func (v *visitor) refusedReply(threadID string) string {
	v.t.Helper()
	return ask1[string](v, `async (thread_id) => {
		const { messages } = await import('/assets/js/hire/api.js');
		return messages.send('forced-' + crypto.randomUUID(), { candidate_id: 'cora', thread_id, text: 'Me, too.' }).then(() => 'sent', (err) => err.status + ' ' + err.code);
	}`, threadID)
}

func TestScenario26_WhoMayNotWrite(t *testing.T) {
	s := connectedStage(t, "rita", "tess")
	s.person("rita").send("k1", cora, "Your application", "When could we talk?")
	// A Hiring Team Member who is not on the conversation reads it, and is told that she can't answer.
	v := s.visitor("tess", "/hire/candidates")
	v.openThread(cora, "Your application")
	v.sees(id("message-body"), "When could we talk?")
	v.sees(id("may-not-reply"), "You can reply only to conversations that include you.")
	v.seesNo(id("reply-button"))
	v.looks("may-not-reply")
	thread := v.address().Path[strings.LastIndex(v.address().Path, "/")+1:]
	if got := v.refusedReply(thread); got != "403 not_on_thread" {
		t.Errorf("Tess's reply: %s", got)
	}
	// Once she is on it, she can.
	s.replyAll("Your application", "Tess will be there too.", to(coraMail), to("tess@acme.example"))
	v.sees(id("message-body"), "Tess will be there too.")
	v.click(id("reply-button"))
	v.write(id("composer-text"), "Looking forward to it.")
	v.click(id("composer-send"))
	v.sees(id("message-body"), "Looking forward to it.")
	// Somebody of an agency is offered nothing, and refused.
	a := s.visitor("alex", "/hire/candidates/cora")
	a.sees(id("error", "data-code=forbidden"), "External Agency users cannot see")
	a.seesNo(id("new-message-button"))
	a.looks("agency")
	if got := a.refusedReply(thread); got != "403 role_may_not_send" {
		t.Errorf("Alex's reply: %s", got)
	}
}

func TestScenario27_PrivateConversation(t *testing.T) {
	s := connectedStage(t, "rita")
	s.person("rita").send("k1", cora, "Your salary", "Between us.")
	s.replyAll("Your salary", "Harry knows.", to(coraMail), to("harry@acme.example"))
	v := s.visitor("rita", "/hire/candidates")
	v.openThread(cora, "Your salary")
	v.sees(id("message-body"), "Harry knows.")
	path := v.address().Path
	// Tess sees it, until Rita makes it private; then it goes from her page by itself.
	tess := s.visitor("tess", path)
	tess.sees(id("message-body"), "Between us.")
	v.click(id("privacy-button", "aria-pressed=false"))
	v.sees(id("privacy-button", "aria-pressed=true"), "Private")
	v.looks("private")
	tess.gone(id("thread-row"))
	tess.open(path)
	tess.sees(id("error", "data-code=unknown_thread"), "There is no such conversation in this account.")
	tess.seesNo(id("thread-row"))
	tess.seesNo(id("message-body"))
	// Who is on it, and the Super Admin, still see it.
	for _, user := range []string{"harry", "sam"} {
		w := s.visitor(user, path)
		w.sees(id("message-body"), "Between us.")
	}
	// Shared again, Tess has it back.
	v.click(id("privacy-button", "aria-pressed=true"))
	tess.sees(id("thread-row"), "Your salary")
}
