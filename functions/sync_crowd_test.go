package functions_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

const crowdCandidates, crowdEach = 12, 3

// crowded is a world in which Rita has labelled conversations with many candidates, some with each, and all of them have been answered; the notification of that is on its way.
func crowded(t *testing.T, w *world) (push []byte) {
	t.Helper()
	var batch api.DirectoryBatch
	for i := range crowdCandidates {
		batch.Candidates = append(batch.Candidates, api.DirectoryCandidate{
			AccountID: acme, ID: fmt.Sprintf("c%d", i), Name: "C", Emails: []string{fmt.Sprintf("c%d@mail.example", i)}, UpdatedAt: w.clock.Now(), Version: 1,
		})
	}
	w.tell(batch)
	w.losePushes()
	var answers []func()
	for i := range crowdCandidates * crowdEach {
		candidate := w.outside(fmt.Sprintf("c%d@mail.example", i%crowdCandidates), "")
		begun := candidate.writes(fmt.Sprintf("Story %d", i), fmt.Sprintf("It begins: %d.", i))
		answers = append(answers, func() {
			candidate.repliesTo(begun, fmt.Sprintf("It goes on: %d.", i))
		})
	}
	found, err := w.mailbox(ritaMail).Threads("subject:story", 0)
	w.ok(err)
	for _, f := range found {
		w.ok(w.mailbox(ritaMail).LabelThread(f.ID, "Hire"))
	}
	pushed := func() []byte {
		return gmailtest.Push{EmailAddress: ritaMail, HistoryID: w.mailbox(ritaMail).HistoryID()}.Data()
	}
	w.notify(pushed())
	w.pass(3 * time.Minute)
	for _, answer := range answers {
		w.clock.Advance(time.Second)
		answer()
	}
	return pushed()
}

// holdsCrowd makes sure that each profile has its mails, once each.
func (p *person) holdsCrowd() {
	p.w.t.Helper()
	for c := range crowdCandidates {
		var want []string
		for n := range crowdEach {
			i := c + n*crowdCandidates
			want = append(want, fmt.Sprintf("It begins: %d.", i), fmt.Sprintf("It goes on: %d.", i))
		}
		got := p.texts(fmt.Sprintf("c%d", c))
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			p.w.t.Errorf("candidate %d (-want +got):\n%s", c, diff)
		}
	}
}

// Answers in many conversations are filed side by side. All are there before the cursor has moved, and the events of each candidate are in order.
func TestCrowdIsFiledSideBySide(t *testing.T) {
	t.Parallel()
	w, r, h := hooked(t)
	push := crowded(t, w)
	const answers = crowdCandidates * crowdEach
	// The first of them stands still until all others have been filed but those of the same candidate.
	others := make(chan struct{})
	var begun, done atomic.Int64
	h.set(func(op string, at embedded.Phase) error {
		switch {
		case op != "import.commit":
		case at == embedded.BeforeRun && begun.Add(1) == 1:
			select {
			case <-others:
			case <-time.After(20 * time.Second):
				t.Error("the others wait for the first one")
			}
		case at == embedded.AfterCommit && done.Add(1) == answers-crowdEach:
			close(others)
		}
		return nil
	})
	if got, want := w.costOf(func() { w.notify(push) }), 2+answers*20; got.units != want || got.trips != 3 {
		t.Errorf("%s, want %d units and 3 round trips", got, want)
	}
	if at, want := w.record(rita).Cursor, int64(w.mailbox(ritaMail).HistoryID()); at != want {
		t.Errorf("the cursor is at %d, want %d", at, want)
	}
	r.holdsCrowd()
	told := map[string][]time.Time{} // by candidate, when the mails came that the events tell of
	all, err := w.platform.published(t.Context())
	w.ok(err)
	n := 0
	for _, text := range all {
		var e struct {
			Type, Subject string
			Data          struct {
				ReceivedAt time.Time `json:"received_at"`
			}
		}
		w.ok(json.Unmarshal(text, &e))
		if !strings.HasSuffix(e.Type, "message.imported.v1") {
			continue
		}
		n++
		candidate, _, _ := strings.Cut(strings.TrimPrefix(e.Subject, "candidates/"), "/")
		told[candidate] = append(told[candidate], e.Data.ReceivedAt)
	}
	if n != 2*answers {
		t.Errorf("%d events tell of imported mail, want %d", n, 2*answers)
	}
	for candidate, at := range told {
		if at[0].After(at[len(at)-1]) {
			slices.Reverse(at) // they are shown the newest first
		}
		if !slices.IsSortedFunc(at[crowdEach:], time.Time.Compare) {
			t.Errorf("the events of %s are out of order: %v", candidate, at)
		}
	}
}

// Where one of many can't be filed, the cursor stays; the next try files what is missing, and nothing twice.
func TestCrowdWithAFailure(t *testing.T) {
	t.Parallel()
	w, r, h := hooked(t)
	push := crowded(t, w)
	before := w.record(rita).Cursor
	var mu sync.Mutex
	commits := 0
	h.set(func(op string, at embedded.Phase) error {
		mu.Lock()
		defer mu.Unlock()
		if op != "import.commit" || at != embedded.BeforeCommit {
			return nil
		}
		if commits++; commits == 7 {
			return errors.New("the database has gone")
		}
		return nil
	})
	if got := w.pushes(push); got.Status/100 == 2 {
		t.Errorf("acknowledged, though one was not filed: %d", got.Status)
	}
	if at := w.record(rita).Cursor; at != before {
		t.Errorf("the cursor has moved from %d to %d", before, at)
	}
	if commits < 7 {
		t.Errorf("%d commits: nothing has failed", commits)
	}
	w.notify(push)
	r.holdsCrowd()
}
