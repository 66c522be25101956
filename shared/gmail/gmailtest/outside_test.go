package gmailtest

import (
	"context"
	"strings"
	"testing"
)

func TestCandidateAnswers(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sent := w.message(w.rita.Send(OutgoingMail{
		To: []string{"Cora Candidate <cora@mail.example>"}, Subject: "Grüße", Text: "Schöne Grüße\n", HTML: "<p>Schöne Grüße</p>",
		Attachments: []Attachment{{Name: "Straße.txt", Type: "text/plain", Data: []byte("Weg\n")}, {Name: "a.pdf", Type: "application/pdf", Data: []byte("%PDF-1.4 \x00\xff")}},
	}))
	got := w.last(w.cora)
	w.same("from", got.From.String(), `"Rita Recruiter" <rita@acme.example>`)
	w.same("subject", got.Subject, "Grüße")
	w.same("text", got.Text, "Schöne Grüße\r\n")
	w.same("html", got.HTML, "<p>Schöne Grüße</p>")
	w.same("attachments", got.Attachments, []Attachment{{"Straße.txt", "text/plain", []byte("Weg\n")}, {"a.pdf", "application/pdf", []byte("%PDF-1.4 \x00\xff")}})
	answer := w.written(w.cora.Reply(got, "Danke"))
	w.same("answer", []string{answer.Subject, answer.InReplyTo, answer.To[0].Address}, []string{"Re: Grüße", sent.MessageID, "rita@acme.example"})
	again := w.message(w.rita.Reply(w.newest(w.rita).ID, "Bitte"))
	w.same("references", again.References, []string{sent.MessageID, answer.MessageID})
	more := w.message(w.rita.Reply(again.ID, "Noch etwas"))
	w.same("one goes on writing to the candidate", more.To[0].Address, "cora@mail.example")
	w.same("the conversation", len(w.thread(w.rita, sent.ThreadID).Messages), 4)

	w.written(w.cora.Send(OutgoingMail{To: []string{"sam@acme.example"}, Subject: "Other", Text: "x"}))
	all := w.cora.Conversations()
	w.same("conversations", len(all), 2)
	w.same("the newest first", all[0].Subject, "Other")
	w.same("mails of the other", len(all[1].Messages), 4)
	w.same("sent", len(w.cora.Sent()), 2)
	w.same("inbox", len(w.cora.Inbox()), 3)
	if r, ok := w.cora.Get(1); !ok || !r.Sent || r.Text != "Danke" {
		t.Errorf("number 1: %+v", r)
	}
}

func TestUnknownAddressesAreOutside(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.message(w.rita.Send(OutgoingMail{To: []string{"nobody@acme.example"}, Subject: "Hello", Text: "x"}))
	var known []string
	for _, o := range w.server.Outsides() {
		known = append(known, o.Email())
	}
	w.same("outside", known, []string{"cora@mail.example", "nobody@acme.example"})
	w.same("messages of Rita", w.rita.profile().messages, 1)
}

func TestBounce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.cora.Bounce(true)
	sent := w.message(w.rita.Send(OutgoingMail{To: []string{"cora@mail.example", "sam@acme.example"}, Subject: "Hello", Text: "one"}))
	th := w.thread(w.rita, sent.ThreadID)
	w.same("messages of the conversation", len(th.Messages), 2)
	report := th.Messages[1]
	w.same("from", report.From.Address, "mailer-daemon@googlemail.com")
	w.same("failed", report.Header("X-Failed-Recipients"), "cora@mail.example")
	w.same("labels", report.LabelIDs, []string{"INBOX", "UNREAD"})
	w.same("in reply to", report.InReplyTo, sent.MessageID)
	var kinds []string
	for _, p := range newBlob(report.Raw).parts() {
		kinds = append(kinds, p.id+" "+p.mimeType)
	}
	w.same("parts", kinds, []string{" multipart/report", "0 text/plain", "1 message/delivery-status", "2 message/rfc822", "2.0 text/plain"})
	if !strings.Contains(report.Text, "wasn't delivered to cora@mail.example") {
		t.Error(report.Text)
	}
	w.same("Cora's mail", len(w.cora.Inbox()), 0)
	w.same("Sam got it", len(must[[]Message](w)(w.sam.Messages("", 0))), 1)

	w.cora.Bounce(false)
	w.message(w.rita.Reply(sent.ID, "two"))
	w.same("Cora's mail after", len(w.cora.Inbox()), 1)

	// Two who fail each other end with one report each way.
	w.cora.Bounce(true)
	dora := w.server.Outside("dora@mail.example", "Dora")
	w.written(dora.Send(OutgoingMail{To: []string{"cora@mail.example"}, Subject: "x", Text: "x"}))
	w.same("reports at Dora's", len(dora.Inbox()), 1)
}

