package functions_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store"
)

func TestBounceMarksTheMailInTheProfile(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	thread := r.profile(cora).Threads[0].ID
	candidate.Bounce(true)
	var sent api.SendResult
	r.send("k2", api.SendMessage{CandidateID: cora, ThreadID: thread, Text: "Are you there?"}).into(200, &sent)
	w.pass(time.Minute)
	list := r.thread(thread).MessageList
	if len(list) != 3 {
		t.Fatalf("%d messages in the thread, want two and the report\n%s", len(list), w.logs)
	}
	second, report := list[1], list[2]
	if second.Bounce { // both are of the same second
		second, report = report, second
	}
	first := list[0]
	if first.Delivery != nil || second.ID != sent.MessageID || !report.Bounce || report.Direction != "inbound" {
		t.Fatalf("first %+v, second %s, report %+v", first.Delivery, second.ID, report)
	}
	d := second.Delivery
	if d == nil || d.State != "failed" || d.Status != "5.1.1" || d.Reason != "550 5.1.1 The email account that you tried to reach does not exist." ||
		len(d.Recipients) != 1 || d.Recipients[0].Email != coraMail || d.ReportID != report.ID || d.ThreadID != thread || d.At.IsZero() {
		t.Errorf("the mail is marked %+v", d)
	}
	events := w.heard(store.EventMessageBounced)
	if len(events) != 1 || events[0].MessageID != report.ID || events[0].Undelivered.State != "failed" || events[0].Undelivered.MessageID != sent.MessageID || events[0].Undelivered.ThreadID != thread {
		t.Errorf("events about reports: %+v", events)
	}
	if address := w.replyAddress(rita); address != "" {
		t.Errorf("the event about a report has the reply address %s", address)
	}
	w.sweep()
	w.pass(time.Minute)
	if n := len(w.heard(store.EventMessageBounced)); n != 1 {
		t.Errorf("%d events after a sweep, want 1", n)
	}
}

// A conversation that is imported whole comes taken apart by Gmail, its report included.
func TestBounceInALabelledConversation(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.cora().Bounce(true)
	_, err := w.mailbox(ritaMail).Send(gmailtest.OutgoingMail{To: []string{coraMail}, Subject: "From my phone", Text: "Hello?"})
	w.ok(err)
	found, err := w.mailbox(ritaMail).Threads("subject:phone", 0)
	w.ok(err)
	if len(found) != 1 || found[0].Messages != 2 {
		t.Fatalf("Gmail has %+v, want one conversation of the mail and its report", found)
	}
	w.pass(5 * time.Second)
	w.ok(w.mailbox(ritaMail).LabelThread(found[0].ID, "Hire"))
	w.pass(time.Minute)
	list := r.thread(r.profile(cora).Threads[0].ID).MessageList
	marked := 0
	for _, m := range list {
		if d := m.Delivery; d != nil && m.Direction == "outbound" && d.State == "failed" && d.Status == "5.1.1" && len(d.Recipients) == 1 && d.Reason != "" {
			marked++
		}
	}
	if len(list) != 2 || marked != 1 {
		t.Errorf("messages %+v, want the mail marked\n%s", list, w.logs)
	}
	if events := w.heard(store.EventMessageBounced); len(events) != 1 || events[0].Undelivered.MessageID == "" {
		t.Errorf("events %+v", events)
	}
}

func TestDelayThenFailureOfAnotherServersKind(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	thread := r.profile(cora).Threads[0].ID
	// Gmail puts a report that it has not made itself into a conversation only where the subject is the same, too.
	daemon := w.outside("mailer-daemon@mx.mail.example", "")
	tell := func(action, status string) {
		t.Helper()
		_, err := daemon.SendRaw(fmt.Appendf(nil, "From: MAILER-DAEMON@mx.mail.example (Mail Delivery System)\r\nTo: %s\r\nSubject: Re: Your application\r\nMessage-ID: <%s@mx.mail.example>\r\n"+
			"References: %s\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"+
			"--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.mail.example\r\n\r\n"+
			"Final-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: %s\r\nDiagnostic-Code: smtp; %s busy\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: %s\r\n--b--\r\n",
			ritaMail, action, candidate.asked.MessageID, coraMail, action, status, status, candidate.asked.MessageID))
		w.ok(err)
		w.pass(time.Minute)
	}
	for _, step := range []struct{ action, status string }{{"delayed", "4.4.1"}, {"failed", "5.4.7"}} {
		tell(step.action, step.status)
		if d := r.thread(thread).MessageList[0].Delivery; d == nil || d.State != step.action || d.Status != step.status || d.Reason != step.status+" busy" {
			t.Errorf("after %s: %+v\n%s", step.action, d, w.logs)
		}
	}
	tell("delivered", "2.0.0")
	if d := r.thread(thread).MessageList[0].Delivery; d == nil || d.State != "failed" {
		t.Errorf("a report of success changed it to %+v", d)
	}
	if events := w.heard(store.EventMessageBounced); len(events) != 2 || events[0].Undelivered.State != "delayed" || events[1].Undelivered.State != "failed" {
		t.Errorf("events %+v", events)
	}
}

func TestOutOfOfficeIsFlaggedAsAutomatic(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	candidate.answers("I am away until Monday.", func(m *gmailtest.OutgoingMail) {
		m.Headers = append(m.Headers, gmailtest.Header{Name: "Auto-Submitted", Value: "auto-replied"})
	})
	w.pass(5 * time.Second)
	candidate.answers("Yes, by myself.")
	w.pass(time.Minute)
	list := r.thread(r.profile(cora).Threads[0].ID).MessageList
	if len(list) != 3 || !list[1].AutoReply || list[1].Bounce || list[2].AutoReply || list[0].Delivery != nil {
		t.Fatalf("messages %+v", list)
	}
	events := w.heard(store.EventMessageImported)
	if len(events) != 2 || !events[0].AutoReply || events[0].MessageID != list[1].ID || events[1].AutoReply {
		t.Errorf("events %+v, want the first one flagged", events)
	}
	if n := w.published(store.EventMessageBounced); n != 0 {
		t.Errorf("%d events about reports, want none", n)
	}
}
