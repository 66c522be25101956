package obs

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/googleapis/gax-go/v2"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	noopmetric "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	nooptrace "go.opentelemetry.io/otel/trace/noop"
)

// scope is the name under which all spans and figures stand.
const scope = "github.com/trakstar/hire-gmail"

const (
	// ExportEvery is how long after one export the next may come. Each is paid for by the figures in it, and Cloud Monitoring takes a figure once in five seconds.
	ExportEvery = time.Minute
	// exportWithin bounds an export at the end of a request, whose answer waits for it.
	exportWithin = 2 * time.Second
	// figuresApart is what must lie between two exports of figures even when the process ends: Cloud Monitoring's five seconds, and a little for the network.
	// Source: https://cloud.google.com/monitoring/quotas#custom_metrics_quotas
	figuresApart = 5500 * time.Millisecond
	// maxSpans is how many ended spans wait at most for their export; those beyond are dropped, and counted in the log. Of requests themselves, which end last, rootSpans more
	// are kept.
	maxSpans  = 4096
	rootSpans = 256
	// manySpans is how many of them are exported before their time.
	manySpans = 512
)

// Exporter sends what a process tells to where it is kept. It is called by one goroutine at a time for each of its methods.
type Exporter interface {
	Spans(ctx context.Context, ended []sdktrace.ReadOnlySpan) error
	Figures(ctx context.Context, all metricdata.ResourceMetrics) error
}

// TelemetryOptions of a Telemetry.
type TelemetryOptions struct {
	// Open makes the exporter, at the first export; nil: nothing is exported.
	Open func(ctx context.Context) (Exporter, error)
	// Ratio is the part of all traces that is recorded, from 0 to 1. Which ones, their id alone says: so a trace is recorded in every process that it passes, or in none,
	// whatever callers say.
	Ratio float64
	// Readers and Recorders are told as well: a page, tests.
	Readers   []sdkmetric.Reader
	Recorders []sdktrace.SpanProcessor
	Now       func() time.Time                                 // of exports; nil: the machine's
	Sleep     func(ctx context.Context, d time.Duration) error // before a last export that would come too soon; nil is a real timer
	Log       *slog.Logger                                     // nil: none
}

// Telemetry is where a process tells its traces and figures. It has no goroutine of its own, since a function has no CPU after its answer: what has gathered is sent at the
// end of a request, if the last time is long enough ago, and by Finish when the process ends. A nil Telemetry tells nobody, and still gives each request its trace.
type Telemetry struct {
	traces trace.TracerProvider
	meters metric.MeterProvider
	open   func(ctx context.Context) (Exporter, error)
	now    func() time.Time
	sleep  func(ctx context.Context, d time.Duration) error
	log    *slog.Logger
	ended  spans
	reader *sdkmetric.ManualReader

	mu       sync.Mutex // held by who exports
	exporter Exporter
	at       time.Time // of the last export, or when the process began
	figures  time.Time // of the last export of figures, as they were read
}

// NewTelemetry makes a Telemetry. It makes no call.
func NewTelemetry(o TelemetryOptions) (*Telemetry, error) {
	if o.Ratio < 0 || o.Ratio > 1 {
		return nil, errors.New("obs: the ratio of traces is from 0 to 1")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = gax.Sleep
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	t := &Telemetry{open: o.Open, now: o.Now, sleep: o.Sleep, log: o.Log, reader: sdkmetric.NewManualReader(), at: o.Now()}
	traces := []sdktrace.TracerProviderOption{sdktrace.WithSampler(sdktrace.TraceIDRatioBased(o.Ratio))}
	meters := []sdkmetric.Option{sdkmetric.WithExemplarFilter(exemplar.AlwaysOffFilter)}
	if o.Open != nil {
		traces = append(traces, sdktrace.WithSpanProcessor(&t.ended))
		meters = append(meters, sdkmetric.WithReader(t.reader))
	}
	for _, r := range o.Recorders {
		traces = append(traces, sdktrace.WithSpanProcessor(r))
	}
	for _, r := range o.Readers {
		meters = append(meters, sdkmetric.WithReader(r))
	}
	t.traces, t.meters = sdktrace.NewTracerProvider(traces...), sdkmetric.NewMeterProvider(meters...)
	return t, nil
}

// Meters is what figures are told to.
func (t *Telemetry) Meters() metric.MeterProvider {
	if t == nil {
		return noopmetric.NewMeterProvider()
	}
	return t.meters
}

func (t *Telemetry) tracer() trace.Tracer {
	if t == nil {
		return nooptrace.NewTracerProvider().Tracer(scope)
	}
	return t.traces.Tracer(scope)
}

// Answer is what became of a request.
type Answer struct {
	Route  string // the pattern of the operation; "" where it is none
	Status int    // of HTTP
	Code   string // of the problem; "" where there is none
}

// Request begins the span of a request to a function: within the trace that its headers name, else a new one. end is to be called when the request has been dealt with, and
// before its handler returns; it may send what has gathered.
func (t *Telemetry) Request(r *http.Request, function string) (_ *http.Request, end func(Answer)) {
	r = Request(r)
	ctx, span := t.tracer().Start(r.Context(), function, trace.WithSpanKind(trace.SpanKindServer))
	if !span.SpanContext().HasTraceID() {
		ctx = withNewTrace(ctx)
	}
	return r.WithContext(ctx), func(a Answer) {
		if a.Route != "" {
			span.SetName(function + " " + a.Route)
		}
		span.SetAttributes(attribute.Int("http.response.status_code", a.Status))
		if a.Code != "" {
			span.SetAttributes(attribute.String("hire.code", a.Code))
		}
		if a.Status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, a.Code)
		}
		span.End()
		t.exportIfDue(ctx)
	}
}

