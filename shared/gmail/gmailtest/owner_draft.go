package gmailtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// SaveDraft keeps a mail that the owner has begun.
func (m *Mailbox) SaveDraft(o OutgoingMail) (Message, error) {
	thread, err := m.threadToSend(o.ThreadID)
	if err != nil {
		return Message{}, err
	}
	d, e := m.createDraft(context.Background(), m.server.compose(o, address{m.name, m.email}), thread)
	if e != nil {
		return Message{}, fmt.Errorf("gmailtest: save draft in %s: %w", m.email, e)
	}
	return m.Message(formatID(d.message.id))
}

// EditDraft changes a draft as its user does in Gmail: it gets a new message, and by Behaviour.DraftIDChangesOnEdit a new draft id; its conversation stays.
func (m *Mailbox) EditDraft(draftID string, change func(*OutgoingMail)) (Message, error) {
	old, e := m.getDraft(draftID)
	if e != nil {
		return Message{}, m.noDraft(draftID)
	}
	ways := m.server.behaviour()
	o := asOutgoing(readMail(old.message.mail), ways.StripXHeadersOnEdit)
	change(&o)
	b := newBlob(m.server.compose(o, address{m.name, m.email}))
	f := factsOf(b)
	var out seen
	err := m.act(func() error {
		msg := m.drafts[draftID]
		if msg == nil {
			return m.noDraft(draftID)
		}
		id := draftID
		if ways.DraftIDChangesOnEdit {
			id = m.newDraftID()
		}
		m.remove(msg)
		d := m.addDraft(id, b, f, msg.thread)
		out = m.see(m.messages[d.message.id])
		return nil
	})
	if err != nil {
		return Message{}, err
	}
	return out.show(), nil
}

func (m *Mailbox) noDraft(id string) error {
	return fmt.Errorf("gmailtest: draft %q in %s: %w", id, m.email, ErrNotFound)
}

// asOutgoing is a mail as its writer goes on writing it.
func asOutgoing(old Mail, stripX bool) OutgoingMail {
	o := OutgoingMail{
		From: old.From.String(), Subject: old.Subject, Text: old.Text, HTML: old.HTML, Attachments: old.Attachments,
		InReplyTo: old.InReplyTo, References: old.References, MessageID: old.MessageID,
	}
	if old.From.Address == "" {
		o.From = ""
	}
	for _, a := range old.To {
		o.To = append(o.To, a.String())
	}
	for _, a := range old.Cc {
		o.Cc = append(o.Cc, a.String())
	}
	for _, a := range old.Bcc {
		o.Bcc = append(o.Bcc, a.String())
	}
	written := []string{"mime-version", "date", "message-id", "in-reply-to", "references", "from", "to", "cc", "bcc", "subject"}
	for _, h := range old.Headers {
		name := strings.ToLower(h.Name)
		if slices.Contains(written, name) || strings.HasPrefix(name, "content-") || stripX && isXHeader(name) {
			continue
		}
		o.Headers = append(o.Headers, h)
	}
	return o
}

// SendDraft sends a draft as it is.
func (m *Mailbox) SendDraft(draftID string) (Message, error) {
	sent, e := m.sendDraft(context.Background(), draftID, nil, 0)
	if e != nil {
		if e.code == 404 {
			return Message{}, m.noDraft(draftID)
		}
		return Message{}, fmt.Errorf("gmailtest: send draft %q in %s: %w", draftID, m.email, e)
	}
	return m.Message(formatID(sent.id))
}

// DeleteDraft throws a draft away.
func (m *Mailbox) DeleteDraft(draftID string) error {
	if e := m.deleteDraft(context.Background(), draftID); e != nil {
		return m.noDraft(draftID)
	}
	return nil
}
