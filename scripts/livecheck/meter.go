package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/googleapis/gax-go/v2"

	"github.com/trakstar/hire-gmail/shared/gmail"
)

// meter counts what calls cost, and waits where Gmail asks to.
type meter struct {
	base  http.RoundTripper
	units map[string]int
	say   func(format string, args ...any)

	mu           sync.Mutex
	spent, calls int
}

// unitsOf is the client's table and what the client never calls; those are as reported.
func unitsOf(legacy bool) map[string]int {
	q := gmail.Quota2026()
	if legacy {
		q = gmail.QuotaLegacy()
	}
	for name, n := range map[string]int{
		"drafts.update": 15, "labels.patch": 5, "labels.delete": 5, "messages.trash": 5,
	} {
		q.Units[name] = n
	}
	return q.Units
}

// count adds one call of a method; batches count their parts by themselves.
func (m *meter) count(method string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	m.spent += m.units[method]
}

func (m *meter) read() (spent, calls int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.spent, m.calls
}

const (
	// pauses is how often one call is made again because of quota.
	pauses = 3
	// longestPause bounds one of them: quota comes back every minute, and what lasts longer is not waited for.
	longestPause = 70 * time.Second
)

// RoundTrip implements http.RoundTripper.
func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		m.count(methodOf(r.Method, r.URL.Path))
		resp, err := m.base.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		wait, limited, err := limitOf(resp)
		if err != nil || !limited || try > pauses || wait > longestPause {
			return resp, err
		}
		again, err := repeat(r)
		if err != nil {
			return resp, nil //nolint:nilerr // the refusal is the answer
		}
		m.say("  (Gmail asks to wait: %s)", wait.Round(time.Second))
		if err := gax.Sleep(r.Context(), wait); err != nil {
			return resp, nil //nolint:nilerr // the same
		}
		resp.Body.Close() //nolint:errcheck // it stands in memory
		r = again
	}
}

// repeat is the same request once more.
func repeat(r *http.Request) (*http.Request, error) {
	again := r.Clone(r.Context())
	if r.Body == nil || r.Body == http.NoBody {
		return again, nil
	}
	if r.GetBody == nil {
		return nil, fmt.Errorf("the body of %s is spent", r.URL.Path)
	}
	var err error
	again.Body, err = r.GetBody()
	return again, err
}

var (
	limitPattern = regexp.MustCompile(`(?i)"reason":\s*"(user)?RateLimitExceeded"|"(rateLimitExceeded|quotaExceeded|RATE_LIMIT_EXCEEDED)"`)
	retryPattern = regexp.MustCompile(`Retry after (\d{4}-\d\d-\d\dT[0-9:.]+Z)`)
)

// limitOf says whether an answer refuses for quota, and how long to wait then. Gmail names the time in the text alone.
func limitOf(resp *http.Response) (wait time.Duration, limited bool, err error) {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusForbidden {
		return 0, false, nil
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	resp.Body.Close() //nolint:errcheck // read as far as it matters
	if err != nil {
		return 0, false, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(text))
	if resp.StatusCode == http.StatusForbidden && !limitPattern.Match(text) {
		return 0, false, nil
	}
	wait = 5 * time.Second
	if found := retryPattern.FindSubmatch(text); found != nil {
		if at, err := time.Parse(time.RFC3339Nano, string(found[1])); err == nil {
			wait = max(time.Until(at), time.Second)
		}
	}
	return wait, true, nil
}

// methodOf is the name of a call in Google's table of quota; "" for what costs nothing.
func methodOf(verb, path string) string {
	_, rest, ok := strings.Cut(path, "/gmail/v1/users/")
	if !ok {
		return ""
	}
	parts := strings.Split(rest, "/")[1:]
	what := parts[0]
	switch {
	case what == "profile":
		return "getProfile"
	case what == "watch", what == "stop":
		return what
	case len(parts) == 4:
		return "attachments.get"
	case len(parts) == 3:
		return what + "." + parts[2]
	case len(parts) == 2 && parts[1] == "send":
		return what + ".send"
	}
	verbs := map[string]string{"GET": "list", "POST": "create"}
	if len(parts) == 2 {
		verbs = map[string]string{"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
	}
	return what + "." + verbs[verb]
}
