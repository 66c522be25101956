package gmail

import (
	"sync"
	"time"
)

// ledger keeps what this process has spent, so that Gmail need not refuse. Other processes have ledgers of their own: it keeps one from running ahead,
// and is no promise that Gmail will agree. It also remembers until when Gmail wants a mailbox left alone, since calls meanwhile move that time on.
type ledger struct {
	quota Quota
	limit int // of mailboxes remembered

	mu        sync.Mutex
	mailboxes map[string]*account
	minute    window    // of the project
	day       day       // likewise
	blocked   RateLimit // of the whole project; in force while its Until lies ahead
}

// account is the spending of one mailbox.
type account struct {
	minute  window
	blocked RateLimit // in force while its Until lies ahead
}

func newLedger(q Quota, limit int) *ledger {
	return &ledger{quota: q, limit: limit, mailboxes: map[string]*account{}, minute: newWindow(time.Minute, 12)}
}

// spend pays for calls that are made together, or says until when they must wait; then nothing is paid.
func (l *ledger) spend(sub string, p Priority, calls []method, now time.Time) *RateLimit {
	units := 0
	for _, m := range calls {
		units += l.quota.Units[m.name]
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.account(sub, now)
	for _, blocked := range []RateLimit{a.blocked, l.blocked} {
		if now.Before(blocked.Until) {
			return &blocked
		}
	}
	for _, w := range l.windows(a) {
		if room := w.room(now, p); units > room && w.sum > 0 {
			return &RateLimit{Until: w.free(units - room), Reason: w.reason}
		}
	}
	l.day.roll(now)
	if units > l.roomToday(p) && l.day.spent() > 0 {
		return &RateLimit{Until: nextDay(now), Reason: reasonLedgerProjectDay}
	}
	for _, w := range l.windows(a) {
		w.add(units)
	}
	l.day.own += units
	return nil
}

// roomToday is how many units of the project's day a priority may still spend.
func (l *ledger) roomToday(p Priority) int {
	return l.quota.ProjectPerDay*p.Share()/100 - l.day.spent()
}

// Spent is how many quota units a mailbox has spent within some seconds.
type Spent struct {
	From  time.Time
	Units int
}

// Spent is what the mailbox has spent within the last minute, as far as this process knows.
func (m *Mailbox) Spent() []Spent { return m.client.ledger.spent(m.sub, m.client.now()) }

// SpentElsewhere tells what another process knows that the mailbox has spent. What both know counts once.
func (m *Mailbox) SpentElsewhere(known []Spent) { m.client.ledger.learn(m.sub, known, m.client.now()) }

// spent is what a mailbox has spent within the last minute, by slots of the window.
func (l *ledger) spent(sub string, now time.Time) (out []Spent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := &l.account(sub, now).minute
	w.roll(now)
	for n := w.newest - int64(len(w.used)) + 1; n <= w.newest; n++ {
		if units := w.used[w.at(n)]; units > 0 {
			out = append(out, Spent{From: time.Unix(0, n*int64(w.slot)).UTC(), Units: units})
		}
	}
	return out
}

// learn counts what another ledger has counted of a mailbox, where that is more.
func (l *ledger) learn(sub string, known []Spent, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := &l.account(sub, now).minute
	w.roll(now)
	for _, s := range known {
		n := min(s.From.UnixNano()/int64(w.slot), w.newest) // the other's clock may be ahead
		if n <= w.newest-int64(len(w.used)) {
			continue
		}
		if more := s.Units - w.used[w.at(n)]; more > 0 {
			w.used[w.at(n)] += more
			w.sum += more
		}
	}
}

// affordable is how many calls of a method could be paid for now, at least one.
func (l *ledger) affordable(sub string, p Priority, m method, now time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.account(sub, now)
	n := l.quota.UserPerMinute
	for _, w := range l.windows(a) {
		n = min(n, w.room(now, p)/l.quota.Units[m.name])
	}
	l.day.roll(now)
	n = min(n, l.roomToday(p)/l.quota.Units[m.name])
	return max(n, 1)
}

// block remembers a time that Gmail has named for a mailbox, or for the project where its cap for the day is reached.
func (l *ledger) block(sub string, limit *RateLimit, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if limit.Daily {
		if limit.Until.After(l.blocked.Until) {
			l.blocked = *limit
		}
		return
	}
	if a := l.account(sub, now); limit.Until.After(a.blocked.Until) {
		a.blocked = *limit
	}
}

// limited is a window with its limit.
type limited struct {
	*window
	limit  int
	reason string
}

func (l *ledger) windows(a *account) [2]limited {
	return [2]limited{{&a.minute, l.quota.UserPerMinute, reasonLedgerUser}, {&l.minute, l.quota.ProjectPerMinute, reasonLedgerProject}}
}

// room is how many units a priority may still spend; less than nothing where others have spent beyond its share.
func (w limited) room(now time.Time, p Priority) int {
	w.roll(now)
	return w.limit*p.Share()/100 - w.sum
}

// account finds a mailbox's account or opens one. At the limit, those go first that have nothing to remember, then one that Gmail does not want left alone.
func (l *ledger) account(sub string, now time.Time) *account {
	if a := l.mailboxes[sub]; a != nil {
		return a
	}
	if len(l.mailboxes) >= l.limit {
		for k, a := range l.mailboxes {
			if a.minute.roll(now); a.minute.sum == 0 && !now.Before(a.blocked.Until) {
				delete(l.mailboxes, k)
			}
		}
	}
	if len(l.mailboxes) >= l.limit {
		var one string
		for k, a := range l.mailboxes {
			if one = k; !now.Before(a.blocked.Until) {
				break
			}
		}
		delete(l.mailboxes, one)
	}
	a := &account{minute: newWindow(time.Minute, 12)}
	l.mailboxes[sub] = a
	return a
}

// window sums what was spent within a length of time, by slots. It remembers each unit for the whole length and at most one slot more, so that no
// stretch of that length ever holds more than the sum has shown.
type window struct {
	slot   time.Duration
	used   []int // by number of slot, modulo their count; one more than the length has
	newest int64
	sum    int
}

func newWindow(length time.Duration, slots int) window {
	return window{slot: length / time.Duration(slots), used: make([]int, slots+1)}
}

// roll forgets what has left the window. A clock that goes back changes nothing.
func (w *window) roll(now time.Time) {
	n := now.UnixNano() / int64(w.slot)
	for i := max(w.newest+1, n-int64(len(w.used))+1); i <= n; i++ {
		at := w.at(i)
		w.sum -= w.used[at]
		w.used[at] = 0
	}
	w.newest = max(w.newest, n)
}

func (w *window) add(units int) {
	w.used[w.at(w.newest)] += units
	w.sum += units
}

// at is where a slot's number has its units.
func (w *window) at(n int64) int64 {
	slots := int64(len(w.used))
	return ((n % slots) + slots) % slots
}

// free is when so many units will have left the window.
func (w *window) free(units int) time.Time {
	slots := int64(len(w.used))
	for i := w.newest - slots + 1; i < w.newest; i++ {
		if units -= w.used[w.at(i)]; units <= 0 {
			return time.Unix(0, (i+slots)*int64(w.slot)).UTC()
		}
	}
	return time.Unix(0, (w.newest+slots)*int64(w.slot)).UTC()
}
