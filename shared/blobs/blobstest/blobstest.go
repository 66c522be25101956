package blobstest

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
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
)

// Max is the bound, in bytes, that Run's stores are opened with. It is no multiple of a chunk.
const Max = 1<<20 + 4321

// Run tests a store. open gives an empty one that takes blobs of Max bytes and goes by this clock, and closes it when the test is over; it is called once for
// each subtest, and subtests run in parallel.
func Run(t *testing.T, open func(t *testing.T, now func() time.Time) blobs.Collector) {
	t.Helper()
	t.Logf("contract of a store of blobs: %d cases", len(cases))
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fixture{t: t, ctx: t.Context()}
			f.Collector = open(t, f.now)
			test(f)
		})
	}
}

var cases = map[string]func(*fixture){
	"what was put comes back":                        roundTrip,
	"a blob is named by its content":                 named,
	"content is read from any place":                 seek,
	"a browser gets ranges":                          ranges,
	"an account has only what it has put":            accounts,
	"accounts with odd names are kept apart":         oddAccounts,
	"an id is a digest and nothing else":             ids,
	"content has its bound":                          bound,
	"a reader that breaks off leaves nothing":        broken,
	"a call whose context has ended leaves nothing":  cancelled,
	"a reader may give little at a time":             slowly,
	"the same content many times at once":            sameAtOnce,
	"a blob is read while it is put again":           readWhilePut,
	"several readers of one blob don't disturb each": readers,

	"what nobody refers to goes after its time":           unreferenced,
	"what is referred to stays":                           referenced,
	"what is put or kept again counts from then":          again,
	"what is found while it is about to go stays":         foundMeanwhile,
	"putting and removing at once leaves what was put":    hammer,
	"a reference holds the blob of its own account alone": referencedElsewhere,
	"a sweep may be made in pieces":                       pieces,
	"a sweep ends where a reference can't be looked up":   lookupFails,
	"only what is there can be kept":                      keepsWhatIsThere,
}

type fixture struct {
	blobs.Collector
	t   *testing.T
	ctx context.Context

	clock atomic.Int64 // nanoseconds since start
}

var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func (f *fixture) now() time.Time { return start.Add(time.Duration(f.clock.Load())) }

func (f *fixture) pass(d time.Duration) { f.clock.Add(int64(d)) }

// content makes n bytes that no other seed makes.
func content(seed uint64, n int) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func idOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (f *fixture) put(account string, b []byte) blobs.Blob {
	f.t.Helper()
	got, err := f.Put(f.ctx, account, bytes.NewReader(b))
	if err != nil {
		f.t.Fatalf("Put of %d bytes: %v", len(b), err)
	}
	if want := (blobs.Blob{ID: idOf(b), Size: int64(len(b))}); got != want {
		f.t.Errorf("Put gave %+v, want %+v", got, want)
	}
	return got
}

func (f *fixture) open(account, id string) (blobs.Content, int64) {
	f.t.Helper()
	c, size, err := f.Open(f.ctx, account, id)
	if err != nil {
		f.t.Fatalf("Open: %v", err)
	}
	f.t.Cleanup(func() { c.Close() })
	return c, size
}

func (f *fixture) want(account string, want []byte) {
	f.t.Helper()
	c, size := f.open(account, idOf(want))
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, want) || size != int64(len(want)) {
		f.t.Errorf("read %d bytes of %d, size %d (%v)", len(got), len(want), size, err)
	}
	if err := c.Close(); err != nil {
		f.t.Errorf("Close: %v", err)
	}
}

func (f *fixture) wantNone(account, id string) {
	f.t.Helper()
	c, _, err := f.Open(f.ctx, account, id)
	if err == nil {
		c.Close()
	}
	if !errors.Is(err, blobs.ErrNotFound) {
		f.t.Errorf("Open %q of %q: %v, want ErrNotFound", id, account, err)
	}
}

func roundTrip(f *fixture) {
	for seed, n := range []int{0, 1, 4096, 300_000, Max} {
		b := content(uint64(seed), n)
		f.put("acme", b)
		f.want("acme", b)
	}
}

func named(f *fixture) {
	b := content(1, 5000)
	if first, second := f.put("acme", b), f.put("acme", b); first != second {
		f.t.Errorf("the same content is %+v and %+v", first, second)
	}
	f.want("acme", b)
	f.put("acme", content(2, 5000))
	f.want("acme", b)
}

