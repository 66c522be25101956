package functions_test

import (
	"errors"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
)

// What a person waits for goes before new mail, and that before the import of old mail: a long import that has used up its share of the mailbox's quota keeps
// neither waiting, in this process or another.
func TestLongImportKeepsNothingWaiting(t *testing.T) {
	t.Parallel()
	s := ownSite(t)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%v\n%s", err, tail(s.log.String(), 4000))
		}
	}
	send := func(key, subject string) {
		t.Helper()
		if status, answer := s.user(0, rita, ritaMail, "POST", "/sendmessage/v1/messages", api.SendMessage{CandidateID: cora, Subject: subject, Text: "Can we talk?"}, "Idempotency-Key", key); status != 200 {
			t.Fatalf("send: %d %s", status, answer)
		}
	}
	threads := func(subject string) (messages int) {
		t.Helper()
		page, err := s.store.Threads(t.Context(), acme, cora, nil, 1000)
		ok(err)
		for _, th := range page {
			if th.Subject == subject {
				messages += th.Messages
			}
		}
		return messages
	}
	send("k1", "Your application")
	ok(s.pass(time.Minute))
	const conversations = 600
	_, err := s.fill("Older", repeated(1, conversations), s.clock.Now().AddDate(0, -2, 0), s.clock.Now().AddDate(0, 0, -1), "INBOX", "Hire")
	ok(err)
	s.clock.Advance(25 * time.Hour)
	for n := 0; ; n++ {
		ok(s.pass(5 * time.Second))
		m, err := s.ritasRecord()
		ok(err)
		spent := 0
		for _, x := range m.Spent {
			spent += x.Units
		}
		if m.Import != nil && spent > 4700 {
			break
		}
		if n == 200 {
			t.Fatal("the import has not used up its share, so this shows nothing")
		}
	}
	before := s.ritasBox().Stats().Calls["threads.get"]
	candidate := s.sim.Outside(coraMail, "Cora Candidate")
	asked, _ := candidate.Last()
	_, err = candidate.Reply(asked, "Yes, tomorrow.")
	ok(err)
	if !s.drain() {
		t.Fatal("it does not come to rest")
	}
	if n := threads("Your application"); n != 2 {
		t.Errorf("the answer is not in the profile at once: %d messages", n)
	}
	send("k2", "Something else")
	if n := threads("Something else"); n != 1 {
		t.Errorf("what was sent is not in the profile at once: %d messages", n)
	}
	if n := s.ritasBox().Stats().Calls["threads.get"] - before; n > 2 {
		t.Errorf("%d conversations were imported at the same moment, so this shows nothing", n)
	}
	m, err := s.ritasRecord()
	if ok(err); !m.ReadBlockedUntil.IsZero() || !m.SendBlockedUntil.IsZero() {
		t.Errorf("a breaker was opened although Gmail has asked for nothing: %s, %s", m.ReadBlockedUntil, m.SendBlockedUntil)
	}
	ok(errors.Join(s.pass(15 * time.Minute)))
	if n, err := s.stored(); err != nil || n != conversations+3 {
		t.Errorf("%d messages in the end (%v), want %d", n, err, conversations+3)
	}
	if n := s.ritasBox().Stats().Refused; n != 0 {
		t.Errorf("Gmail had to refuse %d calls", n)
	}
}
