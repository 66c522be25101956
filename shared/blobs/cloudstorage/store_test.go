package cloudstorage_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"cloud.google.com/go/storage"
	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/blobs/blobstest"
	"github.com/trakstar/hire-gmail/shared/blobs/cloudstorage"
	"github.com/trakstar/hire-gmail/shared/blobs/cloudstorage/cloudstoragetest"
)

const limit = 3 << 20

// fixture is a store on a server of its own.
type fixture struct {
	*cloudstorage.Store
	t      *testing.T
	server *cloudstoragetest.Server
	client *storage.Client

	mu  sync.Mutex
	now time.Time
}

func newFixture(t *testing.T, limit int64) *fixture {
	t.Helper()
	f := &fixture{t: t, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	f.server, f.client = cloudstoragetest.Start(t)
	f.Store = f.another(limit)
	return f
}

// another store on the same bucket, as another instance has.
func (f *fixture) another(limit int64) *cloudstorage.Store {
	f.t.Helper()
	s, err := cloudstorage.New(f.client, cloudstoragetest.Bucket, limit)
	if err != nil {
		f.t.Fatal(err)
	}
	s.Now = func() time.Time {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.now
	}
	return s
}

func (f *fixture) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func content(seed uint64, n int) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(seed, 2))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

var (
	small = content(1, 5000)
	large = content(2, 2<<20+77)
)

func idOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (f *fixture) put(b []byte) {
	f.t.Helper()
	if got, err := f.Put(f.t.Context(), "acme", bytes.NewReader(b)); err != nil || got.ID != idOf(b) {
		f.t.Fatalf("Put of %d bytes: %+v (%v)", len(b), got, err)
	}
}

// wantOnly wants these contents, whole, and no other object.
func (f *fixture) wantOnly(contents ...[]byte) {
	f.t.Helper()
	for _, b := range contents {
		c, _, err := f.Open(f.t.Context(), "acme", idOf(b))
		if err != nil {
			f.t.Errorf("Open: %v", err)
			continue
		}
		if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, b) {
			f.t.Errorf("%d bytes of %d came back (%v)", len(got), len(b), err)
		}
		c.Close()
	}
	if names := f.server.Names(f.t); len(names) != len(contents) {
		f.t.Errorf("objects %v, want %d", names, len(contents))
	}
}

// wantCalls wants these requests since the last time.
func (f *fixture) wantCalls(want map[cloudstoragetest.Op]int) {
	f.t.Helper()
	if d := cmp.Diff(want, f.server.Calls()); d != "" {
		f.t.Errorf("requests (-want +got):\n%s", d)
	}
	f.server.Fault(nil)
}

type calls = map[cloudstoragetest.Op]int

func TestContract(t *testing.T) {
	t.Parallel()
	blobstest.Run(t, func(t *testing.T, now func() time.Time) blobs.Collector {
		s := newFixture(t, blobstest.Max).Store
		s.Now = now
		return s
	})
}

func TestWhatIsThereIsNotSentAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t, limit)
	f.put(small)
	f.wantCalls(calls{cloudstoragetest.Stat: 1, cloudstoragetest.Upload: 1})
	f.put(small)
	f.wantCalls(calls{cloudstoragetest.Stat: 1})
	// What is too large for memory has to be sent to know its name, but is not copied.
	f.put(large)
	f.wantCalls(calls{cloudstoragetest.Begin: 1, cloudstoragetest.Chunk: 3, cloudstoragetest.Stat: 1, cloudstoragetest.Copy: 1, cloudstoragetest.Delete: 1})
	f.put(large)
	f.wantCalls(calls{cloudstoragetest.Begin: 1, cloudstoragetest.Chunk: 3, cloudstoragetest.Stat: 1, cloudstoragetest.Delete: 1})
	// Once a day it is told that it is still in use.
	f.pass(blobs.Fresh)
	for range 2 {
		f.put(small)
	}
	f.wantCalls(calls{cloudstoragetest.Stat: 2, cloudstoragetest.Update: 1})
	f.wantOnly(small, large)
}

func TestContentIsReadFromWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	f := newFixture(t, limit)
	f.put(large)
	f.server.Fault(nil)
	c, _, err := f.Open(t.Context(), "acme", idOf(large))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	f.wantCalls(calls{cloudstoragetest.Stat: 1})
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Range", "bytes=2000000-2000009")
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/pdf") // or it is guessed from the begin
	http.ServeContent(w, r, "", time.Time{}, c)
	if !bytes.Equal(w.Body.Bytes(), large[2_000_000:2_000_010]) {
		t.Errorf("%d bytes came, not those asked for", w.Body.Len())
	}
	f.wantCalls(calls{cloudstoragetest.Read: 1})
	for _, at := range []int64{100, 200, 2_000_000} {
		if _, err := c.Seek(at, io.SeekStart); err != nil {
			t.Fatal(err)
		}
	}
	f.wantCalls(calls{})
	// After the removal of what is open.
	if err := f.client.Bucket(cloudstoragetest.Bucket).Object(f.server.Names(t)[0]).Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(c); !errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("reading what was removed: %v, want ErrNotFound", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("what is closed can be read")
	}
	if _, err := c.Seek(0, io.SeekStart); err == nil {
		t.Error("what is closed can be read from elsewhere")
	}
}

