package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	firestoreapi "cloud.google.com/go/firestore"
	pubsubapi "cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	secretmanagerapi "cloud.google.com/go/secretmanager/apiv1"
	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/trakstar/hire-gmail/scripts/instance"
	"github.com/trakstar/hire-gmail/scripts/questions"
	"github.com/trakstar/hire-gmail/shared/blobs/cloudstorage/cloudstoragetest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/firestore"
	"github.com/trakstar/hire-gmail/shared/tasks/cloudtasks/cloudtaskstest"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager/secretmanagertest"
)

// What follows is Terraform's part, with Terraform's names.

// emulated makes Google's emulators answer.
func emulated(ctx context.Context, s *site) error {
	if err := s.open(ctx); err != nil {
		return err
	}
	for _, e := range emulators {
		if err := s.use(ctx, e); err != nil {
			return err
		}
	}
	if err := s.connectClients(); err != nil {
		return err
	}
	s.say("project %s", s.project)
	return nil
}

// connectClients makes the clients by which the steps look at Firestore and Pub/Sub. They live until the end.
func (s *site) connectClients() (err error) {
	if s.documents, err = firestoreapi.NewClient(context.Background(), s.project); err != nil {
		return err
	}
	db, err := firestore.Open(s.documents, store.Schema())
	if err != nil {
		return err
	}
	s.then(db.Close)
	s.then(s.forget)
	if s.store, err = store.New(db, store.Options{}); err != nil {
		return err
	}
	if s.topics, err = pubsubapi.NewClient(context.Background(), s.project); err != nil {
		return err
	}
	s.then(func() error {
		s.published.Wait()
		return s.topics.Close()
	})
	return nil
}

// secretIDs are the secrets of the configuration, by the variable that each becomes (terraform/secrets.tf).
var secretIDs = map[string]string{"OAUTH_CLIENT_SECRET": "oauth-client-secret", "REPLY_KEYS": "reply-keys"}

// secretsLaid makes the containers of the secrets, and adds their values.
func secretsLaid(ctx context.Context, s *site) (err error) {
	key := make([]byte, 48)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	values := map[string]string{"OAUTH_CLIENT_SECRET": base64.RawURLEncoding.EncodeToString(key[:24]), "REPLY_KEYS": base64.StdEncoding.EncodeToString(key[24:])}
	if err := s.begin(values["OAUTH_CLIENT_SECRET"]); err != nil {
		return err
	}
	if s.secrets, err = secretmanagertest.Serve(); err != nil {
		return err
	}
	s.then(s.secrets.Close)
	client, err := s.secretClient(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	for _, name := range secretVariables() {
		id := secretIDs[name]
		if id == "" {
			return fmt.Errorf("the code has a secret %s that is not known here: what does terraform/secrets.tf call it?", name)
		}
		if _, err := client.CreateSecret(ctx, &secretmanagerpb.CreateSecretRequest{Parent: "projects/" + s.project, SecretId: id, Secret: &secretmanagerpb.Secret{
			Replication: &secretmanagerpb.Replication{Replication: &secretmanagerpb.Replication_UserManaged_{UserManaged: &secretmanagerpb.Replication_UserManaged{
				Replicas: []*secretmanagerpb.Replication_UserManaged_Replica{{Location: s.env["REGION"]}},
			}}},
		}}); err != nil {
			return err
		}
		v, err := client.AddSecretVersion(ctx, &secretmanagerpb.AddSecretVersionRequest{Parent: s.secretName(id), Payload: &secretmanagerpb.SecretPayload{Data: []byte(values[name])}})
		if err != nil {
			return err
		}
		s.say("%s becomes %s", v.Name, name)
	}
	s.say("redirect URI %s/oauthcallback/callback, registered with the OAuth client", s.front)
	return nil
}

func (s *site) secretClient(ctx context.Context) (*secretmanagerapi.Client, error) {
	return secretmanagerapi.NewClient(ctx, option.WithEndpoint(s.secrets.Addr()), option.WithoutAuthentication(), option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
}

// deadLetters is after how many tries a message becomes one, as terraform/variables.tf has it by default.
const deadLetters = 20

// messaging makes topics, subscriptions, queues and the bucket.
func messaging(ctx context.Context, s *site) (err error) {
	for _, name := range slices.Sorted(maps.Values(s.code.Topics)) {
		for _, topic := range []string{name, name + "-dead-letters"} {
			if err := s.addTopic(ctx, topic); err != nil {
				return err
			}
		}
		if err := s.subscribe(ctx, &pubsubpb.Subscription{Name: s.subscription(name + "-dead-letters"), Topic: s.topic(name + "-dead-letters"), AckDeadlineSeconds: 60, EnableMessageOrdering: true}); err != nil {
			return err
		}
		s.say("topic %s, with dead letters and a subscription to them", name)
	}
	events := s.code.Topics["events"]
	if err := s.subscribe(ctx, &pubsubpb.Subscription{
		Name: s.subscription(events + "-hire"), Topic: s.topic(events), AckDeadlineSeconds: 60, EnableMessageOrdering: true, DeadLetterPolicy: s.deadLetterPolicy(events),
	}); err != nil {
		return err
	}
	s.say("subscription %s-hire, that Hire pulls", events)

	queues := map[string]cloudtaskstest.QueueOptions{}
	for _, queue := range slices.Sorted(maps.Keys(s.code.Queues)) {
		queues[fmt.Sprintf("projects/%s/locations/%s/queues/%s", s.project, s.env["REGION"], queue)] = cloudtaskstest.QueueOptions{MinBackoff: 5 * time.Second}
		s.say("queue %s, that calls %s", queue, s.code.Queues[queue])
	}
	if s.queues, err = cloudtaskstest.Serve(cloudtaskstest.Options{Now: time.Now, Queues: queues, Token: s.issuer.ServiceToken}); err != nil {
		return err
	}
	s.then(s.queues.Close)
	if s.objects, err = cloudstoragetest.Serve(s.env["BLOBS_BUCKET"]); err != nil {
		return err
	}
	s.then(func() error {
		s.objects.Close()
		return nil
	})
	s.say("bucket %s", s.env["BLOBS_BUCKET"])
	return nil
}

func (s *site) deadLetterPolicy(topic string) *pubsubpb.DeadLetterPolicy {
	return &pubsubpb.DeadLetterPolicy{DeadLetterTopic: s.topic(topic + "-dead-letters"), MaxDeliveryAttempts: deadLetters}
}

// forget removes the documents from the emulator, which others may use too.
func (s *site) forget() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	address := fmt.Sprintf("http://%s/emulator/v1/projects/%s/databases/(default)/documents", os.Getenv("FIRESTORE_EMULATOR_HOST"), s.project)
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, address, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("remove the documents: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("remove the documents: %s", resp.Status)
	}
	return nil
}

func (s *site) addTopic(ctx context.Context, name string) error {
	if _, err := s.topics.TopicAdminClient.CreateTopic(ctx, &pubsubpb.Topic{Name: s.topic(name)}); err != nil {
		return fmt.Errorf("make topic %s: %w", name, err)
	}
	s.then(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return s.topics.TopicAdminClient.DeleteTopic(ctx, &pubsubpb.DeleteTopicRequest{Topic: s.topic(name)})
	})
	return nil
}

