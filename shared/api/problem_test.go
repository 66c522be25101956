package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
)

const cause = "dial tcp 10.0.0.7:443: secret-of-ours"

// Every code that there is has a status and an answer that says what a caller needs.
func TestEachCodeHasAnAnswer(t *testing.T) {
	t.Parallel()
	statuses := map[hire.Kind]int{
		hire.KindInternal: 500, hire.KindInvalid: 400, hire.KindUnauthenticated: 401, hire.KindForbidden: 403, hire.KindNotFound: 404, hire.KindConflict: 409,
		hire.KindUnprocessable: 422, hire.KindTooLarge: 413, hire.KindUnsupportedMedia: 415, hire.KindMethodNotAllowed: 405, hire.KindRange: 416, hire.KindRateLimited: 429,
		hire.KindUnavailable: 503,
	}
	for _, c := range hire.Codes() {
		t.Run(string(c.Code), func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			err := fmt.Errorf("operation: %w", hire.Wrap(c.Code, errors.New(cause)))
			r := httptest.NewRequest("GET", "/", nil)
			api.WriteProblem(w, r.WithContext(obs.WithTrace(r.Context(), obs.Trace{ID: "0af7651916cd43dd8448eb211c80319c"})), err)
			want := map[string]any{
				"type": "urn:hire:problem:" + string(c.Code), "title": c.Title, "status": float64(statuses[c.Kind]), "detail": c.Detail, "code": string(c.Code),
				"instance": "urn:hire:request:0af7651916cd43dd8448eb211c80319c",
			}
			if d := cmp.Diff(want, problem(t, w)); d != "" {
				t.Errorf("problem (-want +got):\n%s", d)
			}
			if w.Code != statuses[c.Kind] || api.Status(err) != w.Code {
				t.Errorf("status %d and %d, want %d", w.Code, api.Status(err), statuses[c.Kind])
			}
		})
	}
}

func TestProblemOfOtherErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		err    error
		status int
		code   hire.Code
	}{
		{"any error", errors.New(cause), 500, hire.CodeInternal},
		{"a code that nobody has listed", &hire.Error{Code: "made_up", Detail: cause}, 500, hire.CodeInternal},
		{"caller gone", fmt.Errorf("%s: %w", cause, context.Canceled), 503, hire.CodeUnavailable},
		{"time up", fmt.Errorf("%s: %w", cause, context.DeadlineExceeded), 503, hire.CodeUnavailable},
		{"joined", errors.Join(errors.New(cause), hire.Err(hire.CodeNotFound)), 404, hire.CodeNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			api.WriteProblem(w, httptest.NewRequest("GET", "/", nil), tt.err)
			if p := problem(t, w); w.Code != tt.status || p["code"] != string(tt.code) || p["detail"] != hire.Err(tt.code).Detail {
				t.Errorf("problem %v, status %d; want %d %s", p, w.Code, tt.status, tt.code)
			}
			if strings.Contains(w.Body.String(), cause) {
				t.Errorf("the cause shows: %s", w.Body)
			}
		})
	}
}

func TestProblemMembers(t *testing.T) {
	t.Parallel()
	e := hire.Err(hire.CodeDailyLimit, "Wait.").With("state", "failed").With("code", "forged").With("instance", "urn:hire:request:own")
	e.Fields = map[string]string{"to": "too many"}
	e.RetryAfter = time.Date(2026, 11, 2, 9, 0, 0, 1, time.UTC)
	w := httptest.NewRecorder()
	w.Header().Set("ETag", `"of-the-file"`)
	w.Header().Set("Content-Disposition", "attachment")
	api.WriteProblem(w, httptest.NewRequest("GET", "/", nil), e)
	got := problem(t, w)
	if got["state"] != "failed" || got["code"] != "daily_gmail_limit" || got["detail"] != "Wait." {
		t.Errorf("problem %v", got)
	}
	if d := cmp.Diff(map[string]any{"to": "too many"}, got["errors"]); d != "" {
		t.Errorf("errors (-want +got):\n%s", d)
	}
	want := http.Header{
		"Content-Type": {"application/problem+json"}, "Cache-Control": {"no-store"}, "Retry-After": {"Mon, 02 Nov 2026 09:00:01 GMT"},
	}
	if d := cmp.Diff(want, w.Header()); d != "" {
		t.Errorf("headers (-want +got):\n%s", d)
	}
}

// A member without JSON, such as a function, must not cost the caller the whole answer.
func TestProblemWithAMemberThatHasNoJSON(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	api.WriteProblem(w, httptest.NewRequest("GET", "/", nil), hire.Err(hire.CodeNotFound).With("f", func() {}))
	if p := problem(t, w); p["code"] != "not_found" || p["status"] != 404.0 || p["title"] == "" || p["detail"] == "" {
		t.Errorf("problem %v", p)
	}
}
