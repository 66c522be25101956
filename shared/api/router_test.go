package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

func TestRouterPaths(t *testing.T) {
	t.Parallel()
	rt := api.NewRouter("threads", newLog().Logger)
	for _, pattern := range []string{"GET /v1/threads/{thread_id}", "PUT /v1/threads/{thread_id}/privacy", "GET /v1/threads/{thread_id}/privacy", "POST /{$}", "GET /threadsafe"} {
		rt.Handle(pattern, func(w http.ResponseWriter, r *http.Request) error {
			_, err := io.WriteString(w, r.Pattern+" "+r.PathValue("thread_id")+" "+r.URL.Query().Get("q"))
			return err
		})
	}
	tests := []struct {
		method, target string
		status         int
		want           string // the body, or of a problem the code
		allow          string
	}{
		{"GET", "/v1/threads/t1?q=1", 200, "GET /v1/threads/{thread_id} t1 1", ""},
		{"GET", "/threads/v1/threads/t1?q=1", 200, "GET /v1/threads/{thread_id} t1 1", ""},
		{"GET", "/threads/v1/threads/a%2Fb", 200, "GET /v1/threads/{thread_id} a/b ", ""},
		{"HEAD", "/v1/threads/t1", 200, "GET /v1/threads/{thread_id} t1 ", ""},
		{"POST", "/", 200, "POST /{$}  ", ""},
		{"POST", "/threads", 200, "POST /{$}  ", ""},
		{"POST", "/threads/", 200, "POST /{$}  ", ""},
		{"GET", "/threadsafe", 200, "GET /threadsafe  ", ""},
		{"GET", "/v2/threads", 404, "not_found", ""},
		{"GET", "/settings/v1/threads/t1", 404, "not_found", ""},
		{"GET", "/v1/threads/t1/", 404, "not_found", ""},
		{"GET", "/threads/v1//threads/t1", 404, "not_found", ""},
		{"GET", "/threads/v1/../v1/threads/t1", 404, "not_found", ""},
		{"GET", "/threads/v1/threads/%2e%2e", 200, "GET /v1/threads/{thread_id} .. ", ""}, // a value like any other; the store takes it as an id
		{"DELETE", "/v1/threads/t1/privacy", 405, "method_not_allowed", "GET, HEAD, PUT"},
		{"POST", "/threads/v1/threads/t1", 405, "method_not_allowed", "GET, HEAD"},
		{"OPTIONS", "/v1/threads/t1", 405, "method_not_allowed", "GET, HEAD"},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.target, func(t *testing.T) {
			t.Parallel()
			w := serve(t, rt, tt.method, tt.target, "")
			if w.Code != tt.status || w.Header().Get("Allow") != tt.allow {
				t.Fatalf("status %d, allow %q: %s", w.Code, w.Header().Get("Allow"), w.Body)
			}
			got := w.Body.String()
			if tt.status != 200 {
				got, _ = problem(t, w)["code"].(string)
			}
			if got != tt.want {
				t.Errorf("answer %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRouterSecurityHeaders(t *testing.T) {
	t.Parallel()
	rt := api.NewRouter("f", newLog().Logger)
	rt.Handle("GET /ok", func(w http.ResponseWriter, _ *http.Request) error {
		api.WriteJSON(w, 200, map[string]string{"a": "<b>"})
		return nil
	})
	rt.Handle("GET /bad", func(http.ResponseWriter, *http.Request) error { return hire.Err(hire.CodeNotFound) })
	rt.Handle("GET /panic", func(http.ResponseWriter, *http.Request) error { panic(cause) })
	for _, path := range []string{"/ok", "/bad", "/panic", "/none"} {
		h := serve(t, rt, "GET", path, "").Header()
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Strict-Transport-Security": "max-age=31536000",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

// What goes wrong is answered with its public face and logged with its cause, once.
func TestRouterErrors(t *testing.T) {
	t.Parallel()
	const trace = "0af7651916cd43dd8448eb211c80319c"
	tests := []struct {
		name   string
		err    error
		status int
		level  string
	}{
		{"unknown error", errors.New(cause), 500, "ERROR"},
		{"mistake of the caller", hire.Wrap(hire.CodeInvalidRequest, errors.New(cause)), 400, "INFO"},
		{"not found", fmt.Errorf("%s: %w", cause, hire.Err(hire.CodeUnknownThread)), 404, "INFO"},
		{"rate limited", hire.Wrap(hire.CodeRateLimited, errors.New(cause)), 429, "INFO"},
		{"out of order", hire.Wrap(hire.CodeGmailUnavailable, errors.New(cause)), 503, "WARN"},
		{"caller gone", fmt.Errorf("%s: %w", cause, context.Canceled), 503, "WARN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			log := newLog()
			rt := api.NewRouter("threads", log.Logger)
			rt.Handle("GET /v1/threads/{thread_id}", func(http.ResponseWriter, *http.Request) error { return tt.err })
			w := serve(t, rt, "GET", "/threads/v1/threads/t1", "", "Traceparent", "00-"+trace+"-b7ad6b7169203331-01")
			p := problem(t, w)
			if w.Code != tt.status || p["instance"] != "urn:hire:request:"+trace {
				t.Errorf("status %d, problem %v", w.Code, p)
			}
			if strings.Contains(w.Body.String(), cause) {
				t.Errorf("the cause shows: %s", w.Body)
			}
			lines := log.lines(t)
			if len(lines) != 1 {
				t.Fatalf("%d lines: %s", len(lines), log.out)
			}
			got := lines[0]
			delete(got, "time")
			want := map[string]any{
				"level": tt.level, "msg": "request failed", "function": "threads", "method": "GET", "route": "GET /v1/threads/{thread_id}", "status": float64(tt.status),
				"code": p["code"], "answered_before": false, "error": tt.err.Error(),
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("log (-want +got):\n%s", d)
			}
			if !strings.Contains(log.out.String(), cause) {
				t.Error("the log lacks the cause")
			}
		})
	}
}

func TestRouterGivesATraceToThoseWithout(t *testing.T) {
	t.Parallel()
	w := serve(t, api.NewRouter("f", newLog().Logger), "GET", "/", "")
	if got, _ := problem(t, w)["instance"].(string); !regexp.MustCompile(`^urn:hire:request:[0-9a-f]{32}$`).MatchString(got) {
		t.Errorf("instance %q", got)
	}
}

func TestRouterPanics(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"router", "event router"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, status := newLog(), 500
			rt := api.NewRouter("f", log.Logger)
			if name == "event router" {
				rt, status = api.NewEventRouter("f", log.Logger), 503
			}
			rt.Handle("POST /{$}", func(http.ResponseWriter, *http.Request) error { panic(cause) })
			w := serve(t, rt, "POST", "/", "")
			if w.Code != status || strings.Contains(w.Body.String(), cause) {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			problem(t, w)
			lines := log.lines(t)
			if len(lines) != 1 || lines[0]["level"] != "ERROR" || lines[0]["error"] != cause || lines[0]["function"] != "f" || lines[0]["route"] != "POST /{$}" ||
				!strings.Contains(fmt.Sprint(lines[0]["stack_trace"]), "router_test.go") {
				t.Errorf("log %s", log.out)
			}
		})
	}
}

// An answer of ours that has no JSON is a mistake of ours, not half an answer.
func TestWriteJSONOfWhatHasNone(t *testing.T) {
	t.Parallel()
	rt := api.NewRouter("f", newLog().Logger)
	rt.Handle("GET /{$}", func(w http.ResponseWriter, _ *http.Request) error {
		api.WriteJSON(w, 200, func() {})
		return nil
	})
	if w := serve(t, rt, "GET", "/", ""); w.Code != 500 || problem(t, w)["code"] != "internal" {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

// Once an answer has begun, an error can't be told any more: the caller must see that the answer is broken off.
func TestRouterBreaksOffAHalfAnswer(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New(cause) },
		"panic": func() error { panic(cause) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := newLog()
			rt := api.NewRouter("f", log.Logger)
			rt.Handle("GET /{$}", func(w http.ResponseWriter, _ *http.Request) error {
				if _, err := io.WriteString(w, "the first half"); err != nil {
					return err
				}
				if err := http.NewResponseController(w).Flush(); err != nil {
					return err
				}
				return fail()
			})
			s := httptest.NewServer(rt)
			defer s.Close()
			resp, err := s.Client().Get(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err == nil || string(body) != "the first half" {
				t.Errorf("body %q, error %v; want half an answer and an error", body, err)
			}
			s.Close()
			if !strings.Contains(log.out.String(), cause) {
				t.Errorf("log %s", log.out)
			}
		})
	}
}

func TestAbortIsPassedOn(t *testing.T) {
	t.Parallel()
	rt := api.NewRouter("f", newLog().Logger)
	rt.Handle("GET /{$}", func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) })
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("panic %v", p)
		}
	}()
	serve(t, rt, "GET", "/", "")
	t.Error("no panic")
}

