package functions_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/golden"
	"github.com/trakstar/hire-gmail/shared/store"
)

// What calls cost, by Google's table of 2026. It is written out here, so that the least possible owes nothing to the product's own.
// Source: https://developers.google.com/workspace/gmail/api/reference/quota
const (
	unitsHistoryList  = 2
	unitsMessagesGet  = 20
	unitsThreadsGet   = 40
	unitsMessagesList = 5
	unitsThreadsList  = 10
	unitsLabelsList   = 1
	unitsGetProfile   = 1
)

// spending is what a workload has cost, and what it must cost.
type spending struct {
	messages     int // that came, or were there to be imported
	spent, least int // units
}

func (s spending) ratio() float64 { return float64(s.spent) / float64(s.least) }

// unitsWorks are the workloads, and how near to the least possible each must come.
//
// The least possible is counted from what was done to the mailbox, by what Gmail's methods can tell at all:
//
//   - Each notification that Gmail has published costs a history.list: nobody can know otherwise what it is about.
//   - A message for Hire costs a messages.get.
//   - A labelled conversation costs a threads.get, however short it is: no other method tells which messages a conversation has, and without that there is no receipt.
//     The same holds for one that has changed while its history was lost. The answer brings the messages, too.
//   - Going through a label, or through what came in a time, costs its pages: 100 conversations, 500 messages.
//
// Nothing else counts: not the sweep, not a second look at what may have come late, no look-up of labels but one for each time that all are gone through.
var unitsWorks = []struct {
	name  string
	bound float64
	do    func(*site) (spending, error)
}{
	{"a steady stream", 1.05, func(s *site) (spending, error) { return steadyStream(s, gmailtest.Behaviour{}) }},
	{"the same where a mailbox's id runs ahead of its records", 1.05, func(s *site) (spending, error) { return steadyStream(s, gmailtest.Behaviour{IDRunsAhead: true}) }},
	{"conversations labelled one by one", 1.10, labelledOneByOne},
	{"conversations that were labelled before", 1.10, labelledBefore},
	{"a recovery after two days", 1.10, recovered},
}

// TestUnits holds what Gmail is asked for to the least possible, and to the table in the README beside the functions, which -update writes anew.
func TestUnits(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("| work | messages | units | the least possible | ratio | bound |\n|---|---|---|---|---|---|\n")
	for _, work := range unitsWorks {
		got := measureUnits(t, work.do)
		if got.ratio() > work.bound {
			t.Errorf("%s: %d units where %d are the least possible: %.3f times as many, at most %.2f is wanted", work.name, got.spent, got.least, got.ratio(), work.bound)
		}
		fmt.Fprintf(&table, "| %s | %d | %d | %d | %.3f | %.2f |\n", work.name, got.messages, got.spent, got.least, got.ratio(), work.bound)
	}
	golden.Part(t, "README.md", "units", table.String())
}

// BenchmarkUnits prints what TestUnits measures, by message.
func BenchmarkUnits(b *testing.B) {
	for _, work := range unitsWorks {
		b.Run(strings.ReplaceAll(work.name, " ", "_"), func(b *testing.B) {
			var got spending
			for b.Loop() {
				got = measureUnits(b, work.do)
			}
			b.ReportMetric(float64(got.spent)/float64(got.messages), "units/msg")
			b.ReportMetric(float64(got.least)/float64(got.messages), "least/msg")
			b.ReportMetric(got.ratio(), "ratio")
		})
	}
}

func measureUnits(t testing.TB, do func(*site) (spending, error)) spending {
	t.Helper()
	s := ownSite(t)
	out, err := do(s)
	if err != nil {
		t.Fatalf("%v\n%s", err, tail(s.log.String(), 4000))
	}
	return out
}

// ownSite is a world in which Rita and Sam have connected, in a folder of its own.
func ownSite(t testing.TB) *site {
	t.Helper()
	from, err := connectedImage()
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join(from.folder, "tokens.key"))
	if err != nil {
		t.Fatal(err)
	}
	from.folder = t.TempDir()
	if err := os.WriteFile(filepath.Join(from.folder, "tokens.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := openSite(from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// pass lets time go by: what falls due is done, and Cloud Scheduler calls every five minutes.
func (s *site) pass(d time.Duration) error {
	const tick = 5 * time.Minute
	for d > 0 {
		step := min(d, 5*time.Second)
		before := s.clock.Now()
		s.clock.Advance(step)
		if s.clock.Now().Truncate(tick).After(before.Truncate(tick)) {
			s.sweep(0)
		}
		if !s.drain() {
			return errors.New("notifications and tasks don't come to rest")
		}
		d -= step
	}
	return nil
}

// ritasBox is Rita's mailbox in Gmail.
func (s *site) ritasBox() *gmailtest.Mailbox {
	box, _ := s.sim.Mailbox(ritaMail)
	return box
}

// ritasRecord is the store's record of it.
func (s *site) ritasRecord() (store.Mailbox, error) {
	m, _, err := s.store.Mailbox(context.Background(), store.MailboxKey{AccountID: acme, UserID: rita})
	return m, err
}

// stored counts the messages of Cora's profile.
func (s *site) stored() (n int, err error) {
	var after *store.Position
	for {
		page, err := s.store.Threads(context.Background(), acme, cora, after, 100)
		if err != nil {
			return 0, err
		}
		for _, t := range page {
			n += t.Messages
			after = &store.Position{At: t.LastAt, ID: t.ID}
		}
		if len(page) < 100 {
			return n, nil
		}
	}
}
