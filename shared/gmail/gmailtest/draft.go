package gmailtest

import (
	"context"
	"strconv"
)

// draftSnapshot is a draft as it stood at one moment.
type draftSnapshot struct {
	id      string
	message snapshot
}

// draft is the message of a draft, or the refusal; the caller holds m.mu.
func (m *Mailbox) draft(id string) (*message, *apiError) {
	msg := m.drafts[id]
	if msg == nil {
		return nil, errNotFound()
	}
	return msg, nil
}

func (m *Mailbox) getDraft(id string) (draftSnapshot, *apiError) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	msg, e := m.draft(id)
	if e != nil {
		return draftSnapshot{}, e
	}
	return draftSnapshot{id: id, message: m.look(msg)}, nil
}

// createDraft makes a draft, in a conversation if one is named. It takes raw over.
func (m *Mailbox) createDraft(ctx context.Context, raw []byte, threadID uint64) (draftSnapshot, *apiError) {
	b := newBlob(raw)
	f := factsOf(b)
	var out draftSnapshot
	e := m.write(ctx, func() *apiError {
		t, e := m.threadForSending(f, threadID)
		if e == nil {
			out = m.addDraft(m.newDraftID(), b, f, t)
		}
		return e
	})
	return out, e
}

// newDraftID makes a draft id as Gmail's look; the caller holds m.mu.
func (m *Mailbox) newDraftID() string { return "r" + strconv.FormatInt(int64(m.rand.Uint64()), 10) }

func (m *Mailbox) addDraft(id string, b *blob, f *facts, t *thread) draftSnapshot {
	msg := m.add(arrival{mail: b, facts: f, thread: t, labels: m.system("DRAFT"), date: m.server.now().UnixMilli()})
	m.drafts[id] = msg
	m.draftOf[msg.id] = id
	return draftSnapshot{id: id, message: m.look(msg)}
}

// updateDraft puts another mail into a draft: its message is a new one, its conversation stays unless another is named. It takes raw over.
func (m *Mailbox) updateDraft(ctx context.Context, id string, raw []byte, threadID uint64) (draftSnapshot, *apiError) {
	b := newBlob(raw)
	f := factsOf(b)
	var out draftSnapshot
	e := m.write(ctx, func() *apiError {
		old, e := m.draft(id)
		if e != nil {
			return e
		}
		t := old.thread
		if threadID != 0 && threadID != t.id {
			if t, e = m.threadForSending(f, threadID); e != nil {
				return e
			}
		}
		m.remove(old)
		out = m.addDraft(id, b, f, t)
		return nil
	})
	return out, e
}

// sendDraft sends a draft, with another mail in it if raw is given. The draft is used up: its message is deleted, and a new one stands in the same conversation.
func (m *Mailbox) sendDraft(ctx context.Context, id string, raw []byte, threadID uint64) (snapshot, *apiError) {
	if raw != nil {
		if _, e := m.updateDraft(ctx, id, raw, threadID); e != nil {
			return snapshot{}, e
		}
	}
	for {
		draft, e := m.getDraft(id)
		if e != nil {
			return snapshot{}, e
		}
		out, e := m.prepare(draft.message.mail)
		if e != nil {
			return snapshot{}, e
		}
		var sent snapshot
		edited := false
		e = m.write(ctx, func() *apiError {
			msg, e := m.draft(id)
			if e != nil {
				return e
			}
			if edited = msg.id != draft.message.id; edited {
				return nil
			}
			m.remove(msg)
			sent = m.look(m.addSent(out, msg.thread))
			return nil
		})
		if e != nil {
			return snapshot{}, e
		}
		if edited { // between the look and the lock: what stands there now is what is sent
			continue
		}
		m.server.deliver(ctx, out.envelope())
		return sent, nil
	}
}

// deleteDraft deletes a draft for good.
func (m *Mailbox) deleteDraft(ctx context.Context, id string) *apiError {
	return m.write(ctx, func() *apiError {
		msg, e := m.draft(id)
		if e == nil {
			m.remove(msg)
		}
		return e
	})
}
