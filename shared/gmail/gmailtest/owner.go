package gmailtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// act runs a change that the owner makes, and publishes what it made due.
func (m *Mailbox) act(change func() error) error {
	var err error
	m.write(context.Background(), func() *apiError {
		err = change()
		return nil
	})
	return err
}

// Send sends a mail as the owner does from the web or the phone.
func (m *Mailbox) Send(o OutgoingMail) (Message, error) {
	thread, err := m.threadToSend(o.ThreadID)
	if err != nil {
		return Message{}, err
	}
	sent, e := m.sendRaw(context.Background(), m.server.compose(o, address{m.name, m.email}), thread)
	if e != nil {
		return Message{}, fmt.Errorf("gmailtest: send from %s: %w", m.email, e)
	}
	return m.Message(formatID(sent.id))
}

func (m *Mailbox) threadToSend(id string) (uint64, error) {
	if id == "" {
		return 0, nil
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	t, err := m.threadNamed(id)
	if err != nil {
		return 0, err
	}
	return t.id, nil
}

// Reply answers a message to its sender, or goes on after a mail of one's own. change may alter the answer before it leaves.
func (m *Mailbox) Reply(messageID, text string, change ...func(*OutgoingMail)) (Message, error) {
	to, err := m.Message(messageID)
	if err != nil {
		return Message{}, err
	}
	o := OutgoingMail{Text: text, ThreadID: to.ThreadID}
	o.answering(&to.Mail, m.email)
	for _, c := range change {
		c(&o)
	}
	return m.Send(o)
}

// Deliver brings a raw mail (RFC 5322) to this mailbox alone, as if it came from outside. It takes raw over.
func (m *Mailbox) Deliver(raw []byte) (Message, error) {
	b := newBlob(raw)
	f := factsOf(b)
	got, ok := m.receive(context.Background(), envelope{from: f.sender(), mail: b, facts: f})
	if !ok {
		return Message{}, fmt.Errorf("gmailtest: deliver to %s: the account is suspended", m.email)
	}
	return m.Message(formatID(got.id))
}

// labelCalled finds a label by its name, whatever its case; the caller holds m.mu.
func (m *Mailbox) labelCalled(name string) *label {
	return m.labelName[strings.ToLower(strings.TrimSpace(name))]
}

// labelNamed finds a label by its name, or makes it; the caller holds m.mu.
func (m *Mailbox) labelNamed(name string) (*label, *apiError) {
	if l := m.labelCalled(name); l != nil {
		return l, nil
	}
	return m.createLabel(name)
}

// CreateLabel makes a label; a name that is taken, whatever its case, is an error.
func (m *Mailbox) CreateLabel(name string) (Label, error) {
	var out Label
	err := m.act(func() error {
		l, e := m.createLabel(name)
		if e != nil {
			return fmt.Errorf("gmailtest: create label %q: %w", name, e)
		}
		out = Label{ID: l.id, Name: l.name}
		return nil
	})
	return out, err
}

// RenameLabel gives a label another name; its id stays.
func (m *Mailbox) RenameLabel(name, to string) error {
	return m.onLabel(name, func(l *label) error {
		if e := m.renameLabel(l, to); e != nil {
			return fmt.Errorf("gmailtest: rename label %q to %q: %w", name, to, e)
		}
		return nil
	})
}

// DeleteLabel takes a label off everything and away.
func (m *Mailbox) DeleteLabel(name string) error {
	return m.onLabel(name, func(l *label) error {
		m.deleteLabel(l)
		return nil
	})
}

// onLabel does something to a label that the owner made.
func (m *Mailbox) onLabel(name string, do func(*label) error) error {
	return m.act(func() error {
		l := m.labelCalled(name)
		if l == nil || l.system {
			return fmt.Errorf("gmailtest: label %q in %s: %w", name, m.email, ErrNotFound)
		}
		return do(l)
	})
}

// LabelThread puts a label on all messages that a conversation has now, drafts excepted; later ones do not inherit it. The label is found by name, whatever
// its case, and made if there is none.
func (m *Mailbox) LabelThread(threadID, name string) error {
	return m.relabelThread(threadID, []string{name}, nil)
}

// UnlabelThread takes a label off them.
func (m *Mailbox) UnlabelThread(threadID, name string) error {
	return m.relabelThread(threadID, nil, []string{name})
}

// LabelMessage puts a label on one message.
func (m *Mailbox) LabelMessage(messageID, name string) error {
	return m.relabelMessage(messageID, []string{name}, nil)
}

// UnlabelMessage takes a label off one message.
func (m *Mailbox) UnlabelMessage(messageID, name string) error {
	return m.relabelMessage(messageID, nil, []string{name})
}

// Archive takes a conversation out of the inbox.
func (m *Mailbox) Archive(threadID string) error {
	return m.relabelThread(threadID, nil, []string{"INBOX"})
}

// MoveToInbox puts a conversation back into the inbox, from wherever it is.
func (m *Mailbox) MoveToInbox(threadID string) error {
	return m.relabelThread(threadID, []string{"INBOX"}, nil)
}

// Trash puts a conversation into the bin.
func (m *Mailbox) Trash(threadID string) error {
	return m.relabelThread(threadID, []string{"TRASH"}, nil)
}

// Untrash takes a conversation out of the bin, back into the inbox.
func (m *Mailbox) Untrash(threadID string) error { return m.MoveToInbox(threadID) }

// Spam reports a conversation as spam.
func (m *Mailbox) Spam(threadID string) error {
	return m.relabelThread(threadID, []string{"SPAM"}, nil)
}

// NotSpam takes that back: the conversation moves to the inbox.
func (m *Mailbox) NotSpam(threadID string) error { return m.MoveToInbox(threadID) }

// MarkRead marks a conversation as read.
func (m *Mailbox) MarkRead(threadID string) error {
	return m.relabelThread(threadID, nil, []string{"UNREAD"})
}

// MarkUnread marks a conversation as unread.
func (m *Mailbox) MarkUnread(threadID string) error {
	return m.relabelThread(threadID, []string{"UNREAD"}, nil)
}

// TrashMessage puts one message into the bin.
func (m *Mailbox) TrashMessage(messageID string) error {
	return m.relabelMessage(messageID, []string{"TRASH"}, nil)
}

// DeleteForever deletes a conversation for good, drafts included.
func (m *Mailbox) DeleteForever(threadID string) error {
	return m.act(func() error {
		t, err := m.threadNamed(threadID)
		if err != nil {
			return err
		}
		for _, msg := range slices.Clone(t.messages) {
			m.remove(msg)
		}
		return nil
	})
}

// DeleteMessageForever deletes one message for good.
func (m *Mailbox) DeleteMessageForever(messageID string) error {
	return m.act(func() error {
		msg, err := m.messageNamed(messageID)
		if err == nil {
			m.remove(msg)
		}
		return err
	})
}

func (m *Mailbox) relabelThread(id string, add, remove []string) error {
	return m.act(func() error {
		t, err := m.threadNamed(id)
		if err != nil {
			return err
		}
		l, err := m.labellingByName(add, remove)
		if err != nil {
			return err
		}
		for _, msg := range slices.Clone(t.messages) {
			m.applyToThread(msg, l)
		}
		return nil
	})
}

func (m *Mailbox) relabelMessage(id string, add, remove []string) error {
	return m.act(func() error {
		msg, err := m.messageNamed(id)
		if err != nil {
			return err
		}
		l, err := m.labellingByName(add, remove)
		if err == nil && m.refuses(msg, l) {
			err = fmt.Errorf("gmailtest: label message %q: a draft carries no label but DRAFT", id)
		}
		if err == nil {
			m.apply(msg, l)
		}
		return err
	})
}

// labellingByName makes those labels that are missing and are to be put on; the caller holds m.mu.
func (m *Mailbox) labellingByName(add, remove []string) (labelling, error) {
	var out labelling
	for _, name := range add {
		l, e := m.labelNamed(name)
		if e != nil {
			return out, fmt.Errorf("gmailtest: label %q: %w", name, e)
		}
		out.add = append(out.add, l)
	}
	for _, name := range remove {
		l := m.labelCalled(name)
		if l == nil {
			return out, fmt.Errorf("gmailtest: label %q in %s: %w", name, m.email, ErrNotFound)
		}
		out.remove = append(out.remove, l)
	}
	return out, nil
}
