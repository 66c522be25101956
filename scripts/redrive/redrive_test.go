package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/events/pubsub/pubsubtest"
)

func TestRedrive(t *testing.T) { onServer(t, pubsubtest.InProcess) }

func onServer(t *testing.T, open pubsubtest.Open) {
	for name, test := range map[string]func(*world){
		"a message comes back as it was":                     asItWas,
		"many, in the order of their key":                    many,
		"no more than asked for":                             noMore,
		"a dry run shows, and changes nothing":               dryRun,
		"only what matches":                                  matching,
		"only what is old":                                   old,
		"a clock that is behind leaves nothing out":          clockBehind,
		"what is not published is not acknowledged":          notPublished,
		"what is not acknowledged comes again":               notAcknowledged,
		"a run that is stopped ends at once, and can go on":  stopped,
		"nothing there":                                      nothing,
		"a subscription that is not there":                   noSubscription,
		"a topic that is not there":                          noTopic,
		"a circle is refused":                                circle,
		"a push subscription is refused":                     pushing,
		"who may not look may still take and publish":        mayNotLook,
		"who may not publish is told which role it takes":    mayNotPublish,
		"a subscription that gives few seconds is no hurdle": shortDeadline,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(newWorld(t, open))
		})
	}
}

// world is a topic with a subscriber, and a dead-letter topic whose subscription is emptied.
type world struct {
	*testing.T
	*pubsubtest.Server
	fail func(method string) error // before a call of the command's
	lose func(method string) error // after it
	out  bytes.Buffer
	now  time.Time
}

const (
	topic      = "gmail-notifications"
	subscriber = "subscriber"
	dead       = "gmail-notifications-dead"
)

func newWorld(t *testing.T, open pubsubtest.Open) *world {
	t.Helper()
	w := &world{T: t, Server: open(t), now: time.Now()}
	for _, id := range []string{topic, dead} {
		w.AddTopic(id)
	}
	w.AddSubscription(subscriber, topic)
	w.AddSubscription(dead, dead)
	return w
}

func (w *world) intercept(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption) error {
	if w.fail != nil {
		if err := w.fail(method); err != nil {
			return err
		}
	}
	if err := invoke(ctx, method, req, reply, cc, o...); err != nil || w.lose == nil {
		return err
	}
	return w.lose(method)
}

// letter puts a message on the dead-letter topic, as Pub/Sub does.
func (w *world) letter(data, key string, age time.Duration, attributes ...string) string {
	w.Helper()
	m := &pubsubpb.PubsubMessage{Data: []byte(data), OrderingKey: key, Attributes: map[string]string{
		"CloudPubSubDeadLetterSourceDeliveryCount": "5", "CloudPubSubDeadLetterSourceSubscription": "gmailnotify", "CloudPubSubDeadLetterSourceSubscriptionProject": w.Project,
		"CloudPubSubDeadLetterSourceTopicPublishTime": w.now.Add(-age).UTC().Format(time.RFC3339Nano),
	}}
	for i := 0; i+1 < len(attributes); i += 2 {
		m.Attributes[attributes[i]] = attributes[i+1]
	}
	return w.Publish(dead, m)
}

// wait is no multiple of half a second: for so long the server in the process waits, and what it finds just when a call ends goes down with the call.
const wait = 700 * time.Millisecond

func (w *world) options(change func(*options)) options {
	o := options{project: w.Project, subscription: w.SubscriptionName(dead), topic: w.TopicName(topic), match: matches{}, wait: wait}
	if change != nil {
		change(&o)
	}
	return o
}

func (w *world) redrive(ctx context.Context, change func(*options)) error {
	w.out.Reset()
	return redrive(ctx, w.NewClient(w.intercept), w.options(change), func() time.Time { return w.now }, &w.out)
}

func (w *world) done(change func(*options)) {
	w.Helper()
	if err := w.redrive(w.Context(), change); err != nil {
		w.Fatalf("%v\n%s", err, &w.out)
	}
}

