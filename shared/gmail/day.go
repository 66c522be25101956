package gmail

import (
	"context"
	"time"
)

// Days adds up what all processes spend of the project's quota for a day.
type Days interface {
	// AddUnits adds units to the count of the day that begins at day, and says what it is then.
	AddUnits(ctx context.Context, day time.Time, units int) (total int, err error)
}

const (
	// reportEvery is how often a process that spends anything tells the others: seldom, for all of them write to the same few records.
	reportEvery = 5 * time.Minute
	// reportTimeout bounds that. It is done in passing, and whoever waits for a call of Gmail's waits for it, too.
	reportTimeout = 2 * time.Second
)

// day is what the project has spent of a day's quota, as far as this process knows.
type day struct {
	begins   time.Time
	known    int // by all processes, when they were last asked
	own      int // by this one since, and not reported yet
	underway int // being reported
	next     time.Time
	busy     bool
}

// DayOf is when the present day of daily quotas began. Google's begins at midnight Pacific time; by then it surely has.
func DayOf(now time.Time) time.Time { return nextDay(now).Add(-24 * time.Hour) }

// nextDay is when daily quotas are surely new: they begin at midnight Pacific time, which is 07:00 or 08:00 UTC.
func nextDay(now time.Time) time.Time {
	at := now.UTC().Truncate(24 * time.Hour).Add(8 * time.Hour)
	if !at.After(now) {
		at = at.Add(24 * time.Hour)
	}
	return at
}

// roll begins a day anew. What was not reported of the one before is of no more use to anybody.
func (d *day) roll(now time.Time) {
	if begins := DayOf(now); begins.After(d.begins) {
		*d = day{begins: begins, next: d.next, busy: d.busy}
	}
}

func (d *day) spent() int { return d.known + d.own + d.underway }

// report tells what was spent since the last time, if it is time again, and learns what others have spent. Failing costs nothing but that knowledge.
func (c *Client) report(ctx context.Context) {
	if c.days == nil {
		return
	}
	units, begins, due := c.ledger.beginReport(c.now())
	if !due {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reportTimeout)
	defer cancel()
	total, err := c.days.AddUnits(ctx, begins, units)
	c.ledger.endReport(begins, total, err)
}

func (l *ledger) beginReport(now time.Time) (units int, begins time.Time, due bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := &l.day
	if d.roll(now); d.own == 0 || d.busy || now.Before(d.next) {
		return 0, time.Time{}, false
	}
	d.underway, d.own, d.busy, d.next = d.own, 0, true, now.Add(reportEvery)
	return d.underway, d.begins, true
}

func (l *ledger) endReport(begins time.Time, total int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := &l.day
	d.busy = false
	switch {
	case !d.begins.Equal(begins): // a new day has begun
	case err != nil:
		d.own += d.underway
	default:
		d.known = total
	}
	d.underway = 0
}
