package obs

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Metrics are the figures that a process tells. None names a mailbox, an account or a person: what differs by mailbox is a distribution over mailboxes, to which the
// sweep adds each one it looks at.
type Metrics struct {
	mailboxes   metric.Int64Counter
	sinceSync   metric.Float64Histogram
	sincePush   metric.Float64Histogram
	watchLeft   metric.Float64Histogram
	ledgerRows  metric.Int64Histogram
	ledgerAge   metric.Float64Histogram
	unitsLeft   metric.Int64Histogram
	units       metric.Int64Counter
	projectLeft metric.Int64Gauge
	repaired    metric.Int64Counter
}

// NewMetrics makes the instruments of a provider; nil is OpenTelemetry's global one, which does nothing until a process sets another.
func NewMetrics(p metric.MeterProvider) (*Metrics, error) {
	if p == nil {
		p = otel.GetMeterProvider()
	}
	m := p.Meter("github.com/trakstar/hire-gmail")
	out := &Metrics{}
	var errs []error
	seconds := func(name, what string) metric.Float64Histogram {
		h, err := m.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(what),
			metric.WithExplicitBucketBoundaries(10, 60, 300, 480, 900, 1800, 3600, 6*3600, 24*3600, 2*24*3600, 7*24*3600))
		errs = append(errs, err)
		return h
	}
	count := func(name, unit, what string) metric.Int64Counter {
		c, err := m.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(what))
		errs = append(errs, err)
		return c
	}
	amount := func(name, unit, what string, bounds ...float64) metric.Int64Histogram {
		h, err := m.Int64Histogram(name, metric.WithUnit(unit), metric.WithDescription(what), metric.WithExplicitBucketBoundaries(bounds...))
		errs = append(errs, err)
		return h
	}
	out.mailboxes = count("hire.mailbox.looks", "{mailbox}", "mailboxes that the sweep has looked at, by the state of their token")
	out.sinceSync = seconds("hire.mailbox.verified.age", "time since the last verified sync")
	out.sincePush = seconds("hire.mailbox.push.age", "time since the last notification")
	out.watchLeft = seconds("hire.mailbox.watch.left", "time until the watch ends; 0 where it has")
	out.ledgerRows = amount("hire.mailbox.ledger.rows", "{message}", "messages in the retry ledger", 0, 1, 5, 20, 100, 1000)
	out.ledgerAge = seconds("hire.mailbox.ledger.age", "age of the oldest message in the retry ledger, where there is one")
	out.unitsLeft = amount("hire.mailbox.quota.left", "{unit}", "quota units that were left for the minute after the last sync", 0, 600, 1200, 3000, 4800, 5400, 6000, 15000)
	out.units = count("hire.gmail.quota.spent", "{unit}", "quota units spent, by method")
	out.repaired = count("hire.sync.repaired", "{message}", "messages that a comparison with Gmail has found missing")
	gauge, err := m.Int64Gauge("hire.gmail.quota.project_left", metric.WithUnit("{unit}"), metric.WithDescription("quota units that are left for the project's day"))
	out.projectLeft = gauge
	return out, errors.Join(append(errs, err)...)
}

// MailboxHealth is how a mailbox stands. A time that is negative is not known, and not told.
type MailboxHealth struct {
	Token                string // valid, refused
	SinceSync, SincePush time.Duration
	WatchLeft            time.Duration
	LedgerRows           int
	LedgerAge            time.Duration
	UnitsLeft            int
}

// Mailbox tells how one mailbox stands.
func (m *Metrics) Mailbox(ctx context.Context, h MailboxHealth) {
	m.mailboxes.Add(ctx, 1, metric.WithAttributes(attribute.String("token", h.Token)))
	record := func(to metric.Float64Histogram, d time.Duration) {
		if d >= 0 {
			to.Record(ctx, d.Seconds())
		}
	}
	record(m.sinceSync, h.SinceSync)
	record(m.sincePush, h.SincePush)
	record(m.watchLeft, h.WatchLeft)
	record(m.ledgerAge, h.LedgerAge)
	m.ledgerRows.Record(ctx, int64(h.LedgerRows))
	m.unitsLeft.Record(ctx, int64(h.UnitsLeft))
}

// Spent tells what a call of Gmail costs.
func (m *Metrics) Spent(ctx context.Context, method string, units int) {
	m.units.Add(ctx, int64(units), metric.WithAttributes(attribute.String("method", method)))
}

// ProjectLeft tells how many units are left for the project's day.
func (m *Metrics) ProjectLeft(ctx context.Context, units int) {
	m.projectLeft.Record(ctx, int64(units))
}

// Repaired tells how many messages a comparison with Gmail has found missing.
func (m *Metrics) Repaired(ctx context.Context, messages int) { m.repaired.Add(ctx, int64(messages)) }
