package taskstest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/tasks"
)

// Driver is one queue under test, empty.
type Driver struct {
	Enqueuer tasks.Enqueuer
	// Now is the driver's clock.
	Now func() time.Time
	// Pass lets d go by, as it does in life: each task is called at its time, or at that of its next try, before the clock goes on. It returns when everything
	// due by then has been tried. The driver calls what Open was given, with the task's queue, body and number of earlier tries at least.
	Pass func(d time.Duration)
	// Reopen stops the queue as a crash would, and goes on with what it has kept. Run has no need of it.
	Reopen func() tasks.Enqueuer
}

// Open makes a driver that makes its calls by deliver, and closes it when the test is over.
type Open func(t *testing.T, deliver tasks.Deliver) Driver

// Run tests a queue. Subtests run in parallel, each with a driver of its own.
func Run(t *testing.T, open Open) {
	t.Helper()
	run(t, open, cases)
}

// RunOwn tests a queue that is ours to stop: it does as Run, and looks what a crash leaves.
func RunOwn(t *testing.T, open Open) {
	t.Helper()
	all := maps.Clone(cases)
	maps.Copy(all, ownCases)
	run(t, open, all)
}

func run(t *testing.T, open Open, cases map[string]func(*fixture)) {
	t.Helper()
	t.Logf("contract of a queue: %d cases", len(cases))
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fixture{t: t}
			f.Driver = open(t, f.deliver)
			test(f)
		})
	}
}

var cases = map[string]func(*fixture){
	"a task runs at its time":                            atItsTime,
	"a task of the past runs at once":                    atOnce,
	"a task arrives as it was given":                     arrives,
	"all of many tasks run":                              allRun,
	"a name is refused until an hour after its task ran": names,
	"a name belongs to its queue":                        namesByQueue,
	"a failing task keeps its name":                      failingName,
	"any string is a name":                               oddNames,
	"of many with one name at once, one is taken":        oneOfMany,
	"a failed task is tried again, later and later":      retried,
	"a failing task does not keep others waiting":        others,
	"a body has its bound":                               bodyBound,
	"a task may lie thirty days ahead":                   aheadBound,
	"a queue must be known":                              unknownQueue,
	"a call whose context has ended queues nothing":      cancelled,
}

// ownCases are those of a queue that is ours to stop.
var ownCases = map[string]func(*fixture){
	"what is queued survives reopening": reopened,
}

// fixture is a driver, and the function that its tasks call.
type fixture struct {
	Driver
	t *testing.T

	mu    sync.Mutex
	calls []call
	fail  func(body string) error // nil: every call succeeds
}

type call struct {
	queue   tasks.Queue
	body    string
	retries int
	at      time.Time
	trace   string
}

func (f *fixture) deliver(_ context.Context, d tasks.Delivery) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, call{d.Queue, string(d.Body), d.Retries, f.Now(), d.Traceparent})
	if f.fail != nil {
		return f.fail(string(d.Body))
	}
	return nil
}

// failing makes the calls of a task fail from now on.
func (f *fixture) failing(bodies ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = func(body string) error {
		if slices.Contains(bodies, body) {
			return errors.New("not now")
		}
		return nil
	}
}

// ran gives the calls that a task led to.
func (f *fixture) ran(body string) (out []call) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if c.body == body {
			out = append(out, c)
		}
	}
	return out
}

func (f *fixture) wantRuns(body string, n int) {
	f.t.Helper()
	if got := len(f.ran(body)); got != n {
		f.t.Errorf("the task %.40q was called %d times, want %d", body, got, n)
	}
}

func (f *fixture) enqueue(name, body string, after time.Duration) error {
	return f.Enqueuer.Enqueue(f.t.Context(), tasks.Task{Queue: tasks.MailboxSync, Name: name, Body: []byte(body), At: f.Now().Add(after)})
}

func (f *fixture) queue(name, body string, after time.Duration) {
	f.t.Helper()
	if err := f.enqueue(name, body, after); err != nil {
		f.t.Fatalf("Enqueue %.40q: %v", name, err)
	}
}

func (f *fixture) refuse(name string) {
	f.t.Helper()
	if err := f.enqueue(name, "again", 0); !errors.Is(err, tasks.ErrDuplicate) {
		f.t.Errorf("the name %.40q: %v, want ErrDuplicate", name, err)
	}
}

