package gmailtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Outside is an address that is no mailbox of the simulator: a candidate, a job board. It has an inbox of its own and writes mail like anybody.
// All methods are safe for concurrent use.
type Outside struct {
	server *Server
	email  string

	mu      sync.Mutex
	name    string
	bounces bool
	mails   []outsideMail // received and sent, oldest first
}

type outsideMail struct {
	at   time.Time
	mail *blob
	sent bool
}

// Received is a mail at an outside address.
type Received struct {
	Number int // its place among all mail of the address, from 0
	At     time.Time
	Sent   bool // written by the address itself
	Mail
}

// Outside is somebody outside, by their address; they are made when first named, or when first mail goes to them. name is taken on unless it is "".
func (s *Server) Outside(email, name string) *Outside {
	email = normalAddress(email)
	s.mu.Lock()
	o := s.outside[email]
	if o == nil {
		o = &Outside{server: s, email: email}
		s.outside[email] = o
	}
	s.mu.Unlock()
	if name != "" {
		o.mu.Lock()
		o.name = name
		o.mu.Unlock()
	}
	return o
}

// Outsides are all known outside addresses, by address.
func (s *Server) Outsides() []*Outside {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]*Outside, 0, len(s.outside))
	for _, o := range s.outside {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b *Outside) int { return cmp.Compare(a.email, b.email) })
	return all
}

// Email is the address.
func (o *Outside) Email() string { return o.email }

// Name is the display name that the address writes under.
func (o *Outside) Name() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.name
}

// Bounce makes mail to the address fail, or arrive again: its sender gets a delivery report.
func (o *Outside) Bounce(on bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bounces = on
}

// Send sends a mail.
func (o *Outside) Send(m OutgoingMail) (Received, error) {
	return o.SendExamined(m.Examined, o.server.compose(m, address{name: o.Name(), addr: o.email}))
}

// Reply answers a mail that the address has, as a mail program does. change may alter the answer before it leaves.
func (o *Outside) Reply(to Received, text string, change ...func(*OutgoingMail)) (Received, error) {
	m := OutgoingMail{Text: text}
	m.answering(&to.Mail, o.email)
	for _, c := range change {
		c(&m)
	}
	return o.Send(m)
}

// SendRaw sends a mail as it is (RFC 5322), to those named, or to everybody in To, Cc and Bcc. What is broken in it stays broken; Bcc is taken off.
func (o *Outside) SendRaw(raw []byte, to ...string) (Received, error) {
	return o.SendExamined("", raw, to...)
}

// SendExamined is SendRaw for a mail about whose sender Gmail finds something out: results are the clauses of the field Authentication-Results (RFC 8601) that it then
// puts on top of what came, as "dmarc=fail header.from=a.example"; "" for no such field. Mail between mailboxes has none.
func (o *Outside) SendExamined(results string, raw []byte, to ...string) (Received, error) {
	b := newBlob(raw)
	out := outgoing{mail: b, facts: factsOf(b)}
	for _, a := range to {
		out.to = append(out.to, normalAddress(a))
	}
	if len(out.to) == 0 {
		out.to = out.facts.recipients()
	}
	if len(out.to) == 0 {
		return Received{}, fmt.Errorf("gmailtest: send from %s: %w", o.email, errNoAddress)
	}
	kept := o.keep(b, true)
	e := out.envelope()
	if results != "" {
		e.mail = newBlob(append([]byte("Authentication-Results: mx.google.com;\r\n       "+strings.ReplaceAll(results, "; ", ";\r\n       ")+"\r\n"), e.mail.raw...))
	}
	e.from = o.email
	o.server.deliver(context.Background(), e)
	return kept, nil
}

// keep stores a mail.
func (o *Outside) keep(b *blob, sent bool) Received {
	x := outsideMail{at: o.server.now(), mail: b, sent: sent}
	o.mu.Lock()
	n := len(o.mails)
	o.mails = append(o.mails, x)
	o.mu.Unlock()
	return x.read(n)
}

// receive takes a mail in; false means that it fails.
func (o *Outside) receive(e envelope) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bounces {
		return false
	}
	o.mails = append(o.mails, outsideMail{at: o.server.now(), mail: e.mail})
	return true
}

// read takes a mail apart. No lock is held: it may have large attachments.
func (x outsideMail) read(n int) Received {
	return Received{Number: n, At: x.at, Sent: x.sent, Mail: readMail(x.mail)}
}

// now is all mail so far.
func (o *Outside) now() []outsideMail {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clip(o.mails) // entries never change
}

// Inbox is the mail that came, oldest first.
func (o *Outside) Inbox() []Received { return o.all(func(x outsideMail) bool { return !x.sent }) }

// Sent is the mail that the address wrote, oldest first.
func (o *Outside) Sent() []Received { return o.all(func(x outsideMail) bool { return x.sent }) }

func (o *Outside) all(want func(outsideMail) bool) []Received {
	var out []Received
	for n, x := range o.now() {
		if want(x) {
			out = append(out, x.read(n))
		}
	}
	return out
}

// Last is the mail that came last; ok is false if none did.
func (o *Outside) Last() (r Received, ok bool) {
	mails := o.now()
	for n, x := range slices.Backward(mails) {
		if !x.sent {
			return x.read(n), true
		}
	}
	return Received{}, false
}

// Get is a mail by its number.
func (o *Outside) Get(number int) (r Received, ok bool) {
	mails := o.now()
	if number < 0 || number >= len(mails) {
		return Received{}, false
	}
	return mails[number].read(number), true
}

// Conversation is mail that belongs together, oldest first.
type Conversation struct {
	Subject  string // of the first mail
	Messages []Received
}

// Conversations are all mail of the address, sent and received, joined by References and In-Reply-To; the one with the newest mail comes first.
func (o *Outside) Conversations() []Conversation {
	byID := map[string]*Conversation{}
	var all []*Conversation
	for _, r := range o.all(func(outsideMail) bool { return true }) {
		var c *Conversation
		for _, ref := range append([]string{r.InReplyTo}, r.References...) {
			if c == nil && ref != "" {
				c = byID[ref]
			}
		}
		if c == nil {
			c = &Conversation{Subject: r.Subject}
			all = append(all, c)
		}
		c.Messages = append(c.Messages, r)
		if r.MessageID != "" {
			byID[r.MessageID] = c
		}
	}
	out := make([]Conversation, len(all))
	for i, c := range all {
		out[i] = *c
	}
	slices.SortStableFunc(out, func(a, b Conversation) int {
		return cmp.Compare(b.Messages[len(b.Messages)-1].Number, a.Messages[len(a.Messages)-1].Number)
	})
	return out
}
