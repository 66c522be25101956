package wiring

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	cloudtasksapi "cloud.google.com/go/cloudtasks/apiv2"
	firestoreapi "cloud.google.com/go/firestore"
	pubsubapi "cloud.google.com/go/pubsub/v2"
	secretmanagerapi "cloud.google.com/go/secretmanager/apiv1"
	storageapi "cloud.google.com/go/storage"
	"golang.org/x/sync/errgroup"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/trakstar/hire-gmail/shared/blobs/cloudstorage"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/events/pubsub"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/firestore"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/tasks/cloudtasks"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager"
)

// CloudOptions of a service on Google Cloud.
type CloudOptions struct {
	Now func() time.Time
	// Sleep waits before Gmail is asked again; nil is a real timer.
	Sleep func(ctx context.Context, d time.Duration) error
	Log   *slog.Logger
	// Telemetry is where traces and figures are told; nil: nobody is.
	Telemetry *obs.Telemetry
	// Firestore and Storage are further options of these clients, which know their emulators by a variable of the process alone: a connection or an address of the
	// caller's own. nil for none.
	Firestore, Storage []option.ClientOption
}

// Cloud is a service on Google Cloud.
type Cloud struct {
	Services *Services
	clients  clients
}

// OpenCloud puts a service on Google Cloud together. It makes no call: the clients connect when they are first used.
func OpenCloud(ctx context.Context, c config.Config, o CloudOptions) (*Cloud, error) {
	// The clients outlive the request that they are made in.
	k, err := newClients(context.WithoutCancel(ctx), c, o)
	if err != nil {
		return nil, err
	}
	s, err := assembleCloud(c, o, k)
	if err != nil {
		return nil, errors.Join(err, k.close())
	}
	return &Cloud{Services: s, clients: k}, nil
}

// Close ends the connections.
func (c *Cloud) Close() error { return c.clients.close() }

func assembleCloud(c config.Config, o CloudOptions, k clients) (*Services, error) {
	db, err := firestore.Open(k.documents, store.Schema())
	if err != nil {
		return nil, err
	}
	vault, err := secretmanager.New(secretmanager.Options{Client: k.secrets, Project: c.Project, Region: c.Cloud.Region, Prefix: c.Cloud.SecretPrefix})
	if err != nil {
		return nil, err
	}
	queue, err := cloudtasks.New(cloudtasks.Options{
		Client: k.tasks, Project: c.Project, Location: c.Cloud.Region, Audience: c.Callers.TasksAudience, ServiceAccount: c.Callers.TasksServiceAccount, Now: o.Now,
		URLs: map[tasks.Queue]string{tasks.MailboxSync: c.Cloud.SyncURL, tasks.MailDelivery: c.Cloud.DeliverURL, tasks.Offboarding: c.Cloud.OffboardURL},
	})
	if err != nil {
		return nil, err
	}
	publisher, err := pubsub.New(k.topics, c.Cloud.EventsTopic)
	if err != nil {
		return nil, err
	}
	bucket, err := cloudstorage.New(k.objects, c.Cloud.Bucket, MaxBlob)
	if err != nil {
		return nil, err
	}
	bucket.Now = o.Now
	return Assemble(c, Parts{DB: db, Vault: vault, Tasks: queue, Events: publisher, Blobs: bucket, HTTP: &http.Client{Transport: connections()}, Now: o.Now, Sleep: o.Sleep, Log: o.Log, Telemetry: o.Telemetry})
}

// clients are Google's, one of each kind for a process.
type clients struct {
	documents *firestoreapi.Client
	secrets   *secretmanagerapi.Client
	tasks     *cloudtasksapi.Client
	topics    *pubsubapi.Client
	objects   *storageapi.Client
}

// newClients makes the clients, all at once. Those of Firestore, Pub/Sub and Cloud Storage look for their emulators by themselves.
func newClients(ctx context.Context, c config.Config, o CloudOptions) (k clients, err error) {
	var g errgroup.Group
	g.Go(func() (err error) {
		k.documents, err = firestoreapi.NewClientWithDatabase(ctx, c.Project, c.Cloud.Database, o.Firestore...)
		return named("Firestore", err)
	})
	g.Go(func() (err error) {
		k.secrets, err = secretmanagerapi.NewClient(ctx, at(c.Cloud.SecretManagerEndpoint)...)
		return named("Secret Manager", err)
	})
	g.Go(func() (err error) {
		k.tasks, err = cloudtasksapi.NewClient(ctx, at(c.Cloud.CloudTasksEndpoint)...)
		return named("Cloud Tasks", err)
	})
	g.Go(func() (err error) {
		k.topics, err = pubsubapi.NewClient(ctx, c.Project)
		return named("Pub/Sub", err)
	})
	g.Go(func() (err error) {
		k.objects, err = storageapi.NewClient(ctx, append([]option.ClientOption{storageapi.WithJSONReads()}, o.Storage...)...)
		return named("Cloud Storage", err)
	})
	if err := g.Wait(); err != nil {
		return clients{}, errors.Join(err, k.close())
	}
	return k, nil
}

// close ends the connections of those clients that were made.
func (k clients) close() error {
	var errs []error
	if k.documents != nil {
		errs = append(errs, k.documents.Close())
	}
	if k.secrets != nil {
		errs = append(errs, k.secrets.Close())
	}
	if k.tasks != nil {
		errs = append(errs, k.tasks.Close())
	}
	if k.topics != nil {
		errs = append(errs, k.topics.Close())
	}
	if k.objects != nil {
		errs = append(errs, k.objects.Close())
	}
	return errors.Join(errs...)
}

func named(service string, err error) error {
	if err != nil {
		return fmt.Errorf("make client of %s: %w", service, err)
	}
	return nil
}

// at are the options of a client that has no variable of its own for an emulator.
func at(emulator string) []option.ClientOption {
	if emulator == "" {
		return nil
	}
	return []option.ClientOption{option.WithEndpoint(emulator), option.WithoutAuthentication(), option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials()))}
}
