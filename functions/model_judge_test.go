package functions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/store"
)

// What must be so all the time, and what once the dust has settled.

// check is what holds after every step.
func (m *model) check() {
	m.o.observe()
	for _, user := range []string{rita, sam} {
		box := m.record(user)
		if box.Cursor < m.cursors[user] {
			m.Fatalf("%s's cursor went back from %d to %d", user, m.cursors[user], box.Cursor)
		}
		m.cursors[user] = box.Cursor
	}
	for token, x := range m.o.sends {
		if len(x.left) > 1 {
			m.Fatalf("%s was sent %d times", token, len(x.left))
		}
	}
}

// record is the store's of a mailbox.
func (m *model) record(user string) store.Mailbox {
	box, _, err := m.s.store.Mailbox(context.Background(), store.MailboxKey{AccountID: acme, UserID: user})
	if err != nil {
		m.Fatalf("%v", err)
	}
	return box
}

// threads are those of a candidate's profile.
func (m *model) threads(candidate string) []api.ThreadSummary {
	status, answer := m.s.user(onlooker, sam, samMail, "GET", "/threads/v1/candidates/"+candidate+"/threads", nil)
	var out api.CandidateThreads
	if err := json.Unmarshal(answer, &out); err != nil || status != 200 || out.NextPageToken != "" {
		m.Fatalf("the profile of %s: %d %s", candidate, status, answer)
	}
	return out.Threads
}

// judge lets the dust settle and compares Hire with the rules.
func (m *model) judge() {
	for on := range m.shifts {
		m.finish(on)
	}
	m.note("the dust settles")
	m.s.sim.ClearFaults()
	m.s.sim.SetBehaviour(m.gmail)
	m.o.lag = false
	m.rest()
	m.s.clock.Advance(65 * time.Minute) // whatever was put off is due
	m.s.sweep(0)
	m.rest()
	m.o.observe()
	m.check()
	shown := map[string]profile{}
	for _, c := range []string{cora, dan} {
		shown[c] = m.profile(c)
	}
	wrong := m.o.judge(shown)
	wrong = append(wrong, m.judgeSends(shown)...)
	for _, user := range []string{rita, sam} {
		if box := m.record(user); box.State != store.Connected || box.LedgerSize != 0 || box.Recovery != nil || box.Import != nil {
			wrong = append(wrong, fmt.Sprintf("%s's mailbox is %s, with %d rows in its ledger, recovery %v, import %v", user, box.State, box.LedgerSize, box.Recovery, box.Import))
		}
	}
	if len(wrong) > 0 {
		m.Logf("as the oracle sees it:\n%s", m.o)
		m.Logf("the service's log:\n%s", m.s.log)
		m.Fatalf("%s", strings.Join(wrong, "\n"))
	}
}

// rest lets time go by until nothing is left to do.
func (m *model) rest() {
	for range 300 {
		if !m.s.drain() {
			break
		}
		if len(m.s.queue) == 0 {
			return
		}
		next := slices.MinFunc(m.s.queue, func(a, b *queuedTask) int { return a.At.Compare(b.At) }).At
		if d := next.Sub(m.s.clock.Now()); d > 0 {
			m.s.clock.Advance(d)
		}
	}
	m.Fatalf("it does not come to rest\n%s", m.s.log)
}

// profile reads what is shown of a candidate.
func (m *model) profile(candidate string) profile {
	out := profile{}
	for _, summary := range m.threads(candidate) {
		if summary.Receipt.State == "repairing" {
			m.Fatalf("the receipt of %s is %+v", summary.ID, summary.Receipt)
		}
		status, answer := m.s.user(onlooker, sam, samMail, "GET", "/threads/v1/threads/"+summary.ID, nil)
		var thread api.Thread
		if err := json.Unmarshal(answer, &thread); err != nil || status != 200 || thread.NextPageToken != "" {
			m.Fatalf("thread %s: %d %s", summary.ID, status, answer)
		}
		for _, msg := range thread.MessageList {
			out[mailName(msg.Text, msg.MessageID)]++
			if !m.s.announced(msg.ID) {
				m.Fatalf("nobody was told of %s", mailName(msg.Text, msg.MessageID))
			}
		}
	}
	return out
}

// judgeSends compares the answers about sends with what has left.
func (m *model) judgeSends(shown map[string]profile) (wrong []string) {
	for _, token := range slices.Sorted(maps.Keys(m.o.sends)) {
		x := m.o.sends[token]
		status, answer := m.s.user(onlooker, x.user, x.box, "GET", "/sendmessage/v1/messages/"+x.key, nil)
		var got api.SendResult
		if err := json.Unmarshal(answer, &got); err != nil {
			m.Fatalf("%v: %s", err, answer)
		}
		left := len(x.left)
		ok := false
		switch {
		case status == 404, got.State == "failed":
			ok = left == 0
		case got.State == "sent":
			ok = left == 1 && (shown[cora][token] > 0 || shown[dan][token] > 0)
		case got.State == "unknown":
			ok = true
		}
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s left %d times, and the answer is %d %s", token, left, status, answer))
		}
	}
	return wrong
}
