package functions_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// correspondent is somebody at a mailbox elsewhere: a candidate, or whoever else writes to Rita and gets her mail.
type correspondent struct {
	*gmailtest.Outside
	w     *world
	asked gmailtest.Received // the newest mail that they had when the test turned to them
}

// outside is whoever has an address elsewhere; without a name they keep the one they have.
func (w *world) outside(address, name string) *correspondent {
	c := &correspondent{Outside: w.sim.Outside(address, name), w: w}
	c.asked, _ = c.Last()
	return c
}

// cora is the candidate at her own mailbox.
func (w *world) cora() *correspondent { return w.outside(coraMail, "Cora Candidate") }

// answers replies to what they were asked.
func (c *correspondent) answers(text string, change ...func(*gmailtest.OutgoingMail)) gmailtest.Received {
	c.w.t.Helper()
	return c.repliesTo(c.asked, text, change...)
}

// repliesTo writes in the conversation of a mail that they got, or have written themselves.
func (c *correspondent) repliesTo(mail gmailtest.Received, text string, change ...func(*gmailtest.OutgoingMail)) gmailtest.Received {
	c.w.t.Helper()
	sent, err := c.Reply(mail, text, change...)
	c.w.ok(err)
	return sent
}

// to is whom a mail goes to, in place of those whom it would.
func to(addresses ...string) func(*gmailtest.OutgoingMail) {
	return func(m *gmailtest.OutgoingMail) { m.To = addresses }
}

// withCopy sends a mail to others, too.
func withCopy(addresses ...string) func(*gmailtest.OutgoingMail) {
	return func(m *gmailtest.OutgoingMail) { m.Cc = addresses }
}

// withFile puts a file into a mail.
func withFile(name, kind string, content []byte) func(*gmailtest.OutgoingMail) {
	return func(m *gmailtest.OutgoingMail) {
		m.Attachments = append(m.Attachments, gmailtest.Attachment{Name: name, Type: kind, Data: content})
	}
}

// writes begins a conversation with Rita.
func (c *correspondent) writes(subject, text string, change ...func(*gmailtest.OutgoingMail)) gmailtest.Received {
	c.w.t.Helper()
	m := gmailtest.OutgoingMail{To: []string{ritaMail}, Subject: subject, Text: text}
	for _, f := range change {
		f(&m)
	}
	sent, err := c.Send(m)
	c.w.ok(err)
	return sent
}

// unrelated is a conversation that Cora begins by herself.
func (w *world) unrelated() (threadID string) {
	w.t.Helper()
	candidate := w.cora()
	first := candidate.writes("A question", "Is the job remote?")
	w.clock.Advance(2 * time.Second)
	candidate.repliesTo(first, "One more thing.")
	found, err := w.mailbox(ritaMail).Threads("subject:question", 0)
	w.ok(err)
	if len(found) != 1 || found[0].Messages != 2 {
		w.t.Fatalf("Gmail has %+v, want one conversation of two", found)
	}
	return found[0].ID
}

// question is a conversation that Cora begins, which nobody has labelled.
func (w *world) question(subject string) (threadID string) {
	w.t.Helper()
	w.cora().writes(subject, subject)
	return w.threadOf(ritaMail, subject)
}

// tells writes to Rita, and answers themselves until there are so many mails: "Story 1", "Story 2". It returns the conversation's id in her mailbox.
func (c *correspondent) tells(subject string, messages int) (threadID string) {
	c.w.t.Helper()
	for i := range messages {
		text := fmt.Sprintf("%s %d", subject, i+1)
		if last := c.Sent(); i > 0 {
			c.repliesTo(last[len(last)-1], text)
		} else {
			c.writes(subject, text)
		}
		c.w.clock.Advance(time.Second)
	}
	return c.w.newest().ThreadID
}

// coraGot checks how many mails have reached Cora.
func (w *world) coraGot(when string, n int) {
	w.t.Helper()
	if got := w.cora().Inbox(); len(got) != n {
		w.t.Errorf("%s Cora has %d mails, want %d\n%s", when, len(got), n, w.logs)
	}
}

// coraGotAbout checks how often a mail of some subject has reached Cora.
func (w *world) coraGotAbout(subject string, n int) {
	w.t.Helper()
	got := slices.DeleteFunc(w.cora().Inbox(), func(m gmailtest.Received) bool { return m.Subject != subject })
	if len(got) != n {
		w.t.Errorf("Cora has %q %d times, want %d\n%s", subject, len(got), n, w.logs)
	}
}
