package gmailtest

import "testing"

func TestDeliveryThreads(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*OutgoingMail)
		joins  bool
	}{
		{"an answer", func(*OutgoingMail) {}, true},
		{"by In-Reply-To alone", func(o *OutgoingMail) { o.References = nil }, true},
		{"by References alone", func(o *OutgoingMail) { o.InReplyTo = "" }, true},
		{"another prefix", func(o *OutgoingMail) { o.Subject = "AW: RE:  your   Application" }, true},
		{"another subject", func(o *OutgoingMail) { o.Subject = "Re: something else" }, false},
		{"the subject alone", func(o *OutgoingMail) { o.References, o.InReplyTo = nil, "" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			sent := w.message(w.rita.Send(OutgoingMail{To: []string{"cora@mail.example"}, Cc: []string{"sam@acme.example"}, Subject: "Your application", Text: "one"}))
			w.written(w.cora.Reply(w.last(w.cora), "two", func(o *OutgoingMail) { o.Cc = []string{"sam@acme.example"} }, c.change))
			got := w.newest(w.rita)
			w.same("text", got.Text, "two")
			w.same("joins", got.ThreadID == sent.ThreadID, c.joins)
			if sams := w.newest(w.sam); sams.ThreadID == got.ThreadID || sams.ID == got.ID {
				t.Error("two mailboxes share ids")
			}
			if c.joins {
				w.same("the conversation", texts(w.thread(w.rita, sent.ThreadID).Messages), []string{"one", "two"})
			}
		})
	}
}

// TestOriginalMessageIDDoesNotThread: what Gmail has rewritten is no handle any more.
func TestOriginalMessageIDDoesNotThread(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sent, e := w.rita.sendRaw(t.Context(), simple(), 0)
	if e != nil {
		t.Fatal(e)
	}
	w.written(w.cora.Reply(w.last(w.cora), "two", func(o *OutgoingMail) { o.InReplyTo, o.References = "<mine@hire.example>", nil }))
	if got := w.newest(w.rita); got.ThreadID == formatID(sent.thread) {
		t.Error("joined by a Message-ID that was not sent")
	}
}

func TestSentMailThreads(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		behaviour Behaviour
		change    func(*OutgoingMail)
		here      bool // joins in the sender's mailbox
		there     bool // joins at the recipient's
	}{
		{"threadId, references and subject", Behaviour{}, func(*OutgoingMail) {}, true, true},
		{"threadId and subject", Behaviour{}, func(o *OutgoingMail) { o.InReplyTo, o.References = "", nil }, true, false},
		{"threadId with another subject", Behaviour{}, func(o *OutgoingMail) { o.Subject = "Other" }, false, false},
		{"no threadId", Behaviour{}, func(o *OutgoingMail) { o.ThreadID = "" }, true, true},
		{"the threadId does not count", Behaviour{ThreadSentByHeaders: true}, func(o *OutgoingMail) { o.InReplyTo, o.References = "", nil }, false, false},
		{"headers count alone", Behaviour{ThreadSentByHeaders: true}, func(*OutgoingMail) {}, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, behaving(c.behaviour))
			first := w.message(w.sam.Send(OutgoingMail{To: []string{"rita@acme.example"}, Subject: "Hello", Text: "one"}))
			got := w.newest(w.rita)
			answer := w.message(w.rita.Reply(got.ID, "two", c.change))
			w.same("here", answer.ThreadID == got.ThreadID, c.here)
			w.same("there", w.newest(w.sam).ThreadID == first.ThreadID, c.there)
		})
	}
}

func TestTwoMailsWithOneMessageID(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	one := w.message(w.rita.Deliver([]byte("From: a@b.example\r\nMessage-ID: <same@b.example>\r\nSubject: One\r\n\r\n1")))
	two := w.message(w.rita.Deliver([]byte("From: a@b.example\r\nMessage-ID: <same@b.example>\r\nSubject: Two\r\n\r\n2")))
	none := w.message(w.rita.Deliver([]byte("From: a@b.example\r\nSubject: Two\r\n\r\n3")))
	if one.ID == two.ID || one.ThreadID == two.ThreadID || none.ThreadID == two.ThreadID {
		t.Error("mails were joined")
	}
	for _, m := range []Message{two, one} {
		answer := w.message(w.rita.Deliver([]byte("From: a@b.example\r\nIn-Reply-To: <same@b.example>\r\nSubject: Re: " + m.Subject + "\r\n\r\nx")))
		w.same("conversation of the answer to "+m.Subject, answer.ThreadID, m.ThreadID)
	}
	w.ok(w.rita.DeleteMessageForever(one.ID))
	found := must[[]Message](w)(w.rita.Messages("rfc822msgid:same@b.example", 0))
	w.same("left", len(found), 1)
}