func TestSendRawKeepsWhatIsBroken(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	raw := "From: Cora\r\nSubject: =?utf-8?q?broken\r\nContent-Type: multipart/mixed; boundary=none\r\n\r\nno boundary here"
	if _, err := w.cora.SendRaw([]byte(raw)); err == nil {
		t.Error("mail to nobody was sent")
	}
	w.written(w.cora.SendRaw([]byte(raw), "rita@acme.example"))
	id := parsed(t, w.newest(w.rita).ID)
	s, e := w.rita.get(id)
	if e != nil {
		t.Fatal(e)
	}
	w.same("stored", string(s.mail.raw), raw)
	if !strings.HasSuffix(string(s.raw()), raw) || !strings.HasPrefix(string(s.raw()), "Delivered-To: rita@acme.example\r\nReceived: by ") {
		t.Errorf("given out: %s", s.raw())
	}
}

// TestNoLockWhilePublishing: what is told of a push may look into the mailbox at once, and into others.
func TestNoLockWhilePublishing(t *testing.T) {
	t.Parallel()
	var w *town
	pushed := 0
	w = newTown(t, behaving(Behaviour{PushEvery: -1}), func(o *Options) {
		o.Publish = func(ctx context.Context, topic string, data []byte) {
			pushed++
			w.newest(w.rita)
			w.ok(w.rita.MarkRead(w.newest(w.rita).ThreadID))
			w.message(w.sam.Send(OutgoingMail{To: []string{"cora@mail.example"}, Subject: "x", Text: "x"}))
		}
	})
	w.rita.mu.Lock()
	if _, _, e := w.rita.startWatch("projects/p/topics/t", []string{"INBOX"}, false); e != nil {
		t.Fatal(e)
	}
	w.rita.mu.Unlock()
	w.toRita("Hello", "x")
	w.same("pushes", pushed, 2) // the mail, and that it was read
}

// What Gmail finds out about a sender stands above what the sender wrote, and in the receiver's copy alone.
func TestExaminedMail(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sent := w.written(w.cora.SendExamined("spf=pass smtp.mailfrom=a@b.example; dmarc=fail header.from=mail.example",
		[]byte("Authentication-Results: mx.google.com; dmarc=pass\r\nFrom: cora@mail.example\r\nTo: rita@acme.example\r\nSubject: Hello\r\n\r\nx\r\n")))
	w.same("headers of the sender's copy", len(sent.Headers), 4)
	fields := func(m Mail) (out []string) {
		for _, h := range m.Headers {
			if h.Name == "Authentication-Results" {
				out = append(out, strings.Join(strings.Fields(h.Value), " "))
			}
		}
		return out
	}
	w.same("fields", fields(w.newest(w.rita).Mail), []string{"mx.google.com; spf=pass smtp.mailfrom=a@b.example; dmarc=fail header.from=mail.example", "mx.google.com; dmarc=pass"})
	w.written(w.cora.Send(OutgoingMail{To: []string{"rita@acme.example"}, Subject: "Other", Text: "x", Examined: "dmarc=pass"}))
	w.same("of a composed mail", fields(w.newest(w.rita).Mail), []string{"mx.google.com; dmarc=pass"})
	w.written(w.cora.Send(OutgoingMail{To: []string{"rita@acme.example"}, Subject: "Third", Text: "x"}))
	w.same("of one not examined", len(fields(w.newest(w.rita).Mail)), 0)
}
