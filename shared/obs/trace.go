package obs

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Trace names a request across the services it passes.
type Trace struct {
	ID      string // 32 hexadecimal digits
	Span    string // 16 hexadecimal digits; "" where only the trace is known
	Sampled bool
}

// TraceOf is the trace of a context, if it has one, with the span that it is in.
func TraceOf(ctx context.Context) (Trace, bool) {
	sc := trace.SpanContextFromContext(ctx)
	if !sc.HasTraceID() {
		return Trace{}, false
	}
	t := Trace{ID: sc.TraceID().String(), Sampled: sc.IsSampled()}
	if sc.HasSpanID() {
		t.Span = sc.SpanID().String()
	}
	return t, true
}

// WithTrace makes a context part of a trace that has come from elsewhere. Of one that is not made of hexadecimal digits of the right number nothing is taken.
func WithTrace(ctx context.Context, t Trace) context.Context {
	var c trace.SpanContextConfig
	id, err := trace.TraceIDFromHex(t.ID)
	if err != nil {
		return ctx
	}
	c.TraceID, c.Remote = id, true
	if span, err := trace.SpanIDFromHex(t.Span); err == nil {
		c.SpanID = span
	}
	if t.Sampled {
		c.TraceFlags = trace.FlagsSampled
	}
	return trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(c))
}

// HeaderTraceparent is W3C's header, by which a trace goes on in another process.
const HeaderTraceparent = "Traceparent"

// Traceparent is W3C's text for where a context is in its trace; "" where it has none. It is what a task, an event and a row of the outbox carry.
func Traceparent(ctx context.Context) string {
	sc := trace.SpanContextFromContext(ctx)
	if !sc.IsValid() {
		return ""
	}
	return fmt.Sprintf("00-%s-%s-%s", sc.TraceID(), sc.SpanID(), sc.TraceFlags()&trace.FlagsSampled)
}

// Continue makes a context go on with the trace that Traceparent has told; it stays as it is where that is none.
func Continue(ctx context.Context, traceparent string) context.Context {
	if t, ok := fromTraceparent(traceparent); ok {
		return WithTrace(ctx, t)
	}
	return ctx
}

// Apart takes a context out of its trace, for work that is to have one of its own.
func Apart(ctx context.Context) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.SpanContext{})
}

// Quietly makes a context in which no spans are recorded, for work of which there is too much. It stays in its trace, and so do its lines in the log.
func Quietly(ctx context.Context) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.SpanContextFromContext(ctx))
}

// Start begins a span within the one that the context is in; without such a one, it does nothing. The name says what kind of work it is, never on what: it has no ids. An
// attribute may be an id of Hire's or a count, and nothing that a log may not have.
func Start(ctx context.Context, name string, attrs ...attribute.KeyValue) (context.Context, trace.Span) {
	return trace.SpanFromContext(ctx).TracerProvider().Tracer(scope).Start(ctx, name, trace.WithAttributes(attrs...))
}

// StartIn begins a span in the trace that Traceparent has told, where it has told one, and else within that of the context. It is recorded where the context's would be.
func StartIn(ctx context.Context, traceparent, name string, attrs ...attribute.KeyValue) (context.Context, trace.Span) {
	tracer := trace.SpanFromContext(ctx).TracerProvider().Tracer(scope)
	return tracer.Start(Continue(ctx, traceparent), name, trace.WithAttributes(attrs...))
}

// End ends a span, as failed with an error. What the error says stays out, since it may quote a mail: kind is one of the code's own words for it.
func End(span trace.Span, err error, kind string) {
	if err != nil {
		span.SetStatus(codes.Error, kind)
	}
	span.End()
}

// Request gives a request the trace in its headers, where its context has none yet. Callers choose the headers, so only hexadecimal digits of the right number are taken
// from them.
func Request(r *http.Request) *http.Request {
	ctx := r.Context()
	if _, ok := TraceOf(ctx); ok {
		return r
	}
	t, ok := fromTraceparent(r.Header.Get(HeaderTraceparent))
	if !ok {
		t, ok = fromCloudTrace(r.Header.Get("X-Cloud-Trace-Context"))
	}
	if !ok {
		return r
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

// withNewTrace gives a context a trace of its own, so that its lines in the log are found together where nobody records spans.
func withNewTrace(ctx context.Context) context.Context {
	var c trace.SpanContextConfig
	_, _ = rand.Read(c.TraceID[:]) // never fails: it ends the process instead
	_, _ = rand.Read(c.SpanID[:])
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(c))
}
