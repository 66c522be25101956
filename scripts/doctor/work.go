package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	firestoreapi "cloud.google.com/go/firestore"
	monitoring "google.golang.org/api/monitoring/v3"
	"google.golang.org/api/option"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/connection"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/firestore"
)

// late is how long work may be due before something is wrong: by then the sweep, which comes every five minutes, has passed it by.
const late = 15 * time.Minute

// most is how many of what is late are counted.
const most = 1000

func (c *cloud) openFirestore(ctx context.Context, database string, ago time.Duration) (*store.Store, func(), error) {
	client, err := firestoreapi.NewClientWithDatabase(ctx, c.project, database, option.WithQuotaProject(c.project))
	if err != nil {
		return nil, nil, err
	}
	end := func() { _ = client.Close() } // nothing was written
	db, err := firestore.Open(client, store.Schema())
	if err != nil {
		end()
		return nil, nil, err
	}
	s, err := store.New(db, store.Options{Now: func() time.Time { return c.now().Add(-ago) }})
	return s, end, err
}

// stored asks something of what the functions have stored. It gives false where that could not be asked, which is noted.
func (c *cloud) stored(ctx context.Context, r *report, ago time.Duration, ask func(ctx context.Context, s *store.Store) error) bool {
	id := c.databaseID(r)
	if id == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s, end, err := c.openStore(ctx, id, ago)
	if err == nil {
		defer end()
		err = ask(ctx, s)
	}
	switch status.Code(err) {
	case codes.OK:
		return true
	case codes.PermissionDenied, codes.Unauthenticated:
		r.skip("what is stored: takes the permissions datastore.entities.get and datastore.entities.list")
	case codes.FailedPrecondition:
		r.skip("what is stored: a query has no index, see firestore indexes")
	case codes.NotFound:
		r.skip("what is stored: there is no database %s, see firestore", id)
	default:
		r.skip("what is stored: %s", withoutURL(err))
	}
	return false
}

// overdue looks whether mailboxes wait for the sweep, or what commits have made due to be handed over. It counts, and reads whose mailboxes they are, but shows none.
func (c *cloud) overdue(ctx context.Context, r *report) {
	var mailboxes, rows int
	looked := c.stored(ctx, r, late, func(ctx context.Context, s *store.Store) error {
		for shard := range store.Shards {
			due, err := s.DueMailboxes(ctx, shard, most)
			if err != nil {
				return err
			}
			mailboxes += len(due)
		}
		left, err := s.LeftInOutbox(ctx, most)
		rows = len(left)
		return err
	})
	if !looked {
		return
	}
	sweepNow := fmt.Sprintf("gcloud scheduler jobs run %s --location=%s --project=%s", c.want.SweepJob, c.region, c.project)
	if mailboxes > 0 {
		r.fail(sweepNow+"; see sweep and queues", "%s due for the sweep for more than %d minutes", atLeast(mailboxes, "mailbox", "mailboxes"), int(late.Minutes()))
	}
	if rows > 0 {
		r.fail(sweepNow+"; see queues and events", "%s not handed over for more than %d minutes", atLeast(rows, "task or event", "tasks and events"), int(late.Minutes()))
	}
	r.found("no mailbox and no task has waited for %d minutes", int(late.Minutes()))
}

func atLeast(n int, one, many string) string {
	if n >= most {
		return fmt.Sprintf("%d %s or more", n, many)
	}
	return count(n, one, many)
}

// mailboxes looks at the figures of the mailboxes that the sweep has seen within the hour: whether a watch ends, and when each was last brought up to date.
func (c *cloud) mailboxes(ctx context.Context, r *report) {
	for _, m := range []struct {
		metric     string
		from, to   float64 // seconds that mean something is wrong
		what, cure string
	}{
		{"hire.mailbox.watch.left", 0, 24 * 3600, "looks found a mailbox whose watch ends within a day", `gcloud logging read 'severity>=WARNING "watch"' --limit=20 --project=` + c.project + "; see gmail publisher"},
		{"hire.mailbox.verified.age", late.Seconds(), 0, "looks found a mailbox that was last up to date more than 15 minutes ago", `gcloud logging read 'resource.labels.service_name="syncmailbox" severity>=WARNING' --limit=20 --project=` + c.project},
	} {
		series, got := c.series(ctx, r, fmt.Sprintf(`metric.type="workload.googleapis.com/%s"`, m.metric), time.Hour, "REDUCE_SUM")
		if got != there {
			continue
		}
		if len(series) == 0 || len(series[0].Points) == 0 || series[0].Points[0].Value.DistributionValue == nil {
			r.skip("%s: Cloud Monitoring has no figure of the last hour; none comes while nobody is connected", m.metric)
			continue
		}
		n, err := within(series[0].Points[0].Value.DistributionValue, m.from, m.to)
		switch {
		case err != nil:
			r.skip("%s: %s", m.metric, err)
		case n > 0:
			r.fail(m.cure, "within the hour, %d %s", n, m.what)
		}
	}
	r.found("within the hour, no watch that ends within a day, no mailbox behind for more than 15 minutes")
}

