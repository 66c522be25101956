package gmailtest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// simple is a raw mail from Rita to Cora.
func simple(more ...string) []byte {
	head := append([]string{"From: Rita Recruiter <rita@acme.example>", "To: cora@mail.example", "Subject: Hello", "Message-ID: <mine@hire.example>"}, more...)
	return []byte(strings.Join(head, "\r\n") + "\r\n\r\nHow are you?\r\n")
}

func TestSendRewritesTheHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		behaviour    Behaviour
		rewritten    bool
		header, want string
	}{
		{"the old Message-ID is kept apart", Behaviour{}, true, "X-Google-Original-Message-ID", "<mine@hire.example>"},
		{"X- headers survive", Behaviour{}, true, "X-Hire-Intent", "42"},
		{"a Message-ID may stay", Behaviour{KeepMessageID: true}, false, "X-Google-Original-Message-ID", ""},
		{"X- headers may be stripped", Behaviour{StripXHeaders: true}, true, "X-Hire-Intent", ""},
		{"the old Message-ID is Gmail's own header", Behaviour{StripXHeaders: true}, true, "X-Google-Original-Message-ID", "<mine@hire.example>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, behaving(c.behaviour))
			sent, e := w.rita.sendRaw(t.Context(), simple("X-Hire-Intent: 42"), 0)
			if e != nil {
				t.Fatal(e)
			}
			own := w.message(w.rita.Message(formatID(sent.id)))
			got := w.last(w.cora)
			w.same("the two copies", string(own.Raw), string(got.Raw))
			w.same(c.header, got.Header(c.header), c.want)
			if rewritten := own.MessageID != "<mine@hire.example>"; rewritten != c.rewritten {
				t.Errorf("Message-ID %s", own.MessageID)
			}
			w.same("labels", own.LabelIDs, []string{"SENT"})
			w.same("text", got.Text, "How are you?\r\n")
			w.same("date", own.Date, w.clock.Now())
		})
	}
}

func TestSendGoesToEverybodyOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.sam.AddAlias("jobs@acme.example", "Jobs")
	w.message(w.rita.Send(OutgoingMail{
		To: []string{"Cora Candidate <cora@mail.example>", "CORA@mail.example"}, Cc: []string{"sam@acme.example", "jobs@acme.example"},
		Bcc: []string{"spy@else.example"}, Subject: "Hello", Text: "x",
	}))
	w.same("Cora's inbox", len(w.cora.Inbox()), 1)
	w.same("Sam's messages", w.sam.profile().messages, 1)
	w.same("Sam's labels", w.newest(w.sam).LabelIDs, []string{"INBOX", "UNREAD"})
	w.same("Bcc at the sender's", len(w.newest(w.rita).Bcc), 1)
	for who, raw := range map[string][]byte{"Cora": w.last(w.cora).Raw, "Sam": w.newest(w.sam).Raw, "spy": w.last(w.server.Outside("spy@else.example", "")).Raw} {
		if strings.Contains(string(raw), "spy@else.example") {
			t.Errorf("%s sees the Bcc:\n%s", who, raw)
		}
	}
	w.same("delivered to", w.newest(w.sam).Header("Delivered-To"), "sam@acme.example")
}

func TestSendToOneselfIsOneMessage(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.message(w.rita.Send(OutgoingMail{To: []string{"rita+note@acme.example", "sam@acme.example"}, Subject: "Note", Text: "x"}))
	w.same("messages", w.rita.profile().messages, 1)
	w.same("labels", sorted(w.newest(w.rita).LabelIDs), []string{"INBOX", "SENT", "UNREAD"})
	w.same("Sam's", w.sam.profile().messages, 1)
}