// came checks what the subscriber was sent, and that there are n letters left. Letters that a run has given back may come in another order to the next one, on Google's
// emulator too.
func (w *world) came(left int, want ...string) {
	w.Helper()
	got := data(w.Receive(subscriber, pubsubtest.Count(len(want))))
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("the subscriber's (-want +got):\n%s\n%s", diff, &w.out)
	}
	if rest := w.Receive(dead, pubsubtest.Count(left)); len(rest) != left {
		w.Errorf("%d letters left, want %d", len(rest), left)
	}
}

func data(got []*pubsubpb.PubsubMessage) []string {
	var out []string
	for _, m := range got {
		out = append(out, string(m.Data))
	}
	return out
}

func asItWas(w *world) {
	id := w.letter("\x00rita@acme.example", "acme/users/rita", time.Hour, "type", "t", "content-type", "application/json")
	w.done(nil)
	m := w.Receive(subscriber, pubsubtest.Count(1))[0]
	if string(m.Data) != "\x00rita@acme.example" || m.OrderingKey != "acme/users/rita" {
		w.Errorf("data %q, key %q", m.Data, m.OrderingKey)
	}
	if diff := cmp.Diff(map[string]string{"type": "t", "content-type": "application/json"}, m.Attributes); diff != "" {
		w.Errorf("attributes (-want +got):\n%s", diff)
	}
	if out := w.out.String(); !strings.Contains(out, id) || !strings.Contains(out, m.MessageId) || !strings.Contains(out, "1h0m") || strings.Contains(out, "@") {
		w.Errorf("output: %s", out)
	}
	w.done(nil)
	w.came(0)
}

func many(w *world) {
	var a, b []string
	for i := range 2 * batch {
		a, b = append(a, fmt.Sprint("a", i)), append(b, fmt.Sprint("b", i))
		w.letter(a[i], "a", time.Hour)
		w.letter(b[i], "b", time.Hour)
	}
	w.done(nil)
	byKey := map[string][]string{}
	for _, m := range w.Receive(subscriber, pubsubtest.Count(4*batch)) {
		byKey[m.OrderingKey] = append(byKey[m.OrderingKey], string(m.Data))
	}
	if diff := cmp.Diff(map[string][]string{"a": a, "b": b}, byKey); diff != "" {
		w.Errorf("(-want +got):\n%s", diff)
	}
	w.came(0)
}

func noMore(w *world) {
	for i := range 5 {
		w.letter(fmt.Sprint(i), "k", time.Hour)
	}
	w.done(func(o *options) { o.max = 2 })
	w.came(3, "0", "1")
}

func dryRun(w *world) {
	id := w.letter("rita@acme.example", "", 3*time.Hour, "type", "t\n")
	w.letter("two", "", time.Hour)
	w.done(func(o *options) { o.dryRun = true })
	out := w.out.String()
	for _, want := range []string{id, "3h0m0s old", "5 times", `type="t\n"`, "2 would be published again, 0 left out"} {
		if !strings.Contains(out, want) {
			w.Errorf("%q is not in the output:\n%s", want, out)
		}
	}
	if strings.Contains(out, "rita") || strings.Contains(out, "CloudPubSub") {
		w.Errorf("too much is shown:\n%s", out)
	}
	w.done(func(o *options) { o.dryRun, o.max = true, 1 })
	if !strings.Contains(w.out.String(), "1 would be") {
		w.Errorf("output: %s", &w.out)
	}
	w.came(2) // and it can be had at once
}

func matching(w *world) {
	w.letter("no attribute", "", time.Hour)
	w.letter("another account", "", time.Hour, "accountid", "globex", "type", "t")
	w.letter("wanted", "", time.Hour, "accountid", "acme", "type", "t")
	w.letter("another type", "", time.Hour, "accountid", "acme", "type", "u")
	w.done(func(o *options) { o.match = matches{"accountid": "acme", "type": "t"} })
	if !strings.Contains(w.out.String(), "1 published again, 3 left out") {
		w.Errorf("output: %s", &w.out)
	}
	w.came(3, "wanted")
}

