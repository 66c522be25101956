package cloudstorage_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"cloud.google.com/go/storage"
	"google.golang.org/api/option"

	"github.com/trakstar/hire-gmail/shared/blobs/cloudstorage"
)

const (
	uploads    = 10
	uploadSize = 25 << 20
)

// sink takes uploads and keeps nothing but how long each was, so that what a test measures is the sender's.
func sink(w http.ResponseWriter, r *http.Request) {
	n, _ := io.Copy(io.Discard, r.Body) // what is missing shows in the size
	w.Header().Set("Content-Type", "application/json")
	object := func(size int64) string {
		return fmt.Sprintf(`{"kind":"storage#object","name":"x","generation":"1","metageneration":"1","size":"%d"}`, size)
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/upload/") && !r.URL.Query().Has("upload_id"):
		w.Header().Set("Location", "http://"+r.Host+r.URL.Path+"?upload_id=1")
	case strings.HasPrefix(r.URL.Path, "/upload/"):
		sent, total, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Content-Range"), "bytes "), "/")
		if total == "*" {
			w.Header().Set("X-Http-Status-Code-Override", "308") // more is to come
			return
		}
		first, _, _ := strings.Cut(sent, "-")
		if sent == "*" { // only the end was still missing
			first = total
		}
		begin, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprint(w, object(begin+n))
	case strings.Contains(r.URL.EscapedPath(), "/rewriteTo/"):
		fmt.Fprintf(w, `{"done":true,"resource":%s}`, object(uploadSize))
	case r.Method == http.MethodGet:
		http.Error(w, "{}", http.StatusNotFound)
	}
}

// meter gives zeroes, and looks now and then at how much memory is in use. It waits, once, until all uploads are halfway.
type meter struct {
	left    int
	reads   int
	high    *atomic.Uint64
	halfway *sync.WaitGroup
	waited  bool
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left == 0 {
		return 0, io.EOF
	}
	if !m.waited && m.left <= uploadSize/2 {
		m.waited = true
		m.halfway.Done()
		m.halfway.Wait()
	}
	if m.reads++; m.reads%8 == 0 {
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		for old := m.high.Load(); s.HeapAlloc > old && !m.high.CompareAndSwap(old, s.HeapAlloc); old = m.high.Load() {
		}
	}
	n := min(len(p), m.left)
	clear(p[:n])
	m.left -= n
	return n, nil
}

// Ten users upload 25 MB each at once. Not parallel: it measures the memory of the process.
func TestMemoryStaysFlat(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(sink))
	defer server.Close()
	client, err := storage.NewClient(t.Context(), option.WithEndpoint(server.URL+"/storage/v1/"), option.WithHTTPClient(server.Client()), storage.WithJSONReads())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	s, err := cloudstorage.New(client, "b", uploadSize)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var high atomic.Uint64
	var running, halfway sync.WaitGroup
	halfway.Add(uploads)
	for range uploads {
		running.Go(func() {
			b, err := s.Put(t.Context(), "acme", &meter{left: uploadSize, high: &high, halfway: &halfway})
			if err != nil || b.Size != uploadSize {
				t.Errorf("%d bytes stored (%v)", b.Size, err)
			}
		})
	}
	running.Wait()
	// An upload holds its beginning and a chunk, 1 MiB each, and what the collector has not got round to yet.
	used := int64(high.Load()) - int64(before.HeapAlloc)
	if used > 90<<20 {
		t.Errorf("%d MiB in use at most, for %d MiB uploaded", used>>20, uploads*uploadSize>>20)
	}
	t.Logf("%d MiB in use at most, for %d MiB uploaded", used>>20, uploads*uploadSize>>20)
}
