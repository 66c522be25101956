package cloudtasks

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	cloudtasks "cloud.google.com/go/cloudtasks/apiv2"
	"cloud.google.com/go/cloudtasks/apiv2/cloudtaskspb"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/repeat"
	"github.com/trakstar/hire-gmail/shared/tasks"
)

// deadline is how long a function may take for a task; it is the functions' own request timeout.
const deadline = 10 * time.Minute

// Options of a Queue; all are needed.
type Options struct {
	Client         *cloudtasks.Client
	Project        string
	Location       string                 // region of the queues
	URLs           map[tasks.Queue]string // address of each queue's function
	Audience       string                 // of the tokens
	ServiceAccount string                 // that signs
	Now            func() time.Time
}

// Queue is a tasks.Enqueuer on Cloud Tasks.
type Queue struct{ Options }

var _ tasks.Enqueuer = (*Queue)(nil)

// New makes a Queue. It makes no call.
func New(o Options) (*Queue, error) {
	if o.Client == nil || o.Project == "" || o.Location == "" || o.Audience == "" || o.ServiceAccount == "" || o.Now == nil {
		return nil, errors.New("cloudtasks: client, project, location, audience, service account and now are all needed")
	}
	for q := range tasks.Functions {
		if o.URLs[q] == "" {
			return nil, fmt.Errorf("cloudtasks: the queue %s has no URL", q)
		}
	}
	return &Queue{o}, nil
}

// calls bounds a call. CreateTask may be repeated: with a name the second one is refused, and without one a task done twice does no harm.
var calls = []gax.CallOption{gax.WithTimeout(15 * time.Second), repeat.On(codes.Unavailable)}

// Enqueue implements tasks.Enqueuer.
func (q *Queue) Enqueue(ctx context.Context, t tasks.Task) error {
	if err := t.Check(q.Now()); err != nil {
		return err
	}
	parent := fmt.Sprintf("projects/%s/locations/%s/queues/%s", q.Project, q.Location, t.Queue)
	task := &cloudtaskspb.Task{
		DispatchDeadline: durationpb.New(deadline),
		MessageType: &cloudtaskspb.Task_HttpRequest{HttpRequest: &cloudtaskspb.HttpRequest{
			Url: q.URLs[t.Queue], HttpMethod: cloudtaskspb.HttpMethod_POST, Body: t.Body, Headers: map[string]string{"Content-Type": "application/json"},
			AuthorizationHeader: &cloudtaskspb.HttpRequest_OidcToken{OidcToken: &cloudtaskspb.OidcToken{ServiceAccountEmail: q.ServiceAccount, Audience: q.Audience}},
		}},
	}
	if trace := obs.Traceparent(ctx); trace != "" {
		task.GetHttpRequest().Headers[obs.HeaderTraceparent] = trace
	}
	if t.Name != "" {
		task.Name = parent + "/tasks/" + nameOf(t.Name)
	}
	if t.At.After(q.Now()) {
		task.ScheduleTime = timestamppb.New(t.At)
	}
	_, err := q.Client.CreateTask(ctx, &cloudtaskspb.CreateTaskRequest{Parent: parent, Task: task}, calls...)
	switch status.Code(err) {
	case codes.OK:
		return nil
	case codes.AlreadyExists:
		return fmt.Errorf("%w: %s", tasks.ErrDuplicate, t.Name)
	}
	return fmt.Errorf("create task: %w", err)
}

// validName leaves out how long a name may be: so many repetitions would take longer to compile than all else of a process's own at its start.
var validName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

const maxName = 500

// nameOf makes a name that Cloud Tasks takes; one that it would not is hashed.
func nameOf(name string) string {
	if len(name) <= maxName && validName.MatchString(name) {
		return name
	}
	return hire.Digest(name)
}
