package obs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/trakstar/hire-gmail/shared/obs"
)

// counts is an exporter that only counts.
type counts struct {
	mu             sync.Mutex
	spans, figures int
	inside         func() // while spans are exported
}

func (c *counts) Spans(_ context.Context, ended []sdktrace.ReadOnlySpan) error {
	if c.inside != nil {
		c.inside()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spans += len(ended)
	return nil
}

func (c *counts) Figures(context.Context, metricdata.ResourceMetrics) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.figures++
	return nil
}

// serve is one request.
func serve(t *obs.Telemetry, header string) obs.Trace {
	r := httptest.NewRequest("GET", "/", nil)
	if header != "" {
		r.Header.Set("Traceparent", header)
	}
	r, end := t.Request(r, "settings")
	defer end(obs.Answer{Status: 200})
	got, _ := obs.TraceOf(r.Context())
	return got
}

func TestRequestHasATrace(t *testing.T) {
	t.Parallel()
	of := func(ratio float64) *obs.Telemetry {
		out, err := obs.NewTelemetry(obs.TelemetryOptions{Ratio: ratio})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	const sampled, not = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
	for name, tt := range map[string]struct {
		telemetry *obs.Telemetry
		recorded  bool // whatever the caller says
	}{"nobody is told": {nil, false}, "none is recorded": {of(0), false}, "all are recorded": {of(1), true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, header := range []string{sampled, not, ""} {
				got := serve(tt.telemetry, header)
				if len(got.ID) != 32 || len(got.Span) != 16 || (header != "") != strings.Contains(header, got.ID) {
					t.Errorf("with %q the trace is %+v", header, got)
				}
				if tt.telemetry == nil {
					continue // what the caller says stays
				}
				if got.Sampled != tt.recorded || strings.Contains(header, got.Span) {
					t.Errorf("with %q the trace is %+v, want a span of its own, recorded: %v", header, got, tt.recorded)
				}
			}
		})
	}
	if a, b := serve(nil, ""), serve(nil, ""); a.ID == b.ID {
		t.Error("two requests have one trace")
	}
}

// A part of all traces is recorded, each whole or not at all, whichever process it comes to.
func TestTracesAreRecordedWhole(t *testing.T) {
	t.Parallel()
	var processes [2]*obs.Telemetry
	for i := range processes {
		var err error
		if processes[i], err = obs.NewTelemetry(obs.TelemetryOptions{Ratio: 0.5}); err != nil {
			t.Fatal(err)
		}
	}
	recorded := 0
	for range 200 {
		first := serve(processes[0], "")
		second := serve(processes[1], obs.Traceparent(obs.WithTrace(t.Context(), first)))
		if first.ID != second.ID || first.Sampled != second.Sampled {
			t.Fatalf("%+v goes on as %+v", first, second)
		}
		if first.Sampled {
			recorded++
		}
	}
	if recorded < 50 || recorded > 150 {
		t.Errorf("%d of 200 are recorded", recorded)
	}
}

func TestFinishWaitsUntilFiguresMayComeAgain(t *testing.T) {
	t.Parallel()
	var slept []time.Duration
	var awake error
	sink := &counts{}
	now := time.Now()
	tel, err := obs.NewTelemetry(obs.TelemetryOptions{
		Ratio: 1, Now: func() time.Time { return now }, Open: func(context.Context) (obs.Exporter, error) { return sink, nil },
		Sleep: func(_ context.Context, d time.Duration) error {
			slept = append(slept, d)
			return awake
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	serve(tel, "")
	tel.Finish(t.Context())
	if len(slept) != 0 || sink.figures != 1 {
		t.Errorf("without an export before it sleeps %v and sends %d times", slept, sink.figures)
	}
	now = now.Add(time.Second)
	tel.Finish(t.Context())
	if len(slept) != 1 || slept[0] < 4*time.Second || slept[0] > 5*time.Second || sink.figures != 2 {
		t.Errorf("a second after an export it sleeps %v and sends %d times", slept, sink.figures)
	}
	serve(tel, "")
	awake = context.DeadlineExceeded
	tel.Finish(t.Context())
	if sink.figures != 2 || sink.spans != 2 {
		t.Errorf("without the time to wait it sends %d spans and figures %d times, want the spans alone", sink.spans, sink.figures)
	}
}

// Whoever comes while another exports does not wait.
func TestOneExportAtATime(t *testing.T) {
	t.Parallel()
	now := time.Now()
	sink := &counts{}
	tel, err := obs.NewTelemetry(obs.TelemetryOptions{Ratio: 1, Now: func() time.Time { return now }, Open: func(context.Context) (obs.Exporter, error) { return sink, nil }})
	if err != nil {
		t.Fatal(err)
	}
	sink.inside = func() {
		sink.inside = nil
		serve(tel, "") // would never return, if it waited
	}
	now = now.Add(obs.ExportEvery)
	serve(tel, "")
	if sink.spans != 1 || sink.figures != 1 {
		t.Errorf("%d spans, figures %d times", sink.spans, sink.figures)
	}
}

func TestExporterIsMadeAnewAfterAFailure(t *testing.T) {
	t.Parallel()
	now := time.Now()
	sink := &counts{}
	var log bytes.Buffer
	opened := 0
	tel, err := obs.NewTelemetry(obs.TelemetryOptions{
		Ratio: 1, Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Open: func(context.Context) (obs.Exporter, error) {
			if opened++; opened == 1 {
				return nil, errors.New("no credentials")
			}
			return sink, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		now = now.Add(obs.ExportEvery)
		serve(tel, "")
	}
	if opened != 2 || sink.spans != 2 || !strings.Contains(log.String(), "no credentials") {
		t.Errorf("opened %d times, %d spans sent; logged %s", opened, sink.spans, &log)
	}
}

// More spans than can wait are dropped, and the log says how many.
func TestSpansAreBounded(t *testing.T) {
	t.Parallel()
	sink := &counts{}
	var log bytes.Buffer
	tel, err := obs.NewTelemetry(obs.TelemetryOptions{
		Ratio: 1, Log: slog.New(slog.NewTextHandler(&log, nil)), Open: func(context.Context) (obs.Exporter, error) { return sink, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	r, end := tel.Request(httptest.NewRequest("GET", "/", nil), "syncmailbox")
	for range 5000 {
		_, span := obs.Start(r.Context(), "store")
		obs.End(span, nil, "")
	}
	end(obs.Answer{Status: 204})
	if sink.spans != 4097 || !strings.Contains(log.String(), "spans=904") {
		t.Errorf("%d spans sent, want all that have room and the request's own; logged %s", sink.spans, &log)
	}
}

func TestRatioIsChecked(t *testing.T) {
	t.Parallel()
	for _, ratio := range []float64{-0.1, 1.1} {
		if _, err := obs.NewTelemetry(obs.TelemetryOptions{Ratio: ratio}); err == nil {
			t.Errorf("the ratio %v is taken", ratio)
		}
	}
}
