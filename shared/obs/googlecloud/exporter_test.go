package googlecloud_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"cloud.google.com/go/trace/apiv2/tracepb"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/obs/googlecloud"
	"github.com/trakstar/hire-gmail/shared/obs/googlecloud/googlecloudtest"
)

// process is one that tells a Google Cloud what it does, by a clock of its own.
type process struct {
	*obs.Telemetry
	metrics *obs.Metrics
	now     time.Time
	log     bytes.Buffer
}

func newProcess(t *testing.T, s *googlecloudtest.Server) *process {
	t.Helper()
	p := &process{now: time.Now()}
	var err error
	p.Telemetry, err = obs.NewTelemetry(obs.TelemetryOptions{
		Ratio: 1, Now: func() time.Time { return p.now }, Log: slog.New(slog.NewTextHandler(&p.log, nil)),
		Open: func(ctx context.Context) (obs.Exporter, error) {
			e, err := googlecloud.New(ctx, googlecloud.Options{Project: "p", Region: "europe-west1", Function: "gmailnotify", Trace: s.Options(), Monitoring: s.Options()})
			if err != nil {
				return nil, err
			}
			t.Cleanup(func() {
				if err := e.Close(); err != nil {
					t.Error(err)
				}
			})
			return e, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if p.metrics, err = obs.NewMetrics(p.Meters()); err != nil {
		t.Fatal(err)
	}
	return p
}

const incoming = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"

// serve is a request that does what work does.
func (p *process) serve(a obs.Answer, work func(ctx context.Context)) {
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Traceparent", incoming)
	r, end := p.Request(r, "gmailnotify")
	work(r.Context())
	end(a)
}

func TestSpansComeToCloudTrace(t *testing.T) {
	t.Parallel()
	s := googlecloudtest.Start(t)
	p := newProcess(t, s)
	p.now = p.now.Add(time.Minute)
	p.serve(obs.Answer{Route: "POST /{$}", Status: 503, Code: "unavailable"}, func(ctx context.Context) {
		ctx = obs.WithMailbox(ctx, "acme", "rita")
		_, span := obs.Start(ctx, "gmail history.list", attribute.Int("gmail.units", 2), attribute.Bool("x", true), attribute.String("long", strings.Repeat("é", 200)))
		obs.End(span, errors.New("rita@acme.example"), "unavailable")
	})
	got := s.Spans()
	if len(got) != 2 {
		t.Fatalf("%d spans", len(got))
	}
	call, request := got[0], got[1]
	const trace = "projects/p/traces/0af7651916cd43dd8448eb211c80319c/spans/"
	if request.Name != trace+request.SpanId || call.Name != trace+call.SpanId {
		t.Errorf("names %s and %s", request.Name, call.Name)
	}
	if request.ParentSpanId != "b7ad6b7169203331" || call.ParentSpanId != request.SpanId {
		t.Errorf("parents %s and %s", request.ParentSpanId, call.ParentSpanId)
	}
	if request.SameProcessAsParentSpan.Value || !call.SameProcessAsParentSpan.Value || request.SpanKind != tracepb.Span_SERVER || call.SpanKind != tracepb.Span_INTERNAL {
		t.Errorf("request %v, call %v", request, call)
	}
	if request.DisplayName.Value != "gmailnotify POST /{$}" || call.DisplayName.Value != "gmail history.list" {
		t.Errorf("shown as %q and %q", request.DisplayName.Value, call.DisplayName.Value)
	}
	if request.Status.GetMessage() != "unavailable" || call.Status.GetMessage() != "unavailable" || call.Status.GetCode() == 0 {
		t.Errorf("status %v and %v", request.Status, call.Status)
	}
	a, b := request.Attributes.AttributeMap, call.Attributes.AttributeMap
	if a["hire.mailbox"].GetStringValue().GetValue() != obs.MailboxHash("acme", "rita") || a["http.response.status_code"].GetIntValue() != 503 ||
		a["service.name"].GetStringValue().GetValue() != "gmailnotify" || a["hire.code"].GetStringValue().GetValue() != "unavailable" {
		t.Errorf("attributes of the request: %v", a)
	}
	if b["gmail.units"].GetIntValue() != 2 || !b["x"].GetBoolValue() || b["long"].GetStringValue().TruncatedByteCount != 400-256 {
		t.Errorf("attributes of the call: %v", b)
	}
	if text := request.String() + call.String(); strings.Contains(text, "rita@") {
		t.Errorf("an address is told: %s", text)
	}
}

func TestFiguresComeToCloudMonitoring(t *testing.T) {
	t.Parallel()
	s := googlecloudtest.Start(t)
	first, second := newProcess(t, s), newProcess(t, s)
	for _, p := range []*process{first, second} {
		p.now = p.now.Add(time.Minute)
		p.serve(obs.Answer{Status: 204}, func(ctx context.Context) {
			p.metrics.ReplyLag(ctx, obs.FoundByPush, 3*time.Second)
			p.metrics.ReplyLag(ctx, obs.FoundByPush, 90*time.Second)
			p.metrics.ReplyLag(ctx, obs.FoundBySweep, 20*time.Minute)
			p.metrics.SendEnded(ctx, obs.OutcomeSent)
			p.metrics.SendEnded(ctx, obs.OutcomeSent)
			p.metrics.ProjectLeft(ctx, 79_000_000)
			p.metrics.Mailbox(ctx, obs.MailboxHealth{Token: "valid", LedgerRows: 3})
		})
	}
	if first.log.Len()+second.log.Len() > 0 {
		t.Errorf("logged %s%s", &first.log, &second.log)
	}
	replies := s.Series("workload.googleapis.com/hire.reply.lag")
	if len(replies) != 4 {
		t.Fatalf("%d series of replies, want two of each process", len(replies))
	}
	tasks := map[string]bool{}
	for _, ts := range replies {
		tasks[ts.Resource.Labels["task_id"]] = true
		delete(ts.Resource.Labels, "task_id")
		if diff := cmp.Diff(map[string]string{"project_id": "p", "location": "europe-west1", "namespace": "hire-gmail", "job": "gmailnotify"}, ts.Resource.Labels); diff != "" {
			t.Errorf("resource (-want +got):\n%s", diff)
		}
		d := ts.Points[0].Value.GetDistributionValue()
		within := func(most float64) (n int64) {
			for i, bound := range d.BucketOptions.GetExplicitBuckets().Bounds {
				if bound <= most {
					n += d.BucketCounts[i]
				}
			}
			return n
		}
		var got []any
		switch by := ts.Metric.Labels["found_by"]; by {
		case "push":
			got = []any{len(ts.Metric.Labels), d.Count, d.Mean, within(60), within(900), ts.Unit}
			if diff := cmp.Diff([]any{1, int64(2), 46.5, int64(1), int64(2), "s"}, got); diff != "" {
				t.Errorf("found by push (-want +got):\n%s", diff)
			}
		case "sweep":
			got = []any{d.Count, d.Mean, within(60), within(900)}
			if diff := cmp.Diff([]any{int64(1), 1200.0, int64(0), int64(0)}, got); diff != "" {
				t.Errorf("found by the sweep (-want +got):\n%s", diff)
			}
		default:
			t.Errorf("found by %q", by)
		}
	}
	if len(tasks) != 2 {
		t.Errorf("two processes write as %d", len(tasks))
	}
	for kind, want := range map[string]int64{"hire.send.outcomes": 2, "hire.gmail.quota.project_left": 79_000_000} {
		for _, ts := range s.Series("workload.googleapis.com/" + kind) {
			if got := ts.Points[0].Value.GetInt64Value(); got != want {
				t.Errorf("%s is %d, want %d", kind, got, want)
			}
		}
	}
}

// What descriptors say is what is written.
func TestDescriptors(t *testing.T) {
	t.Parallel()
	s := googlecloudtest.Start(t)
	p := newProcess(t, s)
	p.now = p.now.Add(time.Minute)
	p.serve(obs.Answer{Status: 204}, func(ctx context.Context) { everything(ctx, p.metrics) })
	var want, got []googlecloud.Descriptor
	for _, d := range googlecloud.Descriptors() {
		if d.Description == "" || d.Unit == "" {
			t.Errorf("%s has no description or no unit", d.Type)
		}
		d.Description = ""
		want = append(want, d)
		for _, ts := range s.Series(d.Type)[:min(1, len(s.Series(d.Type)))] {
			got = append(got, described(ts))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("written (-described +written):\n%s", diff)
	}
	if n := len(s.Types()); n != len(want) {
		t.Errorf("%d types were written, %d are described", n, len(want))
	}
}

func described(ts *monitoringpb.TimeSeries) googlecloud.Descriptor {
	d := googlecloud.Descriptor{Type: ts.Metric.Type, Kind: ts.MetricKind.String(), ValueType: ts.ValueType.String(), Unit: ts.Unit, Labels: []string{}}
	for name := range ts.Metric.Labels {
		d.Labels = append(d.Labels, name)
	}
	return d
}

// everything tells each figure once.
func everything(ctx context.Context, m *obs.Metrics) {
	m.Mailbox(ctx, obs.MailboxHealth{Token: "valid"})
	m.PushLag(ctx, time.Second)
	m.SyncLag(ctx, obs.TriggerTask, time.Second)
	m.ReplyLag(ctx, obs.FoundByPush, time.Second)
	m.ArrivalLag(ctx, obs.FoundByLabel, time.Second)
	m.Spent(ctx, "history.list", 2)
	m.ProjectLeft(ctx, 1)
	m.SendEnded(ctx, obs.OutcomeUnknown)
	m.TokenRefused(ctx, "admin_policy")
	m.WatchRenewed(ctx, true)
	m.Repaired(ctx, 1)
	m.WaitedInOutbox(ctx, time.Minute)
}

// Cloud Monitoring takes a point of a series once in five seconds; the server refuses another.
func TestExportsAreSeldom(t *testing.T) {
	t.Parallel()
	s := googlecloudtest.Start(t)
	p := newProcess(t, s)
	count := func() {
		p.serve(obs.Answer{Status: 204}, func(ctx context.Context) { p.metrics.WatchRenewed(ctx, true) })
	}
	count()
	if calls := s.Calls(); len(calls) > 0 {
		t.Errorf("the first request of a process has called %v", calls)
	}
	p.now = p.now.Add(time.Minute)
	for range 5 {
		count()
	}
	if diff := cmp.Diff(map[string]int{"BatchWriteSpans": 1, "CreateTimeSeries": 1}, s.Calls()); diff != "" {
		t.Errorf("calls within a minute (-want +got):\n%s", diff)
	}
	p.now = p.now.Add(10 * time.Second)
	for range 600 { // many spans do not wait for a minute to be over, which says nothing of figures
		count()
	}
	if diff := cmp.Diff(map[string]int{"BatchWriteSpans": 2, "CreateTimeSeries": 1}, s.Calls()); diff != "" {
		t.Errorf("calls after many requests (-want +got):\n%s", diff)
	}
	if p.log.Len() > 0 {
		t.Errorf("logged %s", &p.log)
	}
}

// What is left goes out when the process ends.
func TestFinishSendsTheRest(t *testing.T) {
	t.Parallel()
	s := googlecloudtest.Start(t)
	p := newProcess(t, s)
	p.serve(obs.Answer{Status: 204}, func(ctx context.Context) { p.metrics.WatchRenewed(ctx, false) })
	p.Finish(t.Context())
	renewed := s.Series("workload.googleapis.com/hire.watch.renewals")
	if len(renewed) != 1 || renewed[0].Points[0].Value.GetInt64Value() != 1 || len(s.Spans()) != 1 || p.log.Len() > 0 {
		t.Errorf("%d spans, and %v; logged %s", len(s.Spans()), renewed, &p.log)
	}
}

// Trouble with Google's services is logged; a request goes on, and figures come later.
func TestTroubleIsOnlyLogged(t *testing.T) {
	t.Parallel()
	s := googlecloudtest.Start(t)
	p := newProcess(t, s)
	count := func() {
		p.now = p.now.Add(time.Minute)
		p.serve(obs.Answer{Status: 204}, func(ctx context.Context) { p.metrics.WatchRenewed(ctx, true) })
	}
	s.Fault(func(context.Context, string) error { return status.Error(codes.PermissionDenied, "told to") })
	count()
	if log := p.log.String(); !strings.Contains(log, "spans can't be sent") || !strings.Contains(log, "figures can't be sent") || !strings.Contains(log, "spans_lost=1") {
		t.Errorf("logged %s", log)
	}
	s.Fault(func(ctx context.Context, _ string) error { // it never answers
		<-ctx.Done()
		return ctx.Err()
	})
	count()
	s.Fault(nil)
	count()
	if got := s.Series("workload.googleapis.com/hire.watch.renewals"); len(got) != 1 || got[0].Points[0].Value.GetInt64Value() != 3 {
		t.Errorf("renewals %v, want 3", got)
	}
}

func TestNewRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, o := range []googlecloud.Options{{Region: "r", Function: "f"}, {Project: "p", Function: "f"}, {Project: "p", Region: "r"}} {
		if _, err := googlecloud.New(t.Context(), o); err == nil {
			t.Errorf("made of %+v", o)
		}
	}
}
