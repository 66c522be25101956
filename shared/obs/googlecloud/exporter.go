package googlecloud

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"

	monitoring "cloud.google.com/go/monitoring/apiv3/v2"
	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	cloudtrace "cloud.google.com/go/trace/apiv2"
	"cloud.google.com/go/trace/apiv2/tracepb"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/api/option"

	"github.com/trakstar/hire-gmail/shared/obs"
)

// Options of an Exporter. All but the clients' are needed.
type Options struct {
	Project  string
	Region   string
	Function string
	// Trace and Monitoring are options of the clients; nil for none.
	Trace, Monitoring []option.ClientOption
}

// Exporter is an obs.Exporter to Google Cloud.
type Exporter struct {
	project string
	// resource that figures are of. Its task is made up for each process.
	location, job, task string
	traces              *cloudtrace.Client
	figures             *monitoring.MetricClient
}

var _ obs.Exporter = (*Exporter)(nil)

// New makes an Exporter. It makes no call: the clients connect when they are first used.
func New(ctx context.Context, o Options) (*Exporter, error) {
	if o.Project == "" || o.Region == "" || o.Function == "" {
		return nil, errors.New("googlecloud: project, region and function are all needed")
	}
	ctx = context.WithoutCancel(ctx) // the clients outlive the request that they are made in
	var task [8]byte
	_, _ = rand.Read(task[:]) // never fails: it ends the process instead
	e := &Exporter{project: o.Project, location: o.Region, job: o.Function, task: hex.EncodeToString(task[:])}
	var err error
	if e.traces, err = cloudtrace.NewClient(ctx, o.Trace...); err != nil {
		return nil, fmt.Errorf("make client of Cloud Trace: %w", err)
	}
	if e.figures, err = monitoring.NewMetricClient(ctx, o.Monitoring...); err != nil {
		return nil, errors.Join(fmt.Errorf("make client of Cloud Monitoring: %w", err), e.traces.Close())
	}
	return e, nil
}

// Close ends the connections.
func (e *Exporter) Close() error { return errors.Join(e.traces.Close(), e.figures.Close()) }

// Most of what one call takes. For spans it is ours, to bound a call.
// Source: https://cloud.google.com/monitoring/api/ref_v3/rpc/google.monitoring.v3#createtimeseriesrequest
const (
	maxSpans  = 512
	maxSeries = 200
)

// Spans implements obs.Exporter.
func (e *Exporter) Spans(ctx context.Context, ended []sdktrace.ReadOnlySpan) error {
	for len(ended) > 0 {
		n := min(maxSpans, len(ended))
		r := &tracepb.BatchWriteSpansRequest{Name: "projects/" + e.project}
		for _, s := range ended[:n] {
			r.Spans = append(r.Spans, span(e.project, e.job, s))
		}
		if err := e.traces.BatchWriteSpans(ctx, r); err != nil {
			return fmt.Errorf("write spans: %w", err)
		}
		ended = ended[n:]
	}
	return nil
}

// Figures implements obs.Exporter.
func (e *Exporter) Figures(ctx context.Context, all metricdata.ResourceMetrics) error {
	series, err := e.series(all)
	if err != nil {
		return err
	}
	for len(series) > 0 {
		n := min(maxSeries, len(series))
		if err := e.figures.CreateTimeSeries(ctx, &monitoringpb.CreateTimeSeriesRequest{Name: "projects/" + e.project, TimeSeries: series[:n]}); err != nil {
			return fmt.Errorf("write time series: %w", err)
		}
		series = series[n:]
	}
	return nil
}
