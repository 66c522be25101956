package pubsub_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/events/eventstest"
	"github.com/trakstar/hire-gmail/shared/events/pubsub"
	"github.com/trakstar/hire-gmail/shared/events/pubsub/pubsubtest"
)

const subscription = "hire"

func TestContract(t *testing.T) { contract(t, pubsubtest.InProcess) }

func TestPublisher(t *testing.T) { onServer(t, pubsubtest.InProcess) }

// contract runs the suite that every publisher must pass.
func contract(t *testing.T, open pubsubtest.Open) {
	eventstest.Run(t, func(t *testing.T) eventstest.Driver {
		s := open(t)
		p := newPublisher(t, s)
		var all []json.RawMessage
		return eventstest.Driver{
			Publisher: p,
			Received: func(n int) []json.RawMessage {
				for _, m := range s.Receive(subscription, func(got []*pubsubpb.PubsubMessage) bool { return different(got) >= n }) {
					all = append(all, m.Data)
				}
				return all
			},
			Reopen: func() events.Publisher {
				p, err := pubsub.New(s.NewClient(), events.TopicMail)
				if err != nil {
					t.Fatal(err)
				}
				return p
			},
		}
	})
}

// different counts the events, repetitions not.
func different(got []*pubsubpb.PubsubMessage) int {
	ids := map[string]bool{}
	for _, m := range got {
		ids[m.Attributes[pubsub.AttributeID]] = true
	}
	return len(ids)
}

// newPublisher makes the topic, a subscription to it, and a publisher.
func newPublisher(t *testing.T, s *pubsubtest.Server) *pubsub.Publisher {
	t.Helper()
	s.AddTopic(events.TopicMail)
	s.AddSubscription(subscription, events.TopicMail)
	p, err := pubsub.New(s.Client, events.TopicMail)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var at = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func event(id, key string) events.Event {
	return events.Event{
		ID: id, Type: "com.trakstar.hire.mail.message.imported.v1", Source: "hire-gmail", Subject: "users/rita", Time: at, AccountID: "acme", OrderingKey: key,
		Data: json.RawMessage(`{"message_id":"m1"}`),
	}
}

// onServer tests what is special about Pub/Sub, on whatever serves it.
func onServer(t *testing.T, open pubsubtest.Open) {
	for name, test := range map[string]func(*testing.T, pubsubtest.Open){
		"a message is what the binding says":               binding,
		"an event without a key":                           withoutKey,
		"a full name of a topic":                           fullName,
		"an event twice is two messages of one id":         twice,
		"order across a failed publish":                    orderAfterFailure,
		"a failure that passes is tried again":             triedAgain,
		"an answer that got lost":                          lostAnswer,
		"no topic":                                         noTopic,
		"a refusal of the message":                         refused,
		"what Pub/Sub can't take is refused before a call": notCalled,
		"nothing goes on after a call that was given up":   givenUp,
		"a call has an end":                                hasEnd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

func binding(t *testing.T, open pubsubtest.Open) {
	s := open(t)
	p := newPublisher(t, s)
	e := event("e1", "acme/users/rita")
	e.Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	publish(t, p, e)
	m := s.Receive(subscription, pubsubtest.Count(1))[0]
	want, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(m.Data)); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"content-type": "application/cloudevents+json", "type": e.Type, "accountid": "acme", "id": "e1", "googclient_traceparent": e.Traceparent}, m.Attributes); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if m.OrderingKey != "acme/users/rita" {
		t.Errorf("ordering key %q", m.OrderingKey)
	}
}

func withoutKey(t *testing.T, open pubsubtest.Open) {
	s := open(t)
	publish(t, newPublisher(t, s), event("e1", ""))
	if m := s.Receive(subscription, pubsubtest.Count(1))[0]; m.OrderingKey != "" {
		t.Errorf("ordering key %q", m.OrderingKey)
	}
}

func fullName(t *testing.T, open pubsubtest.Open) {
	s := open(t)
	newPublisher(t, s)
	p, err := pubsub.New(s.Client, s.TopicName(events.TopicMail))
	if err != nil {
		t.Fatal(err)
	}
	publish(t, p, event("e1", "k"))
	s.Receive(subscription, pubsubtest.Count(1))
}