// series asks Cloud Monitoring for a metric of the last while, as one figure: with a reducer all that came in it together, else the last one.
func (c *cloud) series(ctx context.Context, r *report, filter string, last time.Duration, reduce string) ([]*monitoring.TimeSeries, outcome) {
	page, got := look(r, "monitoring.timeSeries.list", "the figures of Cloud Monitoring", func() (*monitoring.ListTimeSeriesResponse, error) {
		now := c.now().UTC()
		call := c.metrics.Projects.TimeSeries.List("projects/" + c.project).Filter(filter).
			IntervalStartTime(now.Add(-last).Format(time.RFC3339)).IntervalEndTime(now.Format(time.RFC3339)).Context(ctx)
		if reduce != "" {
			call = call.AggregationAlignmentPeriod(fmt.Sprintf("%ds", int(last.Seconds()))).AggregationPerSeriesAligner("ALIGN_DELTA").AggregationCrossSeriesReducer(reduce)
		}
		return call.Do()
	})
	switch got {
	case there:
		return page.TimeSeries, there
	case absent:
		return nil, there // a metric that nobody has written yet
	}
	return nil, unknown
}

// within counts what lies between two bounds of a distribution; to 0 is no bound. A bucket holds what is at least its lower bound and less than its upper one.
func within(d *monitoring.Distribution, from, to float64) (int64, error) {
	if d.BucketOptions == nil || d.BucketOptions.ExplicitBuckets == nil {
		return 0, fmt.Errorf("the figure has other buckets than the code gives it")
	}
	bounds := d.BucketOptions.ExplicitBuckets.Bounds
	var n int64
	for i, count := range d.BucketCounts {
		lower := 0.0
		if i > 0 {
			lower = bounds[i-1]
		}
		if lower >= from && (to == 0 || i < len(bounds) && bounds[i] <= to) {
			n += count
		}
	}
	return n, nil
}

// checkMailbox looks at one mailbox: whether it is connected with all that was asked for, watched, and up to date. What its user has consented to stands beside the token, which nobody but the
// functions reads; but no connection is made that lacks a scope, and one that Gmail refuses for it is parked with that reason.
func (c *cloud) checkMailbox(ctx context.Context, r *report) {
	account, user, _ := strings.Cut(c.mailbox, "/")
	var m store.Mailbox
	var found bool
	looked := c.stored(ctx, r, 0, func(ctx context.Context, s *store.Store) (err error) {
		m, found, err = s.Mailbox(ctx, store.MailboxKey{AccountID: account, UserID: user})
		return err
	})
	if !looked {
		return
	}
	if !found {
		r.fail("the user connects it in Hire's settings", "user %s of account %s has never connected a mailbox", user, account)
		return
	}
	h := health{state: string(m.State), watchEnds: m.WatchExpiresAt, verified: m.VerifiedAt}
	if m.Problem != nil {
		h.problem = string(m.Problem.Code)
	}
	if !m.WatchFailedAt.IsZero() {
		h.watchFailed = m.WatchFailedAt
	}
	h.judge(r, "user "+user, c.now())
	r.found("connected with %s; watched until %s, up to date at %s", strings.Join(connection.Scopes, " "), m.WatchExpiresAt.UTC().Format(time.DateTime), m.VerifiedAt.UTC().Format(time.DateTime))
}

// health is how a mailbox stands.
type health struct {
	state       string
	problem     string // a code; "" for none
	watchEnds   time.Time
	watchFailed time.Time // zero: the last renewal succeeded
	verified    time.Time
}

// judge notes what is wrong with the mailbox of somebody.
func (h health) judge(r *report, whose string, now time.Time) {
	switch {
	case h.problem == string(hire.CodePermissionMissing):
		r.fail("the user connects again, and leaves each box ticked on Google's consent screen", "%s has not permitted all of: %s", whose, strings.Join(connection.Scopes, " "))
	case h.state == string(store.NeedsReconnect):
		r.fail("the user connects again in Hire's settings; if it happens to many within a week, the OAuth client is in Testing: see consent screen", "%s must reconnect (%s)", whose, h.problem)
	case h.state != string(store.Connected):
		r.fail("the user connects it in Hire's settings", "the mailbox of %s is %s", whose, h.state)
	case !h.watchEnds.After(now):
		r.fail("see gmail topic and gmail publisher; the sweep renews it within minutes once they are right", "nobody watches the mailbox of %s: its watch ended at %s", whose, h.watchEnds.UTC().Format(time.DateTime))
	case now.Sub(h.verified) > late:
		r.fail("see sweep, queues and overdue", "the mailbox of %s was last up to date %s ago", whose, now.Sub(h.verified).Round(time.Minute))
	case !h.watchFailed.IsZero():
		r.fail("see gmail topic and gmail publisher; the sweep tries again", "the watch of %s could not be renewed at %s", whose, h.watchFailed.UTC().Format(time.DateTime))
	}
}
