package obs_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/trakstar/hire-gmail/shared/obs"
)

// told reads what was told: counts by the value of their one attribute, and sums of distributions.
func told(t *testing.T, r *metric.ManualReader) map[string]float64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Description == "" || m.Unit == "" {
				t.Errorf("%s has no description or no unit", m.Name)
			}
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					name := m.Name
					for _, a := range p.Attributes.ToSlice() {
						name += " " + string(a.Key) + "=" + a.Value.AsString()
					}
					out[name] = float64(p.Value)
				}
			case metricdata.Gauge[int64]:
				out[m.Name] = float64(data.DataPoints[0].Value)
			case metricdata.Histogram[int64]:
				out[m.Name] = float64(data.DataPoints[0].Sum)
			case metricdata.Histogram[float64]:
				out[m.Name] = data.DataPoints[0].Sum
			default:
				t.Errorf("%s is a %T", m.Name, data)
			}
		}
	}
	return out
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	reader := metric.NewManualReader()
	m, err := obs.NewMetrics(metric.NewMeterProvider(metric.WithReader(reader)))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	m.Mailbox(ctx, obs.MailboxHealth{
		Token: "valid", SinceSync: 4 * time.Minute, SincePush: 3 * time.Hour, WatchLeft: 6 * 24 * time.Hour, LedgerRows: 3, LedgerAge: 90 * time.Second, UnitsLeft: 5900,
	})
	m.Mailbox(ctx, obs.MailboxHealth{Token: "refused", SinceSync: time.Hour, SincePush: -1, WatchLeft: -1, LedgerAge: -1, UnitsLeft: 6000})
	m.Spent(ctx, "history.list", 2)
	m.Spent(ctx, "history.list", 2)
	m.Spent(ctx, "threads.get", 40)
	m.ProjectLeft(ctx, 79_000_000)
	m.ProjectLeft(ctx, 78_000_000)
	m.Repaired(ctx, 2)
	want := map[string]float64{
		"hire.mailbox.looks token=valid": 1, "hire.mailbox.looks token=refused": 1, "hire.mailbox.verified.age": 3840, "hire.mailbox.push.age": 10800, "hire.mailbox.watch.left": 518400,
		"hire.mailbox.ledger.rows": 3, "hire.mailbox.ledger.age": 90, "hire.mailbox.quota.left": 11900,
		"hire.gmail.quota.spent method=history.list": 4, "hire.gmail.quota.spent method=threads.get": 40, "hire.gmail.quota.project_left": 78_000_000, "hire.sync.repaired": 2,
	}
	if diff := cmp.Diff(want, told(t, reader)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// Without a provider nothing is told, and nothing breaks.
func TestMetricsOfNobody(t *testing.T) {
	t.Parallel()
	m, err := obs.NewMetrics(nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Mailbox(t.Context(), obs.MailboxHealth{})
	m.Spent(t.Context(), "history.list", 2)
}
