package operate

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"time"

	cloudtasksapi "cloud.google.com/go/cloudtasks/apiv2"
	firestoreapi "cloud.google.com/go/firestore"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/outbox"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/firestore"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/tasks/cloudtasks"
)

// Place is where a service runs, as flags say. The functions' own variables are the defaults.
type Place struct {
	Project  string
	Database string
	// What Cloud Tasks needs. Without an address of syncmailbox, tasks are left to the sweep.
	Region, SyncURL, TasksAccount string
}

// Flags of the project and its database.
func (p *Place) Flags(f *flag.FlagSet) {
	f.StringVar(&p.Project, "project", os.Getenv("GOOGLE_CLOUD_PROJECT"), "`project` of the service; GOOGLE_CLOUD_PROJECT if it is not given")
	f.StringVar(&p.Database, "database", cmp.Or(os.Getenv("FIRESTORE_DATABASE"), firestoreapi.DefaultDatabaseID), "Firestore `database`; FIRESTORE_DATABASE")
}

// TaskFlags are those of Cloud Tasks.
func (p *Place) TaskFlags(f *flag.FlagSet) {
	f.StringVar(&p.SyncURL, "syncmailbox", os.Getenv("SYNCMAILBOX_URL"),
		"`address` of the function syncmailbox, to queue its tasks at once; SYNCMAILBOX_URL. Without it the next sweep queues them, within seven minutes")
	f.StringVar(&p.TasksAccount, "tasks-account", os.Getenv("TASKS_SERVICE_ACCOUNT"), "service account of the tasks, as an `address`; TASKS_SERVICE_ACCOUNT")
	f.StringVar(&p.Region, "region", os.Getenv("REGION"), "`region` of the queues; REGION")
}

var projectID = regexp.MustCompile(`^[a-z][a-z0-9.:-]+$`)

// Wrong says what is wrong with the flags.
func (p *Place) Wrong() (wrong []string) {
	if !projectID.MatchString(p.Project) {
		wrong = append(wrong, "-project is needed, the id of a project")
	}
	if p.SyncURL != "" && (p.TasksAccount == "" || p.Region == "") {
		wrong = append(wrong, "-syncmailbox needs -tasks-account and -region too; without it the next sweep queues the tasks")
	}
	return wrong
}

// Service is what an operator's program has of a running service.
type Service struct {
	Store *store.Store
	// HandOver queues tasks that were just committed; nil where that is left to the sweep.
	HandOver func(ctx context.Context, rows []store.OutboxRow)
	Now      func() time.Time
	Wait     func(ctx context.Context, d time.Duration) error

	close []func() error
}

// Open connects to a service on Google Cloud, or to the emulators that the environment names.
func (p *Place) Open(ctx context.Context, errs io.Writer) (*Service, error) {
	client, err := firestoreapi.NewClientWithDatabase(ctx, p.Project, p.Database)
	if err != nil {
		return nil, p.Explain("make client of Firestore", err)
	}
	s := &Service{Now: time.Now, Wait: gax.Sleep, close: []func() error{client.Close}}
	db, err := firestore.Open(client, store.Schema())
	if err == nil {
		s.Store, err = store.New(db, store.Options{})
	}
	if err == nil && p.SyncURL != "" {
		err = p.openTasks(ctx, s, errs)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// openTasks lets tasks be queued at once.
func (p *Place) openTasks(ctx context.Context, s *Service, errs io.Writer) error {
	var o []option.ClientOption
	if at := os.Getenv("CLOUD_TASKS_EMULATOR_HOST"); at != "" {
		o = []option.ClientOption{option.WithEndpoint(at), option.WithoutAuthentication(), option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials()))}
	}
	client, err := cloudtasksapi.NewClient(ctx, o...)
	if err != nil {
		return p.Explain("make client of Cloud Tasks", err)
	}
	s.close = append(s.close, client.Close)
	urls := map[tasks.Queue]string{}
	for q := range tasks.Functions {
		urls[q] = p.SyncURL // no task but syncmailbox's is made here
	}
	queue, err := cloudtasks.New(cloudtasks.Options{
		Client: client, Project: p.Project, Location: p.Region, URLs: urls, Audience: cmp.Or(os.Getenv("TASKS_AUDIENCE"), p.SyncURL), ServiceAccount: p.TasksAccount, Now: s.Now,
	})
	if err != nil {
		return err
	}
	s.HandOver, err = HandOver(s.Store, queue, s.Now, errs)
	return err
}

// HandOver queues tasks as the functions do. What can't be queued stays in the outbox for the sweep, and is told of on errs.
func HandOver(st *store.Store, queue tasks.Enqueuer, now func() time.Time, errs io.Writer) (func(context.Context, []store.OutboxRow), error) {
	d, err := outbox.New(st, noEvents{}, queue, noFigures{}, now, slog.New(slog.NewTextHandler(errs, nil)))
	if err != nil {
		return nil, err
	}
	return d.HandOver, nil
}

// noEvents is the topic of a program whose commits make no event.
type noEvents struct{}

// Publish implements events.Publisher.
func (noEvents) Publish(context.Context, events.Event) error {
	return errors.New("this program publishes no events")
}

// noFigures are the figures of a program that sweeps nothing.
type noFigures struct{}

// WaitedInOutbox implements outbox.Metrics.
func (noFigures) WaitedInOutbox(context.Context, time.Duration) {}

// Close ends the connections.
func (s *Service) Close() error {
	var errs []error
	for _, f := range s.close {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

// Explain says what has failed, and what to do about it where that is known.
func (p *Place) Explain(doing string, err error) error {
	what := ""
	switch status.Code(err) {
	case codes.NotFound:
		what = fmt.Sprintf("the project %s has no Firestore database %s. To see what there is: gcloud firestore databases list --project=%s", p.Project, p.Database, p.Project)
	case codes.PermissionDenied:
		what = fmt.Sprintf("whoever is signed in may not. It takes roles/datastore.user on the project %s", p.Project)
	case codes.Unauthenticated:
		what = "nobody is signed in. To sign in: gcloud auth application-default login"
	}
	if what == "" {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %s (%w)", doing, what, err)
}

// Table is a table of Gmail's quota units by the name that GMAIL_QUOTA gives it.
func Table(name string) (gmail.Quota, error) {
	switch name {
	case "2026":
		return gmail.Quota2026(), nil
	case "legacy":
		return gmail.QuotaLegacy(), nil
	}
	return gmail.Quota{}, fmt.Errorf("-quota is %q; set 2026, or legacy for a project that used Gmail before May 2026", name)
}
