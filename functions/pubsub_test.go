//go:build emulators

package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path"
	"slices"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/events/pubsub/pubsubtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// The push subscription as Terraform sets it up, but for its patience: dead letters after five deliveries, the fewest there may be.
const (
	pushes     = "gmailnotify"
	dead       = "gmail-notifications-dead"
	attempts   = 5
	minBackoff = 200 * time.Millisecond
	maxBackoff = time.Second
)

// topic is gmail-notifications on Google's Pub/Sub emulator: the simulated Gmail publishes to it, and it pushes to gmailnotify through a relay that signs.
type topic struct {
	*pubsubtest.Server
	*world
	relay http.Handler

	mu        sync.Mutex
	published []string // by Gmail
	pushed    []push
	answer    func(n int, data string) int // to the nth push of this data, in place of the function; 0: the function's
	forge     func(token string) string
}

// push is a push request and what it was answered.
type push struct {
	data   string
	status int
	at     time.Time
}

// onPubSub is a conversation as of conversation, whose notifications go over the emulator.
func onPubSub(t *testing.T) (p *topic, r *person, out *gmailtest.Outside, asked gmailtest.Received) {
	t.Helper()
	p = &topic{Server: pubsubtest.Emulator(t)}
	p.AddTopic(events.TopicNotifications)
	p.AddTopic(dead)
	p.AddSubscription(dead, dead)
	p.world, r = connected(t, func(o *gmailtest.Options) {
		o.Publish = func(_ context.Context, name string, data []byte) {
			p.Publish(path.Base(name), &pubsubpb.PubsubMessage{Data: data})
			p.mu.Lock()
			defer p.mu.Unlock()
			p.published = append(p.published, string(data))
		}
	})
	function, err := url.Parse(p.hire.URL + "/gmailnotify/")
	p.ok(err)
	c := p.config.Callers
	p.relay = pubsubtest.Relay(function, c.PushAudience, c.PushServiceAccount, p.sign)
	endpoint := httptest.NewServer(p)
	t.Cleanup(endpoint.Close)
	p.AddSubscription(pushes, events.TopicNotifications, func(s *pubsubpb.Subscription) {
		s.EnableMessageOrdering = false
		s.PushConfig = &pubsubpb.PushConfig{PushEndpoint: endpoint.URL, AuthenticationMethod: &pubsubpb.PushConfig_OidcToken_{
			OidcToken: &pubsubpb.PushConfig_OidcToken{Audience: c.PushAudience, ServiceAccountEmail: c.PushServiceAccount},
		}}
		s.RetryPolicy = &pubsubpb.RetryPolicy{MinimumBackoff: durationpb.New(minBackoff), MaximumBackoff: durationpb.New(maxBackoff)}
		s.DeadLetterPolicy = &pubsubpb.DeadLetterPolicy{DeadLetterTopic: p.TopicName(dead), MaxDeliveryAttempts: attempts}
	})
	r.send("k1", api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "Can we talk?"}).into(200, nil)
	p.pass(5 * time.Second)
	out = p.sim.Outside(coraMail, "Cora Candidate")
	asked, ok := out.Last()
	if !ok {
		t.Fatal("Cora has no mail")
	}
	p.acknowledged()
	return p, r, out, asked
}

func (p *topic) sign(audience, email string) string {
	token := p.issuer.ServiceToken(audience, email)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.forge != nil {
		token = p.forge(token)
	}
	return token
}

// ServeHTTP is the subscription's end point.
func (p *topic) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.world.t.Error(err)
	}
	var m events.Push
	if err := json.Unmarshal(body, &m); err != nil {
		p.world.t.Error(err)
	}
	got := push{data: string(m.Message.Data), at: time.Now()}
	p.mu.Lock()
	if p.answer != nil {
		got.status = p.answer(len(p.of(got.data))+1, got.data)
	}
	p.mu.Unlock()
	if got.status != 0 {
		w.WriteHeader(got.status)
	} else {
		answer := httptest.NewRecorder()
		r.Body = io.NopCloser(bytes.NewReader(body))
		p.relay.ServeHTTP(answer, r)
		got.status = answer.Code
		w.WriteHeader(answer.Code)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pushed = append(p.pushed, got)
}

// of gives the pushes of this data.
func (p *topic) of(data string) []push {
	return slices.DeleteFunc(slices.Clone(p.pushed), func(x push) bool { return x.data != data })
}

// pushesOf gives the pushes of this data until now.
func (p *topic) pushesOf(data string) []push {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.of(data)
}

func statuses(of []push) (out []int) {
	for _, x := range of {
		out = append(out, x.status)
	}
	return out
}

// until waits for what comes about in real time.
func (p *topic) until(what string, is func() bool) {
	p.world.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(60 * time.Second); !is(); <-tick.C {
		if time.Now().After(end) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.world.t.Fatalf("not within a minute: %s; pushed %v\n%s", what, p.pushed, p.logs)
		}
	}
}

// acknowledged waits until every notification since the last time is acknowledged, and gives the pushes that it took.
func (p *topic) acknowledged() (took []push) {
	p.world.t.Helper()
	p.until("every notification is acknowledged", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		open := slices.DeleteFunc(slices.Clone(p.published), func(data string) bool { return slices.Contains(statuses(p.of(data)), http.StatusNoContent) })
		if len(p.published) == 0 || len(open) > 0 {
			return false
		}
		took, p.pushed, p.published = p.pushed, nil, nil
		return true
	})
	return took
}

