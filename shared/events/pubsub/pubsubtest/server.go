package pubsubtest

import (
	"context"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// Server is a Pub/Sub with a project of the test's own.
type Server struct {
	t       *testing.T
	Project string
	options []option.ClientOption
	Client  *pubsub.Client
}

// Open makes a Server that lives until the test ends. Interceptors stand on the connection of Client, and can fail its calls.
type Open func(t *testing.T, interceptors ...grpc.UnaryClientInterceptor) *Server

// projects counts the projects made: each keeps its topics apart from the others'.
var projects atomic.Int64

// Emulator is Google's emulator at PUBSUB_EMULATOR_HOST.
func Emulator(t *testing.T, interceptors ...grpc.UnaryClientInterceptor) *Server {
	t.Helper()
	host, _, err := net.SplitHostPort(os.Getenv("PUBSUB_EMULATOR_HOST"))
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		t.Fatal("PUBSUB_EMULATOR_HOST names no emulator on this machine; ./scripts/test.sh starts one, as does: gcloud beta emulators pubsub start --project=local")
	}
	return start(t, interceptors)
}

// InProcess is a server in this process. It pushes to nobody, and knows neither quotas nor limits.
func InProcess(t *testing.T, interceptors ...grpc.UnaryClientInterceptor) *Server {
	t.Helper()
	s := pstest.NewServer()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return start(t, interceptors, option.WithEndpoint(s.Addr), option.WithoutAuthentication(), option.WithTelemetryDisabled(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
}

func start(t *testing.T, interceptors []grpc.UnaryClientInterceptor, o ...option.ClientOption) *Server {
	t.Helper()
	s := &Server{t: t, Project: fmt.Sprintf("test-%d-%d", os.Getpid(), projects.Add(1)), options: o}
	s.Client = s.NewClient(interceptors...)
	return s
}

// NewClient is another client of the same project.
func (s *Server) NewClient(interceptors ...grpc.UnaryClientInterceptor) *pubsub.Client {
	s.t.Helper()
	o := append([]option.ClientOption{option.WithGRPCDialOption(grpc.WithChainUnaryInterceptor(interceptors...))}, s.options...)
	c, err := pubsub.NewClient(context.Background(), s.Project, o...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := c.Close(); err != nil {
			s.t.Error(err)
		}
	})
	return c
}

// TopicName is the full name of a topic.
func (s *Server) TopicName(id string) string { return "projects/" + s.Project + "/topics/" + id }

// SubscriptionName is the full name of a subscription.
func (s *Server) SubscriptionName(id string) string {
	return "projects/" + s.Project + "/subscriptions/" + id
}

// AddTopic makes a topic.
func (s *Server) AddTopic(id string) {
	s.t.Helper()
	if _, err := s.Client.TopicAdminClient.CreateTopic(s.t.Context(), &pubsubpb.Topic{Name: s.TopicName(id)}); err != nil {
		s.t.Fatal(err)
	}
}

// AddSubscription makes a subscription to a topic that keeps the order, and removes it after the test, so that nothing is pushed any more; change says what else is
// special about it.
func (s *Server) AddSubscription(id, topic string, change ...func(*pubsubpb.Subscription)) {
	s.t.Helper()
	sub := &pubsubpb.Subscription{Name: s.SubscriptionName(id), Topic: s.TopicName(topic), AckDeadlineSeconds: 600, EnableMessageOrdering: true}
	for _, f := range change {
		f(sub)
	}
	if _, err := s.Client.SubscriptionAdminClient.CreateSubscription(s.t.Context(), sub); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := s.Client.SubscriptionAdminClient.DeleteSubscription(context.Background(), &pubsubpb.DeleteSubscriptionRequest{Subscription: sub.Name}); err != nil {
			s.t.Error(err)
		}
	})
}

// Publish publishes a message, and gives its id.
func (s *Server) Publish(topic string, m *pubsubpb.PubsubMessage) string {
	s.t.Helper()
	r, err := s.Client.TopicAdminClient.Publish(s.t.Context(), &pubsubpb.PublishRequest{Topic: s.TopicName(topic), Messages: []*pubsubpb.PubsubMessage{m}})
	if err != nil {
		s.t.Fatal(err)
	}
	return r.MessageIds[0]
}

// How long a subscriber waits for messages, and how long it looks for more than it expects.
const (
	patience = 30 * time.Second
	more     = 300 * time.Millisecond
)

// Receive takes messages off a subscription, acknowledging each, until enough says that they will do and none follows for a moment. It fails the test where they do
// not come.
func (s *Server) Receive(subscription string, enough func([]*pubsubpb.PubsubMessage) bool) []*pubsubpb.PubsubMessage {
	s.t.Helper()
	var got []*pubsubpb.PubsubMessage
	deadline, last := time.Now().Add(patience), time.Now()
	for {
		end := deadline
		done := enough(got)
		if done {
			end = last.Add(more)
		}
		if !time.Now().Before(end) {
			if done {
				return got
			}
			s.t.Fatalf("only %d messages came", len(got))
		}
		if batch := s.pull(subscription, time.Until(end)); len(batch) > 0 {
			got, last = append(got, batch...), time.Now()
		}
	}
}

// Count is for Receive: it has enough with n messages.
func Count(n int) func([]*pubsubpb.PubsubMessage) bool {
	return func(got []*pubsubpb.PubsubMessage) bool { return len(got) >= n }
}

// pull gives what comes within wait, and acknowledges it.
func (s *Server) pull(subscription string, wait time.Duration) []*pubsubpb.PubsubMessage {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), wait)
	defer cancel()
	r, err := s.Client.SubscriptionAdminClient.Pull(ctx, &pubsubpb.PullRequest{Subscription: s.SubscriptionName(subscription), MaxMessages: 100})
	if status.Code(err) == codes.DeadlineExceeded {
		return nil
	}
	if err != nil {
		s.t.Fatal(err)
	}
	var out []*pubsubpb.PubsubMessage
	var ids []string
	for _, m := range r.GetReceivedMessages() {
		out = append(out, m.Message)
		ids = append(ids, m.AckId)
	}
	if len(ids) > 0 {
		err := s.Client.SubscriptionAdminClient.Acknowledge(s.t.Context(), &pubsubpb.AcknowledgeRequest{Subscription: s.SubscriptionName(subscription), AckIds: ids})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return out
}
