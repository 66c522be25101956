package cloudtasks_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/tasks/cloudtasks"
	"github.com/trakstar/hire-gmail/shared/tasks/cloudtasks/cloudtaskstest"
)

const parent = "projects/p/locations/europe-west1/queues/"

// fixture is a queue, and the functions that its tasks call.
type fixture struct {
	mu     sync.Mutex
	now    time.Time
	calls  []string // function, body, token, retries
	answer int
	server *cloudtaskstest.Server
	queue  *cloudtasks.Queue
}

func newFixture(t *testing.T, o cloudtaskstest.QueueOptions) *fixture {
	t.Helper()
	f := &fixture{now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), answer: http.StatusNoContent}
	functions := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.calls = append(f.calls, fmt.Sprintf("%s %s %s %s", r.URL.Path, body, r.Header.Get("Authorization"), r.Header.Get("X-CloudTasks-TaskRetryCount")))
		w.WriteHeader(f.answer)
	}))
	t.Cleanup(functions.Close)
	queues, urls := map[string]cloudtaskstest.QueueOptions{}, map[tasks.Queue]string{}
	for q, function := range tasks.Functions {
		queues[parent+string(q)] = o
		urls[q] = functions.URL + "/" + function
	}
	var err error
	server, client := cloudtaskstest.Start(t, cloudtaskstest.Options{Now: f.clock, Queues: queues, Token: func(audience, email string) string { return audience + "+" + email }})
	f.server = server
	f.queue, err = cloudtasks.New(cloudtasks.Options{
		Client: client, Project: "p", Location: "europe-west1", URLs: urls, Audience: "aud", ServiceAccount: "tasks@p", Now: f.clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) pass(t *testing.T, d time.Duration) (calls int) {
	t.Helper()
	f.mu.Lock()
	f.now = f.now.Add(d)
	f.mu.Unlock()
	calls, err := f.server.RunDue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

func TestTaskCallsItsFunctionAtItsTime(t *testing.T) {
	t.Parallel()
	f := newFixture(t, cloudtaskstest.QueueOptions{})
	at := f.now.Add(time.Hour)
	if err := f.queue.Enqueue(t.Context(), tasks.Task{Queue: tasks.MailboxSync, Name: "a", Body: []byte(`{"x":1}`), At: at}); err != nil {
		t.Fatal(err)
	}
	if n := f.pass(t, time.Hour-time.Second); n != 0 {
		t.Fatalf("%d calls before its time", n)
	}
	f.pass(t, time.Second)
	if diff := cmp.Diff([]string{`/syncmailbox {"x":1} Bearer aud+tasks@p 0`}, f.calls); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNameIsRefusedForAnHourAfterItsTaskRan(t *testing.T) {
	t.Parallel()
	f := newFixture(t, cloudtaskstest.QueueOptions{})
	// An id of ours may have characters that Cloud Tasks does not take.
	enqueue := func() error {
		return f.queue.Enqueue(t.Context(), tasks.Task{Queue: tasks.Offboarding, Name: "rita@acme/7", Body: []byte(`{}`)})
	}
	if err := enqueue(); err != nil {
		t.Fatal(err)
	}
	if err := enqueue(); !errors.Is(err, tasks.ErrDuplicate) {
		t.Errorf("while it is queued: %v, want ErrDuplicate", err)
	}
	f.pass(t, 0)
	f.pass(t, 59*time.Minute)
	if err := enqueue(); !errors.Is(err, tasks.ErrDuplicate) {
		t.Errorf("59 minutes after: %v, want ErrDuplicate", err)
	}
	f.pass(t, time.Minute)
	if err := enqueue(); err != nil {
		t.Errorf("an hour after: %v", err)
	}
}

func TestFailedTaskIsTriedAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t, cloudtaskstest.QueueOptions{MinBackoff: time.Second, MaxBackoff: 4 * time.Second, Doublings: 2})
	f.answer = http.StatusServiceUnavailable
	if err := f.queue.Enqueue(t.Context(), tasks.Task{Queue: tasks.MailDelivery, Body: []byte(`{}`)}); err != nil {
		t.Fatal(err)
	}
	f.pass(t, 0)
	for _, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 4 * time.Second} {
		if n := f.pass(t, wait-time.Millisecond); n != 0 {
			t.Fatalf("tried again before %s", wait)
		}
		if n := f.pass(t, time.Millisecond); n != 1 {
			t.Fatalf("not tried again after %s", wait)
		}
	}
	f.answer = http.StatusOK
	f.pass(t, 4*time.Second)
	if left := f.server.Queued(parent + string(tasks.MailDelivery)); len(left) != 0 {
		t.Errorf("still queued: %v", left)
	}
	if len(f.calls) != 6 || f.calls[5] != "/deliver {} Bearer aud+tasks@p 5" {
		t.Errorf("calls %q", f.calls)
	}
}

func TestQueueKeepsItsPace(t *testing.T) {
	t.Parallel()
	f := newFixture(t, cloudtaskstest.QueueOptions{PerSecond: 2, Burst: 3})
	for range 10 {
		if err := f.queue.Enqueue(t.Context(), tasks.Task{Queue: tasks.Offboarding, Body: []byte(`{}`)}); err != nil {
			t.Fatal(err)
		}
	}
	var got []int
	for range 5 {
		got = append(got, f.pass(t, time.Second))
	}
	if diff := cmp.Diff([]int{3, 2, 2, 2, 1}, got); diff != "" {
		t.Errorf("calls in each second (-want +got):\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	f := newFixture(t, cloudtaskstest.QueueOptions{})
	for name, test := range map[string]struct {
		task tasks.Task
		want error
	}{
		"too far":   {tasks.Task{Queue: tasks.MailboxSync, At: f.now.Add(31 * 24 * time.Hour)}, tasks.ErrTooFar},
		"too large": {tasks.Task{Queue: tasks.MailboxSync, Body: make([]byte, tasks.MaxBody+1)}, tasks.ErrTooLarge},
	} {
		if err := f.queue.Enqueue(t.Context(), test.task); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	if err := f.queue.Enqueue(t.Context(), tasks.Task{Queue: "unknown"}); err == nil {
		t.Error("a queue that is not there was taken")
	}
	for _, code := range []codes.Code{codes.PermissionDenied, codes.ResourceExhausted, codes.NotFound} {
		f.server.Fault(func(string) error { return status.Error(code, "told to") })
		if err := f.queue.Enqueue(t.Context(), tasks.Task{Queue: tasks.MailboxSync, Body: []byte(`{}`)}); status.Code(errors.Unwrap(err)) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	// An answer that got lost: the client asks again, and the name says that it was queued.
	first := true
	f.server.Fault(func(string) error {
		if first {
			first = false
			return status.Error(codes.Unavailable, "told to")
		}
		return nil
	})
	if err := f.queue.Enqueue(t.Context(), tasks.Task{Queue: tasks.MailboxSync, Name: "n", Body: []byte(`{}`)}); err != nil {
		t.Errorf("after one failure: %v", err)
	}
}
