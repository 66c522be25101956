//go:build emulators

package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	firestoreapi "cloud.google.com/go/firestore"
	"cloud.google.com/go/firestore/apiv1/firestorepb"
	pubsubapi "cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/blobs/cloudstorage/cloudstoragetest"
	"github.com/trakstar/hire-gmail/shared/store/firestore/firestoretest"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/tasks/cloudtasks/cloudtaskstest"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager/secretmanagertest"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { platforms["cloud"] = newCloud }

// cloud is the platform of Google Cloud as far as it can be had on a machine: Google's emulators of Firestore and Pub/Sub, and servers of the published service
// definitions for the rest, all spoken to by the real clients.
type cloud struct {
	inProcess
	*googleCloud
	pushes pushing
	events string // a subscription of the events that go out
	heard  []json.RawMessage
}

// worlds counts the projects made: the emulators keep each project's content apart.
var worlds atomic.Int64

func newCloud(t testing.TB, s surroundings) platform {
	t.Helper()
	g := newGoogleCloud(t, s.now, s.issuer.ServiceToken)
	env := g.environment(s, func(function string) string { return s.hire + "/" + function })
	conf, err := wiring.ConfigOf(env)
	if err != nil {
		t.Fatal(err)
	}
	all, err := wiring.OpenCloud(t.Context(), conf, wiring.CloudOptions{Now: s.now, Sleep: s.sleep, Log: s.log, Telemetry: s.telemetry,
		Firestore: []option.ClientOption{option.WithGRPCConn(g.firestore.Conn(t))},
		Storage:   []option.ClientOption{option.WithEndpoint(g.objects.URL() + "/storage/v1/"), option.WithoutAuthentication()},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := &cloud{inProcess: inProcess{all.Services}, googleCloud: g, events: g.subscribe(t, topicEvents)}
	c.pushes = pushing{to: s.hire + "/gmailnotify/", http: &http.Client{Transport: &http.Transport{}}, now: s.now, subscription: g.subscribe(t, topicNotifications), token: func() string {
		return s.issuer.ServiceToken(conf.Callers.PushAudience, conf.Callers.PushServiceAccount)
	}}
	t.Cleanup(func() {
		if err := all.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func (c *cloud) notify(ctx context.Context, data []byte) error {
	c.pushes.expect()
	return c.publish(ctx, data)
}

func (c *cloud) runDue(ctx context.Context) (done int, err error) {
	pushed, err := c.pushes.runDue(ctx, c.googleCloud)
	if err != nil {
		return pushed, err
	}
	ran, err := c.tasks.RunDue(ctx)
	return pushed + ran, err
}

// published hears what has come to the subscription, until nothing more comes.
func (c *cloud) published(ctx context.Context) ([]json.RawMessage, error) {
	for {
		got, err := c.pull(ctx, c.events, 500*time.Millisecond)
		if err != nil || len(got) == 0 {
			return c.heard, err
		}
		for _, m := range got {
			c.heard = append(c.heard, m.Data)
		}
	}
}

const (
	callLost   = "the call is lost"
	answerLost = "the answer is lost"
)

func (c *cloud) moments() []string { return []string{callLost, answerLost} }

func (c *cloud) breakCall(n int, moment string) (end func() (call string)) {
	var broken atomic.Pointer[firestoretest.Call]
	lose := func(call firestoretest.Call) bool {
		return call.N == n && broken.CompareAndSwap(nil, &call)
	}
	if moment == callLost {
		c.firestore.On(lose, nil)
	} else {
		c.firestore.On(nil, lose)
	}
	return func() string {
		c.firestore.On(nil, nil)
		if call := broken.Load(); call != nil {
			return call.Method
		}
		return ""
	}
}

func (c *cloud) documents() documents {
	s := c.firestore.Stats()
	return documents{read: s.Reads, written: s.Writes, deleted: s.Deletes}
}

// kept asks once for the documents of all collections.
func (c *cloud) kept(ctx context.Context, each func(path string, fields map[string]any)) error {
	conn, err := grpc.NewClient(os.Getenv("FIRESTORE_EMULATOR_HOST"), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithStreamInterceptor(ofAllCollections))
	if err != nil {
		return err
	}
	client, err := firestoreapi.NewClient(ctx, c.project, option.WithGRPCConn(conn))
	if err != nil {
		return err
	}
	defer client.Close()
	found, err := client.CollectionGroup("any").Documents(ctx).GetAll()
	if err != nil {
		return fmt.Errorf("documents: %w", err)
	}
	for _, d := range found {
		_, path, _ := strings.Cut(d.Ref.Path, "/documents/")
		each(path, d.Data())
	}
	return nil
}

// ofAllCollections makes a query of a collection group one of every collection, wherever it lies: one whose selector has no id, which the client does not offer.
// Source: https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.v1#collectionselector
func ofAllCollections(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, streamer grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	s, err := streamer(metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer owner"), desc, conn, method, opts...)
	return anyCollection{s}, err
}

type anyCollection struct{ grpc.ClientStream }

func (s anyCollection) SendMsg(m any) error {
	for _, from := range m.(*firestorepb.RunQueryRequest).GetStructuredQuery().From {
		from.CollectionId = ""
	}
	return s.ClientStream.SendMsg(m)
}

func (c *cloud) blobs(each func(name string, content []byte)) error {
	return c.objects.Each(each)
}

// stored is every document, as JSON.
func (c *cloud) stored(t *testing.T) string {
	t.Helper()
	client, err := firestoreapi.NewClient(t.Context(), c.project)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var all bytes.Buffer
	var walk func(collections *firestoreapi.CollectionIterator)
	walk = func(collections *firestoreapi.CollectionIterator) {
		for {
			collection, err := collections.Next()
			if errors.Is(err, iterator.Done) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			refs, err := collection.DocumentRefs(t.Context()).GetAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, ref := range refs {
				if d, err := ref.Get(t.Context()); err == nil {
					fmt.Fprintf(&all, "%s %v\n", ref.Path, d.Data())
				}
				walk(ref.Collections(t.Context()))
			}
		}
	}
	walk(client.Collections(t.Context()))
	return all.String()
}

// googleCloud is a project with what Terraform makes in one.
type googleCloud struct {
	project   string
	objects   *cloudstoragetest.Server
	firestore *firestoretest.Proxy
	secrets   *secretmanagertest.Server
	tasks     *cloudtaskstest.Server
	topics    *pubsubapi.Client
	publisher *pubsubapi.Publisher // Gmail's
}

const (
	region             = "europe-west1"
	topicNotifications = "gmail-notifications"
	topicEvents        = "hire-mail-events"
)

func newGoogleCloud(t testing.TB, now func() time.Time, token func(audience, email string) string) *googleCloud {
	t.Helper()
	for _, name := range []string{"FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST"} {
		if os.Getenv(name) == "" {
			t.Fatalf("%s is missing; scripts/test.sh starts the emulators", name)
		}
	}
	g := &googleCloud{project: fmt.Sprintf("hire-%d-%d", os.Getpid(), worlds.Add(1))}
	g.firestore = firestoretest.Start(t, os.Getenv("FIRESTORE_EMULATOR_HOST"))
	g.secrets, _ = secretmanagertest.Start(t)
	queues := map[string]cloudtaskstest.QueueOptions{}
	for q := range tasks.Functions {
		queues[fmt.Sprintf("projects/%s/locations/%s/queues/%s", g.project, region, q)] = cloudtaskstest.QueueOptions{MinBackoff: 10 * time.Second}
	}
	g.tasks, _ = cloudtaskstest.Start(t, cloudtaskstest.Options{Now: now, Queues: queues, Token: token})
	g.objects, _ = cloudstoragetest.Start(t)
	var err error
	if g.topics, err = pubsubapi.NewClient(context.Background(), g.project); err != nil {
		t.Fatal(err)
	}
	for _, topic := range []string{topicNotifications, topicEvents} {
		if _, err := g.topics.TopicAdminClient.CreateTopic(t.Context(), &pubsubpb.Topic{Name: g.topic(topic)}); err != nil {
			t.Fatal(err)
		}
	}
	g.publisher = g.topics.Publisher(topicNotifications)
	t.Cleanup(func() {
		g.publisher.Stop()
		if err := g.topics.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// publish is Gmail's end of the topic.
func (g *googleCloud) publish(ctx context.Context, data []byte) error {
	_, err := g.publisher.Publish(ctx, &pubsubapi.Message{Data: data}).Get(ctx)
	return err
}

func (g *googleCloud) topic(name string) string {
	return fmt.Sprintf("projects/%s/topics/%s", g.project, name)
}

// environment is that of a function: function says where each one is reached.
func (g *googleCloud) environment(s surroundings, function func(name string) string) map[string]string {
	env := wiring.LocalEnvironment(s.hire, "unused")
	wiring.UseGoogleAt(env, s.google, s.client.ID, s.client.Secret)
	for name, value := range map[string]string{
		"STORE": "firestore", "GOOGLE_CLOUD_PROJECT": g.project, "REGION": region, "BLOBS_BUCKET": cloudstoragetest.Bucket, "EVENTS_TOPIC": topicEvents,
		"GMAIL_TOPIC": g.topic(topicNotifications), "SECRET_MANAGER_EMULATOR_HOST": g.secrets.Addr(), "CLOUD_TASKS_EMULATOR_HOST": g.tasks.Addr(),
		"SYNCMAILBOX_URL": function("syncmailbox") + "/", "DELIVER_URL": function("deliver") + "/", "OFFBOARD_URL": function("offboard") + "/",
	} {
		env[name] = value
	}
	return env
}

// subscribe makes a subscription of a topic, for as long as the test runs: the emulator has threads for each.
func (g *googleCloud) subscribe(t testing.TB, topic string) (name string) {
	t.Helper()
	name = fmt.Sprintf("projects/%s/subscriptions/%s", g.project, topic)
	if _, err := g.topics.SubscriptionAdminClient.CreateSubscription(t.Context(), &pubsubpb.Subscription{Name: name, Topic: g.topic(topic), AckDeadlineSeconds: 600}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.topics.SubscriptionAdminClient.DeleteSubscription(context.Background(), &pubsubpb.DeleteSubscriptionRequest{Subscription: name}); err != nil {
			t.Error(err)
		}
	})
	return name
}

// pull takes messages off a subscription; none where none comes in time.
func (g *googleCloud) pull(ctx context.Context, subscription string, wait time.Duration) ([]*pubsubpb.PubsubMessage, error) {
	within, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	got, err := g.topics.SubscriptionAdminClient.Pull(within, &pubsubpb.PullRequest{Subscription: subscription, MaxMessages: 100})
	if status.Code(err) == codes.DeadlineExceeded && ctx.Err() == nil {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	var out []*pubsubpb.PubsubMessage
	var ids []string
	for _, m := range got.ReceivedMessages {
		out, ids = append(out, m.Message), append(ids, m.AckId)
	}
	if len(ids) > 0 {
		err = g.topics.SubscriptionAdminClient.Acknowledge(ctx, &pubsubpb.AcknowledgeRequest{Subscription: subscription, AckIds: ids})
	}
	return out, err
}
