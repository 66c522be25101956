package functions_test

import (
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// A function at work in a replica, step by step: it may crash, fail, lose an answer, or stand still while something else happens.

// shift is a call of a function that is under way. It has a goroutine of its own, which takes turns with the test: at each step it stands until the test lets it go on.
// While it stands anything may happen, in the other replica, too.
type shift struct {
	boxes    []string // whose mail it may be reading
	steps    chan step
	onward   chan error // what becomes of the step
	at       *step      // where it stands
	panicked any
}

// step is a call of the store, of Gmail or of Cloud Tasks, before or after its effect.
type step struct {
	op string
	at moment
}

// interruption breaks into the work of a function.
type interruption struct {
	kind  string
	steps int    // it comes after so many,
	where string // or after so many of these, whichever is first
	times int
}

// The kinds. The process crashes; a step fails, or its answer is lost; or the process stands still, and something else happens before it goes on.
const (
	crashes = "the process crashes"
	fails   = "the step fails"
	stands  = "the process stands still"
)

// Where.
const (
	atGmail  = "Gmail has answered"
	atWhole  = "a conversation has been read whole"
	atMove   = "the mailbox's record is written"
	atCommit = "mail is filed, or a send is recorded"
)

func (p *interruption) meets(s step) bool {
	if p.kind == "" || p.kind == stands && s.at == withinStep { // there it would keep everybody else out of the store
		return false
	}
	here := false
	switch p.where {
	case atGmail:
		here = s.at == afterStep && strings.Contains(s.op, "/gmail/v1/")
	case atWhole:
		here = s.at == afterStep && s.thread() != ""
	case atMove:
		here = strings.HasPrefix(s.op, "mailbox.")
	case atCommit:
		here = s.op == "import.commit" || strings.HasPrefix(s.op, "send.")
	}
	if here {
		p.times--
	}
	p.steps--
	return p.steps < 0 || p.times < 0
}

// thread is the conversation that the step reads; "" for any other step.
func (s step) thread() string {
	_, id, found := strings.Cut(s.op, "GET /gmail/v1/users/me/threads/")
	if !found {
		return ""
	}
	return id
}

// atWork has a function do something about some mailboxes, perhaps with an interruption.
func (m *model) atWork(boxes []string, do func(replica int)) {
	on := m.number("replica", 2)
	m.begin(on, boxes, do)
	m.goOn(on, m.interruption())
}

// interruption draws one, or none.
func (m *model) interruption() (p interruption) {
	if !m.one("interrupted", 2) {
		return p
	}
	p.kind, p.where = pick(m, "kind", stands, stands, crashes, fails), pick(m, "where", atWhole, atGmail, atMove, atCommit)
	p.steps, p.times = m.number("steps", 60), m.number("times", map[string]int{atGmail: 6, atWhole: 2, atMove: 6, atCommit: 6}[p.where])
	return p
}

// begin puts a replica to work. It does one thing at a time.
func (m *model) begin(on int, boxes []string, do func(replica int)) {
	m.finish(on)
	s := &shift{boxes: boxes, steps: make(chan step), onward: make(chan error)}
	m.shifts[on] = s
	for _, b := range boxes {
		m.o.boxes[b].atWork++
	}
	go func() {
		defer close(s.steps)
		defer func() { s.panicked = recover() }()
		do(on)
	}()
}

// goOn lets a replica work on, until it is done or interrupted.
func (m *model) goOn(on int, p interruption) {
	s := m.shifts[on]
	if s.at != nil && p.kind == stands {
		s.proceed(nil) // or it would not come away
	}
	for s.reach() {
		if !p.meets(*s.at) {
			s.proceed(nil)
			continue
		}
		kind := p.kind
		p = interruption{}
		m.note("    on %d, %s %s: %s", on, s.at.at, s.at.op, kind)
		switch kind {
		case stands:
			m.o.observe()
			m.answered(on)
			return
		case crashes:
			m.s.replicas[on].dead = true
			s.proceed(errCrashed)
		case fails:
			s.proceed(errReset)
		}
	}
	m.shifts[on] = nil
	m.o.observe()
	for _, b := range s.boxes {
		m.o.boxes[b].atWork--
	}
	if s.panicked != nil {
		panic(s.panicked)
	}
}

// reach waits for the next step; false if there is none any more.
func (s *shift) reach() bool {
	if s.at == nil {
		next, ok := <-s.steps
		if !ok {
			return false
		}
		s.at = &next
	}
	return true
}

// proceed says what becomes of the step.
func (s *shift) proceed(err error) {
	s.at = nil
	s.onward <- err
}

// finish lets a replica end what it is at work on.
func (m *model) finish(on int) {
	if m.shifts[on] != nil {
		m.note("%d goes on", on)
		m.goOn(on, interruption{})
	}
}

// next lets a replica go on that stands still, perhaps to another interruption.
func (m *model) next() {
	on := m.number("who", 2)
	if m.shifts[on] == nil {
		on = 1 - on
	}
	if m.shifts[on] != nil {
		m.note("%d goes on", on)
		m.goOn(on, m.interruption())
	}
}

// abandon ends the goroutines that are left when a run fails.
func (m *model) abandon() {
	for on, s := range m.shifts {
		if s == nil {
			continue
		}
		m.s.replicas[on].dead = true
		for s.reach() {
			s.proceed(errCrashed)
		}
	}
}

// onStep is called at each step of a function, in its goroutine.
func (m *model) onStep(r *replica, op string, at moment) error {
	if r.number == onlooker || m.shifts[r.number] == nil {
		return nil
	}
	s := m.shifts[r.number]
	s.steps <- step{op, at}
	return <-s.onward
}

// answered lets an answer come to a conversation that has just been read whole and is not filed yet, and the other replica act upon its notification.
func (m *model) answered(on int) {
	s := m.shifts[on]
	thread := s.at.thread()
	if thread == "" || s.at.at != afterStep || !m.one("answered", 2) {
		return
	}
	for _, address := range s.boxes {
		box, _ := m.s.sim.Mailbox(address)
		th, err := box.Thread(thread)
		if err != nil || len(th.Messages) == 0 {
			continue
		}
		last := th.Messages[len(th.Messages)-1]
		m.s.clock.Advance(time.Second) // or Gmail might drop the notification
		token, from := m.token(), pick(m, "from", coraMail, coraMail, danMail)
		m.note("%s answers %s with %s", from, mailName(last.Text, last.MessageID), token)
		_, err = m.s.sim.Outside(from, "").Send(gmailtest.OutgoingMail{To: []string{address}, Subject: last.Subject, Text: token, InReplyTo: last.MessageID, References: []string{last.MessageID}})
		m.must(err)
		m.o.observe()
		if n := len(m.s.pushes); n > 0 && m.one("noticed", 2) {
			data := m.takePush(n - 1)
			m.begin(1-on, []string{addressIn(data)}, func(on int) { m.deliver(on, data) })
			m.goOn(1-on, interruption{})
		}
		return
	}
}
