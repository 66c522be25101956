package obs_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/trakstar/hire-gmail/shared/obs"
)

// told reads what was told: counts, and sums of distributions, each by its attributes.
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
			add := func(attrs attribute.Set, value float64) {
				name := m.Name
				for _, a := range attrs.ToSlice() {
					name += " " + string(a.Key) + "=" + a.Value.AsString()
				}
				out[name] = value
			}
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, float64(p.Value))
				}
			case metricdata.Gauge[int64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, float64(p.Value))
				}
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, float64(p.Sum))
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					add(p.Attributes, p.Sum)
				}
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
	m.PushLag(ctx, 2*time.Second)
	m.PushLag(ctx, -time.Minute) // clocks differ
	m.SyncLag(ctx, obs.TriggerPush, 3*time.Second)
	m.SyncLag(ctx, obs.TriggerSweep, time.Minute)
	m.ReplyLag(ctx, obs.FoundByPush, 4*time.Second)
	m.ArrivalLag(ctx, obs.FoundByRecovery, time.Hour)
	m.SendEnded(ctx, obs.OutcomeSent)
	m.TokenRefused(ctx, "admin_policy")
	m.WatchRenewed(ctx, true)
	m.WatchRenewed(ctx, false)
	m.WaitedInOutbox(ctx, 6*time.Minute)
	want := map[string]float64{
		"hire.mailbox.looks token=valid": 1, "hire.mailbox.looks token=refused": 1, "hire.mailbox.verified.age": 3840, "hire.mailbox.push.age": 10800, "hire.mailbox.watch.left": 518400,
		"hire.mailbox.ledger.rows": 3, "hire.mailbox.ledger.age": 90, "hire.mailbox.quota.left": 11900,
		"hire.gmail.quota.spent method=history.list": 4, "hire.gmail.quota.spent method=threads.get": 40, "hire.gmail.quota.project_left": 78_000_000, "hire.sync.repaired": 2,
		"hire.push.lag": 2, "hire.sync.lag trigger=push": 3, "hire.sync.lag trigger=sweep": 60, "hire.reply.lag found_by=push": 4, "hire.arrival.lag found_by=recovery": 3600,
		"hire.send.outcomes outcome=sent": 1, "hire.token.refusals reason=admin_policy": 1, "hire.watch.renewals outcome=renewed": 1, "hire.watch.renewals outcome=failed": 1,
		"hire.outbox.waiting.age": 360,
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

// What is promised of a reply can be read off its figure.
func TestPromisesAreBounds(t *testing.T) {
	t.Parallel()
	for _, f := range obs.Figures() {
		if f.Name == "hire.reply.lag" && (!slices.Contains(f.Bounds, 60) || !slices.Contains(f.Bounds, 900)) {
			t.Errorf("bounds %v have not 60 and 900 seconds", f.Bounds)
		}
		if !slices.IsSorted(f.Bounds) || (f.Kind == obs.Histogram) != (len(f.Bounds) > 0) {
			t.Errorf("%s has the bounds %v", f.Name, f.Bounds)
		}
	}
}
