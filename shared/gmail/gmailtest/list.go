package gmailtest

import "time"

// listQuery is a question for messages, threads or drafts.
type listQuery struct {
	labels    []string // ids; a message must have all of them
	q         string   // a search
	spamTrash bool     // spam and bin too
	limit     int      // entries of a page
	after     pageKey
}

// pageKey is where a page begins: after an entry, so that what arrives meanwhile moves nothing. The zero value begins at the newest.
type pageKey struct {
	date int64
	id   uint64
}

// page is a page of a list, newest first.
type page[T any] struct {
	entries  []T
	next     pageKey
	more     bool
	estimate int // of the entries of all pages
}

// messageRef is what messages.list tells of a message.
type messageRef struct{ id, thread uint64 }

// threadRef is what threads.list tells of a conversation, and the newest message that fits the question.
type threadRef struct {
	id, historyID uint64
	last          snapshot
}

// listMessages lists messages.
func (m *Mailbox) listMessages(q listQuery) (page[messageRef], *apiError) {
	return list(m, q, func(_ *selection, msg *message) (messageRef, bool) { return messageRef{msg.id, msg.thread.id}, true })
}

// listThreads lists the conversations that have a fitting message, by the newest of those.
func (m *Mailbox) listThreads(q listQuery) (page[threadRef], *apiError) {
	return list(m, q, func(s *selection, msg *message) (threadRef, bool) {
		t := msg.thread
		for i := len(t.messages) - 1; t.messages[i] != msg; i-- {
			if s.admits(t.messages[i]) {
				return threadRef{}, false // the conversation stands further up
			}
		}
		return threadRef{id: t.id, historyID: t.historyID, last: m.look(msg)}, true
	})
}

// listDrafts lists drafts.
func (m *Mailbox) listDrafts(q listQuery) (page[draftSnapshot], *apiError) {
	q.labels = append(q.labels[:len(q.labels):len(q.labels)], "DRAFT")
	return list(m, q, func(_ *selection, msg *message) (draftSnapshot, bool) {
		id, ok := m.draftOf[msg.id]
		return draftSnapshot{id: id, message: m.look(msg)}, ok
	})
}

// list goes through what fits from the newest to the oldest and keeps what entry makes of it.
func list[T any](m *Mailbox, q listQuery, entry func(*selection, *message) (T, bool)) (page[T], *apiError) {
	search, e := parseSearch(q.q, m.server.now())
	if e != nil {
		return page[T]{}, e
	}
	if search.usesAddresses() {
		m.ensureAddresses()
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	s, e := m.selectFor(q, search)
	if e != nil {
		return page[T]{}, e
	}
	var out page[T]
	i := len(s.from)
	if q.after != (pageKey{}) {
		i = s.from.at(q.after.date, q.after.id)
	}
	out.estimate = len(s.from)
	for i--; i >= 0; i-- {
		msg := s.from[i]
		if s.pastOldest(msg) {
			break
		}
		if !s.admits(msg) {
			continue
		}
		t, ok := entry(s, msg)
		if !ok {
			continue
		}
		if len(out.entries) == q.limit {
			out.more = true
			break
		}
		out.entries = append(out.entries, t)
		out.next = pageKey{msg.date, msg.id}
	}
	if !out.more {
		out.next = pageKey{}
		if q.after == (pageKey{}) {
			out.estimate = len(out.entries)
		}
	}
	return out, nil
}

// selection is the messages that a listing looks at: those of the narrowest index it could find, and what they must fulfil.
type selection struct {
	box     *Mailbox
	from    index
	labels  []*label
	without []*label // spam and bin, unless they are asked for
	search  *search
	oldest  int64 // nothing before it fits
}

// selectFor plans a listing; the caller holds m.mu.
func (m *Mailbox) selectFor(q listQuery, search *search) (*selection, *apiError) {
	search.bind(m)
	s := &selection{box: m, from: m.order, search: search}
	anywhere := q.spamTrash || search.anywhere()
	for _, id := range q.labels {
		l := m.labels[id]
		if l == nil {
			return nil, errBad("Invalid label: " + id)
		}
		anywhere = anywhere || id == "SPAM" || id == "TRASH"
		s.labels = append(s.labels, l)
		if len(l.messages) < len(s.from) {
			s.from = l.messages
		}
	}
	if !anywhere {
		s.without = m.system("SPAM", "TRASH")
	}
	if x, ok := search.index(m); ok && len(x) < len(s.from) {
		s.from = x
	}
	oldest, newest := search.dates()
	s.oldest = oldest
	if newest > 0 { // nothing from here on fits
		s.from = s.from[:s.from.at(newest, 0)]
	}
	return s, nil
}

func (s *selection) pastOldest(msg *message) bool { return msg.date < s.oldest }

func (s *selection) admits(msg *message) bool {
	for _, l := range s.labels {
		if !msg.labels.has(l) {
			return false
		}
	}
	for _, l := range s.without {
		if msg.labels.has(l) {
			return false
		}
	}
	return s.search.fits(s.box, msg)
}

// pacific is the zone of dates in searches.
// Source: https://developers.google.com/workspace/gmail/api/guides/filtering
var pacific = time.FixedZone("PST", -8*60*60)
