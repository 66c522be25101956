package functions_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/trakstar/hire-gmail/shared/obs"
)

// told is what a service tells of itself: each span, and the figures.
type told struct {
	t         testing.TB
	telemetry *obs.Telemetry
	recorder  *tracetest.SpanRecorder
	reader    *metric.ManualReader
}

func listen(t testing.TB) *told {
	t.Helper()
	out := &told{t: t, recorder: tracetest.NewSpanRecorder(), reader: metric.NewManualReader()}
	var err error
	out.telemetry, err = obs.NewTelemetry(obs.TelemetryOptions{Ratio: 1, Readers: []metric.Reader{out.reader}, Recorders: []sdktrace.SpanProcessor{out.recorder}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// figure is a figure of one set of attributes: its value, or the sum of a distribution and how many it has.
type figure struct {
	name, of   string // of: "found_by=push"; "" without attributes
	value      float64
	count      uint64
	definition string // with everything that stands in it, for looking for what must not
}

func (f figure) String() string { return strings.TrimSpace(f.name + " " + f.of) }

// all are the figures as they stand.
func (l *told) all() (out []figure) {
	l.t.Helper()
	var all metricdata.ResourceMetrics
	if err := l.reader.Collect(context.Background(), &all); err != nil {
		l.t.Fatal(err)
	}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			add := func(attrs attribute.Set, value float64, count uint64) {
				out = append(out, figure{m.Name, attrs.Encoded(attribute.DefaultEncoder()), value, count, fmt.Sprintf("%s %s %q", m.Name, m.Unit, m.Description)})
			}
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, float64(p.Value), 0)
				}
			case metricdata.Gauge[int64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, float64(p.Value), 0)
				}
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, float64(p.Sum), p.Count)
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, p.Sum, p.Count)
				}
			default:
				l.t.Errorf("%s is a %T", m.Name, data)
			}
		}
	}
	return out
}

// sums are the figures added up over their attributes.
func (l *told) sums() map[string]float64 {
	out := map[string]float64{}
	for _, f := range l.all() {
		out[f.name] += f.value
	}
	return out
}

// since remembers the figures, and gives what has been added since: of a distribution to its sum and, under its name and "count", to its number.
func (l *told) since() func() map[string]float64 {
	now := func() map[string]float64 {
		out := map[string]float64{}
		for _, f := range l.all() {
			out[f.String()] = f.value
			out[f.String()+" count"] = float64(f.count)
		}
		return out
	}
	before := now()
	return func() map[string]float64 {
		out := now()
		for name, value := range before {
			out[name] -= value
		}
		maps.DeleteFunc(out, func(_ string, value float64) bool { return value == 0 })
		return out
	}
}

// figures is all that stands in the figures, a line each.
func (l *told) figures() string {
	var b strings.Builder
	for _, f := range l.all() {
		fmt.Fprintln(&b, f.definition, f.of)
	}
	return b.String()
}

// spans is all that stands in spans, a line each.
func (l *told) spans() string {
	var b strings.Builder
	for _, s := range l.recorder.Ended() {
		fmt.Fprintf(&b, "%s %s %q", s.Name(), s.Status().Code, s.Status().Description)
		for _, a := range s.Attributes() {
			fmt.Fprintf(&b, " %s=%s", a.Key, a.Value.String())
		}
		for _, e := range s.Events() {
			fmt.Fprintf(&b, " event %s %v", e.Name, e.Attributes)
		}
		fmt.Fprintf(&b, " links %d\n", len(s.Links()))
	}
	return b.String()
}

// ofCaller gives the spans of the caller's trace that have ended, by name.
func (l *told) ofCaller() map[string][]sdktrace.ReadOnlySpan {
	out := map[string][]sdktrace.ReadOnlySpan{}
	for _, s := range l.recorder.Ended() {
		if s.SpanContext().TraceID().String() == callersTrace {
			out[s.Name()] = append(out[s.Name()], s)
		}
	}
	return out
}
