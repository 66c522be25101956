package cloudstoragetest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/storage"
	"github.com/fsouza/fake-gcs-server/fakestorage"
	"google.golang.org/api/option"
)

// Bucket is the name of the one bucket that Start has.
const Bucket = "hire-blobs"

// Op is a kind of request.
type Op string

// The kinds.
const (
	Stat   Op = "stat"   // an object's attributes
	Read   Op = "read"   // its content
	List   Op = "list"   // objects
	Upload Op = "upload" // an object in one request
	Begin  Op = "begin"  // an upload in several
	Chunk  Op = "chunk"  // one of these
	Copy   Op = "copy"   // an object to another name
	Update Op = "update" // an object's attributes
	Delete Op = "delete" // an object
)

// Fault is what happens to a request.
type Fault int

// The faults. Any other number is an HTTP status that the request is answered with, and nothing else done.
const (
	None  Fault = iota
	Reset       // the connection breaks off in the middle of the request, or at its end where it has no body
	Lost        // it is done, and the connection breaks off before the answer
)

// Server is a Cloud Storage.
type Server struct {
	bucket string
	fake   *fakestorage.Server
	server *httptest.Server

	mu       sync.Mutex // held while an object is changed
	versions map[string]int64
	chunks   map[string]*httptest.ResponseRecorder

	state sync.Mutex
	calls map[Op]int
	fault func(op Op, call int) Fault
}

// Start serves until the test ends, and gives a client of it.
func Start(t testing.TB) (*Server, *storage.Client) {
	t.Helper()
	s, err := Serve(Bucket)
	if err != nil {
		t.Fatal(err)
	}
	client, err := storage.NewClient(t.Context(), option.WithEndpoint(s.URL()+"/storage/v1/"), option.WithHTTPClient(s.server.Client()), storage.WithJSONReads())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		s.Close()
	})
	return s, client
}

// Serve serves one bucket until it is closed.
func Serve(bucket string) (*Server, error) {
	fake, err := fakestorage.NewServerWithOptions(fakestorage.Options{NoListener: true})
	if err != nil {
		return nil, err
	}
	fake.CreateBucketWithOpts(fakestorage.CreateBucketOpts{Name: bucket})
	s := &Server{bucket: bucket, fake: fake, versions: map[string]int64{}, chunks: map[string]*httptest.ResponseRecorder{}, calls: map[Op]int{}}
	s.server = httptest.NewServer(s)
	return s, nil
}

// Close ends it.
func (s *Server) Close() {
	s.server.Close()
	s.fake.Stop()
}

// URL is the server's address, for clients of other processes.
func (s *Server) URL() string { return s.server.URL }

// Fault makes requests fail: f is asked before each one of a kind, the first of which is number 1. It may do something itself, as another client would.
func (s *Server) Fault(f func(op Op, call int) Fault) {
	s.state.Lock()
	defer s.state.Unlock()
	s.fault = f
	clear(s.calls)
}

// Calls is how many requests of each kind there were since the start or the last Fault.
func (s *Server) Calls() map[Op]int {
	s.state.Lock()
	defer s.state.Unlock()
	return maps.Clone(s.calls)
}

// Names are the names of all objects, in their order.
func (s *Server) Names(t *testing.T) []string {
	t.Helper()
	list, err := s.fake.ListObjectsWithOptionsPaginated(s.bucket, fakestorage.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(list.Objects))
	for i, o := range list.Objects {
		out[i] = o.Name
	}
	return out
}

// Each shows all objects, by their names.
func (s *Server) Each(do func(name string, content []byte)) error {
	list, err := s.fake.ListObjectsWithOptionsPaginated(s.bucket, fakestorage.ListOptions{})
	if err != nil {
		return fmt.Errorf("list objects: %w", err)
	}
	for _, attributes := range list.Objects {
		o, err := s.fake.GetObject(s.bucket, attributes.Name)
		if err != nil {
			return fmt.Errorf("read object: %w", err)
		}
		do(o.Name, o.Content)
	}
	return nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	op, object := s.kind(r)
	switch fault := s.next(op); fault {
	case None:
		s.serve(w, r, op, object)
	case Reset:
		if op == Read {
			s.serve(&half{ResponseWriter: w}, r, op, object)
		}
		_, _ = io.CopyN(io.Discard, r.Body, max(r.ContentLength/2, 0))
		panic(http.ErrAbortHandler)
	case Lost:
		s.serve(httptest.NewRecorder(), r, op, object)
		panic(http.ErrAbortHandler)
	default:
		_, _ = io.Copy(io.Discard, r.Body)
		http.Error(w, "told to", int(fault))
	}
}

// next counts a request, and says what is to happen to it.
func (s *Server) next(op Op) Fault {
	s.state.Lock()
	s.calls[op]++
	call, fault := s.calls[op], s.fault
	s.state.Unlock()
	if fault == nil {
		return None
	}
	return fault(op, call)
}

// kind tells what a request is, and which object it is about, as its path has it.
func (s *Server) kind(r *http.Request) (op Op, object string) {
	path, query := r.URL.EscapedPath(), r.URL.Query()
	if strings.HasPrefix(path, "/upload/") {
		switch {
		case query.Has("upload_id"):
			return Chunk, ""
		case query.Get("uploadType") == "resumable":
			return Begin, ""
		}
		return Upload, ""
	}
	_, object, _ = strings.Cut(path, "/o/")
	if _, destination, found := strings.Cut(object, "/rewriteTo/b/"+s.bucket+"/o/"); found {
		return Copy, destination
	}
	switch {
	case object == "":
		return List, ""
	case r.Method == http.MethodDelete:
		return Delete, object
	case r.Method == http.MethodPatch:
		return Update, object
	case query.Get("alt") == "media":
		return Read, object
	}
	return Stat, object
}

// serve does what is asked.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, op Op, object string) {
	if op == Read {
		s.fake.HTTPHandler().ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "the request broke off", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch op {
	case Copy, Update, Delete:
		if why := s.refused(r, op, object, body); why != 0 {
			http.Error(w, "refused", why)
			return
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := s.answer(r, op)
	if answer.Code == http.StatusOK {
		switch op {
		case Update:
			s.versions[s.version(object)]++
			answer = s.stat(object)
		case Copy:
			s.timeCopy(object, body)
			answer = s.copied(object)
		}
	}
	maps.Copy(w.Header(), answer.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(s.completed(answer.Body.Bytes()))
}

// answer is the fake's. A chunk that is sent again gets the one it got before: the fake would take it for the next.
func (s *Server) answer(r *http.Request, op Op) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	if op != Chunk {
		s.fake.HTTPHandler().ServeHTTP(w, r)
		return w
	}
	id := r.URL.Query().Get("upload_id") + " " + r.Header.Get("Content-Range")
	if s.chunks[id] == nil {
		s.fake.HTTPHandler().ServeHTTP(w, r)
		s.chunks[id] = w
	}
	return s.chunks[id]
}

// half lets half of an answer through, and breaks off.
type half struct {
	http.ResponseWriter
	sent int64
}

// Write implements http.ResponseWriter.
func (h *half) Write(p []byte) (int, error) {
	length, err := strconv.ParseInt(h.Header().Get("Content-Length"), 10, 64)
	if err != nil {
		return 0, err
	}
	p = p[:min(int64(len(p)), length/2-h.sent)]
	n, err := h.ResponseWriter.Write(p)
	h.sent += int64(n)
	if h.sent == length/2 {
		if err := http.NewResponseController(h.ResponseWriter).Flush(); err != nil {
			return n, err
		}
		panic(http.ErrAbortHandler)
	}
	return n, err
}