func atItsTime(f *fixture) {
	f.queue("", "later", time.Hour)
	f.queue("", "sooner", time.Minute)
	f.Pass(59 * time.Second)
	f.wantRuns("sooner", 0)
	f.Pass(time.Second)
	f.wantRuns("sooner", 1)
	f.wantRuns("later", 0)
	f.Pass(2 * time.Hour)
	f.wantRuns("sooner", 1)
	f.wantRuns("later", 1)
}

func atOnce(f *fixture) {
	f.queue("", "past", -time.Hour)
	if err := f.Enqueuer.Enqueue(f.t.Context(), tasks.Task{Queue: tasks.MailboxSync, Body: []byte("no time")}); err != nil {
		f.t.Fatal(err)
	}
	f.Pass(0)
	f.wantRuns("past", 1)
	f.wantRuns("no time", 1)
}

func arrives(f *fixture) {
	body := `{"account_id":"acme","text":"ünïcode \u0000 \" \\ <&>"}`
	const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for q := range tasks.Functions {
		if err := f.Enqueuer.Enqueue(obs.Continue(f.t.Context(), trace), tasks.Task{Queue: q, Body: []byte(body), At: f.Now()}); err != nil {
			f.t.Fatal(err)
		}
	}
	f.Pass(0)
	met := map[tasks.Queue]int{}
	for _, c := range f.ran(body) {
		met[c.queue]++
		if c.retries != 0 {
			f.t.Errorf("the first try says %d earlier ones", c.retries)
		}
		if c.trace != trace {
			f.t.Errorf("it has the trace %q, want that of whoever has queued it", c.trace)
		}
	}
	for q := range tasks.Functions {
		if met[q] != 1 {
			f.t.Errorf("queue %s: %d calls", q, met[q])
		}
	}
}

func allRun(f *fixture) {
	const n = 150
	for i := range n {
		f.queue("", fmt.Sprint("task ", i), time.Duration(i%7)*time.Second)
	}
	f.Pass(time.Minute) // a queue has a pace
	for i := range n {
		f.wantRuns(fmt.Sprint("task ", i), 1)
	}
}

func names(f *fixture) {
	f.queue("one", "first", time.Minute)
	f.refuse("one")
	f.queue("two", "other", time.Minute)
	f.Pass(time.Minute)
	f.wantRuns("first", 1)
	f.refuse("one")
	f.Pass(55 * time.Minute)
	f.refuse("one")
	f.wantRuns("again", 0)
	f.Pass(10 * time.Minute)
	f.queue("one", "second", 0)
	f.Pass(0)
	f.wantRuns("second", 1)
	f.queue("", "nameless", 0)
	f.queue("", "nameless", 0)
	f.Pass(0)
	f.wantRuns("nameless", 2)
}

func namesByQueue(f *fixture) {
	f.queue("one", "sync", 0)
	if err := f.Enqueuer.Enqueue(f.t.Context(), tasks.Task{Queue: tasks.MailDelivery, Name: "one", Body: []byte("deliver"), At: f.Now()}); err != nil {
		f.t.Fatal(err)
	}
	f.Pass(0)
	f.wantRuns("sync", 1)
	f.wantRuns("deliver", 1)
}

func failingName(f *fixture) {
	f.failing("bad")
	f.queue("one", "bad", 0)
	f.Pass(5 * time.Hour)
	f.refuse("one")
	if n := len(f.ran("bad")); n < 2 {
		f.t.Errorf("tried %d times in five hours", n)
	}
}

func oddNames(f *fixture) {
	long := strings.Repeat("n", 2000)
	odd := []string{"a/b", "a b", "..", "ünï", "\x00", "a", "A", "%2F", "/", long, long + "x", strings.Repeat("n", 500)}
	for i, name := range odd {
		f.queue(name, fmt.Sprint("odd ", i), 0)
		f.refuse(name)
	}
	f.Pass(time.Second)
	for i, name := range odd {
		f.wantRuns(fmt.Sprint("odd ", i), 1)
		f.refuse(name)
	}
}