func twice(t *testing.T, open pubsubtest.Open) {
	s := open(t)
	p := newPublisher(t, s)
	publish(t, p, event("same", "k"))
	publish(t, p, event("same", "k"))
	got := s.Receive(subscription, pubsubtest.Count(2))
	if diff := cmp.Diff([]string{"same", "same"}, ids(t, got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got[0].MessageId == got[1].MessageId {
		t.Error("one message of Pub/Sub came twice; want two")
	}
}

// faults fails calls of Publish.
type faults struct {
	mu    sync.Mutex
	next  []fault
	calls int
}

// fault is the error that a call gets; with through, the server has taken it nevertheless.
type fault struct {
	err     error
	through bool
}

func (f *faults) set(next ...fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next, f.calls = next, 0
}

func (f *faults) called() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

func (f *faults) intercept(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption) error {
	if method != pubsubpb.Publisher_Publish_FullMethodName {
		return invoke(ctx, method, req, reply, cc, o...)
	}
	f.mu.Lock()
	var now fault
	if len(f.next) > 0 {
		now, f.next = f.next[0], f.next[1:]
	}
	f.calls++
	f.mu.Unlock()
	if now.err == nil || now.through {
		if err := invoke(ctx, method, req, reply, cc, o...); err != nil {
			return err
		}
	}
	return now.err
}

func orderAfterFailure(t *testing.T, open pubsubtest.Open) {
	f := &faults{}
	s := open(t, f.intercept)
	p := newPublisher(t, s)
	publish(t, p, event("1", "k"))
	f.set(fault{err: status.Error(codes.PermissionDenied, "not yet")})
	if err := p.Publish(t.Context(), event("2", "k")); status.Code(err) != codes.PermissionDenied {
		t.Fatalf("error %v, want the server's", err)
	}
	publish(t, p, event("other", "another key"))
	for _, id := range []string{"2", "3", "4"} {
		publish(t, p, event(id, "k"))
	}
	var of []string
	for _, m := range s.Receive(subscription, pubsubtest.Count(5)) {
		if m.OrderingKey == "k" {
			of = append(of, m.Attributes[pubsub.AttributeID])
		}
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "4"}, of); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func triedAgain(t *testing.T, open pubsubtest.Open) {
	f := &faults{}
	s := open(t, f.intercept)
	p := newPublisher(t, s)
	for _, code := range []codes.Code{codes.Unavailable, codes.Internal, codes.Aborted, codes.ResourceExhausted} {
		f.set(fault{err: status.Error(code, "for a moment")})
		if err := p.Publish(t.Context(), event(code.String(), "k")); err != nil || f.called() != 2 {
			t.Errorf("%s: %d calls (%v), want two", code, f.called(), err)
		}
	}
	if got := s.Receive(subscription, pubsubtest.Count(4)); len(got) != 4 {
		t.Errorf("%d messages", len(got))
	}
}

// A publish whose answer got lost is repeated: the event comes twice, and behind it the next one.
func lostAnswer(t *testing.T, open pubsubtest.Open) {
	f := &faults{}
	s := open(t, f.intercept)
	p := newPublisher(t, s)
	f.set(fault{err: status.Error(codes.Unavailable, "reset"), through: true})
	publish(t, p, event("1", "k"))
	publish(t, p, event("2", "k"))
	if diff := cmp.Diff([]string{"1", "1", "2"}, ids(t, s.Receive(subscription, pubsubtest.Count(3)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func noTopic(t *testing.T, open pubsubtest.Open) {
	s := open(t)
	p, err := pubsub.New(s.Client, "nowhere")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(t.Context(), event("e1", "k")); status.Code(err) != codes.NotFound {
		t.Errorf("error %v, want NotFound", err)
	}
}

func refused(t *testing.T, open pubsubtest.Open) {
	f := &faults{}
	p := newPublisher(t, open(t, f.intercept))
	f.set(fault{err: status.Error(codes.InvalidArgument, "not like this")})
	if err := p.Publish(t.Context(), event("e1", "k")); !errors.Is(err, events.ErrInvalid) || f.called() != 1 {
		t.Errorf("after %d calls: %v, want ErrInvalid after one", f.called(), err)
	}
}

func notCalled(t *testing.T, open pubsubtest.Open) {
	f := &faults{}
	s := open(t, f.intercept)
	p := newPublisher(t, s)
	long := strings.Repeat("x", 1025)
	for name, spoil := range map[string]func(*events.Event){
		"long id":       func(e *events.Event) { e.ID = long },
		"long type":     func(e *events.Event) { e.Type = long },
		"long account":  func(e *events.Event) { e.AccountID = long },
		"long key":      func(e *events.Event) { e.OrderingKey = long },
		"id no UTF-8":   func(e *events.Event) { e.ID = "\xff" },
		"key no UTF-8":  func(e *events.Event) { e.OrderingKey = "\xff" },
		"type no UTF-8": func(e *events.Event) { e.Type = "\xff" },
	} {
		e := event("e1", "k")
		spoil(&e)
		if err := p.Publish(t.Context(), e); !errors.Is(err, events.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
	if f.called() != 0 {
		t.Errorf("%d calls", f.called())
	}
	e := event(long[:1024], long[:1024])
	publish(t, p, e) // the longest there may be
}

func givenUp(t *testing.T, open pubsubtest.Open) {
	var within atomic.Int64
	var block atomic.Bool
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := open(t, func(call context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption) error {
		if !block.Load() {
			return invoke(call, method, req, reply, cc, o...)
		}
		within.Add(1)
		defer within.Add(-1)
		cancel() // the caller gives up while the call is under way
		<-call.Done()
		return status.FromContextError(call.Err()).Err()
	})
	p := newPublisher(t, s)
	block.Store(true)
	err := p.Publish(ctx, event("given up", "k"))
	if n := within.Load(); n != 0 {
		t.Errorf("%d calls go on", n)
	}
	if status.Code(err) != codes.Canceled {
		t.Errorf("error %v, want the caller's", err)
	}
	block.Store(false)
	publish(t, p, event("next", "k"))
	if diff := cmp.Diff([]string{"next"}, ids(t, s.Receive(subscription, pubsubtest.Count(1)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func hasEnd(t *testing.T, open pubsubtest.Open) {
	var left time.Duration
	s := open(t, func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption) error {
		if end, ok := ctx.Deadline(); ok && method == pubsubpb.Publisher_Publish_FullMethodName {
			left = time.Until(end)
		}
		return invoke(ctx, method, req, reply, cc, o...)
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour) // a function's own time is no measure
	defer cancel()
	if err := newPublisher(t, s).Publish(ctx, event("e1", "k")); err != nil {
		t.Fatal(err)
	}
	if left <= 0 || left > 15*time.Second {
		t.Errorf("a call may take %v", left)
	}
}

// A consumer takes the events of its choice by the attributes. The emulator takes a filter and applies none.
func TestFilteredSubscription(t *testing.T) {
	t.Parallel()
	s := pubsubtest.InProcess(t)
	p := newPublisher(t, s)
	s.AddSubscription("filtered", events.TopicMail, func(sub *pubsubpb.Subscription) {
		sub.Filter = `attributes.type = "com.trakstar.hire.mail.message.imported.v1" AND attributes.accountid = "acme"`
	})
	for id, spoil := range map[string]func(*events.Event){
		"of another account": func(e *events.Event) { e.AccountID = "globex" },
		"of another type":    func(e *events.Event) { e.Type = "com.trakstar.hire.mail.mailbox.connected.v1" },
		"wanted":             func(*events.Event) {},
	} {
		e := event(id, "k")
		spoil(&e)
		publish(t, p, e)
	}
	if diff := cmp.Diff([]string{"wanted"}, ids(t, s.Receive("filtered", pubsubtest.Count(1)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNewRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := pubsubtest.InProcess(t)
	if _, err := pubsub.New(nil, events.TopicMail); err == nil {
		t.Error("made without a client")
	}
	for _, topic := range []string{"t01", strings.Repeat("t", 255), "projects/p/topics/" + strings.Repeat("t", 255)} {
		if _, err := pubsub.New(s.Client, topic); err != nil {
			t.Errorf("topic %q: %v", topic, err)
		}
	}
	for _, topic := range []string{"", "a", "t0", strings.Repeat("t", 256), "projects/p/topics/t0", "projects/p/topics/" + strings.Repeat("t", 256), "two words", "1-begins-with-a-digit", "projects/p/subscriptions/hire-mail-events", "projects//topics/hire-mail-events", "topics/hire-mail-events"} {
		if _, err := pubsub.New(s.Client, topic); err == nil {
			t.Errorf("made with the topic %q", topic)
		}
	}
}

func publish(t *testing.T, p *pubsub.Publisher, e events.Event) {
	t.Helper()
	if err := p.Publish(t.Context(), e); err != nil {
		t.Fatalf("Publish %s: %v", e.ID, err)
	}
}

// ids gives the ids of events in the order of their arrival, and checks that attribute and data say the same.
func ids(t *testing.T, got []*pubsubpb.PubsubMessage) []string {
	t.Helper()
	var out []string
	for _, m := range got {
		var e struct{ ID string }
		if err := json.Unmarshal(m.Data, &e); err != nil || e.ID != m.Attributes[pubsub.AttributeID] {
			t.Errorf("data %s with attributes %v (%v)", m.Data, m.Attributes, err)
		}
		out = append(out, e.ID)
	}
	return out
}
