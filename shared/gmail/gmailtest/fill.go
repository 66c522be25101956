package gmailtest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Filling says what mail mailboxes had before anybody looked.
type Filling struct {
	// Messages is how many each mailbox gets.
	Messages int
	// PerThread is how many messages a conversation has; 0 means 3.
	PerThread int
	// From and Until are the time over which they lie; zero means the year before now.
	From, Until time.Time
	// Labels are names of labels that every message carries; none means INBOX.
	Labels []string
	// Raw makes the n-th mail (RFC 5322); nil means mail of some two hundred people, half a kilobyte each. Conversations come of its References.
	Raw func(n int) []byte
}

// Fill puts the same mail into mailboxes, quickly: each mail is stored once, whatever the number of mailboxes. It makes no history, pushes nothing, and
// runs no filters.
func (s *Server) Fill(boxes []*Mailbox, f Filling) error {
	if f.PerThread <= 0 {
		f.PerThread = 3
	}
	if f.Until.IsZero() {
		f.Until = s.now()
	}
	if f.From.IsZero() {
		f.From = f.Until.AddDate(-1, 0, 0)
	}
	step := int64(0)
	if f.Messages > 0 {
		step = f.Until.Sub(f.From).Milliseconds() / int64(f.Messages)
	}
	mails := make([]arrival, f.Messages)
	for n := range mails {
		date := f.From.UnixMilli() + int64(n)*step
		var raw []byte
		if f.Raw != nil {
			raw = f.Raw(n)
		} else {
			raw = f.sample(n, date)
		}
		b := newBlob(slices.Clip(raw))
		mails[n] = arrival{mail: b, facts: factsOf(b), date: date, delivered: true}
	}
	for _, m := range boxes {
		if err := m.fill(mails, f.Labels); err != nil {
			return err
		}
	}
	return nil
}

// sample is a made-up mail: the people of a conversation write by turns.
func (f *Filling) sample(n int, date int64) []byte {
	first := n - n%f.PerThread
	person := func(n int) string { return fmt.Sprintf("person%d@mail.example", n%200) }
	o := OutgoingMail{
		From: person(first + n%2), To: []string{person(first + 1 - n%2)}, Subject: fmt.Sprintf("About the matter of day %d", first),
		Text: strings.Repeat(fmt.Sprintf("This is what there is to say on matter %d. ", n), 5) + "\n",
		Date: time.UnixMilli(date).UTC(), MessageID: fmt.Sprintf("<fill-%d@mail.example>", n),
	}
	for i := first; i < n; i++ {
		o.References = append(o.References, fmt.Sprintf("<fill-%d@mail.example>", i))
	}
	if n > first {
		o.Subject = "Re: " + o.Subject
		o.InReplyTo = o.References[len(o.References)-1]
	}
	return compose(o)
}

// fill stores mail of the past.
func (m *Mailbox) fill(mails []arrival, names []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	labels := m.system("INBOX")
	if len(names) > 0 {
		l, err := m.labellingByName(names, nil)
		if err != nil {
			return err
		}
		labels = l.add
	}
	m.order = slices.Grow(m.order, len(mails))
	for _, l := range labels {
		l.messages = slices.Grow(l.messages, len(mails))
	}
	id := m.nextHistoryID()
	for _, a := range mails {
		a.labels = labels
		a.thread = m.threadByHeaders(a.facts, false)
		a.id = m.pastID(a.date)
		msg := m.place(a)
		msg.arrived = a.date
		msg.historyID, msg.thread.historyID = id, id
	}
	return nil
}

// pastID is an id of a message that came in the past.
func (m *Mailbox) pastID(date int64) uint64 {
	for id := uint64(date)<<20 | m.rand.Uint64N(1<<20); ; id++ {
		if m.messages[id] == nil && m.threads[id] == nil {
			return id
		}
	}
}
