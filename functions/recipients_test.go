package functions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// Who gets what is written in Hire, who may write and read, and what is refused before Gmail hears of it.

const friendMail = "friend@elsewhere.example"

func TestScenario22_OutsiderIsLeftOut(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	friend := w.outside(friendMail, "Fred Friend")
	candidate.answers("Fred helps me.", withCopy(friendMail))
	w.pass(time.Minute)
	thread := r.thread(r.profile(cora).Threads[0].ID)
	if got := addressesOf(thread.LeftOut); !slices.Equal(got, []string{friendMail}) {
		t.Errorf("the conversation says that %q are left out, want %s", got, friendMail)
	}
	before := len(friend.Inbox())
	var result api.SendResult
	r.send("k2", api.SendMessage{CandidateID: cora, ThreadID: thread.ID, Text: "Between us: yes."}).into(200, &result)
	if got := addressesOf(result.LeftOut); !slices.Equal(got, []string{friendMail}) {
		t.Errorf("the answer says that %q are left out, want %s", got, friendMail)
	}
	if got := addressesOf(slices.Concat(result.To, result.Cc)); !slices.Equal(got, []string{coraMail}) {
		t.Errorf("it went to %q, want %s alone", got, coraMail)
	}
	if n := len(friend.Inbox()) - before; n != 0 {
		t.Errorf("the outsider got %d mails", n)
	}
	if mail, _ := candidate.Last(); strings.TrimSpace(mail.Text) != "Between us: yes." || strings.Contains(string(mail.Raw), friendMail) {
		t.Errorf("Cora got\n%s", mail.Raw)
	}
	// Who is written to is no choice of the caller's.
	r.send("k3", api.SendMessage{CandidateID: cora, ThreadID: thread.ID, Text: "x", Cc: []api.Address{{Email: friendMail}}}).problem(400, hire.CodeInvalidRequest)
}

func TestScenario23_HireUserOnTheThreadIsIncluded(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.colleague("gone", "admin")
	w.tell(api.DirectoryBatch{Users: []api.DirectoryUser{{AccountID: acme, ID: "gone", Name: "gone", Email: "gone@acme.example", Role: "admin", Version: 2}}})
	candidate.answers("With Sam, please.", withCopy("Sam <SAM@acme.example>", "gone@acme.example"))
	w.pass(time.Minute)
	var result api.SendResult
	r.send("k2", api.SendMessage{CandidateID: cora, ThreadID: r.profile(cora).Threads[0].ID, Text: "Sure."}).into(200, &result)
	if got := addressesOf(result.Cc); !slices.Equal(got, []string{samMail}) {
		t.Errorf("copies went to %q, want %s", got, samMail)
	}
	if got := addressesOf(result.LeftOut); !slices.Equal(got, []string{"gone@acme.example"}) {
		t.Errorf("%q are left out, want the user who was deactivated", got)
	}
	got, err := w.mailbox(samMail).Messages("from:rita", 0)
	w.ok(err)
	if len(got) != 1 || strings.TrimSpace(got[0].Text) != "Sure." {
		t.Errorf("Sam has %+v, want the reply", got)
	}
	if got, err := w.mailbox("gone@acme.example").Messages("from:rita", 0); err != nil || len(got) != 0 {
		t.Errorf("the deactivated user has %+v, %v", got, err)
	}
}

func TestScenario24_WhatGmailWouldRefuse(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	many := make([]api.Address, 101)
	for i := range many {
		many[i].Email = fmt.Sprintf("r%d@crowd.example", i)
	}
	half := strings.Repeat("x", 25<<19)
	a, b, c := r.upload("a.bin", half), r.upload("b.bin", half), r.upload("c.txt", "x")
	file := func(ids ...string) (out []api.AttachmentRef) {
		for _, id := range ids {
			out = append(out, api.AttachmentRef{UploadID: id})
		}
		return out
	}
	nothingAsked := w.nothingAskedOfGoogle()
	for _, test := range []struct {
		name   string
		mail   api.SendMessage
		status int
		code   hire.Code
	}{
		{"101 recipients", api.SendMessage{To: many}, 422, hire.CodeTooManyRecipients},
		{"101 in all", api.SendMessage{To: many[:40], Cc: many[40:80], Bcc: many[80:]}, 422, hire.CodeTooManyRecipients},
		{"more than 25 MB", api.SendMessage{Attachments: file(a, b, c)}, 413, hire.CodeMessageTooLarge},
	} {
		m := test.mail
		m.CandidateID, m.Subject, m.Text = cora, "Hello", "Hi"
		r.send("k1", m).problem(test.status, test.code)
	}
	r.call("POST", "/sendmessage/v1/uploads?filename=a.bin", half+half+"x", "Content-Type", "application/octet-stream").problem(413, hire.CodeMessageTooLarge)
	nothingAsked()

	// As many, and as much, as Gmail takes.
	m := api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi", To: many[:50], Bcc: many[50:100], Attachments: file(a, b)}
	r.send("k1", m).into(200, nil)
	got := w.outside("r99@crowd.example", "").Inbox()
	if len(got) != 1 || len(got[0].Attachments) != 2 || len(got[0].Attachments[0].Data) != len(half) {
		t.Errorf("the last recipient got %d mails, want one with both files", len(got))
	}
}

