package gmailtest

import (
	"context"
	"slices"
)

// threadSnapshot is a conversation as it stood at one moment, oldest message first.
type threadSnapshot struct {
	id, historyID uint64
	messages      []snapshot
}

// lookThread makes a snapshot of what may be read of a conversation; the caller holds m.mu.
func (m *Mailbox) lookThread(t *thread) threadSnapshot {
	out := threadSnapshot{id: t.id, historyID: t.historyID, messages: make([]snapshot, 0, len(t.messages))}
	for _, msg := range t.messages {
		if m.readable(msg) {
			out.messages = append(out.messages, m.look(msg))
		}
	}
	return out
}

// getThread gives a conversation out.
func (m *Mailbox) getThread(id uint64) (threadSnapshot, *apiError) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	t := m.threads[id]
	if t == nil {
		return threadSnapshot{}, errNotFound()
	}
	out := m.lookThread(t)
	if len(out.messages) == 0 {
		return threadSnapshot{}, errNotFound()
	}
	return out, nil
}

// changeThread does something to each message that a conversation has now and gives it out as it is then.
func (m *Mailbox) changeThread(ctx context.Context, id uint64, prepare func() (func(*message), *apiError)) (threadSnapshot, *apiError) {
	var out threadSnapshot
	e := m.write(ctx, func() *apiError {
		t := m.threads[id]
		if t == nil {
			return errNotFound()
		}
		do, e := prepare()
		if e != nil {
			return e
		}
		for _, msg := range slices.Clone(t.messages) {
			do(msg)
		}
		out = m.lookThread(t)
		return nil
	})
	return out, e
}

// modifyThread changes the labels of all messages that a conversation has now. Drafts are passed over by labels that they don't take.
func (m *Mailbox) modifyThread(ctx context.Context, id uint64, add, remove []string) (threadSnapshot, *apiError) {
	return m.changeThread(ctx, id, func() (func(*message), *apiError) {
		l, e := m.labelling(add, remove)
		return func(msg *message) { m.applyToThread(msg, l) }, e
	})
}

func (m *Mailbox) applyToThread(msg *message, l labelling) {
	if !m.refuses(msg, l) {
		m.apply(msg, l)
	}
}

// trashThread puts a conversation into the bin.
func (m *Mailbox) trashThread(ctx context.Context, id uint64) (threadSnapshot, *apiError) {
	return m.changeThread(ctx, id, func() (func(*message), *apiError) {
		l := labelling{add: m.system("TRASH")}
		return func(msg *message) { m.apply(msg, l) }, nil
	})
}

// untrashThread takes it out again.
func (m *Mailbox) untrashThread(ctx context.Context, id uint64) (threadSnapshot, *apiError) {
	return m.changeThread(ctx, id, func() (func(*message), *apiError) {
		l := labelling{remove: m.system("TRASH")}
		return func(msg *message) { m.apply(msg, l) }, nil
	})
}

// deleteThread deletes a conversation for good.
func (m *Mailbox) deleteThread(ctx context.Context, id uint64) *apiError {
	_, e := m.changeThread(ctx, id, func() (func(*message), *apiError) { return m.remove, nil })
	return e
}

// threadByHeaders is the conversation a mail belongs to by its References and In-Reply-To, nil for a new one. The subject must be the same, but for reports
// of mail that did not arrive. The caller holds m.mu.
func (m *Mailbox) threadByHeaders(f *facts, anySubject bool) *thread {
	for _, ref := range f.refs {
		for msg := m.byMID[ref]; msg != nil; msg = msg.sameMID {
			if anySubject || msg.subject == f.subject {
				return msg.thread
			}
		}
	}
	return nil
}

// threadForSending is the conversation that mail which names one is put into: it must exist, and have the same subject. The caller holds m.mu.
func (m *Mailbox) threadForSending(f *facts, id uint64) (*thread, *apiError) {
	var named *thread
	if id != 0 {
		if named = m.threads[id]; named == nil {
			return nil, errNotFound()
		}
	}
	if named != nil && !m.server.behaviour().ThreadSentByHeaders &&
		slices.ContainsFunc(named.messages, func(msg *message) bool { return msg.subject == f.subject }) {
		return named, nil
	}
	return m.threadByHeaders(f, false), nil
}