func seek(f *fixture) {
	b := content(1, 200_000)
	c, _ := f.open("acme", f.put("acme", b).ID)
	read := func(n int) []byte {
		f.t.Helper()
		p := make([]byte, n)
		m, err := io.ReadFull(c, p)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			f.t.Fatal(err)
		}
		return p[:m]
	}
	for _, at := range []struct {
		offset int64
		whence int
		want   int64
	}{
		{150_000, io.SeekStart, 150_000}, {10, io.SeekStart, 10}, {-100, io.SeekEnd, 199_900}, {0, io.SeekStart, 0}, {50, io.SeekCurrent, 150}, {0, io.SeekEnd, 200_000},
		{7, io.SeekStart, 7},
	} {
		got, err := c.Seek(at.offset, at.whence)
		if err != nil || got != at.want {
			f.t.Fatalf("Seek(%d, %d): at %d (%v), want %d", at.offset, at.whence, got, err, at.want)
		}
		if p := read(100); !bytes.Equal(p, b[at.want:min(at.want+100, 200_000)]) {
			f.t.Errorf("from %d: %d bytes, not what is there", at.want, len(p))
		}
	}
	if _, err := c.Seek(-1, io.SeekStart); err == nil {
		f.t.Error("a place before the begin is taken")
	}
}

func ranges(f *fixture) {
	b := content(1, 100_000)
	id := f.put("acme", b).ID
	for _, r := range []struct {
		asked string
		code  int
		want  []byte
	}{
		{"", http.StatusOK, b},
		{"bytes=0-9", http.StatusPartialContent, b[:10]},
		{"bytes=99990-", http.StatusPartialContent, b[99_990:]},
		{"bytes=-5", http.StatusPartialContent, b[99_995:]},
		{"bytes=100000-", http.StatusRequestedRangeNotSatisfiable, nil},
	} {
		c, _ := f.open("acme", id)
		req := httptest.NewRequest(http.MethodGet, "/", nil)
		if r.asked != "" {
			req.Header.Set("Range", r.asked)
		}
		w := httptest.NewRecorder()
		http.ServeContent(w, req, "", time.Time{}, c)
		if w.Code != r.code || (r.want != nil && !bytes.Equal(w.Body.Bytes(), r.want)) {
			f.t.Errorf("range %q: status %d, %d bytes", r.asked, w.Code, w.Body.Len())
		}
	}
}

func accounts(f *fixture) {
	b := content(1, 5000)
	id := f.put("acme", b).ID
	f.wantNone("bolt", id)
	f.put("bolt", b)
	f.want("bolt", b)
	f.want("acme", b)
	f.wantNone("acm", id)
	f.wantNone("acme ", id)
	f.wantNone("ACME", id)
}

func oddAccounts(f *fixture) {
	odd := []string{"a/b", "a", "b", "../acme", "..", ".", "a b", "ünï", "A", strings.Repeat("x", 128), "a%2Fb", "incoming"}
	for i, account := range odd {
		b := content(uint64(i), 1000)
		f.put(account, b)
		for _, other := range odd {
			if other != account {
				f.wantNone(other, idOf(b))
			}
		}
		f.want(account, b)
	}
}

func ids(f *fixture) {
	id := f.put("acme", content(1, 100)).ID
	for _, wrong := range []string{
		"", "x", id[:63], id + "0", strings.ToUpper(id[:63]) + "F", " " + id[1:], "../" + id[3:], id[:62] + "/.", id + "\n", "..", strings.Repeat("g", 64), strings.Repeat("0", 64), "*" + id[1:], id[:2],
	} {
		f.wantNone("acme", wrong)
	}
}

