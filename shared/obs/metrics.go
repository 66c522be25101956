package obs

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
)

// Metrics are the figures that a process tells. None names a mailbox, an account or a person: what differs by mailbox is a distribution over mailboxes, to which the
// sweep adds each one it looks at.
type Metrics struct {
	pushLag, syncLag, replyLag, arrivalLag, outboxAge metric.Float64Histogram
	sinceSync, sincePush, watchLeft, ledgerAge        metric.Float64Histogram
	ledgerRows, unitsLeft                             metric.Int64Histogram
	looks, units, repaired                            metric.Int64Counter
	sends, refusals, renewals                         metric.Int64Counter
	projectLeft                                       metric.Int64Gauge
}

// Kind of a figure.
type Kind string

// The kinds.
const (
	Counter   Kind = "counter"
	Histogram Kind = "histogram"
	Gauge     Kind = "gauge"
)

// Figure describes one of the figures, as dashboards and alerts need to know it.
type Figure struct {
	Name        string
	Kind        Kind
	Unit        string // s, or what is counted, in braces
	Description string
	Attributes  []string
	Bounds      []float64 // of a histogram
}

var (
	// lags are the bounds of how long something took; 60 and 900 seconds are what is promised of a reply.
	lags = []float64{1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 6 * 3600, 24 * 3600}
	// ages are the bounds of how long something has been as it is.
	ages = []float64{10, 60, 300, 480, 900, 1800, 3600, 6 * 3600, 24 * 3600, 2 * 24 * 3600, 7 * 24 * 3600}
)

// Figures lists all figures that a process tells, in the order of NewMetrics.
func Figures() []Figure {
	m := maker{meter: noop.NewMeterProvider().Meter(scope)}
	m.all()
	return m.made
}

// NewMetrics makes the instruments of a provider; nil is one that does nothing.
func NewMetrics(p metric.MeterProvider) (*Metrics, error) {
	if p == nil {
		p = noop.NewMeterProvider()
	}
	m := maker{meter: p.Meter(scope)}
	out := m.all()
	return out, errors.Join(m.errs...)
}

// maker makes instruments, and keeps a list of them.
type maker struct {
	meter metric.Meter
	made  []Figure
	errs  []error
}

func (m *maker) all() *Metrics {
	return &Metrics{
		pushLag:     m.seconds("hire.push.lag", lags, "from Pub/Sub's time of publication to the begin of handling"),
		syncLag:     m.seconds("hire.sync.lag", lags, "from what asked for a sync to the commit of all that its listing has shown", "trigger"),
		replyLag:    m.seconds("hire.reply.lag", lags, "from Gmail's push to the commit that puts a mail of somebody else's in a tracked conversation into the profile", "found_by"),
		arrivalLag:  m.seconds("hire.arrival.lag", lags, "from the arrival of a mail in Gmail to the commit that puts it into the profile", "found_by"),
		units:       m.count("hire.gmail.quota.spent", "{unit}", "quota units spent", "method"),
		projectLeft: m.gauge("hire.gmail.quota.project_left", "{unit}", "quota units that are left for the project's day"),
		looks:       m.count("hire.mailbox.looks", "{mailbox}", "mailboxes that the sweep has looked at, by the state of their token", "token"),
		sinceSync:   m.seconds("hire.mailbox.verified.age", ages, "time since the last verified sync"),
		sincePush:   m.seconds("hire.mailbox.push.age", ages, "time since the last notification"),
		watchLeft:   m.seconds("hire.mailbox.watch.left", ages, "time until the watch ends; 0 where it has"),
		ledgerRows:  m.amount("hire.mailbox.ledger.rows", "{message}", "messages in the retry ledger", 0, 1, 5, 20, 100, 1000),
		ledgerAge:   m.seconds("hire.mailbox.ledger.age", ages, "age of the oldest message in the retry ledger, where there is one"),
		unitsLeft:   m.amount("hire.mailbox.quota.left", "{unit}", "quota units that were left for the minute after the last sync", 0, 600, 1200, 3000, 4800, 5400, 6000, 15000),
		sends:       m.count("hire.send.outcomes", "{send}", "sends that have ended, by how", "outcome"),
		refusals:    m.count("hire.token.refusals", "{refusal}", "connections that Google has refused, by why", "reason"),
		renewals:    m.count("hire.watch.renewals", "{watch}", "renewals of watches, by their outcome", "outcome"),
		repaired:    m.count("hire.sync.repaired", "{message}", "messages that a comparison with Gmail has found missing"),
		outboxAge:   m.seconds("hire.outbox.waiting.age", lags, "how long a row of the outbox that was left for the sweep had been waiting"),
	}
}

func (m *maker) note(f Figure, err error) {
	m.made, m.errs = append(m.made, f), append(m.errs, err)
}