func oneOfMany(f *fixture) {
	const n = 10
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f.enqueue("one", "once", 0) })
	}
	wg.Wait()
	taken := 0
	for _, err := range errs {
		switch {
		case err == nil:
			taken++
		case !errors.Is(err, tasks.ErrDuplicate):
			f.t.Error(err)
		}
	}
	f.Pass(0)
	if taken != 1 {
		f.t.Errorf("%d were taken", taken)
	}
	f.wantRuns("once", 1)
}

func retried(f *fixture) {
	f.failing("bad")
	f.queue("", "bad", 0)
	f.Pass(30 * time.Minute)
	tries := f.ran("bad")
	if len(tries) < 4 {
		f.t.Fatalf("tried %d times in half an hour", len(tries))
	}
	var last time.Duration
	for i := 1; i < len(tries); i++ {
		pause := tries[i].at.Sub(tries[i-1].at)
		if pause <= 0 || pause < last {
			f.t.Errorf("try %d came %v after the one before, which had a pause of %v", i+1, pause, last)
		}
		if tries[i].retries != i {
			f.t.Errorf("try %d says %d earlier ones", i+1, tries[i].retries)
		}
		last = pause
	}
	if last > time.Hour {
		f.t.Errorf("the last pause was %v", last)
	}
	f.failing()
	f.Pass(2 * time.Hour)
	f.wantRuns("bad", len(tries)+1)
}

func others(f *fixture) {
	f.failing("bad")
	for range 20 {
		f.queue("", "bad", 0)
	}
	f.queue("", "good", time.Minute)
	f.Pass(time.Minute)
	f.wantRuns("good", 1)
}

func reopened(f *fixture) {
	f.failing("bad")
	f.queue("done", "done", 0)
	f.queue("bad", "bad", 0)
	f.queue("waits", "waits", time.Hour)
	f.Pass(0)
	f.Enqueuer = f.Reopen()
	for _, name := range []string{"done", "bad", "waits"} {
		f.refuse(name)
	}
	f.failing()
	f.Pass(2 * time.Hour)
	f.wantRuns("done", 1)
	f.wantRuns("waits", 1)
	tries := f.ran("bad")
	if len(tries) != 2 || tries[1].retries != 1 {
		f.t.Errorf("the failing task's calls: %+v", tries)
	}
}

func bodyBound(f *fixture) {
	full := strings.Repeat("x", tasks.MaxBody)
	f.queue("", full, 0)
	if err := f.enqueue("named", full+"x", 0); !errors.Is(err, tasks.ErrTooLarge) {
		f.t.Errorf("one byte more: %v, want ErrTooLarge", err)
	}
	f.queue("named", "small", 0) // what was refused has not used its name
	f.Pass(0)
	f.wantRuns(full, 1)
	f.wantRuns(full+"x", 0)
	f.wantRuns("small", 1)
}

func aheadBound(f *fixture) {
	f.queue("", "far", tasks.MaxAhead-time.Minute)
	if err := f.enqueue("", "too far", tasks.MaxAhead+time.Minute); !errors.Is(err, tasks.ErrTooFar) {
		f.t.Errorf("beyond thirty days: %v, want ErrTooFar", err)
	}
	f.Pass(tasks.MaxAhead - 2*time.Minute)
	f.wantRuns("far", 0)
	f.Pass(time.Hour)
	f.wantRuns("far", 1)
	f.wantRuns("too far", 0)
}

func unknownQueue(f *fixture) {
	for _, q := range []tasks.Queue{"", "nowhere", "mailbox-sync/../x"} {
		if err := f.Enqueuer.Enqueue(f.t.Context(), tasks.Task{Queue: q, Body: []byte("lost"), At: f.Now()}); err == nil {
			f.t.Errorf("queue %q is taken", q)
		}
	}
	f.Pass(time.Minute)
	f.wantRuns("lost", 0)
}

func cancelled(f *fixture) {
	ctx, cancel := context.WithCancel(f.t.Context())
	cancel()
	if err := f.Enqueuer.Enqueue(ctx, tasks.Task{Queue: tasks.MailboxSync, Name: "one", Body: []byte("lost"), At: f.Now()}); err == nil {
		f.t.Error("Enqueue reported success")
	}
	f.queue("one", "kept", 0)
	f.Pass(time.Minute)
	f.wantRuns("lost", 0)
	f.wantRuns("kept", 1)
}
