package functions_test

import (
	"fmt"
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

// asks writes to Cora, who has the mail.
func (p *person) asks() *correspondent {
	p.w.t.Helper()
	p.send("k1", hello).into(200, nil)
	p.w.pass(5 * time.Second)
	c := p.w.cora()
	if c.asked.MessageID == "" {
		p.w.t.Fatal("Cora has no mail")
	}
	return c
}

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

// threadOf is the id of the only conversation in somebody's Gmail that has a subject.
func (w *world) threadOf(address, subject string) string {
	w.t.Helper()
	found, err := w.mailbox(address).Threads(fmt.Sprintf("subject:%q", subject), 0)
	w.ok(err)
	if len(found) != 1 {
		w.t.Fatalf("Gmail has %d conversations about %q", len(found), subject)
	}
	return found[0].ID
}
