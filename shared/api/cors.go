package api

import (
	"net/http"

	"github.com/trakstar/hire-gmail/shared/hire"
)

const (
	corsRequestHeaders = "Authorization, Content-Type, Idempotency-Key, If-None-Match, If-Range, Range, Traceparent"
	corsExposedHeaders = "Accept-Ranges, Content-Disposition, Content-Range, ETag, Next-Page-Token, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, WWW-Authenticate"
	corsMaxAge         = "600" // seconds
)

// WithCORS lets pages of these origins call, from browsers, and no others. Callers show a token that their page holds; cookies are never sent along.
func (rt *Router) WithCORS(origins []string) *Router {
	rt.origins = map[string]bool{}
	for _, o := range origins {
		rt.origins[o] = true
	}
	return rt
}

// cors sets the headers for a page of another origin, and answers its preflight; it returns whether it has answered.
// Source: https://fetch.spec.whatwg.org/#http-cors-protocol
func (rt *Router) cors(w *response, r *http.Request) bool {
	if len(rt.origins) == 0 {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	allowed := rt.origins[origin]
	if allowed {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", corsExposedHeaders)
	}
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	if !allowed {
		rt.refuse(w, r, hire.Err(hire.CodeForbidden, "Pages of this origin may not call. Name it in ALLOWED_ORIGINS."))
		return true
	}
	own, _ := rt.mux.Handler(r)
	methods := allow(own, r)
	if methods == "" {
		rt.refuse(w, r, hire.Err(hire.CodeNotFound))
		return true
	}
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Allow-Headers", corsRequestHeaders)
	h.Set("Access-Control-Max-Age", corsMaxAge)
	w.WriteHeader(http.StatusNoContent)
	return true
}
