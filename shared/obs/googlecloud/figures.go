package googlecloud

import (
	"fmt"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/genproto/googleapis/api/distribution"
	"google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/trakstar/hire-gmail/shared/obs"
)

// namespace of the resource that figures are of.
const namespace = "hire-gmail"

// TypeOf is the type that a figure has in Cloud Monitoring.
func TypeOf(name string) string { return "workload.googleapis.com/" + name }

// Descriptor is how Cloud Monitoring knows a figure. Whoever sets up alerts needs it before the first point is written.
type Descriptor struct {
	Type        string   `json:"type"`
	Kind        string   `json:"kind"`       // CUMULATIVE, GAUGE
	ValueType   string   `json:"value_type"` // INT64, DISTRIBUTION
	Unit        string   `json:"unit"`
	Description string   `json:"description"`
	Labels      []string `json:"labels"`
}

// Descriptors of all figures that a process tells.
func Descriptors() []Descriptor {
	var out []Descriptor
	for _, f := range obs.Figures() {
		d := Descriptor{Type: TypeOf(f.Name), Kind: "CUMULATIVE", ValueType: "INT64", Unit: f.Unit, Description: f.Description, Labels: append([]string{}, f.Attributes...)}
		switch f.Kind {
		case obs.Gauge:
			d.Kind = "GAUGE"
		case obs.Histogram:
			d.ValueType = "DISTRIBUTION"
		}
		out = append(out, d)
	}
	return out
}

// series are figures as time series, of one point each.
func (e *Exporter) series(all metricdata.ResourceMetrics) ([]*monitoringpb.TimeSeries, error) {
	var out []*monitoringpb.TimeSeries
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			add := func(attrs attribute.Set, kind metric.MetricDescriptor_MetricKind, value metric.MetricDescriptor_ValueType, p *monitoringpb.Point) {
				out = append(out, &monitoringpb.TimeSeries{
					Metric: &metric.Metric{Type: TypeOf(m.Name), Labels: labels(attrs)}, Resource: e.resource(), MetricKind: kind, ValueType: value,
					Points: []*monitoringpb.Point{p}, Unit: m.Unit,
				})
			}
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, metric.MetricDescriptor_CUMULATIVE, metric.MetricDescriptor_INT64, &monitoringpb.Point{Interval: since(p.StartTime, p.Time), Value: integer(p.Value)})
				}
			case metricdata.Gauge[int64]:
				for _, p := range data.DataPoints {
					at := &monitoringpb.TimeInterval{EndTime: timestamppb.New(p.Time)}
					add(p.Attributes, metric.MetricDescriptor_GAUGE, metric.MetricDescriptor_INT64, &monitoringpb.Point{Interval: at, Value: integer(p.Value)})
				}
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, metric.MetricDescriptor_CUMULATIVE, metric.MetricDescriptor_DISTRIBUTION, distributed(p))
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, metric.MetricDescriptor_CUMULATIVE, metric.MetricDescriptor_DISTRIBUTION, distributed(p))
				}
			default:
				return nil, fmt.Errorf("figure %s is a %T", m.Name, data)
			}
		}
	}
	return out, nil
}

func (e *Exporter) resource() *monitoredres.MonitoredResource {
	return &monitoredres.MonitoredResource{Type: "generic_task", Labels: map[string]string{
		"project_id": e.project, "location": e.location, "namespace": namespace, "job": e.job, "task_id": e.task,
	}}
}

func labels(attrs attribute.Set) map[string]string {
	out := map[string]string{}
	for _, a := range attrs.ToSlice() {
		out[string(a.Key)] = a.Value.String()
	}
	return out
}

// since is the time over which a cumulative figure has gathered. It ends after it begins, as Cloud Monitoring asks.
func since(start, end time.Time) *monitoringpb.TimeInterval {
	if least := start.Add(time.Millisecond); end.Before(least) {
		end = least
	}
	return &monitoringpb.TimeInterval{StartTime: timestamppb.New(start), EndTime: timestamppb.New(end)}
}

func integer(n int64) *monitoringpb.TypedValue {
	return &monitoringpb.TypedValue{Value: &monitoringpb.TypedValue_Int64Value{Int64Value: n}}
}

// distributed is a histogram as a distribution: a bucket up to the first bound, one up to each further, and one above the last. A value that is a bound itself counts with
// those below it, as OpenTelemetry has it; Cloud Monitoring would count it with those above.
func distributed[N int64 | float64](p metricdata.HistogramDataPoint[N]) *monitoringpb.Point {
	d := &distribution.Distribution{
		Count: int64(p.Count),
		BucketOptions: &distribution.Distribution_BucketOptions{Options: &distribution.Distribution_BucketOptions_ExplicitBuckets{
			ExplicitBuckets: &distribution.Distribution_BucketOptions_Explicit{Bounds: p.Bounds},
		}},
	}
	if p.Count > 0 {
		d.Mean = float64(p.Sum) / float64(p.Count)
	}
	for _, n := range p.BucketCounts {
		d.BucketCounts = append(d.BucketCounts, int64(n))
	}
	return &monitoringpb.Point{
		Interval: since(p.StartTime, p.Time), Value: &monitoringpb.TypedValue{Value: &monitoringpb.TypedValue_DistributionValue{DistributionValue: d}},
	}
}
