package store_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/mailsync"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

// BenchmarkSweep sweeps over many idle mailboxes, all due, on a database file that holds them, and tells what that takes of each and how much memory above idle:
//
//	go test ./shared/store -run '^$' -bench Sweep -benchtime 1x -timeout 3h
//
// The tasks are counted and dropped: in the cloud they are in Cloud Tasks. Memory is the process's own, its high-water while it sweeps; not counted are pages of the
// database file, which the system keeps in memory and takes back at will. Filling takes some minutes for a million.
func BenchmarkSweep(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			w := manyIdle(b, n)
			var got swept
			for b.Loop() {
				got = w.sweep(b, func() uint64 { return ownMemory(b) })
			}
			mailboxes := float64(n)
			b.ReportMetric(float64(got.memory)/(1<<20), "MiB-above-idle")
			b.ReportMetric(float64(got.count.Reads)/mailboxes, "reads/mailbox")
			b.ReportMetric(float64(got.count.Writes)/mailboxes, "writes/mailbox")
			b.ReportMetric(float64(got.count.Bytes)/mailboxes, "B-written/mailbox")
			b.ReportMetric(float64(got.allocations)/mailboxes, "allocs/mailbox")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/mailboxes, "ns/mailbox")
		})
	}
}

// TestSweepTakesTheSameOfEach: five times as many mailboxes take as many documents each, and no more memory.
func TestSweepTakesTheSameOfEach(t *testing.T) { // not parallel, since it looks at the process's memory
	const few, many = 2000, 10_000
	live := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	took := map[int]swept{}
	for _, n := range []int{few, many} {
		took[n] = manyIdle(t, n).sweep(t, live)
	}
	// One read of each mailbox, one of its row in the list of those due; one write, which says when it is due again. Besides: the lease, by a sweep, and again if it takes long.
	for n, got := range took {
		if reads := got.count.Reads - int64(2*n); reads < 0 || reads > 8 {
			t.Errorf("a sweep over %d mailboxes has read %d documents", n, got.count.Reads)
		}
		if writes := got.count.Writes - int64(n); writes < 0 || writes > 8 {
			t.Errorf("a sweep over %d mailboxes has written %d documents", n, got.count.Writes)
		}
	}
	if by := float64(took[many].count.Bytes) / many / (float64(took[few].count.Bytes) / few); by > 1.02 {
		t.Errorf("bytes written have grown %.3f times with each mailbox", by)
	}
	// Room for what the database happens to be about to write at the moment of a look.
	if most := uint64(2 << 20); took[many].memory > took[few].memory+most {
		t.Errorf("%d bytes of memory at %d mailboxes, %d at %d: want no more than %d in addition", took[few].memory, few, took[many].memory, many, most)
	}
}

// idle is a database of many mailboxes, and a sweep over them.
type idle struct {
	n      int
	db     *embedded.DB
	engine *mailsync.Engine
	now    time.Time
	asked  atomic.Int64      // tasks
	look   func(asked int64) // at the memory, at each task
}

// swept is what a sweep has taken.
type swept struct {
	count       embedded.Count
	memory      uint64 // bytes above idle, at most
	allocations uint64
}

func manyIdle(t testing.TB, n int) *idle {
	t.Helper()
	w := &idle{n: n, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	file := filepath.Join(t.TempDir(), "hire.db")
	open := func() {
		t.Helper()
		var err error
		if w.db, err = embedded.Open(file, store.Schema(), embedded.Options{NoSync: true}); err != nil {
			t.Fatal(err)
		}
	}
	open()
	if err := store.Many(t.Context(), w.db, n, w.now.Add(-store.SweepInterval)); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Close(); err != nil { // what filling has left in memory is no idle process's
		t.Fatal(err)
	}
	open()
	t.Cleanup(func() {
		if err := w.db.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := store.New(w.db, store.Options{Now: func() time.Time { return w.now }})
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := obs.NewMetrics(nil)
	if err != nil {
		t.Fatal(err)
	}
	w.engine, err = mailsync.New(mailsync.Options{
		Store: s, Connections: unasked{}, Outbox: unasked{}, Queue: w, Blobs: unasked{}, Metrics: metrics, PerMinute: 6000, Now: func() time.Time { return w.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Sync is the queue.
func (w *idle) Sync(context.Context, string, store.SyncTask, time.Time) error {
	w.look(w.asked.Add(1))
	return nil
}

// sweep sweeps over all, which are due again each time, and looks at the memory some hundred times.
func (w *idle) sweep(t testing.TB, memory func() uint64) swept {
	t.Helper()
	debug.FreeOSMemory()
	before, highest := memory(), atomic.Uint64{}
	w.look = func(asked int64) {
		if asked%int64(max(w.n/200, 10)) != 0 {
			return
		}
		now := memory()
		for was := highest.Load(); now > was && !highest.CompareAndSwap(was, now); was = highest.Load() {
		}
	}
	w.asked.Store(0)
	w.db.ResetStats()
	allocated := allocations()
	got, err := w.engine.Sweep(t.Context())
	if err != nil || got.Looked != w.n || int(w.asked.Load()) != w.n {
		t.Fatalf("swept %+v (%v), and queued %d, want all of %d", got, err, w.asked.Load(), w.n)
	}
	out := swept{count: w.db.Total(), allocations: allocations() - allocated}
	out.memory = max(highest.Load(), before) - before
	w.now = w.now.Add(store.SweepInterval)
	return out
}

func allocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

// ownMemory is what the process holds in memory but for pages of files.
func ownMemory(t testing.TB) uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal("the memory of a process is read from /proc: ", err)
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	kilobytes, err := strconv.ParseUint(strings.TrimSpace(strings.Split(rest, "kB")[0]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

// unasked is what the engine is made with and a sweep asks nothing of.
type unasked struct{ mailsync.Connections }

func (unasked) HandOver(context.Context, []store.OutboxRow) {
	panic("the sweep has committed something that is due")
}

func (unasked) Put(context.Context, string, io.Reader) (blobs.Blob, error) {
	panic("the sweep has stored a blob")
}