func TestScenario26_WhoMayNotWrite(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	thread := r.profile(cora).Threads[0].ID
	tom, agency := w.colleague("tom", "hiring_team_member"), w.colleague("agency", "external_agency")
	tom.connect()
	reply := api.SendMessage{CandidateID: cora, ThreadID: thread, Text: "Me, too."}
	nothingAsked := w.nothingAskedOfGoogle()
	tom.send("k1", reply).problem(403, hire.CodeNotOnThread)
	if th := tom.thread(thread); th.MayReply {
		t.Error("the conversation offers Tom to reply")
	}
	agency.send("k1", reply).problem(403, hire.CodeRoleMayNotSend)
	agency.send("k2", hello).problem(403, hire.CodeRoleMayNotSend)
	agency.call("POST", "/sendmessage/v1/uploads?filename=cv.pdf", "x").problem(403, hire.CodeRoleMayNotSend)
	agency.call("POST", "/connect/v1/connect", api.StartConnect{}).problem(403, hire.CodeRoleMayNotSend)
	for _, path := range []string{"/threads/v1/candidates/cora/threads", "/threads/v1/candidates/cora/changes", "/threads/v1/threads/" + thread, "/threads/v1/unmatched"} {
		agency.call("GET", path, nil).problem(403, hire.CodeForbidden)
	}
	nothingAsked()
	// Once he is on it, Tom may.
	candidate.answers("Tom was kind.", withCopy(tom.email))
	w.pass(time.Minute)
	if th := tom.thread(thread); !th.MayReply {
		t.Error("the conversation does not offer Tom to reply")
	}
	tom.send("k1", reply).into(200, nil)
}

// That nobody writes who may not does not hang on their having connected Gmail.
func TestScenario26_NotOnTheThreadAndNotConnected(t *testing.T) {
	t.Parallel()
	w, r, _ := conversation(t)
	tom := w.colleague("tom", "hiring_team_member")
	tom.send("k1", api.SendMessage{CandidateID: cora, ThreadID: r.profile(cora).Threads[0].ID, Text: "Me, too."}).problem(403, hire.CodeNotOnThread)
}

func TestScenario27_PrivateThread(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	on, off, s := w.colleague("ona", "hiring_manager"), w.colleague("otto", "admin"), w.sam()
	candidate.answers("My salary.", func(m *gmailtest.OutgoingMail) {
		m.Cc = []string{on.email}
		m.Attachments = []gmailtest.Attachment{{Name: "payslip.pdf", Type: "application/pdf", Data: []byte("%PDF")}}
	})
	w.pass(time.Minute)
	off.connect()
	thread := r.profile(cora).Threads[0].ID
	message := r.thread(thread).MessageList[1]
	file := fmt.Sprintf("/threads/v1/threads/%s/messages/%s/attachments/%s", thread, message.ID, message.Attachments[0].PartID)
	privacy := func(p *person, private bool) answer {
		return p.call("PUT", "/threads/v1/threads/"+thread+"/privacy", api.SetPrivacy{Private: private})
	}
	privacy(off, true).problem(403, hire.CodeForbidden)
	privacy(r, true).into(200, nil)

	for _, p := range []*person{r, on, s} {
		p.shows(p.user+" on it, or Super Admin:", "> Can we talk?", "My salary.")
	}
	var audit api.Audit
	s.call("GET", "/settings/v1/audit", nil).into(200, &audit)
	var viewed []string
	for _, e := range audit.Entries {
		if e.Action == "thread.private_viewed" {
			viewed = append(viewed, e.UserID+" "+e.Target)
		}
	}
	if want := []string{s.user + " " + thread}; !slices.Equal(viewed, want) {
		t.Errorf("viewed by somebody not on it, and noted: %q, want %q", viewed, want)
	}
	for _, p := range []*person{r, on, s} {
		p.call("GET", file, nil).into(200, nil)
	}
	off.shows("to one who is not on it")
	off.call("GET", "/threads/v1/threads/"+thread, nil).problem(404, hire.CodeUnknownThread)
	off.call("GET", file, nil).problem(404, hire.CodeUnknownThread)
	off.send("k1", api.SendMessage{CandidateID: cora, ThreadID: thread, Text: "What was it?"}).problem(404, hire.CodeUnknownThread)
	off.send("k2", api.SendMessage{CandidateID: cora, Subject: "Hi", Text: "Hi", Attachments: []api.AttachmentRef{
		{ThreadID: thread, MessageID: message.ID, PartID: message.Attachments[0].PartID},
	}}).problem(422, hire.CodeUnknownUpload)
	privacy(off, false).problem(404, hire.CodeUnknownThread)

	privacy(s, false).into(200, nil)
	off.shows("no longer private", "> Can we talk?", "My salary.")
}

