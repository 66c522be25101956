package gmailtest

import (
	"errors"
	"fmt"
	"html"
	"slices"
	"time"
)

// ErrNotFound says that a mailbox has no such message, conversation, draft or label.
var ErrNotFound = errors.New("not found")

// Message is a message as the mailbox's owner sees it.
type Message struct {
	ID, ThreadID string
	DraftID      string // "" for what is no draft
	LabelIDs     []string
	Labels       []string // names, in the same order
	At           time.Time
	Snippet      string
	Mail
}

// Has tells whether the message carries a label, by its id or name as it is written.
func (m Message) Has(label string) bool {
	return slices.Contains(m.LabelIDs, label) || slices.Contains(m.Labels, label)
}

// Thread is a conversation, oldest message first.
type Thread struct {
	ID       string
	Messages []Message
}

// ThreadSummary is a conversation as a list shows it.
type ThreadSummary struct {
	ID       string
	Subject  string   // of its first message
	From     []string // who wrote in it, each once: names, or addresses where there is none
	Snippet  string   // of its newest message, plain text
	Labels   []string // names, of all its messages together
	LabelIDs []string
	Messages int
	Unread   bool
	At       time.Time // of its newest message that the list asked for
}

// Label is a label as the owner sees it.
type Label struct {
	ID, Name string
	System   bool
	Messages int
	Unread   int
}

// seen is a message with the names of its labels, which alone need the lock.
type seen struct {
	snapshot
	draft string
	names []string
}

// see makes one; the caller holds m.mu.
func (m *Mailbox) see(msg *message) seen {
	s := seen{snapshot: m.look(msg), draft: m.draftOf[msg.id], names: make([]string, len(msg.labels.labels))}
	for i, l := range msg.labels.labels {
		s.names[i] = l.name
	}
	return s
}

// show takes it apart for the owner, with no lock held.
func (s seen) show() Message {
	out := Message{
		ID: formatID(s.id), ThreadID: formatID(s.thread), DraftID: s.draft, LabelIDs: s.labels.ids(), Labels: s.names,
		At: time.UnixMilli(s.date).UTC(), Snippet: html.UnescapeString(s.mail.snippet()), Mail: readMail(s.mail),
	}
	out.Raw = s.raw()
	out.Headers = append(s.trace(), out.Headers...)
	return out
}

// Message is a message by its id. The owner sees it at once, whatever Behaviour.UnreadableFor says.
func (m *Mailbox) Message(id string) (Message, error) {
	m.mu.RLock()
	msg, err := m.messageNamed(id)
	if err != nil {
		m.mu.RUnlock()
		return Message{}, err
	}
	s := m.see(msg)
	m.mu.RUnlock()
	return s.show(), nil
}

// Thread is a conversation by its id.
func (m *Mailbox) Thread(id string) (Thread, error) {
	m.mu.RLock()
	t, err := m.threadNamed(id)
	if err != nil {
		m.mu.RUnlock()
		return Thread{}, err
	}
	all := make([]seen, len(t.messages))
	for i, msg := range t.messages {
		all[i] = m.see(msg)
	}
	m.mu.RUnlock()
	out := Thread{ID: formatID(t.id)}
	for _, s := range all {
		out.Messages = append(out.Messages, s.show())
	}
	return out, nil
}

// Threads are the conversations that a search finds, newest first, at most limit of them; 0 is all. "" finds all but spam and bin; "label:hire", "in:spam"
// and so on are as in Gmail's search box.
func (m *Mailbox) Threads(query string, limit int) ([]ThreadSummary, error) {
	found, err := m.find(query, limit)
	if err != nil {
		return nil, err
	}
	out := make([]ThreadSummary, 0, len(found))
	for _, x := range found {
		m.mu.RLock()
		t := m.threads[x.id]
		if t == nil { // gone meanwhile
			m.mu.RUnlock()
			continue
		}
		all := make([]seen, len(t.messages))
		for i, msg := range t.messages {
			all[i] = m.see(msg)
		}
		m.mu.RUnlock()
		out = append(out, summarise(x, all))
	}
	return out, nil
}

func (m *Mailbox) find(query string, limit int) ([]threadRef, error) {
	if limit <= 0 {
		limit = 1 << 30
	}
	p, e := m.listThreads(listQuery{q: query, limit: limit})
	if e != nil {
		return nil, fmt.Errorf("gmailtest: search %q: %w", query, e)
	}
	return p.entries, nil
}

