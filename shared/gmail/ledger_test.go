package gmail

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestQuotaTables(t *testing.T) {
	t.Parallel()
	now, old := Quota2026(), QuotaLegacy()
	for _, m := range []method{
		getProfile, labelsList, labelsCreate, historyList, messagesList, messagesGet, messagesModify, attachmentsGet, threadsList, threadsGet,
		draftsCreate, draftsGet, draftsSend, draftsDelete, watchMailbox, stopMailbox,
	} {
		if now.Units[m.name] < 1 || old.Units[m.name] < 1 {
			t.Errorf("%s costs %d, formerly %d", m.name, now.Units[m.name], old.Units[m.name])
		}
	}
	if now.Units["messages.get"] != 20 || now.Units["threads.get"] != 40 || now.Units["history.list"] != 2 || now.UserPerMinute != 6000 {
		t.Errorf("quota of 2026: %+v", now)
	}
	if old.Units["messages.get"] != 5 || old.Units["threads.get"] != 10 || old.UserPerMinute != 15000 {
		t.Errorf("legacy quota: %+v", old)
	}
	zero, err := Quota{}.complete()
	if diff := cmp.Diff(now, zero); diff != "" || err != nil {
		t.Errorf("zero quota is not that of 2026 (%v):\n%s", err, diff)
	}
	own, err := Quota{Units: map[string]int{"messages.get": 7}, ProjectPerDay: 9}.complete()
	if err != nil || own.Units["messages.get"] != 7 || own.Units["watch"] != 100 || own.ProjectPerDay != 9 || own.ProjectPerMinute != 1_200_000 {
		t.Errorf("own quota: %+v, %v", own, err)
	}
}

func TestPriorities(t *testing.T) {
	t.Parallel()
	w := newWorld(t, says(`{}`), func(o *Options) {
		o.Quota = Quota{Units: map[string]int{"getProfile": 1, "drafts.send": 1}, UserPerMinute: 100}
	})
	profile := func(p Priority) error { _, err := w.mailbox.Profile(WithPriority(t.Context(), p)); return err }
	spend := func(what string, call func() error, want int) {
		t.Helper()
		for n := 0; ; n++ {
			err := call()
			var limit *RateLimit
			if errors.As(err, &limit) && limit.Reason == reasonLedgerUser {
				if n != want {
					t.Errorf("%s: %d calls, want %d", what, n, want)
				}
				return
			}
			if err != nil || n > want {
				t.Fatalf("%s: call %d: %v", what, n, err)
			}
		}
	}
	spend("backfill", func() error { return profile(PriorityBackfill) }, 80)
	spend("sync", func() error { return profile(PrioritySync) }, 10)
	spend("sending", func() error { _, err := w.mailbox.SendDraft(t.Context(), "r1"); return err }, 10)
	if n := len(w.calls()); n != 100 {
		t.Errorf("%d calls reached Gmail", n)
	}
}

func TestACallLargerThanItsShareIsMadeAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, says(`{"historyId":"1","expiration":"1"}`), func(o *Options) { o.Quota.UserPerMinute = 50 })
	for range 2 {
		if _, err := w.mailbox.Watch(t.Context(), "projects/p/topics/t", nil); err != nil {
			t.Fatal(err)
		}
		_, err := w.mailbox.Profile(t.Context())
		var limit *RateLimit
		if !errors.As(err, &limit) {
			t.Fatalf("got %v", err)
		}
		w.advance(limit.Until.Sub(w.clock()))
	}
}

func TestProjectLimits(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		quota  Quota
		reason string
		within time.Duration
	}{
		"minute": {Quota{ProjectPerMinute: 100}, reasonLedgerProject, 65 * time.Second},
		"day":    {Quota{ProjectPerDay: 100}, reasonLedgerProjectDay, 25 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLedger(must(tc.quota.complete()), 10)
			now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
			for i := range 4 {
				if limit := l.spend(fmt.Sprint(i), PrioritySync, []method{messagesGet}, now); limit != nil {
					t.Fatal(limit)
				}
			}
			limit := l.spend("another", PrioritySync, []method{messagesGet}, now)
			if limit == nil || limit.Reason != tc.reason || limit.Until.Sub(now) > tc.within {
				t.Fatalf("got %v", limit)
			}
			if again := l.spend("another", PrioritySync, []method{messagesGet}, limit.Until); again != nil {
				t.Errorf("at the time named: %v", again)
			}
		})
	}
}

func must(q Quota, err error) Quota {
	if err != nil {
		panic(err)
	}
	return q
}

func TestLedgersAreBounded(t *testing.T) {
	t.Parallel()
	l := newLedger(Quota2026(), 100)
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	for i := range 1000 {
		l.spend(fmt.Sprint(i), PrioritySync, []method{messagesGet}, now.Add(time.Duration(i)*time.Millisecond))
	}
	if n := len(l.mailboxes); n != 100 {
		t.Errorf("%d ledgers are kept", n)
	}
	l.block("blocked", &RateLimit{Until: now.Add(time.Hour)}, now)
	for i := range 1000 { // all others have nothing to remember by now; then those of this moment are too many
		l.spend(fmt.Sprint("later", i), PrioritySync, []method{messagesGet}, now.Add(2*time.Minute))
	}
	if l.mailboxes["blocked"] == nil {
		t.Error("a mailbox that Gmail wants left alone was forgotten before idle ones")
	}
}

// No stretch of a minute ever holds more than the limit, whatever the times; and who waits until the time named is let in.
func TestWindowHoldsItsLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(100, 1000).Draw(t, "limit")
		l := newLedger(must(Quota{UserPerMinute: limit}.complete()), 10)
		calls := []method{messagesGet, historyList, threadsGet, watchMailbox}
		type spent struct {
			at    time.Time
			units int
		}
		var log []spent
		now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
		for range rapid.IntRange(1, 200).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "gap")) * time.Millisecond)
			m := rapid.SampledFrom(calls).Draw(t, "method")
			refused := l.spend("1001", PrioritySend, []method{m}, now)
			if refused != nil {
				if !refused.Until.After(now) || refused.Until.Sub(now) > 65*time.Second {
					t.Fatalf("at %s: until %s", now, refused.Until)
				}
				if !rapid.Bool().Draw(t, "waits") {
					continue
				}
				now = refused.Until
				if again := l.spend("1001", PrioritySend, []method{m}, now); again != nil {
					t.Fatalf("refused at the time named: %v", again)
				}
			}
			log = append(log, spent{now, l.quota.Units[m.name]})
			sum := 0
			for i := len(log) - 1; i >= 0 && now.Sub(log[i].at) < time.Minute; i-- {
				sum += log[i].units
			}
			if sum > limit {
				t.Fatalf("%d units within a minute, limit %d", sum, limit)
			}
		}
	})
}

func TestAClockThatGoesBackChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWindow(time.Minute, 12)
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	w.roll(now)
	w.add(5)
	w.roll(now.Add(-time.Hour))
	w.add(5)
	if w.sum != 10 {
		t.Errorf("sum %d", w.sum)
	}
	if w.roll(now.Add(66 * time.Second)); w.sum != 0 {
		t.Errorf("sum %d after the window", w.sum)
	}
}