func bound(f *fixture) {
	for _, over := range []int{1, 500_000} {
		b := content(uint64(over), Max+over)
		if _, err := f.Put(f.ctx, "acme", bytes.NewReader(b)); !errors.Is(err, blobs.ErrTooLarge) {
			f.t.Errorf("%d bytes more: %v, want ErrTooLarge", over, err)
		}
		f.wantNone("acme", idOf(b))
		f.wantNone("acme", idOf(b[:Max]))
		f.wantNone("acme", idOf(b[:Max+1]))
	}
	// A reader without an end is given up, not read out.
	if _, err := f.Put(f.ctx, "acme", endless{}); !errors.Is(err, blobs.ErrTooLarge) {
		f.t.Errorf("without an end: %v, want ErrTooLarge", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func broken(f *fixture) {
	reset := errors.New("connection reset")
	for _, n := range []int{0, 10, 300_000} {
		b := content(uint64(n)+7, n)
		_, err := f.Put(f.ctx, "acme", io.MultiReader(bytes.NewReader(b), iotest.ErrReader(reset)))
		if !errors.Is(err, reset) || !errors.Is(err, blobs.ErrSource) {
			f.t.Errorf("after %d bytes: %v, want ErrSource around the reader's own", n, err)
		}
		f.wantNone("acme", idOf(b))
	}
	b := content(1, 300_000)
	_, err := f.Put(f.ctx, "acme", io.MultiReader(bytes.NewReader(b[:1000]), iotest.ErrReader(io.ErrUnexpectedEOF)))
	if !errors.Is(err, blobs.ErrSource) {
		f.t.Errorf("a body that ends too early: %v, want ErrSource", err)
	}
	f.wantNone("acme", idOf(b[:1000]))
	f.put("acme", b)
	f.want("acme", b)
}

func cancelled(f *fixture) {
	b := content(1, 5000)
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	if _, err := f.Put(ctx, "acme", bytes.NewReader(b)); err == nil {
		f.t.Error("Put reported success")
	}
	f.wantNone("acme", idOf(b))
	// Given up in the middle.
	ctx, cancel = context.WithCancel(f.ctx)
	defer cancel()
	half := iotest.DataErrReader(io.MultiReader(bytes.NewReader(b[:2500]), readFunc(func([]byte) (int, error) {
		cancel()
		return 0, io.EOF
	})))
	if _, err := f.Put(ctx, "acme", half); err == nil {
		f.t.Error("a Put given up in the middle reported success")
	}
	f.wantNone("acme", idOf(b[:2500]))
}

type readFunc func([]byte) (int, error)

func (r readFunc) Read(p []byte) (int, error) { return r(p) }

func slowly(f *fixture) {
	b := content(1, 3000)
	for name, r := range map[string]io.Reader{
		"one byte":          iotest.OneByteReader(bytes.NewReader(b)),
		"halves":            iotest.HalfReader(bytes.NewReader(b)),
		"the end with data": iotest.DataErrReader(bytes.NewReader(b)),
	} {
		if got, err := f.Put(f.ctx, "acme", r); err != nil || got.ID != idOf(b) || got.Size != 3000 {
			f.t.Errorf("%s: %+v (%v)", name, got, err)
		}
	}
	f.want("acme", b)
}

func sameAtOnce(f *fixture) {
	const n = 8
	b := content(1, 200_000)
	got := make([]blobs.Blob, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { got[i], errs[i] = f.Put(f.ctx, "acme", bytes.NewReader(b)) })
	}
	wg.Wait()
	for i := range n {
		if errs[i] != nil || got[i].ID != idOf(b) {
			f.t.Errorf("put %d: %+v (%v)", i, got[i], errs[i])
		}
	}
	f.want("acme", b)
}

func readWhilePut(f *fixture) {
	b := content(1, 400_000)
	c, _ := f.open("acme", f.put("acme", b).ID)
	first := make([]byte, 1000)
	if _, err := io.ReadFull(c, first); err != nil {
		f.t.Fatal(err)
	}
	f.put("acme", b)
	rest, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(append(first, rest...), b) {
		f.t.Errorf("read %d bytes (%v)", 1000+len(rest), err)
	}
}

func readers(f *fixture) {
	b := content(1, 50_000)
	id := f.put("acme", b).ID
	one, _ := f.open("acme", id)
	two, _ := f.open("acme", id)
	if _, err := one.Seek(1000, io.SeekStart); err != nil {
		f.t.Fatal(err)
	}
	got, err := io.ReadAll(two)
	if err != nil || !bytes.Equal(got, b) {
		f.t.Errorf("the second reader: %d bytes (%v)", len(got), err)
	}
	if got, err = io.ReadAll(one); err != nil || !bytes.Equal(got, b[1000:]) {
		f.t.Errorf("the first reader: %d bytes (%v)", len(got), err)
	}
}
