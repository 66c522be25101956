package gmailtest

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// snapshot is a message as it stood at one moment. It never changes, so nobody need hold a lock to read it.
type snapshot struct {
	id, thread, historyID uint64
	date                  int64 // internal date, milliseconds since 1970
	labels                *labelSet
	mail                  *blob
	owner                 *Mailbox
	delivered             bool
}

// look makes a snapshot; the caller holds m.mu.
func (m *Mailbox) look(msg *message) snapshot {
	return snapshot{
		id: msg.id, thread: msg.thread.id, historyID: msg.historyID, date: msg.date, labels: msg.labels, mail: msg.mail, owner: m, delivered: msg.delivered,
	}
}

// trace are the headers that delivery put before the mail's own; none for mail that was sent and for drafts.
func (s snapshot) trace() []Header {
	if !s.delivered {
		return nil
	}
	from := ""
	if a := parseAddresses(s.mail.header("From")); len(a) > 0 && a[0].addr != mailerDaemon {
		from = a[0].addr
	}
	at := time.UnixMilli(s.date).UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700 (MST)")
	return []Header{
		{"Delivered-To", s.owner.email},
		{"Received", fmt.Sprintf("by 2002:a05:6000:1000:0:0:0:0 with SMTP id %s; %s", formatID(s.id)[8:], at)},
		{"Return-Path", "<" + from + ">"},
	}
}

// raw is the whole mail. It may be the stored one: it is not to be written to.
func (s snapshot) raw() []byte {
	trace := s.trace()
	if len(trace) == 0 {
		return s.mail.raw
	}
	out := make([]byte, 0, len(s.mail.raw)+300)
	for _, h := range trace {
		out = append(append(append(append(out, h.Name...), ": "...), h.Value...), "\r\n"...)
	}
	return append(out, s.mail.raw...)
}

// size is Gmail's estimate of the mail's size.
func (s snapshot) size() int { return len(s.mail.raw) }

// known is a message that the API gives out, or the refusal; the caller holds m.mu.
func (m *Mailbox) known(id uint64) (*message, *apiError) {
	msg := m.messages[id]
	if msg == nil || !m.readable(msg) {
		return nil, errNotFound()
	}
	return msg, nil
}

// get gives a message out.
func (m *Mailbox) get(id uint64) (snapshot, *apiError) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	msg, e := m.known(id)
	if e != nil {
		return snapshot{}, e
	}
	return m.look(msg), nil
}

// change does something to one message and gives it out as it is then.
func (m *Mailbox) change(ctx context.Context, id uint64, do func(*message) *apiError) (snapshot, *apiError) {
	var out snapshot
	e := m.write(ctx, func() *apiError {
		msg, e := m.known(id)
		if e == nil {
			e = do(msg)
		}
		if e == nil {
			out = m.look(msg)
		}
		return e
	})
	return out, e
}

// labelling is a change of labels by their ids.
type labelling struct{ add, remove []*label }

// labelling finds the labels of a change; the caller holds m.mu.
func (m *Mailbox) labelling(add, remove []string) (labelling, *apiError) {
	var l labelling
	var e *apiError
	if l.add, e = m.labelsByID(add); e != nil {
		return l, e
	}
	l.remove, e = m.labelsByID(remove)
	return l, e
}

// apply changes the labels of a message. Spam and bin exclude the inbox: whatever is put into one leaves the others.
func (m *Mailbox) apply(msg *message, l labelling) {
	remove := l.remove
	for _, to := range l.add {
		switch to.id {
		case "INBOX":
			remove = append(slices.Clip(remove), m.system("SPAM", "TRASH")...)
		case "SPAM":
			remove = append(slices.Clip(remove), m.system("INBOX", "TRASH")...)
		case "TRASH":
			remove = append(slices.Clip(remove), m.system("INBOX", "SPAM")...)
		}
	}
	m.relabel(msg, l.add, remove)
}

// modify puts labels on a message and takes labels off.
func (m *Mailbox) modify(ctx context.Context, id uint64, add, remove []string) (snapshot, *apiError) {
	return m.change(ctx, id, func(msg *message) *apiError {
		l, e := m.labelling(add, remove)
		if e == nil && m.refuses(msg, l) {
			e = errBad("Invalid label: a draft carries none but DRAFT")
		}
		if e == nil {
			m.apply(msg, l)
		}
		return e
	})
}

// refuses tells whether a message can't take labels: a draft takes none, but it may go into the bin.
// Source: https://developers.google.com/workspace/gmail/api/guides/drafts
func (m *Mailbox) refuses(msg *message, l labelling) bool {
	_, draft := m.draftOf[msg.id]
	return draft && slices.ContainsFunc(l.add, func(l *label) bool { return l.id != "TRASH" })
}

// modifyAll is modify for many; those that are not there are passed over.
func (m *Mailbox) modifyAll(ctx context.Context, ids []uint64, add, remove []string) *apiError {
	return m.write(ctx, func() *apiError {
		l, e := m.labelling(add, remove)
		if e != nil {
			return e
		}
		for _, id := range ids {
			if msg, e := m.known(id); e == nil && !m.refuses(msg, l) {
				m.apply(msg, l)
			}
		}
		return nil
	})
}

// trash puts a message into the bin.
func (m *Mailbox) trash(ctx context.Context, id uint64) (snapshot, *apiError) {
	return m.change(ctx, id, func(msg *message) *apiError {
		m.apply(msg, labelling{add: m.system("TRASH")})
		return nil
	})
}

// untrash takes a message out of the bin. It does not come back to the inbox.
func (m *Mailbox) untrash(ctx context.Context, id uint64) (snapshot, *apiError) {
	return m.change(ctx, id, func(msg *message) *apiError {
		m.apply(msg, labelling{remove: m.system("TRASH")})
		return nil
	})
}

// delete deletes a message for good.
func (m *Mailbox) delete(ctx context.Context, id uint64) *apiError {
	return m.write(ctx, func() *apiError {
		msg, e := m.known(id)
		if e == nil {
			m.remove(msg)
		}
		return e
	})
}

// deleteAll is delete for many; those that are not there are passed over.
func (m *Mailbox) deleteAll(ctx context.Context, ids []uint64) *apiError {
	return m.write(ctx, func() *apiError {
		for _, id := range ids {
			if msg, e := m.known(id); e == nil {
				m.remove(msg)
			}
		}
		return nil
	})
}

// profile is what getProfile tells.
type profile struct {
	messages, threads int
	historyID         uint64
}

func (m *Mailbox) profile() profile {
	m.mu.Lock()
	defer m.mu.Unlock()
	return profile{messages: len(m.messages), threads: len(m.threads), historyID: m.current(m.server.now())}
}

func (m *Mailbox) isSuspended() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.suspended
}