func old(w *world) {
	w.letter("young", "", time.Minute)
	w.letter("old", "", 3*time.Hour)
	w.Publish(dead, &pubsubpb.PubsubMessage{Data: []byte("put there by hand")})
	w.done(func(o *options) { o.olderThan = 2 * time.Hour })
	w.came(2, "old")
}

func clockBehind(w *world) {
	w.now = w.now.Add(-time.Hour)
	w.Publish(dead, &pubsubpb.PubsubMessage{Data: []byte("put there by hand")})
	w.done(nil)
	w.came(0, "put there by hand")
}

func notPublished(w *world) {
	for i := range 3 {
		w.letter(fmt.Sprint(i), "k", time.Hour)
	}
	calls := 0
	w.fail = on("Publish", func() error {
		if calls++; calls == 2 {
			return status.Error(codes.FailedPrecondition, "not now")
		}
		return nil
	})
	if err := w.redrive(w.Context(), nil); status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "run it again") {
		w.Errorf("error %v", err)
	}
	w.done(nil)
	w.came(0, "0", "1", "2")
}

func notAcknowledged(w *world) {
	w.letter("0", "k", time.Hour)
	w.letter("1", "k", time.Hour)
	w.fail = on("Acknowledge", func() error { return status.Error(codes.FailedPrecondition, "not now") })
	if err := w.redrive(w.Context(), nil); err == nil || !strings.Contains(err.Error(), "published once more") {
		w.Errorf("error %v", err)
	}
	w.fail = nil
	w.done(nil)
	w.came(0, "0", "0", "1")
}

func stopped(w *world) {
	for i := range 3 {
		w.letter(fmt.Sprint(i), "k", time.Hour)
	}
	ctx, cancel := context.WithCancel(w.Context())
	w.lose = on("Publish", func() error { cancel(); return nil }) // while the first is on its way
	if err := w.redrive(ctx, nil); err == nil || !strings.Contains(err.Error(), "stopped") {
		w.Errorf("error %v", err)
	}
	if !strings.Contains(w.out.String(), "1 published again") {
		w.Errorf("output: %s", &w.out)
	}
	w.lose = nil
	w.done(nil)
	w.came(0, "0", "1", "2")
}

func nothing(w *world) {
	w.done(nil)
	if !strings.Contains(w.out.String(), "0 published again") {
		w.Errorf("output: %s", &w.out)
	}
}

func noSubscription(w *world) {
	err := w.redrive(w.Context(), func(o *options) { o.subscription = w.SubscriptionName("nowhere") })
	if err == nil || !strings.Contains(err.Error(), "subscriptions/nowhere") || !strings.Contains(err.Error(), "gcloud pubsub subscriptions list") {
		w.Errorf("error %v", err)
	}
}

func noTopic(w *world) {
	w.letter("0", "", time.Hour)
	err := w.redrive(w.Context(), func(o *options) { o.topic = w.TopicName("nowhere") })
	if err == nil || !strings.Contains(err.Error(), "topics/nowhere") {
		w.Errorf("error %v", err)
	}
	w.came(1)
}

func circle(w *world) {
	w.letter("0", "", time.Hour)
	if err := w.redrive(w.Context(), func(o *options) { o.topic = w.TopicName(dead) }); err == nil || !strings.Contains(err.Error(), "circle") {
		w.Errorf("error %v", err)
	}
	w.came(1)
}

func pushing(w *world) {
	w.AddSubscription("pushing", dead, func(s *pubsubpb.Subscription) {
		s.PushConfig = &pubsubpb.PushConfig{PushEndpoint: "http://127.0.0.1:9/"}
	})
	if err := w.redrive(w.Context(), func(o *options) { o.subscription = w.SubscriptionName("pushing") }); err == nil || !strings.Contains(err.Error(), "pushes") {
		w.Errorf("error %v", err)
	}
}

