package googlecloudtest

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"cloud.google.com/go/trace/apiv2/tracepb"
	"google.golang.org/api/option"
	"google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// apart is what lies between two points of one time series, at least.
// Source: https://cloud.google.com/monitoring/quotas#custom_metrics_quotas
const apart = 5 * time.Second

// Server is a Cloud Trace and a Cloud Monitoring.
type Server struct {
	tracepb.UnimplementedTraceServiceServer
	monitoringpb.UnimplementedMetricServiceServer
	addr string

	mu     sync.Mutex
	fault  func(ctx context.Context, method string) error
	calls  map[string]int
	spans  []*tracepb.Span
	series map[string][]*monitoringpb.TimeSeries // the points of each, in their order
	kinds  map[string]string                     // of each type
}

// Start serves until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{calls: map[string]int{}, series: map[string][]*monitoringpb.TimeSeries{}, kinds: map[string]string{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	g := grpc.NewServer()
	tracepb.RegisterTraceServiceServer(g, s)
	monitoringpb.RegisterMetricServiceServer(g, s)
	done := make(chan error, 1)
	go func() { done <- g.Serve(l) }()
	t.Cleanup(func() {
		g.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

// Addr is the server's host:port.
func (s *Server) Addr() string { return s.addr }

// Options are those of a client of the server.
func (s *Server) Options() []option.ClientOption {
	return []option.ClientOption{
		option.WithEndpoint(s.addr), option.WithoutAuthentication(), option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}
}

// Fault makes calls fail with what f answers; nil lets them through. It may wait for ctx, which ends when the caller gives up.
func (s *Server) Fault(f func(ctx context.Context, method string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

func (s *Server) called(ctx context.Context, method string) error {
	s.mu.Lock()
	s.calls[method]++
	fault := s.fault
	s.mu.Unlock()
	if fault == nil {
		return nil
	}
	return fault(ctx, method)
}

// Calls is how often each method was called.
func (s *Server) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls)
}

// Spans are those that have come, in their order.
func (s *Server) Spans() []*tracepb.Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.spans)
}

// Series are the last points of all time series of a type, by what tells them apart.
func (s *Server) Series(kind string) (out []*monitoringpb.TimeSeries) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.series)) {
		if all := s.series[name]; all[0].Metric.Type == kind {
			out = append(out, all[len(all)-1])
		}
	}
	return out
}

// Types are the types that points have come of.
func (s *Server) Types() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.kinds))
}

// BatchWriteSpans implements Cloud Trace.
func (s *Server) BatchWriteSpans(ctx context.Context, r *tracepb.BatchWriteSpansRequest) (*emptypb.Empty, error) {
	if err := s.called(ctx, "BatchWriteSpans"); err != nil {
		return nil, err
	}
	for _, span := range r.Spans {
		switch {
		case !strings.HasPrefix(span.Name, r.Name+"/traces/") || !strings.HasSuffix(span.Name, "/spans/"+span.SpanId):
			return nil, status.Errorf(codes.InvalidArgument, "The name %q is not that of a span of %s.", span.Name, r.Name)
		case span.DisplayName.GetValue() == "" || len(span.DisplayName.Value) > 128:
			return nil, status.Errorf(codes.InvalidArgument, "The display name %q is empty or too long.", span.DisplayName.GetValue())
		case span.StartTime == nil || span.EndTime == nil || span.EndTime.AsTime().Before(span.StartTime.AsTime()):
			return nil, status.Error(codes.InvalidArgument, "The span ends before it begins.")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spans = append(s.spans, r.Spans...)
	return &emptypb.Empty{}, nil
}

// CreateTimeSeries implements Cloud Monitoring.
func (s *Server) CreateTimeSeries(ctx context.Context, r *monitoringpb.CreateTimeSeriesRequest) (*emptypb.Empty, error) {
	if err := s.called(ctx, "CreateTimeSeries"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(r.TimeSeries) > 200 {
		return nil, status.Error(codes.InvalidArgument, "More than 200 time series.")
	}
	seen := map[string]bool{}
	for _, ts := range r.TimeSeries {
		name, err := s.check(ts)
		if err == nil && seen[name] {
			err = fmt.Errorf("duplicate time series: %s", name)
		}
		if err != nil {
			return nil, status.Error(codes.InvalidArgument, err.Error())
		}
		seen[name] = true
	}
	for _, ts := range r.TimeSeries {
		name := nameOf(ts)
		s.series[name] = append(s.series[name], proto.Clone(ts).(*monitoringpb.TimeSeries))
		s.kinds[ts.Metric.Type] = ts.MetricKind.String() + ts.ValueType.String() + ts.Unit
	}
	return &emptypb.Empty{}, nil
}

func nameOf(ts *monitoringpb.TimeSeries) string {
	return fmt.Sprint(ts.Metric.Type, ts.Metric.Labels, ts.Resource.Type, ts.Resource.Labels)
}

// check says why a point can't be taken.
func (s *Server) check(ts *monitoringpb.TimeSeries) (name string, err error) {
	name = nameOf(ts)
	if len(ts.Points) != 1 || !strings.HasPrefix(ts.Metric.Type, "workload.googleapis.com/") {
		return name, fmt.Errorf("%s has %d points", name, len(ts.Points))
	}
	if ts.Resource.Type != "generic_task" || ts.Resource.Labels["job"] == "" || ts.Resource.Labels["task_id"] == "" || ts.Resource.Labels["location"] == "" {
		return name, fmt.Errorf("the resource of %s is incomplete", name)
	}
	if kind := ts.MetricKind.String() + ts.ValueType.String() + ts.Unit; s.kinds[ts.Metric.Type] != "" && s.kinds[ts.Metric.Type] != kind {
		return name, fmt.Errorf("%s is a %s, and was a %s", ts.Metric.Type, kind, s.kinds[ts.Metric.Type])
	}
	p := ts.Points[0]
	if ts.MetricKind == metric.MetricDescriptor_CUMULATIVE && !p.Interval.EndTime.AsTime().After(p.Interval.StartTime.AsTime()) {
		return name, fmt.Errorf("the interval of %s ends before it begins", name)
	}
	if d := p.Value.GetDistributionValue(); d != nil {
		var sum int64
		for _, n := range d.BucketCounts {
			sum += n
		}
		if bounds := d.BucketOptions.GetExplicitBuckets().GetBounds(); sum != d.Count || len(d.BucketCounts) != len(bounds)+1 {
			return name, fmt.Errorf("the buckets of %s hold %d of %d values", name, sum, d.Count)
		}
	}
	if all := s.series[name]; len(all) > 0 {
		if last := all[len(all)-1].Points[0].Interval.EndTime.AsTime(); p.Interval.EndTime.AsTime().Sub(last) < apart {
			return name, fmt.Errorf("points were written more frequently than the maximum sampling period configured for the metric %s", name)
		}
	}
	return name, nil
}
