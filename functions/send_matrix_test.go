package functions_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// Every call that a send makes, of the store and of Gmail, goes wrong in every way it can, once in each case. There is never more than one mail in the user's Sent, and
// the caller's retry ends in `sent` with that one; in `unknown` with none, where the user took the draft away. No draft of ours is left.

// scene is where a send stands when one of its calls goes wrong.
type scene struct {
	name string
	// before brings a send there; nil: it is asked for the first time.
	before func(w *world, r *person, key string, m api.SendMessage)
	calls  []string // of Gmail, by methods, that the call under test makes where all goes well
	state  string   // how it ends
	mails  int      // in the user's Sent at the end
}

var scenes = []scene{
	{
		name:  "a mail asked for",
		calls: []string{"drafts.create", "drafts.send", "messages.get", "messages.modify"}, state: "sent", mails: 1,
	},
	{
		name: "a retry, after the answer that the draft was made was lost",
		before: func(w *world, r *person, key string, m api.SendMessage) {
			w.broken(gmailtest.FaultRule{Method: "drafts.create", After: true, Reset: true}, func() { r.send(key, m) })
		},
		calls: []string{"drafts.create", "drafts.send", "messages.get", "messages.modify"}, state: "sent", mails: 1,
	},
	{
		name: "a retry, after Gmail was down before the draft was sent",
		before: func(w *world, r *person, key string, m api.SendMessage) {
			w.broken(gmailtest.FaultRule{Method: "drafts.send", Status: http.StatusServiceUnavailable}, func() { r.send(key, m) })
		},
		calls: []string{"drafts.get", "drafts.send", "messages.get", "messages.modify"}, state: "sent", mails: 1,
	},
	{
		name: "a retry, after the answer that the draft was sent was lost",
		before: func(w *world, r *person, key string, m api.SendMessage) {
			w.broken(gmailtest.FaultRule{Method: "drafts.send", After: true, Status: http.StatusServiceUnavailable}, func() {
				w.broken(gmailtest.FaultRule{Method: "threads.get", Status: http.StatusBadRequest}, func() { r.send(key, m) })
			})
		},
		calls: []string{"drafts.get", "messages.get", "messages.modify", "threads.get"}, state: "sent", mails: 1,
	},
	{
		name: "a retry, after the user took the draft away",
		before: func(w *world, r *person, key string, m api.SendMessage) {
			w.broken(gmailtest.FaultRule{Method: "drafts.send", Status: http.StatusServiceUnavailable}, func() { r.send(key, m) })
			for _, d := range w.mailbox(ritaMail).Drafts() {
				w.ok(w.mailbox(ritaMail).DeleteDraft(d.DraftID))
			}
		},
		calls: []string{"drafts.get", "threads.get"}, state: "unknown",
	},
}

// broken does something while a rule holds.
func (w *world) broken(rule gmailtest.FaultRule, do func()) {
	w.t.Helper()
	rule.Mailbox = ritaMail
	remove := w.sim.AddFault(rule)
	defer remove()
	do()
}

// matrix is one scene in one world, case after case.
type matrix struct {
	*world
	scene
	r     *person
	cases int
}

func newMatrix(t *testing.T, s scene) *matrix {
	t.Helper()
	t.Parallel()
	w, r := connected(t)
	w.losePushes() // nothing but the caller's retry is to end the send
	return &matrix{world: w, scene: s, r: r}
}