func mayNotLook(w *world) {
	w.letter("0", "", time.Hour)
	w.fail = on("Get", func() error { return status.Error(codes.PermissionDenied, "no") })
	w.done(nil)
	w.came(0, "0")
}

func mayNotPublish(w *world) {
	w.letter("0", "", time.Hour)
	w.fail = on("Publish", func() error { return status.Error(codes.PermissionDenied, "no") })
	if err := w.redrive(w.Context(), nil); err == nil || !strings.Contains(err.Error(), "roles/pubsub.publisher") {
		w.Errorf("error %v", err)
	}
	w.came(1)
}

// The lease is the command's own, whatever the subscription's deadline.
func shortDeadline(w *world) {
	w.AddSubscription("short", dead, func(s *pubsubpb.Subscription) { s.AckDeadlineSeconds = 10 })
	w.letter("0", "k", time.Hour)
	w.letter("1", "k", time.Hour)
	extended := false
	w.fail = func(method string) error {
		switch {
		case strings.HasSuffix(method, "/Pull"):
			extended = false
		case strings.HasSuffix(method, "/ModifyAckDeadline"):
			extended = true
		case strings.HasSuffix(method, "/Publish") && !extended:
			w.Error("published before the lease was extended")
		}
		return nil
	}
	w.done(func(o *options) { o.subscription = w.SubscriptionName("short") })
	w.came(2, "0", "1") // the other subscription has its own copies
}

// on gives what f says for calls of a method, and of those whose names begin like it.
func on(method string, f func() error) func(string) error {
	return func(called string) error {
		if !strings.HasPrefix(called[strings.LastIndex(called, "/")+1:], method) {
			return nil
		}
		return f()
	}
}

func TestRun(t *testing.T) {
	t.Setenv("GOOGLE_CLOUD_PROJECT", "")
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"help", []string{"-h"}, 0, "-dry-run"},
		{"nothing", nil, 2, "-project"},
		{"an argument", []string{"-project", "p1", "-from", "dead", "-to", "topic", "x"}, 2, "no arguments"},
		{"no subscription", []string{"-project", "p1", "-to", "topic"}, 2, "-from"},
		{"no topic", []string{"-project", "p1", "-from", "dead"}, 2, "-to"},
		{"another project's topic", []string{"-project", "p1", "-from", "dead", "-to", "projects/p2/topics/topic"}, 2, "-to"},
		{"a match without a value", []string{"-project", "p1", "-from", "dead", "-to", "topic", "-match", "x"}, 2, "name=value"},
		{"less than none", []string{"-project", "p1", "-from", "dead", "-to", "topic", "-max", "-1"}, 2, "-max"},
		{"an unknown flag", []string{"-all"}, 2, "-all"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var errs bytes.Buffer
			if code := run(t.Context(), c.args, io.Discard, &errs); code != c.code || !strings.Contains(errs.String(), c.says) {
				t.Errorf("code %d, want %d with %q: %s", code, c.code, c.says, &errs)
			}
		})
	}
}

func TestParse(t *testing.T) {
	t.Setenv("GOOGLE_CLOUD_PROJECT", "hire-prod")
	o, err := parse([]string{"-from", "dead", "-to", "projects/hire-prod/topics/topic", "-match", "a=b", "-match", "c=d=e", "-older-than", "90m", "-max", "3", "-dry-run"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := options{
		project: "hire-prod", subscription: "projects/hire-prod/subscriptions/dead", topic: "projects/hire-prod/topics/topic", max: 3, dryRun: true,
		olderThan: 90 * time.Minute, match: matches{"a": "b", "c": "d=e"}, wait: 10 * time.Second,
	}
	if diff := cmp.Diff(want, o, cmp.AllowUnexported(options{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
