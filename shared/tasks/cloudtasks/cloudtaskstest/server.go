package cloudtaskstest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cloudtasks "cloud.google.com/go/cloudtasks/apiv2"
	"cloud.google.com/go/cloudtasks/apiv2/cloudtaskspb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// What Cloud Tasks allows.
// Source: https://cloud.google.com/tasks/docs/quotas
const (
	maxAhead  = 30 * 24 * time.Hour
	maxBytes  = 1 << 20
	nameKept  = time.Hour
	callLimit = 30 * time.Second // of one call, so that a test that hangs ends
)

// QueueOptions are a queue's pace and retries, as Terraform sets them. Zero fields are the service's defaults.
type QueueOptions struct {
	PerSecond  float64 // tasks begun a second; 500
	Burst      int     // tasks begun at once; 100
	MinBackoff time.Duration
	MaxBackoff time.Duration
	Doublings  int // of the backoff, after which it grows by as much again; 16
	Attempts   int // tries in all; 0: no bound
}

// Options of a Server.
type Options struct {
	Now    func() time.Time
	Queues map[string]QueueOptions // by full name: projects/…/locations/…/queues/…
	// Token signs the OIDC token of a call.
	Token func(audience, email string) string
}

// Server is a Cloud Tasks.
type Server struct {
	cloudtaskspb.UnimplementedCloudTasksServer
	options Options
	http    *http.Client // with connections of its own, which no test's server closes when it ends
	addr    string
	grpc    *grpc.Server
	ended   chan error

	mu     sync.Mutex
	queues map[string]*queue
	names  map[string]time.Time // until when a name is refused
	fault  func(method string) error
	calls  int
	serial int
}

type queue struct {
	QueueOptions
	tasks  []*task
	tokens float64
	filled time.Time
}

type task struct {
	*cloudtaskspb.Task
	due     time.Time
	retries int
	last    int // status of the last answer
}

