package api_test

import (
	"net/http"
	"testing"

	"github.com/trakstar/hire-gmail/shared/api"
)

func TestCORS(t *testing.T) {
	t.Parallel()
	const hireOrigin = "https://hire.example.com"
	rt := api.NewRouter("settings", newLog().Logger).WithCORS([]string{hireOrigin, "http://localhost:3000"})
	called := 0
	rt.Handle("PUT /v1/integration", func(w http.ResponseWriter, _ *http.Request) error {
		called++
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	closed := api.NewRouter("settings", newLog().Logger).WithCORS(nil)
	closed.Handle("PUT /v1/integration", func(http.ResponseWriter, *http.Request) error { return nil })

	tests := []struct {
		name           string
		router         *api.Router
		method, target string
		origin, asks   string
		status         int
		allowed        bool
		methods        string
		calls          int
	}{
		{"preflight", rt, "OPTIONS", "/settings/v1/integration", hireOrigin, "PUT", 204, true, "PUT", 0},
		{"preflight of another origin of ours", rt, "OPTIONS", "/v1/integration", "http://localhost:3000", "PUT", 204, true, "PUT", 0},
		{"preflight of a foreign origin", rt, "OPTIONS", "/v1/integration", "https://evil.example", "PUT", 403, false, "", 0},
		{"preflight of an origin that begins like ours", rt, "OPTIONS", "/v1/integration", hireOrigin + ".evil.example", "PUT", 403, false, "", 0},
		{"preflight of no origin", rt, "OPTIONS", "/v1/integration", "null", "PUT", 403, false, "", 0},
		{"preflight for what is not there", rt, "OPTIONS", "/v1/other", hireOrigin, "PUT", 404, true, "", 0},
		{"call", rt, "PUT", "/v1/integration", hireOrigin, "", 204, true, "", 1},
		{"call of a foreign page, which its browser keeps from reading the answer", rt, "PUT", "/v1/integration", "https://evil.example", "", 204, false, "", 1},
		{"call of a program", rt, "PUT", "/v1/integration", "", "", 204, false, "", 1},
		{"error, which the page must be able to read", rt, "GET", "/v1/other", hireOrigin, "", 404, true, "", 0},
		{"OPTIONS that is no preflight", rt, "OPTIONS", "/v1/integration", hireOrigin, "", 405, true, "", 0},
		{"preflight where no origin is configured", closed, "OPTIONS", "/v1/integration", hireOrigin, "PUT", 405, false, "", 0},
	}
	for _, tt := range tests { // one after the other: they count calls
		var header []string
		if tt.origin != "" {
			header = append(header, "Origin", tt.origin)
		}
		if tt.asks != "" {
			header = append(header, "Access-Control-Request-Method", tt.asks)
		}
		called = 0
		w := serve(t, tt.router, tt.method, tt.target, "", header...)
		h := w.Header()
		if w.Code != tt.status || called != tt.calls {
			t.Errorf("%s: status %d, %d calls; want %d and %d", tt.name, w.Code, called, tt.status, tt.calls)
		}
		want := ""
		if tt.allowed {
			want = tt.origin
		}
		if got := h.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: allowed origin %q, want %q", tt.name, got, want)
		}
		if got := h.Get("Access-Control-Allow-Methods"); got != tt.methods {
			t.Errorf("%s: allowed methods %q, want %q", tt.name, got, tt.methods)
		}
		if tt.router == rt && h.Get("Vary") != "Origin" {
			t.Errorf("%s: a cache may give this answer to another origin", tt.name)
		}
		if h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: cookies are asked for", tt.name)
		}
	}
}
