package gmailtest

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
)

// Mailbox is one simulated Gmail mailbox. Its methods act as its owner does on the web or the phone, with no HTTP, quota or fault.
// All are safe for concurrent use.
type Mailbox struct {
	server *Server
	email  string
	name   string
	calls  mailboxCalls
	quota  userQuota

	mu        sync.RWMutex
	suspended bool
	rand      *rand.Rand
	signature string // of the mailbox's own address
	aliases   []SendAs
	filters   []*filter

	messages map[uint64]*message
	threads  map[uint64]*thread
	order    index               // all messages, oldest first
	byMID    map[uint64]*message // by hash of Message-ID, chained through message.sameMID
	byAddr   map[uint64]index    // by hash of an address in From, To, Cc or Bcc; nil until a search needs it
	lastID   uint64              // of the newest message
	drafts   map[string]*message // by draft id
	draftOf  map[uint64]string   // message id to draft id

	labels    map[string]*label // by id
	labelName map[string]*label // by lower-case name
	labelSeq  uint32
	sets      map[string]*labelSet // every set of labels in use, once

	history history
	watch   *watch
}

// message is one message of one mailbox. Its mail is shared with the other mailboxes that have it.
type message struct {
	id        uint64
	thread    *thread
	mail      *blob
	labels    *labelSet
	historyID uint64
	date      int64 // internal date, milliseconds since 1970
	arrived   int64 // when it was stored, the same unit
	mid       uint64
	sameMID   *message // the next message with the same Message-ID
	subject   uint64   // hash of the subject without Re: and Fwd:
	delivered bool     // came by mail: trace headers stand before the raw mail
}

type thread struct {
	id        uint64
	messages  []*message // oldest first
	historyID uint64
}

// before orders messages by date, then id.
func (a *message) before(b *message) bool {
	return a.date < b.date || a.date == b.date && a.id < b.id
}

// index is messages in order, oldest first.
type index []*message

