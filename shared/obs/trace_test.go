package obs_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/obs"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	const id = "0af7651916cd43dd8448eb211c80319c"
	tests := []struct {
		name, header, value string
		want                obs.Trace // zero: none
	}{
		{"W3C, sampled", "Traceparent", "00-" + id + "-b7ad6b7169203331-01", obs.Trace{ID: id, Span: "b7ad6b7169203331", Sampled: true}},
		{"W3C, not sampled", "Traceparent", "00-" + id + "-b7ad6b7169203331-00", obs.Trace{ID: id, Span: "b7ad6b7169203331"}},
		{"W3C, a later version", "Traceparent", "01-" + id + "-b7ad6b7169203331-03-more", obs.Trace{ID: id, Span: "b7ad6b7169203331", Sampled: true}},
		{"W3C, invalid version", "Traceparent", "ff-" + id + "-b7ad6b7169203331-01", obs.Trace{}},
		{"W3C, zero", "Traceparent", "00-" + strings.Repeat("0", 32) + "-b7ad6b7169203331-01", obs.Trace{}},
		{"W3C, zero span", "Traceparent", "00-" + id + "-0000000000000000-01", obs.Trace{}},
		{"W3C, capitals", "Traceparent", "00-" + strings.ToUpper(id) + "-b7ad6b7169203331-01", obs.Trace{}},
		{"W3C, an attempt to write a log line", "Traceparent", "00-" + id + "-b7ad6b7169203331-01\n{\"severity\":\"ERROR\"}", obs.Trace{}},
		{"Google, whole", "X-Cloud-Trace-Context", id + "/255;o=1", obs.Trace{ID: id, Span: "00000000000000ff", Sampled: true}},
		{"Google, trace alone", "X-Cloud-Trace-Context", id, obs.Trace{ID: id}},
		{"Google, span too large", "X-Cloud-Trace-Context", id + "/99999999999999999999;o=0", obs.Trace{ID: id}},
		{"Google, short", "X-Cloud-Trace-Context", "abc/1", obs.Trace{}},
		{"Google, rubbish", "X-Cloud-Trace-Context", "../../etc", obs.Trace{}},
		{"none", "X-Other", "", obs.Trace{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set(tt.header, tt.value)
			r = obs.Request(r)
			got, ok := obs.TraceOf(r.Context())
			if got != tt.want || ok != (tt.want != obs.Trace{}) {
				t.Errorf("trace %+v (%v), want %+v", got, ok, tt.want)
			}
			r.Header.Set("Traceparent", "00-ffffffffffffffffffffffffffffffff-b7ad6b7169203331-01")
			if again, _ := obs.TraceOf(obs.Request(r).Context()); ok && again != got {
				t.Errorf("a second time: %+v, want the same", again)
			}
		})
	}
}

// What one process tells another of a trace, that one goes on with.
func TestTraceparentGoesOn(t *testing.T) {
	t.Parallel()
	for _, want := range []obs.Trace{trace, {ID: trace.ID, Span: trace.Span}} {
		said := obs.Traceparent(obs.WithTrace(t.Context(), want))
		if got, ok := obs.TraceOf(obs.Continue(context.Background(), said)); !ok || got != want {
			t.Errorf("%q is read as %+v, want %+v", said, got, want)
		}
	}
	if said := obs.Traceparent(t.Context()); said != "" {
		t.Errorf("without a trace it is %q", said)
	}
	for _, wrong := range []obs.Trace{{}, {ID: "abc", Span: trace.Span}, {ID: strings.Repeat("0", 32), Span: trace.Span}} {
		if got, ok := obs.TraceOf(obs.WithTrace(t.Context(), wrong)); ok {
			t.Errorf("%+v is taken as %+v", wrong, got)
		}
	}
	if got, _ := obs.TraceOf(obs.Continue(obs.WithTrace(t.Context(), trace), "nonsense")); got != trace {
		t.Errorf("nonsense makes it %+v", got)
	}
	if got, _ := obs.TraceOf(obs.Quietly(obs.WithTrace(t.Context(), trace))); got != trace {
		t.Errorf("quiet work has the trace %+v", got)
	}
	if _, ok := obs.TraceOf(obs.Apart(obs.WithTrace(t.Context(), trace))); ok {
		t.Error("work that is apart has a trace")
	}
}
