package gmailtest

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Stats counts what was asked of the server.
type Stats struct {
	HTTP          int64            // requests, OAuth's too; a batch is one
	Calls         map[string]int64 // of the API, by method: "messages.get"; parts of a batch count by themselves
	Units         int64            // quota units charged
	Refused       int64            // calls refused by quota
	Broken        int64            // calls that a FaultRule broke, of the sign-in too
	Pushes        int64
	PushesDropped int64 // for coming within a second
}

// methodCounts are calls by method.
type methodCounts struct {
	mu    sync.Mutex
	calls map[string]int64
}

func (c *methodCounts) add(method string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls == nil {
		c.calls = map[string]int64{}
	}
	c.calls[method]++
}

func (c *methodCounts) snapshot() map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.calls)
}

type serverCalls struct{ http atomic.Int64 }

type mailboxCalls struct {
	methodCounts
	units, refused, pushes, pushesDropped atomic.Int64
}

func (s *Server) count(c *call) { c.box.calls.add(c.route.name) }

// Stats is what was asked of all mailboxes since the start.
func (s *Server) Stats() Stats {
	out := Stats{HTTP: s.calls.http.Load(), Broken: s.faults.count(), Calls: map[string]int64{}}
	for _, m := range s.Mailboxes() {
		x := m.Stats()
		for method, n := range x.Calls {
			out.Calls[method] += n
		}
		out.Units += x.Units
		out.Refused += x.Refused
		out.Pushes += x.Pushes
		out.PushesDropped += x.PushesDropped
	}
	return out
}

// Stats is what was asked of the mailbox since the start; HTTP and Broken are not told apart by mailbox, and 0.
func (m *Mailbox) Stats() Stats {
	c := &m.calls
	return Stats{Calls: c.snapshot(), Units: c.units.Load(), Refused: c.refused.Load(), Pushes: c.pushes.Load(), PushesDropped: c.pushesDropped.Load()}
}
