package eventstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/events"
)

// Driver is one publisher under test, and a subscriber to its topic who has seen nothing yet.
type Driver struct {
	Publisher events.Publisher
	// Received gives what the subscriber was sent so far, in the order of arrival, repetitions included. It waits until it has seen n different events.
	Received func(n int) []json.RawMessage
	// Reopen stops the publisher as a crash would, and gives another on the same topic.
	Reopen func() events.Publisher
}

// Open makes a driver, and closes it when the test is over.
type Open func(t *testing.T) Driver

// Run tests a publisher. Subtests run in parallel, each with a driver of its own.
func Run(t *testing.T, open Open) {
	t.Helper()
	t.Logf("contract of a publisher: %d cases", len(cases))
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(&fixture{Driver: open(t), t: t})
		})
	}
}

var cases = map[string]func(*fixture){
	"an event arrives as a CloudEvent":                 arrives,
	"events of one key arrive in order":                ordered,
	"a repetition is known by its id":                  repeated,
	"what is published survives":                       durable,
	"many at once":                                     concurrent,
	"many in one go":                                   together,
	"one that is refused ends what is done in one go":  togetherRefused,
	"an event has its bound":                           bound,
	"an event that lacks something is refused":         invalid,
	"after a refusal, events of the same key go on":    afterRefusal,
	"a call whose context has ended reports a failure": cancelled,
}

type fixture struct {
	Driver
	t *testing.T
}

var at = time.Date(2026, 11, 2, 9, 0, 0, 123456000, time.UTC)

func event(id, key string) events.Event {
	return events.Event{
		ID: id, Type: "com.trakstar.hire.mail.message.imported.v1", Source: "hire-gmail", Subject: "candidates/cora/threads/" + key, Time: at, AccountID: "acme",
		OrderingKey: "acme/" + key, Data: json.RawMessage(`{"message_id":"m1"}`),
	}
}

func (f *fixture) publish(e events.Event) {
	f.t.Helper()
	if err := f.Publisher.Publish(f.t.Context(), e); err != nil {
		f.t.Fatalf("Publish %s: %v", e.ID, err)
	}
}

// ids gives the ids of what was received, each once, in the order of first arrival.
func (f *fixture) ids(n int) []string {
	f.t.Helper()
	var out []string
	seen := map[string]bool{}
	for _, body := range f.Received(n) {
		var e struct{ ID string }
		if err := json.Unmarshal(body, &e); err != nil {
			f.t.Fatalf("received %s: %v", body, err)
		}
		if !seen[e.ID] {
			seen[e.ID] = true
			out = append(out, e.ID)
		}
	}
	return out
}