func TestFailuresThatPass(t *testing.T) {
	t.Parallel()
	type fault struct {
		op    cloudstoragetest.Op
		fault cloudstoragetest.Fault
	}
	for name, test := range map[string]struct {
		fault
		content []byte
	}{
		"a small upload is refused for now":      {fault{cloudstoragetest.Upload, http.StatusServiceUnavailable}, small},
		"a small upload breaks off":              {fault{cloudstoragetest.Upload, cloudstoragetest.Reset}, small},
		"a small upload's answer is lost":        {fault{cloudstoragetest.Upload, cloudstoragetest.Lost}, small},
		"a large upload can't begin for now":     {fault{cloudstoragetest.Begin, http.StatusServiceUnavailable}, large},
		"a large upload is refused in between":   {fault{cloudstoragetest.Chunk, http.StatusServiceUnavailable}, large},
		"a large upload breaks off in between":   {fault{cloudstoragetest.Chunk, cloudstoragetest.Reset}, large},
		"a large upload's answer is lost":        {fault{cloudstoragetest.Chunk, cloudstoragetest.Lost}, large},
		"a copy is too much for now":             {fault{cloudstoragetest.Copy, http.StatusTooManyRequests}, large},
		"a copy's answer is lost":                {fault{cloudstoragetest.Copy, cloudstoragetest.Lost}, large},
		"the answer to a removal is lost":        {fault{cloudstoragetest.Delete, cloudstoragetest.Lost}, large},
		"whether it is there can't be told":      {fault{cloudstoragetest.Stat, http.StatusInternalServerError}, small},
		"content breaks off while it is read":    {fault{cloudstoragetest.Read, cloudstoragetest.Reset}, large},
		"content is not to be had for now":       {fault{cloudstoragetest.Read, http.StatusServiceUnavailable}, small},
		"an update's answer is lost":             {fault{cloudstoragetest.Update, cloudstoragetest.Lost}, small},
		"an update of what is large breaks off":  {fault{cloudstoragetest.Update, cloudstoragetest.Reset}, large},
		"an update is too much for now":          {fault{cloudstoragetest.Update, http.StatusTooManyRequests}, small},
		"the connection is gone before a look":   {fault{cloudstoragetest.Stat, cloudstoragetest.Reset}, large},
		"the temporary object's removal is late": {fault{cloudstoragetest.Delete, http.StatusServiceUnavailable}, large},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, limit)
			if test.op == cloudstoragetest.Update {
				f.put(test.content)
				f.pass(2 * blobs.Fresh)
			}
			var mu sync.Mutex
			happened := false
			// Of several requests of a kind the second, so that something is there already.
			f.server.Fault(func(op cloudstoragetest.Op, call int) cloudstoragetest.Fault {
				if op != test.op || (op == cloudstoragetest.Chunk && call != 2) || call > 2 {
					return cloudstoragetest.None
				}
				mu.Lock()
				defer mu.Unlock()
				if happened {
					return cloudstoragetest.None
				}
				happened = true
				return test.fault.fault
			})
			f.put(test.content)
			f.wantOnly(test.content)
			if !happened {
				t.Error("the fault was never met")
			}
		})
	}
}

func TestFailuresThatStay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		op      cloudstoragetest.Op
		content []byte
	}{
		"upload": {cloudstoragetest.Upload, small}, "begin": {cloudstoragetest.Begin, large}, "chunk": {cloudstoragetest.Chunk, large}, "copy": {cloudstoragetest.Copy, large},
		"stat": {cloudstoragetest.Stat, small},
	} {
		for _, fault := range []cloudstoragetest.Fault{http.StatusForbidden, http.StatusServiceUnavailable, cloudstoragetest.Reset} {
			t.Run(name+" "+http.StatusText(int(fault)), func(t *testing.T) {
				t.Parallel()
				f := newFixture(t, limit)
				f.server.Fault(func(op cloudstoragetest.Op, _ int) cloudstoragetest.Fault {
					if op == test.op {
						return fault
					}
					return cloudstoragetest.None
				})
				_, err := f.Put(t.Context(), "acme", bytes.NewReader(test.content))
				if err == nil || errors.Is(err, blobs.ErrNotFound) || errors.Is(err, blobs.ErrTooLarge) || errors.Is(err, blobs.ErrSource) {
					t.Errorf("%v, want an error that is none of the store's own", err)
				}
				want := 5
				if fault == http.StatusForbidden {
					want = 1
				}
				if got := f.server.Calls()[test.op]; got != want {
					t.Errorf("tried %d times, want %d", got, want)
				}
				f.wantOnly()
			})
		}
	}
}