func TestScenario28_LineBreaksMakeNoHeaders(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	nothingAsked := w.nothingAskedOfGoogle()
	for name, change := range map[string]func(m *api.SendMessage, evil string){
		"subject":        func(m *api.SendMessage, evil string) { m.Subject = "Hi" + evil },
		"name":           func(m *api.SendMessage, evil string) { m.To = []api.Address{{Name: "Cora" + evil, Email: coraMail}} },
		"address":        func(m *api.SendMessage, evil string) { m.To = []api.Address{{Email: coraMail + evil}} },
		"copy's name":    func(m *api.SendMessage, evil string) { m.Cc = []api.Address{{Name: evil, Email: coraMail}} },
		"copy's address": func(m *api.SendMessage, evil string) { m.Cc = []api.Address{{Email: evil + coraMail}} },
		"blind copy":     func(m *api.SendMessage, evil string) { m.Bcc = []api.Address{{Name: evil, Email: coraMail}} },
	} {
		for _, evil := range []string{"\r\nBcc: eve@evil.example", "\nBcc: eve@evil.example", "\rBcc: eve@evil.example", "\r\n\r\nEvil", "\x00"} {
			m := hello
			change(&m, evil)
			if a := r.send("k1", m); a.Status != 422 || a.code() != hire.CodeInvalidHeader && a.code() != hire.CodeInvalidAddress {
				t.Errorf("%q in the %s: status %d: %s", evil, name, a.Status, a.Body)
			}
		}
	}
	r.call("POST", "/sendmessage/v1/uploads?filename=cv%0D%0AX-Evil:1.pdf", "x").problem(422, hire.CodeInvalidHeader)
	nothingAsked()
	w.coraGot("after all of them", 0)
}

// What a candidate writes comes back in the reply to it: subject, names and ids.
func TestScenario28_LineBreaksFromOutside(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	_, err := w.cora().SendRaw([]byte(strings.Join([]string{
		"From: =?utf-8?q?Cora=0D=0ABcc:_eve@evil.example?= <" + coraMail + ">", "To: =?utf-8?q?Rita=0D=0ABcc:_eve@evil.example?= <" + ritaMail + ">",
		"Cc: =?utf-8?q?Sam=0ABcc:_eve@evil.example?= <" + samMail + ">", "Subject: =?utf-8?q?A_question=0D=0ABcc:_eve@evil.example=0D=0A=0D=0A?=",
		"Message-ID: <a=0D=0A@mail.example>", "Date: Mon, 02 Nov 2026 09:00:00 +0000", "", "Is the job remote?", "",
	}, "\r\n")))
	w.ok(err)
	box := w.mailbox(ritaMail)
	found, err := box.Threads("from:cora", 0)
	w.ok(err)
	w.ok(box.LabelThread(found[0].ID, "Hire"))
	w.pass(time.Minute)
	r.send("k1", api.SendMessage{CandidateID: cora, ThreadID: r.profile(cora).Threads[0].ID, Text: "Yes, it is."}).into(200, nil)
	w.coraGot("replied to,", 1)
	mail, _ := w.cora().Last()
	if mail.Header("Bcc") != "" || len(mail.Cc) != 1 || mail.Cc[0].Address != samMail || len(mail.To) != 1 || strings.TrimSpace(mail.Text) != "Yes, it is." {
		t.Errorf("Cora got\n%s", mail.Raw)
	}
	if got := w.outside("eve@evil.example", "").Inbox(); len(got) != 0 {
		t.Errorf("Eve got %d mails", len(got))
	}
}
