package api_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// logged is a log and what it holds.
type logged struct {
	*slog.Logger
	out *bytes.Buffer
}

func newLog() logged {
	out := &bytes.Buffer{}
	return logged{slog.New(slog.NewJSONHandler(out, nil)), out}
}

// lines are the lines of a log.
func (l logged) lines(t *testing.T) []map[string]any {
	t.Helper()
	var out []map[string]any
	for s := range strings.Lines(l.out.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(s), &m); err != nil {
			t.Fatalf("%v in %q", err, s)
		}
		out = append(out, m)
	}
	return out
}

// serve sends a request to a handler. Headers come in pairs.
func serve(t *testing.T, h http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// problem decodes an answer that must be one.
func problem(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("status %d, content type %q: %s", w.Code, got, w.Body)
	}
	var m map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return m
}