func TestSourcesThatFailLeaveNothing(t *testing.T) {
	t.Parallel()
	reset := errors.New("reset by peer")
	for name, test := range map[string]struct {
		r    io.Reader
		want error
	}{
		"breaks off while small":                      {io.MultiReader(bytes.NewReader(small), iotest.ErrReader(reset)), reset},
		"breaks off while large":                      {io.MultiReader(bytes.NewReader(large), iotest.ErrReader(reset)), reset},
		"breaks off at the edge of a chunk":           {io.MultiReader(bytes.NewReader(large[:2<<20]), iotest.ErrReader(reset)), reset},
		"breaks off at the end of what is read first": {io.MultiReader(bytes.NewReader(large[:1<<20]), iotest.ErrReader(reset)), reset},
		"is too large":                                {io.MultiReader(bytes.NewReader(large), bytes.NewReader(large)), blobs.ErrTooLarge},
		"is too large by a byte":                      {bytes.NewReader(make([]byte, limit+1)), blobs.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, limit)
			// What was made could not be removed, and would show.
			f.server.Fault(func(op cloudstoragetest.Op, _ int) cloudstoragetest.Fault {
				if op == cloudstoragetest.Delete {
					return http.StatusForbidden
				}
				return cloudstoragetest.None
			})
			_, err := f.Put(t.Context(), "acme", test.r)
			if !errors.Is(err, test.want) || errors.Is(err, blobs.ErrSource) != (test.want == reset) {
				t.Errorf("%v, want %v", err, test.want)
			}
			f.wantOnly()
		})
	}
	t.Run("a small bound", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t, 10)
		if _, err := f.Put(t.Context(), "acme", strings.NewReader("eleven byte")); !errors.Is(err, blobs.ErrTooLarge) {
			t.Errorf("%v, want ErrTooLarge", err)
		}
		f.put([]byte("ten bytes!"))
		f.wantOnly([]byte("ten bytes!"))
	})
	t.Run("given up", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t, limit)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		f.server.Fault(func(op cloudstoragetest.Op, call int) cloudstoragetest.Fault {
			if op == cloudstoragetest.Copy {
				cancel()
			}
			return cloudstoragetest.None
		})
		if _, err := f.Put(ctx, "acme", bytes.NewReader(large)); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want that it was cancelled", err)
		}
		if names := f.server.Names(t); slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, "incoming/") }) {
			t.Errorf("left: %v", names)
		}
	})
}

// Two instances have the same content at once; either may be the first in each step.
func TestAnotherIsFirst(t *testing.T) {
	t.Parallel()
	generation := func(f *fixture, b []byte) int64 {
		for _, name := range f.server.Names(f.t) {
			if strings.HasPrefix(name, "blobs/") && strings.HasSuffix(name, idOf(b)) {
				if attrs, err := f.client.Bucket(cloudstoragetest.Bucket).Object(name).Attrs(f.t.Context()); err == nil {
					return attrs.Generation
				}
			}
		}
		return 0
	}
	putBy := func(f *fixture, b []byte) {
		if _, err := f.another(limit).Put(f.t.Context(), "acme", bytes.NewReader(b)); err != nil {
			f.t.Error(err)
		}
	}
	remove := func(f *fixture, _ []byte) {
		for _, name := range f.server.Names(f.t) {
			if strings.HasPrefix(name, "blobs/") {
				if err := f.client.Bucket(cloudstoragetest.Bucket).Object(name).Delete(f.t.Context()); err != nil {
					f.t.Error(err)
				}
			}
		}
	}
	for name, test := range map[string]struct {
		content []byte
		old     bool // it is there, and old
		op      cloudstoragetest.Op
		other   func(*fixture, []byte)
	}{
		"sends it":              {small, false, cloudstoragetest.Upload, putBy},
		"copies it":             {large, false, cloudstoragetest.Copy, putBy},
		"renews it":             {small, true, cloudstoragetest.Update, putBy},
		"renews what is large":  {large, true, cloudstoragetest.Update, putBy},
		"removes it":            {small, true, cloudstoragetest.Update, remove},
		"removes what is large": {large, true, cloudstoragetest.Update, remove},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, limit)
			if test.old {
				f.put(test.content)
				f.pass(2 * blobs.Grace)
			}
			var once sync.Once
			var others int64
			f.server.Fault(func(op cloudstoragetest.Op, _ int) cloudstoragetest.Fault {
				if op == test.op {
					once.Do(func() {
						f.server.Fault(nil)
						test.other(f, test.content)
						others = generation(f, test.content)
					})
				}
				return cloudstoragetest.None
			})
			f.put(test.content)
			f.wantOnly(test.content)
			if got := generation(f, test.content); others != 0 && got != others {
				t.Errorf("the other's object was replaced: generation %d, then %d", others, got)
			}
			// It is as young as if it had been put alone.
			f.pass(blobs.Grace - 1)
			if out, err := f.sweep(); err != nil || out.Removed != 0 {
				t.Errorf("%+v (%v), want it to stay", out, err)
			}
		})
	}
}

