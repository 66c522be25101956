package gmailtest

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Quota is what calls cost and how much may be spent. A zero field means Google's of 2026; -1 is no limit.
// Source: https://developers.google.com/workspace/gmail/api/reference/quota
type Quota struct {
	Units            map[string]int // by method; a method that is not named costs 5
	UserPerMinute    int
	ProjectPerMinute int
	ProjectPerDay    int
	SendsPerDay      int // mails a day of one mailbox
	Status           int // of a refusal by the minute: 403 or 429; 0 means 403
	BatchParallel    int // parts of one batch that are done; the others answer 429 "Too many concurrent requests for user". 0: all
}

// quota2026 is the table for Google Cloud projects since May 2026.
func quota2026() Quota {
	return Quota{UserPerMinute: 6000, ProjectPerMinute: 1_200_000, ProjectPerDay: 80_000_000, SendsPerDay: 2000, Units: map[string]int{
		"history.list": 2, "messages.list": 5, "messages.get": 20, "messages.attachments.get": 20, "threads.list": 10, "threads.get": 40, "messages.send": 100,
		"drafts.send": 100, "watch": 100, "stop": 50, "labels.list": 1, "labels.get": 1, "getProfile": 1, "settings.sendAs.list": 1, "labels.create": 5, "labels.update": 5, "labels.patch": 5,
		"labels.delete": 5, "drafts.create": 10, "drafts.update": 15, "drafts.delete": 10, "drafts.get": 20, "drafts.list": 5, "messages.modify": 5, "threads.modify": 10,
		"messages.insert": 25, "messages.import": 25, "messages.batchModify": 50, "messages.batchDelete": 50, "messages.delete": 10, "threads.delete": 20,
	}}
}

// Unlimited is Google's table without limits: what is spent is counted all the same.
func Unlimited() Quota {
	q := quota2026()
	q.UserPerMinute, q.ProjectPerMinute, q.ProjectPerDay, q.SendsPerDay = -1, -1, -1, -1
	return q
}

// window is what was spent in the present minute or day.
type window struct {
	mu    sync.Mutex
	begin time.Time
	spent int
}

// take spends units within a limit; otherwise it says when the next window begins.
func (w *window) take(now time.Time, length time.Duration, units, limit int) (next time.Time, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if begin := now.Truncate(length); !begin.Equal(w.begin) {
		w.begin, w.spent = begin, 0
	}
	if limit >= 0 && w.spent+units > limit {
		return w.begin.Add(length), false
	}
	w.spent += units
	return time.Time{}, true
}

type quotaState struct {
	table       atomic.Pointer[Quota]
	minute, day window
}

type userQuota struct {
	minute, sends window
	noSending     atomic.Int64 // until when, Unix milliseconds
}

func (q *quotaState) set(table Quota) {
	usual := quota2026()
	if table.Units == nil {
		table.Units = usual.Units
	}
	for _, f := range []struct{ of, usual *int }{
		{&table.UserPerMinute, &usual.UserPerMinute}, {&table.ProjectPerMinute, &usual.ProjectPerMinute}, {&table.ProjectPerDay, &usual.ProjectPerDay},
		{&table.SendsPerDay, &usual.SendsPerDay},
	} {
		if *f.of == 0 {
			*f.of = *f.usual
		}
	}
	if table.Status == 0 {
		table.Status = http.StatusForbidden
	}
	q.table.Store(&table)
}

// SetQuota changes the quota from now on.
func (s *Server) SetQuota(q Quota) { s.quota.set(q) }

// RefuseSending makes Gmail refuse to send for the mailbox until a time, as it does when its user has sent too much; reading goes on.
func (m *Mailbox) RefuseSending(until time.Time) { m.quota.noSending.Store(until.UnixMilli()) }

// charge makes a call pay, or refuses it.
func (s *Server) charge(c *call) *apiError {
	q := s.quota.table.Load()
	units, known := q.Units[c.route.name]
	if !known {
		units = 5
	}
	now := s.now()
	refuse := func(e *apiError) *apiError {
		c.box.calls.refused.Add(1)
		return e
	}
	reason := "userRateLimitExceeded"
	if q.Status == http.StatusTooManyRequests {
		reason = "rateLimitExceeded"
	}
	if next, ok := c.box.quota.minute.take(now, time.Minute, units, q.UserPerMinute); !ok {
		return refuse(errLimit(q.Status, reason, "User-rate limit exceeded.", next))
	}
	if next, ok := s.quota.minute.take(now, time.Minute, units, q.ProjectPerMinute); !ok {
		return refuse(errLimit(q.Status, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'.", next))
	}
	if _, ok := s.quota.day.take(now, 24*time.Hour, units, q.ProjectPerDay); !ok {
		return refuse(errLimit(http.StatusForbidden, "dailyLimitExceeded", "Daily Limit Exceeded", time.Time{}))
	}
	if c.route.name == "messages.send" || c.route.name == "drafts.send" {
		if until := time.UnixMilli(c.box.quota.noSending.Load()); now.Before(until) {
			return refuse(errLimit(http.StatusTooManyRequests, "rateLimitExceeded", "User-rate limit exceeded.  (Mail sending)", until))
		}
		if next, ok := c.box.quota.sends.take(now, 24*time.Hour, 1, q.SendsPerDay); !ok {
			return refuse(errLimit(http.StatusTooManyRequests, "rateLimitExceeded", "User-rate limit exceeded.  (Mail sending)", next))
		}
	}
	c.box.calls.units.Add(int64(units))
	return nil
}
