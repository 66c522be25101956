package site

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

// Emulators makes Google's emulators answer.
func Emulators(ctx context.Context, s *Site) error {
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
	s.Say("project %s", s.Project)
	return nil
}

// connectClients makes the clients by which the steps look at Firestore and Pub/Sub. They live until the end.
func (s *Site) connectClients() (err error) {
	if s.Documents, err = firestoreapi.NewClient(context.Background(), s.Project); err != nil {
		return err
	}
	db, err := firestore.Open(s.Documents, store.Schema())
	if err != nil {
		return err
	}
	s.then(db.Close)
	s.then(s.forget)
	if s.Store, err = store.New(db, store.Options{}); err != nil {
		return err
	}
	if s.Topics, err = pubsubapi.NewClient(context.Background(), s.Project); err != nil {
		return err
	}
	s.then(func() error {
		s.published.Wait()
		return s.Topics.Close()
	})
	return nil
}

// secretIDs are the secrets of the configuration, by the variable that each becomes (terraform/secrets.tf).
var secretIDs = map[string]string{"OAUTH_CLIENT_SECRET": "oauth-client-secret", "REPLY_KEYS": "reply-keys", "REPORT_KEYS": "report-keys"}

// LaySecrets makes the containers of the secrets, and adds their values.
func LaySecrets(ctx context.Context, s *Site) (err error) {
	key := make([]byte, 80)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	values := map[string]string{"OAUTH_CLIENT_SECRET": base64.RawURLEncoding.EncodeToString(key[:24]), "REPLY_KEYS": base64.StdEncoding.EncodeToString(key[24:48]), "REPORT_KEYS": base64.StdEncoding.EncodeToString(key[48:])}
	if err := s.begin(values["OAUTH_CLIENT_SECRET"]); err != nil {
		return err
	}
	if s.Secrets, err = secretmanagertest.Serve(); err != nil {
		return err
	}
	s.then(s.Secrets.Close)
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
		if _, err := client.CreateSecret(ctx, &secretmanagerpb.CreateSecretRequest{Parent: "projects/" + s.Project, SecretId: id, Secret: &secretmanagerpb.Secret{
			Replication: &secretmanagerpb.Replication{Replication: &secretmanagerpb.Replication_UserManaged_{UserManaged: &secretmanagerpb.Replication_UserManaged{
				Replicas: []*secretmanagerpb.Replication_UserManaged_Replica{{Location: s.Env["REGION"]}},
			}}},
		}}); err != nil {
			return err
		}
		v, err := client.AddSecretVersion(ctx, &secretmanagerpb.AddSecretVersionRequest{Parent: s.SecretName(id), Payload: &secretmanagerpb.SecretPayload{Data: []byte(values[name])}})
		if err != nil {
			return err
		}
		s.Say("%s becomes %s", v.Name, name)
	}
	s.Say("redirect URI %s/oauthcallback/callback, registered with the OAuth client", s.Front)
	return nil
}

func (s *Site) secretClient(ctx context.Context) (*secretmanagerapi.Client, error) {
	return secretmanagerapi.NewClient(ctx, option.WithEndpoint(s.Secrets.Addr()), option.WithoutAuthentication(), option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
}

// deadLetters is after how many tries a message becomes one, as terraform/variables.tf has it by default.
const deadLetters = 20

// Messaging makes topics, subscriptions, queues and the bucket.
func Messaging(ctx context.Context, s *Site) (err error) {
	for _, name := range slices.Sorted(maps.Values(s.Code.Topics)) {
		for _, topic := range []string{name, name + "-dead-letters"} {
			if err := s.addTopic(ctx, topic); err != nil {
				return err
			}
		}
		if err := s.subscribe(ctx, &pubsubpb.Subscription{Name: s.Subscription(name + "-dead-letters"), Topic: s.Topic(name + "-dead-letters"), AckDeadlineSeconds: 60, EnableMessageOrdering: true}); err != nil {
			return err
		}
		s.Say("topic %s, with dead letters and a subscription to them", name)
	}
	events := s.Code.Topics["events"]
	if err := s.subscribe(ctx, &pubsubpb.Subscription{
		Name: s.Subscription(events + "-hire"), Topic: s.Topic(events), AckDeadlineSeconds: 60, EnableMessageOrdering: true, DeadLetterPolicy: s.deadLetterPolicy(events),
	}); err != nil {
		return err
	}
	s.Say("subscription %s-hire, that Hire pulls", events)

	queues := map[string]cloudtaskstest.QueueOptions{}
	for _, queue := range slices.Sorted(maps.Keys(s.Code.Queues)) {
		queues[fmt.Sprintf("projects/%s/locations/%s/queues/%s", s.Project, s.Env["REGION"], queue)] = cloudtaskstest.QueueOptions{MinBackoff: 5 * time.Second}
		s.Say("queue %s, that calls %s", queue, s.Code.Queues[queue])
	}
	if s.Queues, err = cloudtaskstest.Serve(cloudtaskstest.Options{Now: time.Now, Queues: queues, Token: s.Issuer.ServiceToken}); err != nil {
		return err
	}
	s.then(s.Queues.Close)
	if s.Objects, err = cloudstoragetest.Serve(s.Env["BLOBS_BUCKET"]); err != nil {
		return err
	}
	s.then(func() error {
		s.Objects.Close()
		return nil
	})
	s.Say("bucket %s", s.Env["BLOBS_BUCKET"])
	return nil
}

func (s *Site) deadLetterPolicy(topic string) *pubsubpb.DeadLetterPolicy {
	return &pubsubpb.DeadLetterPolicy{DeadLetterTopic: s.Topic(topic + "-dead-letters"), MaxDeliveryAttempts: deadLetters}
}

// forget removes the documents from the emulator, which others may use too.
func (s *Site) forget() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	address := fmt.Sprintf("http://%s/emulator/v1/projects/%s/databases/(default)/documents", os.Getenv("FIRESTORE_EMULATOR_HOST"), s.Project)
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

func (s *Site) addTopic(ctx context.Context, name string) error {
	if _, err := s.Topics.TopicAdminClient.CreateTopic(ctx, &pubsubpb.Topic{Name: s.Topic(name)}); err != nil {
		return fmt.Errorf("make topic %s: %w", name, err)
	}
	s.then(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return s.Topics.TopicAdminClient.DeleteTopic(ctx, &pubsubpb.DeleteTopicRequest{Topic: s.Topic(name)})
	})
	return nil
}