func (f *fixture) sweep() (blobs.Swept, error) {
	return f.Collect(f.t.Context(), blobs.Sweep{Referenced: func(context.Context, string, string) (bool, error) { return false, nil }})
}

// The sweep has asked, nothing refers to the blob, and its request to delete it is on the way when a mail with the same attachment is read.
func TestTrap48_ABlobThatHasJustBeenFoundIsNotRemoved(t *testing.T) {
	t.Parallel()
	for _, b := range [][]byte{small, large} {
		f := newFixture(t, limit)
		f.put(b)
		f.pass(blobs.Grace)
		var once sync.Once
		f.server.Fault(func(op cloudstoragetest.Op, _ int) cloudstoragetest.Fault {
			if op == cloudstoragetest.Delete {
				once.Do(func() {
					f.server.Fault(nil)
					f.put(b)
				})
			}
			return cloudstoragetest.None
		})
		if out, err := f.sweep(); err != nil || out.Seen != 1 || out.Removed != 0 {
			t.Errorf("%+v (%v), want it seen and left", out, err)
		}
		f.wantOnly(b)
	}
}

func TestOnlyOurBlobsAreRemoved(t *testing.T) {
	t.Parallel()
	f := newFixture(t, limit)
	f.put(small)
	ours := f.server.Names(t)[0]
	for _, o := range []struct{ name, account string }{
		{"incoming/x", "acme"}, {"blobs/x", "acme"}, {ours + "0", "acme"}, {ours[:len(ours)-64] + idOf(large), "bolt"}, {ours[:len(ours)-64] + idOf(nil), ""}, {"other/" + ours, "acme"},
	} {
		w := f.client.Bucket(cloudstoragetest.Bucket).Object(o.name).NewWriter(t.Context())
		w.Metadata = map[string]string{"account": o.account}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	f.pass(10 * blobs.Grace)
	if out, err := f.sweep(); err != nil || out.Removed != 1 || out.Seen != 1 {
		t.Errorf("%+v (%v), want one of ours seen and removed", out, err)
	}
	if names := f.server.Names(t); len(names) != 6 || slices.Contains(names, ours) {
		t.Errorf("left: %v", names)
	}
	for _, op := range []cloudstoragetest.Op{cloudstoragetest.List, cloudstoragetest.Delete} {
		f.put(small)
		f.pass(blobs.Grace)
		f.server.Fault(func(got cloudstoragetest.Op, _ int) cloudstoragetest.Fault {
			if got == op {
				return http.StatusForbidden
			}
			return cloudstoragetest.None
		})
		if out, err := f.sweep(); err == nil || out.Removed != 0 || out.Next != "" {
			t.Errorf("%s refused: %+v (%v), want an error, and to begin again", op, out, err)
		}
	}
}

func TestOpenAndKeepSayWhatFailed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, limit)
	f.put(small)
	c, _, err := f.Open(t.Context(), "acme", idOf(small))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	f.server.Fault(func(cloudstoragetest.Op, int) cloudstoragetest.Fault { return http.StatusForbidden })
	if _, _, err := f.Open(t.Context(), "acme", idOf(small)); err == nil || errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("Open: %v", err)
	}
	if err := f.Keep(t.Context(), "acme", idOf(small)); err == nil || errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("Keep: %v", err)
	}
	if _, err := io.ReadAll(c); err == nil || errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("Read: %v", err)
	}
}

func TestNewNeedsAll(t *testing.T) {
	t.Parallel()
	_, client := cloudstoragetest.Start(t)
	for _, test := range []struct {
		client *storage.Client
		bucket string
		max    int64
	}{{nil, "b", 1}, {client, "", 1}, {client, "b", 0}} {
		if _, err := cloudstorage.New(test.client, test.bucket, test.max); err == nil {
			t.Errorf("bucket %q, at most %d bytes, was taken", test.bucket, test.max)
		}
	}
}