// Google's services repeat what is not acknowledged: what can't get better is, what can is not.
func TestEventRouter(t *testing.T) {
	t.Parallel()
	again := time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)
	limited := hire.Err(hire.CodeRateLimited)
	limited.RetryAfter = again
	internal := hire.Err(hire.CodeInternal)
	internal.RetryAfter = again
	tests := []struct {
		name       string
		err        error
		status     int
		retryAfter bool
	}{
		{"done", nil, 204, false},
		{"malformed", hire.Err(hire.CodeMalformedJSON), 204, false},
		{"too large", hire.Err(hire.CodeBodyTooLarge), 204, false},
		{"other media type", hire.Err(hire.CodeUnsupportedMedia), 204, false},
		{"not found", hire.Err(hire.CodeNotFound), 204, false},
		{"stale", fmt.Errorf("sync: %w", hire.Err(hire.CodeStaleConnection)), 204, false},
		{"plan ended", hire.Err(hire.CodePlanUpgrade), 204, false},
		{"integration off", hire.Err(hire.CodeIntegrationOff), 204, false},
		{"can't be sent", hire.Err(hire.CodeGmailRefused), 204, false},
		{"several, none gets better", errors.Join(hire.Err(hire.CodeNotFound), hire.Err(hire.CodeStaleConnection)), 204, false},
		{"several, one may get better", errors.Join(hire.Err(hire.CodeNotFound), errors.New(cause)), 503, false},
		{"unknown field, of a version that is being rolled out", hire.Err(hire.CodeUnknownField), 503, false},
		{"sent by another call at this moment", hire.Err(hire.CodeSendInProgress), 503, false},
		{"forged", hire.Err(hire.CodeUnauthenticated), 401, false},
		{"expired", hire.Err(hire.CodeTokenExpired), 401, false},
		{"of somebody else", hire.Err(hire.CodeForbidden), 403, false},
		{"rate limited", limited, 429, true},
		{"out of order", hire.Err(hire.CodeUnavailable), 503, false},
		{"internal", internal, 503, true},
		{"unknown error", errors.New(cause), 503, false},
		{"time up", context.DeadlineExceeded, 503, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			log := newLog()
			rt := api.NewEventRouter("syncmailbox", log.Logger)
			rt.Handle("POST /{$}", func(w http.ResponseWriter, _ *http.Request) error {
				if tt.err == nil {
					w.WriteHeader(http.StatusNoContent)
				}
				return tt.err
			})
			w := serve(t, rt, "POST", "/syncmailbox/", "")
			if w.Code != tt.status || (w.Header().Get("Retry-After") != "") != tt.retryAfter {
				t.Errorf("status %d, retry after %q: %s", w.Code, w.Header().Get("Retry-After"), w.Body)
			}
			if w.Code == 204 && w.Body.Len() > 0 || strings.Contains(w.Body.String(), cause) {
				t.Errorf("body %s", w.Body)
			}
			if n := len(log.lines(t)); (n == 1) != (tt.err != nil) {
				t.Errorf("%d lines: %s", n, log.out)
			}
			for _, l := range log.lines(t) {
				if l["level"] == "INFO" {
					t.Errorf("nobody looks at %v", l)
				}
			}
		})
	}
}

func TestEventRouterOfWhatIsNoOperation(t *testing.T) {
	t.Parallel()
	rt := api.NewEventRouter("deliver", newLog().Logger)
	rt.Handle("POST /{$}", func(http.ResponseWriter, *http.Request) error { return nil })
	for _, target := range []string{"/deliver/", "/deliver/v1/other"} {
		if w := serve(t, rt, "GET", target, ""); w.Code/100 != 4 {
			t.Errorf("%s: status %d, want that of a mistake in the deployment", target, w.Code)
		}
	}
}
