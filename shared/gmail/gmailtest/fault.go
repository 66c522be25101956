package gmailtest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/googleapis/gax-go/v2"
)

// FaultRule breaks calls on purpose. The calls that a rule speaks of are counted by it; Nth, Every and Probability say which of them it breaks, all if none is
// given.
type FaultRule struct {
	Method  string // "messages.get"; "drafts.*"; "*" is every call of the API; "oauth.token" and so on are the endpoints of the sign-in
	Mailbox string // address; "" is all
	ID      string // of the message, conversation, draft or label that the call's path names; "" is any

	Nth         int     // this one, from 1
	Every       int     // each of so many
	Probability float64 // each with this chance, from the server's seed
	Times       int     // at most so many; 0 is no bound

	Delay time.Duration // waits this long in real time: what a network costs, for benchmarks
	// Meanwhile is called, with no lock held, when the call has had its effect and before its answer leaves: what happens in the mailbox, or elsewhere, while the
	// caller waits. Of an endpoint of the sign-in it is called before.
	Meanwhile func()
	After     bool // what follows happens after the call has had its effect
	// Reset breaks the connection without an answer.
	Reset bool
	// Status answers with an error; Reason and Message are filled in where they are empty. RetryAfter is named in the text; RetryIn names the time so long after the call.
	Status     int
	Reason     string
	Message    string
	RetryAfter time.Time
	RetryIn    time.Duration
}

type faults struct {
	mu    sync.Mutex
	rand  *rand.Rand
	rules []*faultState

	broken int64 // calls, by all rules so far
}

type faultState struct {
	FaultRule
	met, broken int
}

// AddFault adds a rule; the function it returns takes it away.
func (s *Server) AddFault(r FaultRule) (remove func()) {
	f := &faultState{FaultRule: r}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.rules = append(s.faults.rules, f)
	return func() {
		s.faults.mu.Lock()
		defer s.faults.mu.Unlock()
		s.faults.rules = slices.DeleteFunc(s.faults.rules, func(x *faultState) bool { return x == f })
	}
}

// ClearFaults takes all rules away.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.rules = nil
}

// match gives the first rule that breaks this call; nil for none.
func (f *faults) match(method, mailbox, id string) *FaultRule {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, x := range f.rules {
		if ok, err := path.Match(x.Method, method); err != nil || !ok || x.Mailbox != "" && normalAddress(x.Mailbox) != mailbox || x.ID != "" && x.ID != id {
			continue
		}
		x.met++
		if x.Times > 0 && x.broken >= x.Times || !x.hits(f.rand) {
			continue
		}
		x.broken++
		if x.Reset || x.Status != 0 {
			f.broken++
		}
		return &x.FaultRule
	}
	return nil
}

// count is how many calls were broken so far.
func (f *faults) count() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.broken
}

func (x *faultState) hits(r *rand.Rand) bool {
	switch {
	case x.Nth > 0:
		return x.met == x.Nth
	case x.Every > 0:
		return x.met%x.Every == 0
	case x.Probability > 0:
		return r.Float64() < x.Probability
	}
	return true
}

func (r *FaultRule) wait(ctx context.Context) {
	if r.Delay <= 0 {
		return
	}
	_ = gax.Sleep(ctx, r.Delay) // or until the caller has gone
}

func (r *FaultRule) meanwhile() {
	if r.Meanwhile != nil {
		r.Meanwhile()
	}
}

// answer is what the caller sees instead; ok is false where the rule only waits.
func (r *FaultRule) answer(s *Server) (a answer, ok bool) {
	if r.Reset {
		return answer{reset: true}, true
	}
	if r.Status == 0 {
		return answer{}, false
	}
	reason, message := r.Reason, r.Message
	if reason == "" {
		reason = reasonOf(r.Status)
	}
	if message == "" {
		message = http.StatusText(r.Status)
	}
	at := r.RetryAfter
	if r.RetryIn > 0 {
		at = s.now().Add(r.RetryIn)
	}
	return failure(errLimit(r.Status, reason, message, at)), true
}

// interceptOAuth lets rules break the sign-in.
func (s *Server) interceptOAuth(w http.ResponseWriter, r *http.Request, endpoint string) bool {
	f := s.faults.match("oauth."+endpoint, "", "")
	if f == nil {
		return false
	}
	f.wait(r.Context())
	f.meanwhile()
	a, ok := f.answer(s)
	if !ok || f.After {
		return false
	}
	s.write(w, r, a)
	return true
}