// exportIfDue exports what has gathered, if it is time; whoever comes while another exports goes on without. It bounds its time itself, and a failure is only logged.
func (t *Telemetry) exportIfDue(ctx context.Context) {
	if t == nil || t.open == nil || !t.mu.TryLock() {
		return
	}
	defer t.mu.Unlock()
	due := t.now().Sub(t.at) >= ExportEvery
	if !due && t.ended.waiting() < manySpans {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exportWithin)
	defer cancel()
	t.export(ctx, due)
}

// Finish exports what is left. It waits for the time that two exports of figures must lie apart; ctx bounds it all.
func (t *Telemetry) Finish(ctx context.Context) {
	if t == nil || t.open == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	figures := true
	if wait := figuresApart - t.now().Sub(t.figures); !t.figures.IsZero() && wait > 0 {
		figures = t.sleep(ctx, wait) == nil
	}
	t.export(ctx, figures)
}

// export sends spans and, where it is their time, figures, at once.
func (t *Telemetry) export(ctx context.Context, figures bool) {
	ctx = Apart(ctx) // an export is part of no trace
	t.at = t.now()
	ended, dropped := t.ended.take()
	if dropped > 0 {
		t.log.WarnContext(ctx, "spans were dropped", "spans", dropped)
	}
	if t.exporter == nil {
		e, err := t.open(ctx)
		if err != nil {
			t.log.WarnContext(ctx, "telemetry can't be sent", "error", err, "spans_lost", len(ended))
			return
		}
		t.exporter = e
	}
	var wg sync.WaitGroup
	if len(ended) > 0 {
		wg.Go(func() {
			if err := t.exporter.Spans(ctx, ended); err != nil {
				t.log.WarnContext(ctx, "spans can't be sent", "error", err, "spans_lost", len(ended))
			}
		})
	}
	if figures {
		wg.Go(func() {
			if err := t.sendFigures(ctx); err != nil {
				t.log.WarnContext(ctx, "figures can't be sent; they are with the next ones", "error", err)
			}
		})
	}
	wg.Wait()
}

func (t *Telemetry) sendFigures(ctx context.Context) error {
	var all metricdata.ResourceMetrics
	if err := t.reader.Collect(ctx, &all); err != nil {
		return err
	}
	t.figures = t.now()
	return t.exporter.Figures(ctx, all)
}

// spans are those that have ended and wait for their export.
type spans struct {
	mu      sync.Mutex
	ended   []sdktrace.ReadOnlySpan
	dropped int
}

var _ sdktrace.SpanProcessor = (*spans)(nil)

// OnStart implements sdktrace.SpanProcessor.
func (*spans) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd implements sdktrace.SpanProcessor.
func (s *spans) OnEnd(span sdktrace.ReadOnlySpan) {
	if !span.SpanContext().IsSampled() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	room := maxSpans
	if parent := span.Parent(); !parent.IsValid() || parent.IsRemote() {
		room += rootSpans
	}
	if len(s.ended) >= room {
		s.dropped++
		return
	}
	s.ended = append(s.ended, span)
}

// Shutdown implements sdktrace.SpanProcessor.
func (*spans) Shutdown(context.Context) error { return nil }

// ForceFlush implements sdktrace.SpanProcessor.
func (*spans) ForceFlush(context.Context) error { return nil }

func (s *spans) waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ended)
}

func (s *spans) take() (ended []sdktrace.ReadOnlySpan, dropped int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ended, dropped = s.ended, s.dropped
	s.ended, s.dropped = nil, 0
	return ended, dropped
}