func TestSendAs(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.rita.AddAlias("Talent@acme.example", "Talent Team")
	w.rita.AddSendAs(SendAs{Email: "new@acme.example", Pending: true})
	w.rita.AddSendAs(SendAs{Email: "team@acme.example", NoAlias: true})
	w.rita.AddAlias("gone@acme.example", "")
	if err := w.rita.RemoveSendAs("Gone@acme.example"); err != nil {
		t.Fatal(err)
	}
	if err := w.rita.RemoveSendAs("gone@acme.example"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	for _, c := range []struct{ from, want string }{
		{"Talent <talent@acme.example>", "talent@acme.example"},
		{"Team <team@acme.example>", "team@acme.example"},
		{"New <new@acme.example>", "rita@acme.example"},
		{"Gone <gone@acme.example>", "rita@acme.example"},
		{"The Boss <boss@acme.example>", "rita@acme.example"},
	} {
		m := w.message(w.rita.Send(OutgoingMail{From: c.from, To: []string{"cora@mail.example"}, Subject: c.from, Text: "x"}))
		w.same(c.from, m.From.Address, c.want)
		w.same(c.from+" at Cora's", w.last(w.cora).From.Address, c.want)
	}
	// What the candidate answers to an alias comes to the same mailbox; to an address that is another's it does not.
	before := w.rita.profile().messages
	for _, to := range []string{"TALENT@acme.example", "team@acme.example", "new@acme.example"} {
		w.written(w.cora.Send(OutgoingMail{To: []string{to}, Subject: "To " + to, Text: "x"}))
	}
	w.same("answers that reached the mailbox", w.rita.profile().messages-before, 1)
}

func TestSendRefusals(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for name, c := range map[string]struct {
		raw    string
		thread uint64
		code   int
		want   string
	}{
		"nobody to send to":       {"Subject: x\r\n\r\ny", 0, 400, "Recipient address required"},
		"no address in To":        {"To: cora\r\n\r\ny", 0, 400, "Invalid To header"},
		"a conversation not here": {"To: cora@mail.example\r\n\r\ny", 5, 404, "Requested entity was not found."},
	} {
		_, e := w.rita.sendRaw(context.Background(), []byte(c.raw), c.thread)
		if e == nil || e.code != c.code || e.message != c.want {
			t.Errorf("%s: %v", name, e)
		}
	}
	w.same("messages", w.rita.profile().messages, 0)
}

func TestSuspendedMailboxLosesMail(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.rita.Suspend(true)
	w.written(w.cora.Send(OutgoingMail{To: []string{"rita@acme.example"}, Subject: "Hello", Text: "x"}))
	w.rita.Suspend(false)
	w.same("messages", w.rita.profile().messages, 0)
	if _, err := w.rita.Deliver(simple()); err != nil {
		t.Error(err)
	}
}

func TestSameSeedSameIDs(t *testing.T) {
	t.Parallel()
	run := func() []string {
		w := newTown(t)
		first := w.toRita("Hello", "x")
		answer := w.message(w.rita.Reply(first.ID, "y"))
		return []string{first.ID, answer.ID, answer.ThreadID, answer.MessageID, w.last(w.cora).MessageID}
	}
	newTown(t).same("ids", run(), run())
}

func TestInsert(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.ok(w.rita.AddFilter(Filter{To: "cora@mail.example", AddLabels: []string{"Hire"}}))
	for name, c := range map[string]struct {
		o      insertion
		code   int
		labels int
		year   int
	}{
		"as it is":         {insertion{labels: []string{"INBOX", "SENT"}}, 0, 2, 2026},
		"by its date":      {insertion{dateHeader: true}, 0, 0, 2020},
		"through filters":  {insertion{labels: []string{"INBOX"}, imported: true}, 0, 2, 2026},
		"no such label":    {insertion{labels: []string{"Label_1"}}, 400, 0, 0},
		"no such thread":   {insertion{thread: 7}, 404, 0, 0},
		"never as a draft": {insertion{labels: []string{"DRAFT"}}, 400, 0, 0},
	} {
		got, e := w.rita.insertRaw(t.Context(), simple("Date: Wed, 01 Jan 2020 12:00:00 +0000"), c.o)
		if codeOf(e) != c.code {
			t.Errorf("%s: %v", name, e)
			continue
		}
		if e == nil {
			w.same(name, []int{len(got.labels.labels), time.UnixMilli(got.date).UTC().Year()}, []int{c.labels, c.year})
		}
	}
	w.same("Cora's mail", len(w.cora.Inbox()), 0)
}
