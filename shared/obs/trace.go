package obs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// Trace names a request across the services it passes.
type Trace struct {
	ID      string // 32 hexadecimal digits
	Span    string // 16 hexadecimal digits
	Sampled bool
}

type traceKey struct{}

// WithTrace puts a trace into a context.
func WithTrace(ctx context.Context, t Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

// TraceOf is the trace of a context, if it has one.
func TraceOf(ctx context.Context) (Trace, bool) {
	t, ok := ctx.Value(traceKey{}).(Trace)
	return t, ok
}

// Request gives a request its trace: the one that its context has, the one in its headers, or a new one. Callers choose the headers, so only
// hexadecimal digits of the right number are taken from them.
func Request(r *http.Request) *http.Request {
	ctx := r.Context()
	if _, ok := TraceOf(ctx); ok {
		return r
	}
	t, ok := fromTraceparent(r.Header.Get("Traceparent"))
	if !ok {
		t, ok = fromCloudTrace(r.Header.Get("X-Cloud-Trace-Context"))
	}
	if !ok {
		t = newTrace()
	}
	return r.WithContext(WithTrace(ctx, t))
}

var traceparent = regexp.MustCompile(`^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$`)

// fromTraceparent reads W3C's header: "00-<trace>-<span>-<flags>".
// Source: https://www.w3.org/TR/trace-context/#traceparent-header
func fromTraceparent(s string) (Trace, bool) {
	m := traceparent.FindStringSubmatch(s)
	if m == nil || strings.HasPrefix(s, "ff") || strings.Trim(m[1], "0") == "" || strings.Trim(m[2], "0") == "" {
		return Trace{}, false
	}
	flags, err := strconv.ParseUint(m[3], 16, 8)
	return Trace{ID: m[1], Span: m[2], Sampled: flags&1 == 1}, err == nil
}

var cloudTrace = regexp.MustCompile(`^([0-9a-f]{32})(?:/([0-9]{1,20}))?(?:;o=([0-9]))?$`)

// fromCloudTrace reads Google's older header: "<trace>/<span, decimal>;o=<sampled>".
// Source: https://cloud.google.com/trace/docs/trace-context
func fromCloudTrace(s string) (Trace, bool) {
	m := cloudTrace.FindStringSubmatch(s)
	if m == nil || strings.Trim(m[1], "0") == "" {
		return Trace{}, false
	}
	t := Trace{ID: m[1], Sampled: m[3] == "1"}
	if span, err := strconv.ParseUint(m[2], 10, 64); err == nil && span != 0 {
		t.Span = fmt.Sprintf("%016x", span)
	}
	return t, true
}

func newTrace() Trace {
	var b [24]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return Trace{ID: hex.EncodeToString(b[:16]), Span: hex.EncodeToString(b[16:])}
}
