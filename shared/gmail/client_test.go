package gmail

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// world is a Client before a server that answers as a test wants, with a clock that only moves when the Client waits.
type world struct {
	client  *Client
	mailbox *Mailbox
	url     string

	mu       sync.Mutex
	now      time.Time
	waits    []time.Duration
	requests []recorded
}

// recorded is a request as it came.
type recorded struct {
	method, path, query, body, token, agent string
}

const testToken = "ya29.secret-token"

func newWorld(t testing.TB, handler http.HandlerFunc, change ...func(*Options)) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.mu.Lock()
		w.requests = append(w.requests, recorded{
			method: r.Method, path: r.URL.EscapedPath(), query: r.URL.RawQuery, body: string(body), token: r.Header.Get("Authorization"), agent: r.UserAgent(),
		})
		w.mu.Unlock()
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		handler(rw, r)
	}))
	t.Cleanup(server.Close)
	w.url = server.URL
	o := Options{Endpoint: server.URL, HTTP: server.Client(), Now: w.clock, Sleep: w.sleep, Jitter: func() float64 { return 1 }}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	w.client, w.mailbox = c, c.Mailbox("1001", func(context.Context) (string, error) { return testToken, nil })
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) sleep(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
	w.waits = append(w.waits, d)
	return ctx.Err()
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// calls are the requests so far, as "METHOD path".
func (w *world) calls() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, r := range w.requests {
		out = append(out, r.method+" "+r.path)
	}
	return out
}

func respond(rw http.ResponseWriter, status int, body string) {
	rw.Header().Set("Content-Type", "application/json; charset=UTF-8")
	rw.WriteHeader(status)
	io.WriteString(rw, body) //nolint:errcheck // the test sees what is missing
}

// failure is an error answer in Google's shape.
func failure(status int, reason, message string) string {
	return fmt.Sprintf(`{"error":{"code":%d,"message":%q,"errors":[{"message":%q,"domain":"global","reason":%q}]}}`, status, message, message, reason)
}

// script answers each request with the next of its steps, and with the last for ever after.
func script(steps ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	at := 0
	return func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		step := steps[min(at, len(steps)-1)]
		at++
		mu.Unlock()
		step(rw, r)
	}
}

func fails(status int, reason, message string) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) { respond(rw, status, failure(status, reason, message)) }
}

func says(body string) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) { respond(rw, http.StatusOK, body) }
}

// resets breaks the connection without an answer.
func resets(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := Options{HTTP: http.DefaultClient, Now: time.Now}
	for name, change := range map[string]func(*Options){
		"no http":           func(o *Options) { o.HTTP = nil },
		"no clock":          func(o *Options) { o.Now = nil },
		"endpoint no host":  func(o *Options) { o.Endpoint = "gmail.example" },
		"endpoint has path": func(o *Options) { o.Endpoint = "https://gmail.example/api" },
		"endpoint has user": func(o *Options) { o.Endpoint = "https://a:b@gmail.example" },
		"endpoint scheme":   func(o *Options) { o.Endpoint = "ftp://gmail.example" },
		"free call":         func(o *Options) { o.Quota.Units = map[string]int{"messages.get": 0} },
		"negative limit":    func(o *Options) { o.Quota.UserPerMinute = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := good
			change(&o)
			if _, err := New(o); err == nil {
				t.Error("accepted")
			}
		})
	}
	c, err := New(good)
	if err != nil {
		t.Fatal(err)
	}
	if c.base != "https://gmail.googleapis.com/" {
		t.Errorf("without an endpoint calls go to %s", c.base)
	}
}

func TestTokenGoesToTheEndpointAlone(t *testing.T) {
	t.Parallel()
	var stolen atomic.Value
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen.Store(r.Header.Get("Authorization")) }))
	t.Cleanup(other.Close)
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, other.URL, http.StatusTemporaryRedirect)
	})
	if _, err := w.mailbox.Profile(t.Context()); err == nil {
		t.Error("a redirect counts as an answer")
	}
	if token := stolen.Load(); token != nil {
		t.Errorf("redirect was followed with %q", token)
	}
	if got := w.requests[0]; got.token != "Bearer "+testToken || !strings.Contains(got.agent, "gzip") {
		t.Errorf("request with Authorization %q and User-Agent %q", got.token, got.agent)
	}
}

func TestTokenErrorComesBackWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, says(`{}`))
	refused := fmt.Errorf("grant is gone: %w", io.ErrClosedPipe)
	box := w.client.Mailbox("1001", func(context.Context) (string, error) { return "", refused })
	if _, err := box.Profile(t.Context()); err == nil || !strings.Contains(err.Error(), refused.Error()) {
		t.Errorf("got %v", err)
	}
	if len(w.calls()) != 0 || w.client.Stats().Units() != 0 {
		t.Error("a call without a token was made or paid for")
	}
}