func TestPubSub_NotificationEndsAsMailInTheProfile(t *testing.T) {
	t.Parallel()
	p, r, out, asked := onPubSub(t)
	_, err := out.Reply(asked, "Yes, tomorrow.")
	p.ok(err)
	if got := statuses(p.acknowledged()); !slices.Equal(got, []int{http.StatusNoContent}) {
		t.Errorf("answers %v, want one 204", got)
	}
	r.shows("once its notification is acknowledged", "> Can we talk?", "Yes, tomorrow.")
}

// An answer that says "not now" comes again later and later, and does its work in the end.
func TestPubSub_UnavailableFunctionIsCalledAgainWithBackoff(t *testing.T) {
	t.Parallel()
	p, r, out, asked := onPubSub(t)
	p.mu.Lock()
	p.answer = func(n int, _ string) int {
		if n < attempts {
			return http.StatusServiceUnavailable
		}
		return 0
	}
	p.mu.Unlock()
	_, err := out.Reply(asked, "Yes, tomorrow.")
	p.ok(err)
	got := p.acknowledged()
	r.shows("once it is acknowledged", "> Can we talk?", "Yes, tomorrow.")
	if want := []int{503, 503, 503, 503, 204}; !slices.Equal(statuses(got), want) {
		t.Errorf("answers %v, want %v", statuses(got), want)
	}
	// The emulator follows the policy only roughly: its first pause is a second, the later ones are some seconds longer than asked for.
	var gaps []time.Duration
	for i := range got[1:] {
		gaps = append(gaps, got[i+1].at.Sub(got[i].at))
	}
	if slices.Min(gaps) < minBackoff || gaps[len(gaps)-1] <= gaps[0] {
		t.Errorf("pauses %v, want none below %v, and growing ones", gaps, minBackoff)
	}
}

// What can never be read is acknowledged, and not pushed again while another message is, several times.
func TestPubSub_MalformedNotificationIsAcknowledged(t *testing.T) {
	t.Parallel()
	p, _, _, _ := onPubSub(t)
	const busy = `{"emailAddress":"nobody@acme.example","historyId":1}`
	p.mu.Lock()
	p.answer = func(n int, data string) int {
		if data == busy && n < attempts {
			return http.StatusServiceUnavailable
		}
		return 0
	}
	p.mu.Unlock()
	malformed := []string{"hello", `{"emailAddress":"rita@acme.example"}`, ""}
	for _, data := range malformed {
		p.Publish(events.TopicNotifications, &pubsubpb.PubsubMessage{Data: []byte(data), Attributes: map[string]string{"a": "b"}})
	}
	for _, data := range malformed {
		p.until("pushed: "+data, func() bool { return len(p.pushesOf(data)) > 0 })
	}
	p.Publish(events.TopicNotifications, &pubsubpb.PubsubMessage{Data: []byte(busy)})
	p.until("the other is acknowledged", func() bool { return slices.Contains(statuses(p.pushesOf(busy)), http.StatusNoContent) })
	for _, data := range malformed {
		if got := statuses(p.pushesOf(data)); !slices.Equal(got, []int{http.StatusNoContent}) {
			t.Errorf("%q: answers %v, want one 204", data, got)
		}
	}
}

// A push whose token is not good is refused by the function until it is a dead letter; brought back when that is mended, it does its work.
func TestPubSub_DeadLetterComesBack(t *testing.T) {
	t.Parallel()
	p, r, out, asked := onPubSub(t)
	p.mu.Lock()
	p.forge = func(string) string { return "forged" }
	p.mu.Unlock()
	_, err := out.Reply(asked, "Yes, tomorrow.")
	p.ok(err)
	letter := p.peek(dead)
	if got := statuses(p.pushesOf(string(letter.Data))); !slices.Equal(got, []int{401, 401, 401, 401, 401}) {
		t.Errorf("answers %v, want 401 five times", got)
	}
	if got := letter.Attributes["CloudPubSubDeadLetterSourceSubscription"]; got != pushes {
		t.Errorf("the dead letter is of the subscription %q", got)
	}
	r.shows("before it comes back", "> Can we talk?")

	p.mu.Lock()
	p.forge = nil
	p.mu.Unlock()
	redrive := exec.CommandContext(t.Context(), "go", "run", "../scripts/redrive", "-project", p.Project, "-from", dead, "-to", events.TopicNotifications, "-wait", "2s")
	if text, err := redrive.CombinedOutput(); err != nil {
		t.Fatalf("redrive: %v\n%s", err, text)
	}
	p.acknowledged()
	r.shows("once it has come back", "> Can we talk?", "Yes, tomorrow.")
	if left := p.Receive(dead, pubsubtest.Count(0)); len(left) != 0 {
		t.Errorf("%d dead letters are left", len(left))
	}
}

// peek waits for a message, and leaves it where it is.
func (p *topic) peek(subscription string) *pubsubpb.PubsubMessage {
	p.world.t.Helper()
	name := p.SubscriptionName(subscription)
	var m *pubsubpb.ReceivedMessage
	p.until("a dead letter", func() bool {
		r, err := p.Client.SubscriptionAdminClient.Pull(p.world.t.Context(), &pubsubpb.PullRequest{Subscription: name, MaxMessages: 1})
		p.ok(err)
		if len(r.ReceivedMessages) > 0 {
			m = r.ReceivedMessages[0]
		}
		return m != nil
	})
	p.ok(p.Client.SubscriptionAdminClient.ModifyAckDeadline(p.world.t.Context(), &pubsubpb.ModifyAckDeadlineRequest{Subscription: name, AckIds: []string{m.AckId}}))
	return m.Message
}