// play brings a send to where the scene begins, asks for it while something is broken, and lets the caller come back until it has ended.
func (m *matrix) play(what string, breaks func() (end func())) {
	m.t.Helper()
	m.cases++
	key := fmt.Sprintf("Case %d", m.cases)
	mail := api.SendMessage{CandidateID: cora, Subject: key, Text: key}
	if m.before != nil {
		m.before(m.world, m.r, key, mail)
	}
	end := breaks()
	m.r.send(key, mail)
	end()
	if n := m.inSent(key); n > 1 {
		m.t.Fatalf("%s: %d mails in Sent at once", what, n)
	}
	m.r.sendAgain(key, mail)
	if state := m.r.outcome(key).State; state != m.state {
		m.t.Fatalf("%s: the send ended as %s, want %s\n%s", what, state, m.state, m.logs)
	}
	m.pass(90 * time.Second)
	if len(m.ritasDrafts()) > 0 {
		m.sweep() // hands over what was not when its call broke
		m.pass(2 * time.Minute)
		m.sweep()
		m.pass(2 * time.Minute)
	}
	if drafts := m.ritasDrafts(); len(drafts) > 0 {
		m.t.Fatalf("%s: drafts of %q are left\n%s", what, drafts, m.logs)
	}
	if n := m.inSent(key); n != m.mails {
		m.t.Fatalf("%s: %d mails in Sent, want %d", what, n, m.mails)
	}
	out := m.r.outcome(key)
	if m.mails > 0 && m.messageIDs(key)[0] != "<"+out.RFCMessageID+">" {
		m.t.Fatalf("%s: the answer names %s, in Sent is %s", what, out.RFCMessageID, m.messageIDs(key))
	}
	if again := m.r.outcome(key); again.State != m.state {
		m.t.Fatalf("%s: it is %s in the end", what, again.State)
	}
}

// messageIDs are those of the mails in Rita's Sent that have a subject.
func (w *world) messageIDs(subject string) (ids []string) {
	w.t.Helper()
	sent, err := w.mailbox(ritaMail).Messages(`in:sent subject:"`+subject+`"`, 0)
	w.ok(err)
	for _, m := range sent {
		if m.Subject == subject {
			ids = append(ids, m.MessageID)
		}
	}
	return ids
}

func (w *world) inSent(subject string) int { return len(w.messageIDs(subject)) }

// TestSendMatrix_gmail breaks Gmail's calls: once, where the client makes the call again by itself, and for as long as the request lasts.
func TestSendMatrix_gmail(t *testing.T) {
	t.Parallel()
	faults := []gmailtest.FaultRule{
		{Reset: true}, {Reset: true, After: true},
		{Status: http.StatusInternalServerError}, {Status: http.StatusInternalServerError, After: true},
		{Status: http.StatusServiceUnavailable}, {Status: http.StatusServiceUnavailable, After: true},
		{Status: http.StatusTooManyRequests}, // by which Gmail says that it has done nothing
	}
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			m := newMatrix(t, s)
			before := m.mailbox(ritaMail).Stats().Calls
			var made []string
			m.play("unbroken", func() (end func()) {
				before = m.mailbox(ritaMail).Stats().Calls
				return func() {
					after := m.mailbox(ritaMail).Stats().Calls
					maps.DeleteFunc(after, func(method string, n int64) bool { return n == before[method] })
					made = slices.Sorted(maps.Keys(after))
				}
			})
			if !slices.Equal(made, s.calls) {
				t.Fatalf("the calls of Gmail are %q, want those that the matrix has: %q", made, s.calls)
			}
			for _, method := range s.calls {
				for _, rule := range faults {
					for _, times := range []int{1, 0} {
						rule.Method, rule.Mailbox, rule.Times = method, ritaMail, times
						m.play(fmt.Sprintf("%+v", rule), func() (end func()) { return m.sim.AddFault(rule) })
					}
				}
			}
			t.Logf("%d cases", m.cases)
		})
	}
}

// TestSendMatrix_store breaks the calls of the store, as the platform can.
func TestSendMatrix_store(t *testing.T) {
	t.Parallel()
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			m := newMatrix(t, s)
			for _, moment := range m.platform.moments() {
				n := 1
				for broken := true; broken; n++ {
					call := ""
					m.play(fmt.Sprintf("call %d of the store, %s", n, moment), func() (end func()) {
						stop := m.platform.breakCall(n, moment)
						return func() { call = stop() }
					})
					broken = call != ""
				}
				if n < 5 {
					t.Errorf("%s: %d calls of the store, so this shows nothing", moment, n-1)
				}
			}
			t.Logf("%d cases", m.cases)
		})
	}
}
