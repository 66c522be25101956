package pubsubtest

import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

// Relay stands between a push subscription of the emulator and a function. Google's Pub/Sub signs a push with the token of the subscription's service account; the
// emulator takes that setting and sends no Authorization. So the relay passes the request on with a token of sign's making, and answers with the function's answer;
// where the function does not answer, with 502.
func Relay(function *url.URL, audience, email string, sign func(audience, email string) string) http.Handler {
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		target := *function
		r.Out.URL, r.Out.Host = &target, target.Host
		r.Out.Header.Set("Authorization", "Bearer "+sign(audience, email))
	}}
}
