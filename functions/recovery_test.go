package functions_test

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// vast is a recovery on a mailbox of very many messages, all of them of the time that is compared.
type vast struct {
	messages int
	spending
	pages int    // of messages listed
	heap  uint64 // bytes: by how much the live heap grew at most
	most  int    // units within one minute of the clock
	took  time.Duration
}

// recoverVast measures such a recovery. The simulator's own memory, which holds the mailbox, was there before and is not counted.
func recoverVast(t testing.TB, messages int) vast {
	t.Helper()
	s := ownSite(t)
	out := vast{messages: messages}
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%v\n%s", err, tail(s.log.String(), 4000))
		}
	}
	const conversations = 100
	_, err := s.fill("Known", repeated(2, conversations), s.clock.Now().AddDate(0, -2, 0), s.clock.Now().AddDate(0, 0, -1), "INBOX", "Hire")
	fail(err)
	_, err = s.walked()
	fail(err)
	fail(s.pass(2 * time.Hour))
	from := s.clock.Now().Add(time.Minute)
	s.clock.Advance(48 * time.Hour)
	until := s.clock.Now()
	box := s.ritasBox()
	fail(s.sim.Fill([]*gmailtest.Mailbox{box}, gmailtest.Filling{Messages: messages - conversations, From: from, Until: until, Raw: func(n int) []byte {
		return fmt.Appendf(nil, "From: shop@shop.example\r\nTo: %s\r\nSubject: Sale %d\r\n\r\nBuy.\r\n", ritaMail, n)
	}}))
	fail(s.sim.Fill([]*gmailtest.Mailbox{box}, gmailtest.Filling{Messages: conversations, From: from, Until: until, Raw: func(n int) []byte {
		return fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: Re: Known %d\r\nMessage-ID: <answer-%d@mail.example>\r\nReferences: <Known-%d-0@mail.example>\r\n\r\nAnswer %d.\r\n",
			coraMail, ritaMail, n, n, n, n)
	}}))
	box.ExpireHistory()

	live := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, base := box.Stats(), live()
	calls, minute, inMinute := 0, time.Time{}, before.Units
	s.onStep = func(_ *replica, op string, at moment) error {
		s.log.Reset() // it is a part of the test
		if at != afterStep {
			return nil
		}
		if now := s.clock.Now().Truncate(time.Minute); now.After(minute) {
			minute, inMinute = now, box.Stats().Units
		}
		out.most = max(out.most, int(box.Stats().Units-inMinute))
		if op != "GET /gmail/v1/users/me/messages" {
			return nil
		}
		if out.pages++; out.pages%40 == 0 {
			if now := live(); now > base {
				out.heap = max(out.heap, now-base)
			}
		}
		return nil
	}
	begun := s.clock.Now()
	for range 240 {
		fail(s.pass(time.Minute))
		calls++
		m, err := s.ritasRecord()
		fail(err)
		if m.Recovery == nil && m.Import == nil && m.VerifiedAt.After(begun) && m.Imported.After(begun) {
			break
		}
	}
	s.onStep = nil
	out.took = s.clock.Now().Sub(begun)
	n, err := s.stored()
	if err == nil && n != 3*conversations {
		err = errors.New("not all came")
	}
	if err != nil {
		t.Fatalf("%d messages are in the profile, want %d (%v)", n, 3*conversations, err)
	}
	out.spending = spending{
		messages: conversations, spent: int(box.Stats().Units - before.Units),
		least: 2*unitsHistoryList + unitsGetProfile + unitsMessagesList*pages(messages, 500) + unitsLabelsList + unitsThreadsList*pages(conversations, 100) + unitsThreadsGet*conversations,
	}
	return out
}

// A recovery holds a page at a time: its memory does not grow with the mailbox, nor does it spend more than the mailbox's quota, and all of it is worth its units.
func TestRecoveryOfAVastMailbox(t *testing.T) {
	// Not beside other tests: what they hold would be counted.
	got := recoverVast(t, 200_000)
	t.Logf("%d pages, %d units of %d, at most %d a minute, %d KiB of heap, %s", got.pages, got.spent, got.least, got.most, got.heap>>10, got.took)
	if got.pages < 400 {
		t.Errorf("%d pages were listed of 200,000 messages", got.pages)
	}
	if got.heap > 16<<20 { // the ids alone of all messages, with those of their conversations, would take as much
		t.Errorf("the live heap grew by %d MiB", got.heap>>20)
	}
	if got.most > 5000 { // in all processes together: a fifth of the quota is left to what goes first
		t.Errorf("%d units were spent within a minute", got.most)
	}
	if got.ratio() > 1.10 {
		t.Errorf("%d units were spent where %d are the least possible", got.spent, got.least)
	}
}

// BenchmarkRecovery prints what a recovery on a mailbox of 200,000 messages takes.
func BenchmarkRecovery(b *testing.B) {
	var got vast
	for b.Loop() {
		got = recoverVast(b, 200_000)
	}
	b.ReportMetric(float64(got.heap>>10), "KiB-heap")
	b.ReportMetric(float64(got.spent), "units")
	b.ReportMetric(float64(got.least), "least-units")
	b.ReportMetric(float64(got.most), "units/min")
	b.ReportMetric(got.took.Minutes(), "gmail-minutes")
}