// at is the place of the first message that is not before date and id.
func (x index) at(date int64, id uint64) int {
	lo, hi := 0, len(x)
	if hi > 0 && (x[hi-1].date < date || x[hi-1].date == date && x[hi-1].id < id) {
		return hi
	}
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if x[mid].date < date || x[mid].date == date && x[mid].id < id {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (x *index) insert(m *message) {
	*x = slices.Insert(*x, x.at(m.date, m.id), m)
}

func (x *index) remove(m *message) {
	if i := x.at(m.date, m.id); i < len(*x) && (*x)[i] == m {
		*x = slices.Delete(*x, i, i+1)
	}
}

func newMailbox(s *Server, email, name string) *Mailbox {
	m := &Mailbox{
		server: s, email: email, name: name,
		rand:     rand.New(rand.NewPCG(s.seed, hashString(email))),
		messages: map[uint64]*message{}, threads: map[uint64]*thread{}, byMID: map[uint64]*message{},
		drafts: map[string]*message{}, draftOf: map[uint64]string{},
		labels: map[string]*label{}, labelName: map[string]*label{}, sets: map[string]*labelSet{},
	}
	for _, l := range systemLabels {
		m.addLabel(&label{id: l.id, name: l.id, system: true, messageVisibility: l.message, listVisibility: l.list})
	}
	m.history.last = 1000 + m.rand.Uint64N(900_000)
	m.history.floor = m.history.last
	m.history.released = m.history.last
	return m
}

// Email is the mailbox's address.
func (m *Mailbox) Email() string { return m.email }

// Name is the display name of the mailbox's owner.
func (m *Mailbox) Name() string { return m.name }

// Suspend takes Gmail away from the account (or gives it back): every call answers 400 failedPrecondition "Mail service not enabled", and mail
// to it is lost.
func (m *Mailbox) Suspend(suspended bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.suspended = suspended
}

// write runs a change of the mailbox under its lock and publishes what it made due, afterwards.
func (m *Mailbox) write(ctx context.Context, change func() *apiError) *apiError {
	m.mu.Lock()
	e := change()
	push := m.takePush()
	m.mu.Unlock()
	if push != nil {
		m.server.publish(ctx, *push)
	}
	return e
}

// newID makes an id as Gmail's look: the time in its upper digits, chance below. Ids go up even where the clock stands still, so that what came later is
// ordered later.
func (m *Mailbox) newID() uint64 {
	id := uint64(m.server.now().UnixMilli())<<20 | m.rand.Uint64N(1<<16)
	if id <= m.lastID {
		id = m.lastID + 1 + m.rand.Uint64N(999)
	}
	m.lastID = id
	return id
}

// arrival is a message about to be stored.
type arrival struct {
	id        uint64 // 0 makes one
	mail      *blob
	facts     *facts
	thread    *thread // nil begins one
	labels    []*label
	date      int64
	delivered bool
}

// add stores a message and writes its history.
func (m *Mailbox) add(a arrival) *message {
	msg := m.place(a)
	m.record(messageAdded, msg, nil)
	return msg
}

// place stores a message.
func (m *Mailbox) place(a arrival) *message {
	if a.id == 0 {
		a.id = m.newID()
	}
	msg := &message{
		id: a.id, mail: a.mail, date: a.date, arrived: m.server.now().UnixMilli(),
		mid: a.facts.mid, subject: a.facts.subject, delivered: a.delivered,
	}
	t := a.thread
	if t == nil {
		t = &thread{id: msg.id}
	}
	m.tally(t, -1)
	defer m.tally(t, 1)
	m.threads[t.id] = t // a thread whose last message was just replaced comes back
	msg.thread = t
	(*index)(&t.messages).insert(msg)
	m.messages[msg.id] = msg
	m.order.insert(msg)
	if msg.mid != 0 {
		msg.sameMID = m.byMID[msg.mid]
		m.byMID[msg.mid] = msg
	}
	if m.byAddr != nil {
		m.indexAddresses(msg)
	}
	msg.labels = m.setOf(a.labels)
	for _, l := range msg.labels.labels {
		l.messages.insert(msg)
	}
	return msg
}

// relabel changes the labels of a message. It writes history only for what really changes.
func (m *Mailbox) relabel(msg *message, add, remove []*label) {
	m.tally(msg.thread, -1)
	defer m.tally(msg.thread, 1)
	var added, removed []*label
	after := slices.Clone(msg.labels.labels)
	for _, l := range remove {
		if i := slices.Index(after, l); i >= 0 && !slices.Contains(add, l) {
			after = slices.Delete(after, i, i+1)
			l.messages.remove(msg)
			removed = append(removed, l)
		}
	}
	for _, l := range add {
		if !slices.Contains(after, l) {
			after = append(after, l)
			l.messages.insert(msg)
			added = append(added, l)
		}
	}
	if len(added)+len(removed) == 0 {
		return
	}
	msg.labels = m.setOf(after)
	if len(removed) > 0 {
		m.record(labelsRemoved, msg, m.setOf(removed))
	}
	if len(added) > 0 {
		m.record(labelsAdded, msg, m.setOf(added))
	}
}

// remove deletes a message for good.
func (m *Mailbox) remove(msg *message) {
	m.tally(msg.thread, -1)
	defer m.tally(msg.thread, 1)
	delete(m.messages, msg.id)
	m.order.remove(msg)
	(*index)(&msg.thread.messages).remove(msg)
	if len(msg.thread.messages) == 0 {
		delete(m.threads, msg.thread.id)
	}
	for _, l := range msg.labels.labels {
		l.messages.remove(msg)
	}
	if msg.mid != 0 {
		m.forgetMID(msg)
	}
	if m.byAddr != nil {
		m.forgetAddresses(msg)
	}
	if id, ok := m.draftOf[msg.id]; ok {
		delete(m.draftOf, msg.id)
		delete(m.drafts, id)
	}
	m.record(messageDeleted, msg, nil)
}

func (m *Mailbox) forgetMID(msg *message) {
	first := m.byMID[msg.mid]
	if first == msg {
		if msg.sameMID == nil {
			delete(m.byMID, msg.mid)
		} else {
			m.byMID[msg.mid] = msg.sameMID
		}
		return
	}
	for p := first; p != nil; p = p.sameMID {
		if p.sameMID == msg {
			p.sameMID = msg.sameMID
			return
		}
	}
}

// readable tells whether the API gives a message out yet.
func (m *Mailbox) readable(msg *message) bool {
	wait := m.server.behaviour().UnreadableFor
	return wait == 0 || m.server.now().UnixMilli()-msg.arrived >= wait.Milliseconds()
}