func summarise(x threadRef, all []seen) ThreadSummary {
	newest := all[len(all)-1]
	out := ThreadSummary{
		ID: formatID(x.id), Subject: decodeHeader(all[0].mail.header("Subject")), Snippet: html.UnescapeString(newest.mail.snippet()),
		Messages: len(all), At: time.UnixMilli(x.last.date).UTC(),
	}
	for _, s := range all {
		for i, id := range s.labels.ids() {
			if !slices.Contains(out.LabelIDs, id) {
				out.LabelIDs, out.Labels = append(out.LabelIDs, id), append(out.Labels, s.names[i])
			}
		}
		out.Unread = out.Unread || s.labels.hasID("UNREAD")
		from := first(parseAddresses(s.mail.header("From")))
		if from.name == "" {
			from.name = from.addr
		}
		if !slices.Contains(out.From, from.name) {
			out.From = append(out.From, from.name)
		}
	}
	return out
}

// Messages are the messages that a search finds, newest first, at most limit of them; 0 is all.
func (m *Mailbox) Messages(query string, limit int) ([]Message, error) {
	if limit <= 0 {
		limit = 1 << 30
	}
	p, e := m.listMessages(listQuery{q: query, limit: limit})
	if e != nil {
		return nil, fmt.Errorf("gmailtest: search %q: %w", query, e)
	}
	out := make([]Message, 0, len(p.entries))
	for _, ref := range p.entries {
		switch msg, err := m.Message(formatID(ref.id)); {
		case err == nil:
			out = append(out, msg)
		case !errors.Is(err, ErrNotFound): // else gone meanwhile
			return nil, err
		}
	}
	return out, nil
}

// Drafts are the owner's drafts, newest first.
func (m *Mailbox) Drafts() []Message {
	m.mu.RLock()
	all := make([]seen, 0, len(m.drafts))
	for _, msg := range m.labels["DRAFT"].messages {
		if _, ok := m.draftOf[msg.id]; ok {
			all = append(all, m.see(msg))
		}
	}
	m.mu.RUnlock()
	slices.Reverse(all)
	out := make([]Message, 0, len(all))
	for _, s := range all {
		out = append(out, s.show())
	}
	return out
}

// Labels are all labels, in the order they were made, Gmail's own first.
func (m *Mailbox) Labels() []Label {
	m.mu.RLock()
	defer m.mu.RUnlock()
	all := make([]*label, 0, len(m.labels))
	for _, l := range m.labels {
		all = append(all, l)
	}
	slices.SortFunc(all, bySeq)
	out := make([]Label, 0, len(all))
	for _, l := range all {
		c := m.count(l)
		out = append(out, Label{ID: l.id, Name: l.name, System: l.system, Messages: c.messages, Unread: c.unread})
	}
	return out
}

// Label is a label by its name, whatever its case; ok is false if there is none.
func (m *Mailbox) Label(name string) (l Label, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	x := m.labelCalled(name)
	if x == nil {
		return Label{}, false
	}
	c := m.count(x)
	return Label{ID: x.id, Name: x.name, System: x.system, Messages: c.messages, Unread: c.unread}, true
}

// messageNamed finds a message by its id; the caller holds m.mu.
func (m *Mailbox) messageNamed(id string) (*message, error) {
	if n, ok := parseID(id); ok && m.messages[n] != nil {
		return m.messages[n], nil
	}
	return nil, fmt.Errorf("gmailtest: message %q in %s: %w", id, m.email, ErrNotFound)
}

// threadNamed finds a conversation by its id; the caller holds m.mu.
func (m *Mailbox) threadNamed(id string) (*thread, error) {
	if n, ok := parseID(id); ok && m.threads[n] != nil {
		return m.threads[n], nil
	}
	return nil, fmt.Errorf("gmailtest: conversation %q in %s: %w", id, m.email, ErrNotFound)
}

// Ref is a message by ids alone.
type Ref struct {
	ID, ThreadID string
	LabelIDs     []string
}

// Refs are all messages, with those in spam, in the bin and in the drafts, oldest first. It takes no mail apart, so a test may ask after every step.
func (m *Mailbox) Refs() []Ref {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make([]Ref, len(m.order))
	for i, msg := range m.order {
		out[i] = Ref{ID: formatID(msg.id), ThreadID: formatID(msg.thread.id), LabelIDs: msg.labels.ids()}
	}
	return out
}