// Start serves until the test ends, and gives a client of it.
func Start(t testing.TB, o Options) (*Server, *cloudtasks.Client) {
	t.Helper()
	s, err := Serve(o)
	if err != nil {
		t.Fatal(err)
	}
	client, err := cloudtasks.NewClient(context.Background(), option.WithEndpoint(s.addr), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, client
}

// Serve serves until it is closed.
func Serve(o Options) (*Server, error) {
	s := &Server{options: o, http: &http.Client{Transport: &http.Transport{}}, queues: map[string]*queue{}, names: map[string]time.Time{}, ended: make(chan error, 1)}
	for name, q := range o.Queues {
		s.queues[name] = newQueue(q, o.Now())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.addr = l.Addr().String()
	s.grpc = grpc.NewServer()
	cloudtaskspb.RegisterCloudTasksServer(s.grpc, s)
	go func() { s.ended <- s.grpc.Serve(l) }()
	return s, nil
}

// Close ends it.
func (s *Server) Close() error {
	s.grpc.Stop()
	s.http.CloseIdleConnections()
	return <-s.ended
}

// Addr is the server's host:port, for clients of other processes.
func (s *Server) Addr() string { return s.addr }

func newQueue(o QueueOptions, now time.Time) *queue {
	set := func(v *time.Duration, d time.Duration) {
		if *v == 0 {
			*v = d
		}
	}
	set(&o.MinBackoff, 100*time.Millisecond)
	set(&o.MaxBackoff, time.Hour)
	if o.PerSecond == 0 {
		o.PerSecond = 500
	}
	if o.Burst == 0 {
		o.Burst = 100
	}
	if o.Doublings == 0 {
		o.Doublings = 16
	}
	return &queue{QueueOptions: o, tokens: float64(o.Burst), filled: now}
}

// Fault makes CreateTask fail with what f answers; nil lets it through.
func (s *Server) Fault(f func(method string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Calls is how often CreateTask was called.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// CreateTask implements the service.
func (s *Server) CreateTask(_ context.Context, r *cloudtaskspb.CreateTaskRequest) (*cloudtaskspb.Task, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.fault != nil {
		if err := s.fault("CreateTask"); err != nil {
			return nil, err
		}
	}
	q := s.queues[r.Parent]
	now := s.options.Now()
	switch {
	case q == nil:
		return nil, status.Errorf(codes.NotFound, "Queue %s does not exist.", r.Parent)
	case r.GetTask().GetHttpRequest().GetUrl() == "":
		return nil, status.Error(codes.InvalidArgument, "HttpRequest.url is required.")
	case proto.Size(r.Task) > maxBytes:
		return nil, status.Error(codes.InvalidArgument, "Task size too large.")
	case r.Task.ScheduleTime != nil && r.Task.ScheduleTime.AsTime().After(now.Add(maxAhead)):
		return nil, status.Error(codes.InvalidArgument, "The schedule_time is too far in the future.")
	case r.Task.Name != "" && !strings.HasPrefix(r.Task.Name, r.Parent+"/tasks/"):
		return nil, status.Error(codes.InvalidArgument, "The task's name must begin with the queue's.")
	}
	x := proto.Clone(r.Task).(*cloudtaskspb.Task)
	if x.Name == "" {
		s.serial++
		x.Name = fmt.Sprintf("%s/tasks/%d", r.Parent, s.serial)
	} else if until, used := s.names[x.Name]; used && (until.IsZero() || now.Before(until)) {
		return nil, status.Error(codes.AlreadyExists, "Requested entity already exists")
	}
	s.names[x.Name] = time.Time{} // for as long as it is queued, and an hour more
	due := now
	if x.ScheduleTime != nil && x.ScheduleTime.AsTime().After(now) {
		due = x.ScheduleTime.AsTime()
	}
	x.ScheduleTime = timestamppb.New(due)
	q.tasks = append(q.tasks, &task{Task: x, due: due})
	return x, nil
}

// Queued are the names of the tasks that wait, by their time.
func (s *Server) Queued(queue string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	q := s.queues[queue]
	q.sort()
	for _, x := range q.tasks {
		out = append(out, x.Name)
	}
	return out
}

func (q *queue) sort() {
	slices.SortStableFunc(q.tasks, func(a, b *task) int { return a.due.Compare(b.due) })
}

// NextDue is when the next task wants to run; ok is false where none waits. A queue's pace may let it run later.
func (s *Server) NextDue() (at time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.queues {
		for _, x := range q.tasks {
			if !ok || x.due.Before(at) {
				at, ok = x.due, true
			}
		}
	}
	return at, ok
}

// RunDue calls the tasks that are due and that their queue's pace allows by now, and those that they queue for now. It answers how many calls it has made.
func (s *Server) RunDue(ctx context.Context) (calls int, err error) {
	for {
		name, x := s.take()
		if x == nil {
			return calls, nil
		}
		code, err := s.call(ctx, name, x)
		if err != nil {
			return calls, err
		}
		calls++
		s.done(name, x, code)
	}
}

// take gives a task that may run now, taking it from its queue; nil if there is none.
func (s *Server) take() (queue string, x *task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.Now()
	for name, q := range s.queues {
		q.tokens = min(float64(q.Burst), q.tokens+now.Sub(q.filled).Seconds()*q.PerSecond)
		q.filled = now
		q.sort()
		if len(q.tasks) == 0 || q.tasks[0].due.After(now) || q.tokens < 1 {
			continue
		}
		q.tokens--
		x, q.tasks = q.tasks[0], q.tasks[1:]
		return name, x
	}
	return "", nil
}

func (s *Server) call(ctx context.Context, queue string, x *task) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	r := x.GetHttpRequest()
	req, err := http.NewRequestWithContext(ctx, r.HttpMethod.String(), r.Url, bytes.NewReader(r.Body))
	if err != nil {
		return 0, err
	}
	for k, v := range r.Headers {
		req.Header.Set(k, v)
	}
	if t := r.GetOidcToken(); t != nil && s.options.Token != nil {
		req.Header.Set("Authorization", "Bearer "+s.options.Token(t.Audience, t.ServiceAccountEmail))
	}
	req.Header.Set("X-CloudTasks-QueueName", queue[strings.LastIndexByte(queue, '/')+1:])
	req.Header.Set("X-CloudTasks-TaskName", x.Name[strings.LastIndexByte(x.Name, '/')+1:])
	req.Header.Set("X-CloudTasks-TaskRetryCount", fmt.Sprint(x.retries))
	resp, err := s.http.Do(req)
	if err != nil {
		return 0, nil // nobody answers: a failed try
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // the status is what counts
	return resp.StatusCode, nil
}

// done takes the outcome of a call: the task is gone, or waits for its next try.
func (s *Server) done(name string, x *task, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[name]
	now := s.options.Now()
	x.last = code
	x.retries++
	if code/100 == 2 || (q.Attempts > 0 && x.retries >= q.Attempts) {
		s.names[x.Name] = now.Add(nameKept)
		return
	}
	wait := q.MinBackoff << min(x.retries-1, q.Doublings)
	x.due = now.Add(min(wait, q.MaxBackoff))
	q.tasks = append(q.tasks, x)
}
