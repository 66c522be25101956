package gmailtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/mail"
	"strings"
	"time"
)

// sendRaw sends a mail, in a conversation if one is named, and delivers it. It takes raw over.
func (m *Mailbox) sendRaw(ctx context.Context, raw []byte, threadID uint64) (snapshot, *apiError) {
	out, e := m.prepare(newBlob(raw))
	if e != nil {
		return snapshot{}, e
	}
	var sent snapshot
	e = m.write(ctx, func() *apiError {
		t, e := m.threadForSending(out.facts, threadID)
		if e == nil {
			sent = m.look(m.addSent(out, t))
		}
		return e
	})
	if e != nil {
		return snapshot{}, e
	}
	m.server.deliver(ctx, out.envelope())
	return sent, nil
}

// outgoing is a mail ready to leave.
type outgoing struct {
	mail   *blob // the sender's copy
	facts  *facts
	to     []string
	sender *Mailbox
	self   bool // the sender is among the recipients
}

// prepare makes of a mail what Gmail sends: the sender's own address, a new Message-ID, a date.
func (m *Mailbox) prepare(b *blob) (*outgoing, *apiError) {
	f := factsOf(b)
	for _, name := range []string{"To", "Cc", "Bcc"} {
		for _, s := range splitAddresses(b.header(name)) {
			if _, err := parseAddress(s); err != nil && strings.TrimSpace(s) != "" {
				return nil, errBad("Invalid " + name + " header")
			}
		}
	}
	out := &outgoing{facts: f, to: f.recipients(), sender: m}
	if len(out.to) == 0 {
		return nil, errBad("Recipient address required")
	}
	for _, to := range out.to {
		out.self = out.self || m.server.receiver(to) == m
	}
	out.mail = m.rewrite(b, f)
	return out, nil
}

// rewrite is the mail as it leaves; it brings f up to date.
func (m *Mailbox) rewrite(b *blob, f *facts) *blob {
	ways := m.server.behaviour()
	now := m.server.now()
	var h headEditor
	old := b.header("Message-ID")
	if !ways.KeepMessageID || old == "" {
		id := m.newMessageID()
		h.set("Message-ID", "<"+id+">")
		f.mid = hashString(id)
		if old != "" {
			h.set("X-Google-Original-Message-ID", old)
		}
	}
	if from, ok := m.ownAddress(f); !ok {
		h.set("From", formatAddress(from))
		f.from = []address{from}
	}
	if b.header("Date") == "" {
		h.set("Date", now.Format(time.RFC1123Z))
	}
	if b.header("MIME-Version") == "" {
		h.set("MIME-Version", "1.0")
	}
	if ways.StripXHeaders {
		h.drop = isXHeader
	}
	return newBlob(h.edit(b.raw))
}

func isXHeader(name string) bool { return len(name) > 2 && strings.EqualFold(name[:2], "X-") }

func formatAddress(a address) string {
	if a.name == "" {
		return a.addr
	}
	return (&mail.Address{Name: a.name, Address: a.addr}).String()
}

// newMessageID makes a Message-ID as Gmail's look, without its angles.
func (m *Mailbox) newMessageID() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return gmailMessageID(m.rand.Uint64(), m.rand.Uint64())
}

func gmailMessageID(a, b uint64) string {
	random := fmt.Appendf(nil, "%016x%016x", a, b)
	return "CA" + base64.RawURLEncoding.EncodeToString(random)[:36] + "@mail.gmail.com"
}

// addSent stores the sender's copy. Mail to oneself is one message, in Sent and in the inbox. The caller holds m.mu.
func (m *Mailbox) addSent(out *outgoing, t *thread) *message {
	now := m.server.now().UnixMilli()
	labels := m.system("SENT")
	if out.self {
		labels = m.filtered(out.mail, out.facts, append(labels, m.system("INBOX", "UNREAD")...), now)
	}
	return m.add(arrival{mail: out.mail, facts: out.facts, thread: t, labels: labels, date: now})
}

// envelope is the mail on its way to everybody else.
func (out *outgoing) envelope() envelope {
	e := envelope{from: out.facts.sender(), to: out.to, mail: out.mail, facts: out.facts, sender: out.sender}
	if len(out.facts.bcc) > 0 {
		h := headEditor{drop: func(name string) bool { return strings.EqualFold(name, "Bcc") }}
		e.mail = newBlob(h.edit(out.mail.raw))
		f := *out.facts
		f.bcc = nil
		e.facts = &f
	}
	return e
}

// headEditor changes the header of a mail: fields are put in the place of those of the same name, new ones come first.
type headEditor struct {
	fields []Header
	drop   func(name string) bool
}

func (h *headEditor) set(name, value string) { h.fields = append(h.fields, Header{name, value}) }

// edit is raw with the changes; raw stays as it is.
func (h *headEditor) edit(raw []byte) []byte {
	done := make([]bool, len(h.fields))
	var head []byte
	for f := range fieldsOf(raw, 0, len(raw)) {
		name := string(raw[f.name:f.nameEnd])
		i := h.find(name)
		switch {
		case i >= 0 && !done[i]:
			head = appendField(head, h.fields[i])
			done[i] = true
		case i >= 0, h.drop != nil && h.drop(name):
		default:
			head = append(head, raw[f.name:f.end]...)
			if head[len(head)-1] != '\n' {
				head = append(head, "\r\n"...)
			}
		}
	}
	var fresh []byte
	for i, f := range h.fields {
		if !done[i] {
			fresh = appendField(fresh, f)
		}
	}
	body := raw[headEnd(raw, 0, len(raw)):]
	out := make([]byte, 0, len(fresh)+len(head)+2+len(body))
	out = append(append(out, fresh...), head...)
	return append(append(out, "\r\n"...), body...)
}

func (h *headEditor) find(name string) int {
	for i, f := range h.fields {
		if strings.EqualFold(f.Name, name) {
			return i
		}
	}
	return -1
}

func appendField(b []byte, f Header) []byte {
	return append(append(append(append(b, f.Name...), ": "...), f.Value...), "\r\n"...)
}

// insertion says how insertRaw stores a mail.
type insertion struct {
	thread     uint64   // 0: none named
	labels     []string // ids
	dateHeader bool     // the internal date is that of the Date header
	imported   bool     // filters run on it, as on delivery
}

// insertRaw stores a mail that nobody sends: messages.insert and messages.import. It takes raw over.
func (m *Mailbox) insertRaw(ctx context.Context, raw []byte, o insertion) (snapshot, *apiError) {
	b := newBlob(raw)
	f := factsOf(b)
	date := m.server.now().UnixMilli()
	if o.dateHeader {
		if at, err := mail.ParseDate(b.header("Date")); err == nil {
			date = at.UnixMilli()
		}
	}
	var out snapshot
	e := m.write(ctx, func() *apiError {
		labels := make([]*label, 0, len(o.labels))
		for _, id := range o.labels {
			l := m.labels[id]
			if l == nil || id == "DRAFT" || id == "CHAT" {
				return errBad("Invalid label: " + id)
			}
			labels = append(labels, l)
		}
		if o.imported {
			labels = m.filtered(b, f, labels, date)
		}
		t, e := m.threadForSending(f, o.thread)
		if e == nil {
			out = m.look(m.add(arrival{mail: b, facts: f, thread: t, labels: labels, date: date}))
		}
		return e
	})
	return out, e
}