// subscribe makes a subscription that is removed in the end: an emulator that others use too must push no more.
func (s *Site) subscribe(ctx context.Context, sub *pubsubpb.Subscription) error {
	if _, err := s.Topics.SubscriptionAdminClient.CreateSubscription(ctx, sub); err != nil {
		return fmt.Errorf("make subscription: %w", err)
	}
	s.then(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return s.Topics.SubscriptionAdminClient.DeleteSubscription(ctx, &pubsubpb.DeleteSubscriptionRequest{Subscription: sub.Name})
	})
	return nil
}

// Build builds the programs of the functions.
func Build(ctx context.Context, s *Site) error {
	args := []string{"build", "-o", filepath.Join(s.Temp, "function"), "./scripts/function"}
	if s.Staged {
		args = append([]string{"run", "./scripts/stage", "-build", s.Temp}, s.Code.Functions...)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = s.Root
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, out)
	}
	if s.Staged {
		for _, line := range bytes.Split(bytes.TrimSpace(out), []byte("\n")) {
			s.Say("%s", line)
		}
		return nil
	}
	s.Say("one program that can be each of the %d functions; -staged builds each from what it is deployed from", len(s.Code.Functions))
	return nil
}

func (s *Site) program(function string) string {
	if s.Staged {
		return filepath.Join(s.Temp, function)
	}
	return filepath.Join(s.Temp, "function")
}

// Serve starts the functions, and asks each something without a token.
func Serve(ctx context.Context, s *Site) error {
	secrets, err := s.secretValues(ctx)
	if err != nil {
		return err
	}
	env := s.environment(secrets)
	s.Instances = map[string]*instance.Instance{}
	for _, name := range s.Code.Functions {
		own := maps.Clone(env)
		own["FUNCTION_TARGET"] = name
		i := &instance.Instance{Name: name, Program: []string{s.program(name)}, Env: own, Out: s.Logs, Failed: func(err error) { fmt.Fprintln(s.Logs, err) }}
		s.Instances[name] = i
		s.then(func() error {
			i.Kill()
			return nil
		})
		var h http.Handler = i
		if s.Around != nil {
			h = s.Around(name, h)
		}
		s.routes.Handle("/"+name+"/", h)
	}
	for _, name := range s.Code.Functions {
		req, err := questions.Of[name].Request(ctx, s.Front+"/"+name)
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
	s.Say("%d functions are configured, and answer whoever shows no token as they should", len(s.Code.Functions))

	// Only now is there somebody to push to.
	relay, err := s.relay()
	if err != nil {
		return err
	}
	topic := s.Code.Topics["notifications"]
	if err := s.subscribe(ctx, &pubsubpb.Subscription{
		Name: s.Subscription(topic + "-push"), Topic: s.Topic(topic), AckDeadlineSeconds: 600, DeadLetterPolicy: s.deadLetterPolicy(topic),
		RetryPolicy: &pubsubpb.RetryPolicy{MinimumBackoff: durationpb.New(10 * time.Second), MaximumBackoff: durationpb.New(600 * time.Second)},
		PushConfig: &pubsubpb.PushConfig{PushEndpoint: relay, AuthenticationMethod: &pubsubpb.PushConfig_OidcToken_{
			OidcToken: &pubsubpb.PushConfig_OidcToken{ServiceAccountEmail: s.Env["PUSH_SERVICE_ACCOUNT"], Audience: s.Env["PUSH_AUDIENCE"]},
		}},
	}); err != nil {
		return err
	}
	s.Say("subscription %s-push, that pushes to gmailnotify; a relay signs what the emulator pushes unsigned", topic)
	s.dispatch()
	return nil
}

// secretValues are the newest versions of the secrets, as the functions are given them.
func (s *Site) secretValues(ctx context.Context) (map[string]string, error) {
	client, err := s.secretClient(ctx)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	out := map[string]string{}
	for name, id := range secretIDs {
		v, err := client.AccessSecretVersion(ctx, &secretmanagerpb.AccessSecretVersionRequest{Name: s.SecretName(id) + "/versions/1"})
		if err != nil {
			return nil, err
		}
		out[name] = string(v.Payload.Data)
	}
	return out, nil
}
