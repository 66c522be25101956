package gmailtest

import (
	"slices"
	"sort"
	"time"
)

// change says what a history record tells.
type change uint8

const (
	messageAdded change = 1 + iota
	messageDeleted
	labelsAdded
	labelsRemoved
	nothing // keeps a time for an id that moved on by itself; never listed
)

// historyTypes are the names of history.list's historyTypes.
var historyTypes = map[string]change{
	"messageAdded": messageAdded, "messageDeleted": messageDeleted, "labelAdded": labelsAdded, "labelRemoved": labelsRemoved,
}

// record is one history record: what happened to one message, with its labels as they were just after.
type record struct {
	id, message, thread uint64
	at                  int64 // milliseconds since 1970
	after, changed      *labelSet
	what                change
}

// history is a mailbox's records, oldest first.
type history struct {
	records  []record
	last     uint64 // the mailbox's current history id
	floor    uint64 // a startHistoryId below it is too old
	released uint64 // with PushAhead, records above it are hidden
}

// next gives out a history id. Gmail's go up in uneven steps.
func (m *Mailbox) nextHistoryID() uint64 {
	m.history.last += 1 + m.rand.Uint64N(37)
	return m.history.last
}

// record writes history and makes a push due.
func (m *Mailbox) record(what change, msg *message, changed *labelSet) {
	id := m.nextHistoryID()
	msg.historyID, msg.thread.historyID = id, id
	m.history.records = append(m.history.records, record{
		id: id, message: msg.id, thread: msg.thread.id, at: m.server.now().UnixMilli(), after: msg.labels, changed: changed, what: what,
	})
	if m.server.behaviour().IDRunsAhead {
		m.nextHistoryID()
	}
	if !m.server.behaviour().PushAhead {
		m.history.released = id // what could be seen once does not vanish when hiding begins
	}
	if m.watch.matches(msg.labels, changed) {
		m.watch.due = true
	}
}

// current is the mailbox's history id. Where cursors age, it moves on by itself every minute, as Gmail's does.
func (m *Mailbox) current(now time.Time) uint64 {
	if keep := m.server.behaviour().HistoryKeep; keep > 0 {
		at := now.UnixMilli()
		if n := len(m.history.records); n == 0 || at-m.history.records[n-1].at >= time.Minute.Milliseconds() {
			m.history.records = append(m.history.records, record{id: m.nextHistoryID(), at: at, what: nothing})
		}
		m.expire(now.Add(-keep).UnixMilli())
	}
	return m.history.last
}

// expire drops the records from before a time.
func (m *Mailbox) expire(before int64) {
	h := &m.history
	n := sort.Search(len(h.records), func(i int) bool { return h.records[i].at >= before })
	if n == 0 {
		return
	}
	h.floor = h.records[n-1].id + 1
	h.records = slices.Delete(h.records, 0, n)
}

// ExpireHistory makes every history id given out so far too old: history.list answers 404 for them, as it does after a week or a few hours.
func (m *Mailbox) ExpireHistory() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.history.records = nil
	m.history.floor = m.nextHistoryID()
	m.history.released = m.history.floor
}

// ReleaseHistory lets history.list show what Behaviour.PushAhead has hidden so far.
func (m *Mailbox) ReleaseHistory() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.history.released = m.history.last
}

// HistoryID is the mailbox's current history id.
func (m *Mailbox) HistoryID() uint64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.history.last
}

// visible is how many records may be listed yet.
func (m *Mailbox) visible(now time.Time) int {
	b := m.server.behaviour()
	n := len(m.history.records)
	if b.PushAhead {
		n = sort.Search(n, func(i int) bool { return m.history.records[i].id > m.history.released })
	}
	if b.PushAheadFor > 0 {
		limit := now.Add(-b.PushAheadFor).UnixMilli()
		n = min(n, sort.Search(n, func(i int) bool { return m.history.records[i].at > limit }))
	}
	return n
}

// historyQuery is a history.list.
type historyQuery struct {
	start uint64
	label string
	types uint8 // bit per change; 0 is all
	limit int
	page  historyToken
}

// historyPage is an answer to it. The records are copies.
type historyPage struct {
	records []record
	current uint64
	next    historyToken
	more    bool
}

// historyToken is where a page begins: after a record. Served says that the empty page before it has been.
type historyToken struct {
	after  uint64
	served bool
}

// listHistory answers history.list; ok is false when start is too old.
func (m *Mailbox) listHistory(q historyQuery) (historyPage, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.server.now()
	page := historyPage{current: m.current(now)}
	if q.start < m.history.floor {
		return page, false
	}
	empty := m.server.behaviour().EmptyPagesWithToken
	after := max(q.start, q.page.after)
	records := m.history.records[:m.visible(now)]
	i := sort.Search(len(records), func(i int) bool { return records[i].id > after })
	for ; i < len(records); i++ {
		r := &records[i]
		if !q.admits(r) {
			continue
		}
		if empty && !q.page.served {
			page.next, page.more = historyToken{after: after, served: true}, true
			return page, true
		}
		if len(page.records) == q.limit {
			page.next, page.more = historyToken{after: page.records[q.limit-1].id}, true
			return page, true
		}
		page.records = append(page.records, *r)
	}
	return page, true
}

func (q *historyQuery) admits(r *record) bool {
	if r.what == nothing || q.types != 0 && q.types&(1<<r.what) == 0 {
		return false
	}
	return q.label == "" || r.after.hasID(q.label) || r.changed.hasID(q.label)
}