func (m *maker) seconds(name string, bounds []float64, what string, attributes ...string) metric.Float64Histogram {
	h, err := m.meter.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(what), metric.WithExplicitBucketBoundaries(bounds...))
	m.note(Figure{Name: name, Kind: Histogram, Unit: "s", Description: what, Attributes: attributes, Bounds: slices.Clone(bounds)}, err)
	return h
}

func (m *maker) amount(name, unit, what string, bounds ...float64) metric.Int64Histogram {
	h, err := m.meter.Int64Histogram(name, metric.WithUnit(unit), metric.WithDescription(what), metric.WithExplicitBucketBoundaries(bounds...))
	m.note(Figure{Name: name, Kind: Histogram, Unit: unit, Description: what, Bounds: bounds}, err)
	return h
}

func (m *maker) count(name, unit, what string, attributes ...string) metric.Int64Counter {
	c, err := m.meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(what))
	m.note(Figure{Name: name, Kind: Counter, Unit: unit, Description: what, Attributes: attributes}, err)
	return c
}

func (m *maker) gauge(name, unit, what string) metric.Int64Gauge {
	g, err := m.meter.Int64Gauge(name, metric.WithUnit(unit), metric.WithDescription(what))
	m.note(Figure{Name: name, Kind: Gauge, Unit: unit, Description: what}, err)
	return g
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
	m.looks.Add(ctx, 1, by("token", h.Token))
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

// PushLag tells how long a notification was on its way to us.
func (m *Metrics) PushLag(ctx context.Context, lag time.Duration) {
	m.pushLag.Record(ctx, seconds(lag))
}

// What asked for a sync.
const (
	TriggerPush  = "push"
	TriggerTask  = "task"
	TriggerSweep = "sweep"
)

// SyncLag tells how long after it was asked for a listing was committed whole.
func (m *Metrics) SyncLag(ctx context.Context, trigger string, lag time.Duration) {
	m.syncLag.Record(ctx, seconds(lag), by("trigger", trigger))
}

// How a mail was found.
const (
	FoundByPush     = "push"     // by a listing that a push has asked for
	FoundBySweep    = "sweep"    // by any other listing
	FoundByLabel    = "label"    // in a conversation that was read whole: labelled, or tracked since just now
	FoundByRecovery = "recovery" // by a comparison with Gmail
)

// ReplyLag tells how long after Gmail's push somebody else's mail in a tracked conversation came into the profile.
func (m *Metrics) ReplyLag(ctx context.Context, foundBy string, lag time.Duration) {
	m.replyLag.Record(ctx, seconds(lag), by("found_by", foundBy))
}

// ArrivalLag tells how long after its arrival in Gmail a mail came into the profile.
func (m *Metrics) ArrivalLag(ctx context.Context, foundBy string, lag time.Duration) {
	m.arrivalLag.Record(ctx, seconds(lag), by("found_by", foundBy))
}

// Outcomes of a send.
const (
	OutcomeSent      = "sent"
	OutcomeRefused   = "refused" // by Gmail, for what it is
	OutcomeLimited   = "limited" // by Gmail's sending limit
	OutcomeUnknown   = "unknown"
	OutcomeCancelled = "cancelled"
	OutcomeFailed    = "failed" // for any other reason
)

// SendEnded tells how a send has ended.
func (m *Metrics) SendEnded(ctx context.Context, outcome string) {
	m.sends.Add(ctx, 1, by("outcome", outcome))
}

// TokenRefused tells that Google has refused a connection, and why, in one of the code's own words.
func (m *Metrics) TokenRefused(ctx context.Context, reason string) {
	m.refusals.Add(ctx, 1, by("reason", reason))
}

// WatchRenewed tells whether the renewal of a watch has gone well.
func (m *Metrics) WatchRenewed(ctx context.Context, ok bool) {
	outcome := "renewed"
	if !ok {
		outcome = "failed"
	}
	m.renewals.Add(ctx, 1, by("outcome", outcome))
}

// WaitedInOutbox tells how long a row had been waiting that was left for the sweep.
func (m *Metrics) WaitedInOutbox(ctx context.Context, age time.Duration) {
	m.outboxAge.Record(ctx, seconds(age))
}

// Spent tells what a call of Gmail costs.
func (m *Metrics) Spent(ctx context.Context, method string, units int) {
	m.units.Add(ctx, int64(units), by("method", method))
}

// ProjectLeft tells how many units are left for the project's day.
func (m *Metrics) ProjectLeft(ctx context.Context, units int) {
	m.projectLeft.Record(ctx, int64(units))
}

// Repaired tells how many messages a comparison with Gmail has found missing.
func (m *Metrics) Repaired(ctx context.Context, messages int) { m.repaired.Add(ctx, int64(messages)) }

func by(key, value string) metric.MeasurementOption {
	return metric.WithAttributes(attribute.String(key, value))
}

// seconds of a lag: none is negative, though clocks differ.
func seconds(d time.Duration) float64 { return max(d, 0).Seconds() }