// subscribe makes a subscription that is removed in the end: an emulator that others use too must push no more.
func (s *site) subscribe(ctx context.Context, sub *pubsubpb.Subscription) error {
	if _, err := s.topics.SubscriptionAdminClient.CreateSubscription(ctx, sub); err != nil {
		return fmt.Errorf("make subscription: %w", err)
	}
	s.then(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return s.topics.SubscriptionAdminClient.DeleteSubscription(ctx, &pubsubpb.DeleteSubscriptionRequest{Subscription: sub.Name})
	})
	return nil
}

// built builds the programs of the functions.
func built(ctx context.Context, s *site) error {
	args := []string{"build", "-o", filepath.Join(s.temp, "function"), "./scripts/function"}
	if s.staged {
		args = append([]string{"run", "./scripts/stage", "-build", s.temp}, s.code.Functions...)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = s.root
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, out)
	}
	if s.staged {
		for _, line := range bytes.Split(bytes.TrimSpace(out), []byte("\n")) {
			s.say("%s", line)
		}
		return nil
	}
	s.say("one program that can be each of the %d functions; -staged builds each from what it is deployed from", len(s.code.Functions))
	return nil
}

func (s *site) program(function string) string {
	if s.staged {
		return filepath.Join(s.temp, function)
	}
	return filepath.Join(s.temp, "function")
}

// served starts the functions, and asks each something without a token.
func served(ctx context.Context, s *site) error {
	secrets, err := s.secretValues(ctx)
	if err != nil {
		return err
	}
	env := s.environment(secrets)
	s.instances = map[string]*instance.Instance{}
	for _, name := range s.code.Functions {
		own := maps.Clone(env)
		own["FUNCTION_TARGET"] = name
		i := &instance.Instance{Name: name, Program: []string{s.program(name)}, Env: own, Out: s.logs, Failed: func(err error) { fmt.Fprintln(s.logs, err) }}
		s.instances[name] = i
		s.then(func() error {
			i.Kill()
			return nil
		})
		s.routes.Handle("/"+name+"/", i)
	}
	for _, name := range s.code.Functions {
		req, err := questions.Of[name].Request(ctx, s.front+"/"+name)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return fmt.Errorf("%s does not answer: %w", name, err)
		}
		resp.Body.Close()
		if resp.StatusCode != questions.Of[name].Status {
			return fmt.Errorf("%s answers %s, want %d", name, resp.Status, questions.Of[name].Status)
		}
	}
	s.say("%d functions are configured, and answer whoever shows no token as they should", len(s.code.Functions))

	// Only now is there somebody to push to.
	relay, err := s.relay()
	if err != nil {
		return err
	}
	topic := s.code.Topics["notifications"]
	if err := s.subscribe(ctx, &pubsubpb.Subscription{
		Name: s.subscription(topic + "-push"), Topic: s.topic(topic), AckDeadlineSeconds: 600, DeadLetterPolicy: s.deadLetterPolicy(topic),
		RetryPolicy: &pubsubpb.RetryPolicy{MinimumBackoff: durationpb.New(10 * time.Second), MaximumBackoff: durationpb.New(600 * time.Second)},
		PushConfig: &pubsubpb.PushConfig{PushEndpoint: relay, AuthenticationMethod: &pubsubpb.PushConfig_OidcToken_{
			OidcToken: &pubsubpb.PushConfig_OidcToken{ServiceAccountEmail: s.env["PUSH_SERVICE_ACCOUNT"], Audience: s.env["PUSH_AUDIENCE"]},
		}},
	}); err != nil {
		return err
	}
	s.say("subscription %s-push, that pushes to gmailnotify; a relay signs what the emulator pushes unsigned", topic)
	s.dispatch()
	return nil
}

// secretValues are the newest versions of the secrets, as the functions are given them.
func (s *site) secretValues(ctx context.Context) (map[string]string, error) {
	client, err := s.secretClient(ctx)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	out := map[string]string{}
	for name, id := range secretIDs {
		v, err := client.AccessSecretVersion(ctx, &secretmanagerpb.AccessSecretVersionRequest{Name: s.secretName(id) + "/versions/1"})
		if err != nil {
			return nil, err
		}
		out[name] = string(v.Payload.Data)
	}
	return out, nil
}
