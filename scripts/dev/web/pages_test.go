package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func get(t *testing.T, h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPages(t *testing.T) {
	t.Parallel()
	pages := Pages()
	for _, test := range []struct {
		path, contains string
		status         int
	}{
		{"/", "<title>Welcome", http.StatusOK},
		{"/hire/", "<title>Hire<", http.StatusOK},
		{"/hire/candidates/cora/threads/x", "<title>Hire<", http.StatusOK},
		{"/hire/settings/email?connected=1", "<title>Hire<", http.StatusOK},
		{"/gmail/", "<title>Gmail (simulated)<", http.StatusOK},
		{"/gmail/m/rita%40acme.example/inbox", "<title>Gmail (simulated)<", http.StatusOK},
		{"/figures/", "<title>Figures", http.StatusOK},
		{"/api/", "<title>API", http.StatusOK},
		{"/api", "", http.StatusFound},
		{"/assets/js/dom.js", "export function h(", http.StatusOK},
		{"/assets/css/base.css", ":root", http.StatusOK},
		{"/assets/app.html", "", http.StatusNotFound}, // a page has one address
		{"/assets/js/none.js", "", http.StatusNotFound},
		{"/assets/../pages.go", "", http.StatusTemporaryRedirect}, // to the path without the dots, where there is nothing
		{"/nothing", "There is nothing here", http.StatusNotFound},
		{"/hire", "", http.StatusFound},
		{"/gmail", "", http.StatusFound},
		{"/favicon.ico", "", http.StatusFound},
		{"/mailframe/alone", "/assets/css/mail.css", http.StatusOK},
		{"/mailframe/images", "/assets/css/mail.css", http.StatusOK},
	} {
		w := get(t, pages, test.path)
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.contains) {
			t.Errorf("GET %s: status %d, body %.80q; want %d with %q", test.path, w.Code, w.Body, test.status, test.contains)
		}
	}
}

// Every page refuses scripts and styles that are not its own files, and no asset is taken for another type.
func TestPagesAreGuarded(t *testing.T) {
	t.Parallel()
	pages := Pages()
	for _, path := range []string{"/", "/hire/", "/gmail/", "/figures/", "/api/", "/nothing", "/assets/js/dom.js", "/assets/js/none.js"} {
		header := get(t, pages, path).Header()
		csp := header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "script-src 'self';") || strings.Contains(csp, "unsafe") || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s: headers %v", path, header)
		}
	}
}

// The frame of a mail runs nothing and loads nothing; images are let in by the one for a reader who has asked for them.
func TestFrameOfMailIsGuarded(t *testing.T) {
	t.Parallel()
	pages := Pages()
	for path, images := range map[string]string{"/mailframe/alone": "img-src data: blob:", "/mailframe/images": "img-src data: blob: https:"} {
		header := get(t, pages, path).Header()
		var got []string
		for rule := range strings.SplitSeq(header.Get("Content-Security-Policy"), ";") {
			got = append(got, strings.TrimSpace(rule))
		}
		want := []string{"default-src 'none'", "style-src 'self'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'", "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox", images}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("GET %s: policy differs (-want +got):\n%s", path, diff)
		}
		if header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("GET %s: headers %v", path, header)
		}
	}
}

func TestAssetsAreNotSentTwice(t *testing.T) {
	t.Parallel()
	pages := Pages()
	tag := get(t, pages, "/assets/js/dom.js").Header().Get("Etag")
	if w := get(t, pages, "/assets/js/dom.js", "If-None-Match", tag); tag == "" || w.Code != http.StatusNotModified {
		t.Errorf("with the tag %q: status %d, want 304", tag, w.Code)
	}
}