func arrives(f *fixture) {
	e := event("e1", "k")
	e.Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	e.Subject, e.Data = `ünïcode "quoted" <&>`, json.RawMessage(`{"n":12345678901234567,"list":[true,null,"x"]}`)
	f.publish(e)
	var got map[string]any
	if err := json.Unmarshal(f.Received(1)[0], &got); err != nil {
		f.t.Fatal(err)
	}
	want := map[string]any{
		"specversion": "1.0", "id": "e1", "type": e.Type, "source": "hire-gmail", "subject": e.Subject, "time": "2026-11-02T09:00:00.123456Z",
		"datacontenttype": "application/json", "accountid": "acme", "traceparent": e.Traceparent, "data": map[string]any{"n": 12345678901234567.0, "list": []any{true, nil, "x"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("(-want +got):\n%s", diff)
	}
}

func ordered(f *fixture) {
	const each = 20
	keys := []string{"a", "b", "c"}
	for i := range each {
		for _, k := range keys {
			f.publish(event(fmt.Sprintf("%s-%d", k, each-i), k)) // ids that do not rise
		}
	}
	byKey := map[string][]string{}
	for _, id := range f.ids(each * len(keys)) {
		byKey[id[:1]] = append(byKey[id[:1]], id)
	}
	for _, k := range keys {
		var want []string
		for i := range each {
			want = append(want, fmt.Sprintf("%s-%d", k, each-i))
		}
		if diff := cmp.Diff(want, byKey[k]); diff != "" {
			f.t.Errorf("key %s (-want +got):\n%s", k, diff)
		}
	}
}

func repeated(f *fixture) {
	for range 3 {
		f.publish(event("same", "k"))
	}
	f.publish(event("last", "k"))
	if diff := cmp.Diff([]string{"same", "last"}, f.ids(2)); diff != "" {
		f.t.Errorf("(-want +got):\n%s", diff)
	}
}

func durable(f *fixture) {
	f.publish(event("before", "k"))
	f.Publisher = f.Reopen()
	f.publish(event("after", "k"))
	if diff := cmp.Diff([]string{"before", "after"}, f.ids(2)); diff != "" {
		f.t.Errorf("(-want +got):\n%s", diff)
	}
}

func concurrent(f *fixture) {
	const n = 40
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f.Publisher.Publish(f.t.Context(), event(fmt.Sprint("e", i), fmt.Sprint("k", i%3))) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		f.t.Fatal(err)
	}
	if got := f.ids(n); len(got) != n {
		f.t.Errorf("%d of %d arrived", len(got), n)
	}
}

// together publishes more than any server takes at once, with one that is known and two that come twice.
func together(f *fixture) {
	const each = 110
	f.publish(event("a-0", "a"))
	var es []events.Event
	for i := range each {
		es = append(es, event(fmt.Sprint("a-", i), "a"), event(fmt.Sprint("a+", i), "a"), event(fmt.Sprint("b-", i), "b"))
	}
	es = append(es[:30], append([]events.Event{event("a-4", "a")}, es[30:]...)...) // soon after the first
	es = append(es, event("a-1", "a"))                                             // and long after
	if through, err := events.PublishAll(f.t.Context(), f.Publisher, es); err != nil || through != len(es) {
		f.t.Fatalf("%d of %d are through: %v", through, len(es), err)
	}
	got, want := map[string][]string{}, map[string][]string{}
	for _, id := range f.ids(3 * each) {
		got[id[:1]] = append(got[id[:1]], id)
	}
	for i := range each {
		want["a"] = append(want["a"], fmt.Sprint("a-", i), fmt.Sprint("a+", i))
		want["b"] = append(want["b"], fmt.Sprint("b-", i))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("by key (-want +got):\n%s", diff)
	}
}

func togetherRefused(f *fixture) {
	bad := event("bad", "k")
	bad.Data = nil
	through, err := events.PublishAll(f.t.Context(), f.Publisher, []events.Event{event("first", "k"), event("second", "k"), bad, event("never", "k")})
	if through != 2 || !errors.Is(err, events.ErrInvalid) {
		f.t.Errorf("%d are through: %v, want 2 and ErrInvalid", through, err)
	}
	f.publish(event("next", "k"))
	if diff := cmp.Diff([]string{"first", "second", "next"}, f.ids(3)); diff != "" {
		f.t.Errorf("(-want +got):\n%s", diff)
	}
}

func bound(f *fixture) {
	full := event("full", "k")
	full.Data = json.RawMessage(`""`)
	body, err := full.Encode()
	if err != nil {
		f.t.Fatal(err)
	}
	fill := strings.Repeat("x", events.MaxEvent-len(body))
	full.Data = json.RawMessage(`"` + fill + `"`)
	over := event("over", "k")
	over.Data = json.RawMessage(`"` + fill + `x"`)
	f.publish(full)
	if err := f.Publisher.Publish(f.t.Context(), over); !errors.Is(err, events.ErrTooLarge) {
		f.t.Errorf("one byte more: %v, want ErrTooLarge", err)
	}
	if diff := cmp.Diff([]string{"full"}, f.ids(1)); diff != "" {
		f.t.Errorf("(-want +got):\n%s", diff)
	}
}

func invalid(f *fixture) {
	for name, spoil := range map[string]func(*events.Event){
		"no id":        func(e *events.Event) { e.ID = "" },
		"no type":      func(e *events.Event) { e.Type = "" },
		"no source":    func(e *events.Event) { e.Source = "" },
		"no account":   func(e *events.Event) { e.AccountID = "" },
		"no time":      func(e *events.Event) { e.Time = time.Time{} },
		"no data":      func(e *events.Event) { e.Data = nil },
		"data no JSON": func(e *events.Event) { e.Data = json.RawMessage(`{"a":`) },
		"two in one":   func(e *events.Event) { e.Data = json.RawMessage(`{} {}`) },
	} {
		e := event("bad", "k")
		spoil(&e)
		if err := f.Publisher.Publish(f.t.Context(), e); !errors.Is(err, events.ErrInvalid) {
			f.t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
	f.publish(event("good", "k"))
	if diff := cmp.Diff([]string{"good"}, f.ids(1)); diff != "" {
		f.t.Errorf("(-want +got):\n%s", diff)
	}
}

func afterRefusal(f *fixture) {
	f.publish(event("first", "k"))
	bad := event("bad", "k")
	bad.Data = json.RawMessage(strings.Repeat(" ", 2*events.MaxEvent) + `{"text":"` + strings.Repeat("x", events.MaxEvent) + `"}`)
	if err := f.Publisher.Publish(f.t.Context(), bad); !errors.Is(err, events.ErrTooLarge) {
		f.t.Errorf("far too large: %v", err)
	}
	f.publish(event("second", "k"))
	if diff := cmp.Diff([]string{"first", "second"}, f.ids(2)); diff != "" {
		f.t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whether an event got through that a caller gave up is open, so only the report is tested, and that the key goes on.
func cancelled(f *fixture) {
	ctx, cancel := context.WithCancel(f.t.Context())
	cancel()
	if err := f.Publisher.Publish(ctx, event("given up", "k")); err == nil {
		f.t.Error("Publish reported success")
	}
	f.publish(event("next", "k"))
	got := f.ids(1)
	if got[len(got)-1] != "next" {
		f.t.Errorf("received %v", got)
	}
}
