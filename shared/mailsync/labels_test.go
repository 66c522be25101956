package mailsync

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

// labelWorld is a mailbox of which only the labels are asked for, and a store that keeps nothing else.
type labelWorld struct {
	Store
	Gmail
	inGmail  []gmail.Label
	recorded []store.Label
	broken   error // SetLabels fails
	asked    int   // how often Gmail was asked
}

func (w *labelWorld) Labels(context.Context) ([]gmail.Label, error) {
	w.asked++
	return w.inGmail, nil
}

func (w *labelWorld) SetLabels(_ context.Context, _ store.MailboxKey, _ int64, labels []store.Label) error {
	if w.broken == nil {
		w.recorded = labels
	}
	return w.broken
}

// learn is a sync by the engine that meets a record of a label put on.
func (w *labelWorld) learn(e *Engine, label string) error {
	r := &run{Engine: e, gmail: w, box: store.Mailbox{AccountID: "acme", Sub: "1", Labels: w.recorded}}
	return r.learnLabels(context.Background(), []gmail.HistoryRecord{{LabelsAdded: []gmail.LabelChange{{Changed: []string{label}}}}})
}

func TestLabelIsAskedForUntilItIsRecorded(t *testing.T) {
	t.Parallel()
	w := &labelWorld{inGmail: []gmail.Label{{ID: "Label_1", Name: "Hire"}, {ID: "Label_2", Name: "Recruiterbox"}, {ID: "Label_3", Name: "Work"}}, broken: errors.New("the database has gone")}
	here, there := w.engine(), w.engine()
	if err := w.learn(here, "Label_2"); !errors.Is(err, w.broken) {
		t.Fatalf("learning it: %v, want the failure", err)
	}
	w.broken = nil
	want := []store.Label{{ID: "Label_1", Name: "Hire"}, {ID: "Label_2", Name: "Recruiterbox"}}
	check := func(when string, asked int) {
		t.Helper()
		if diff := cmp.Diff(want, w.recorded); diff != "" || w.asked != asked {
			t.Errorf("%s Gmail was asked %d times, want %d; recorded (-want +got):\n%s", when, w.asked, asked, diff)
		}
	}
	for range 2 {
		if err := w.learn(here, "Label_2"); err != nil {
			t.Fatal(err)
		}
	}
	check("after the failure", 2)
	for range 2 {
		if err := errors.Join(w.learn(here, "Label_3"), w.learn(there, "Label_3")); err != nil {
			t.Fatal(err)
		}
	}
	check("for another label, by each instance once,", 3)
	w.recorded = want[:1] // an instance that had asked before the label was made was the last to record
	if err := w.learn(here, "Label_2"); err != nil {
		t.Fatal(err)
	}
	check("once that is overwritten", 4)
}

func (w *labelWorld) engine() *Engine {
	return &Engine{Options: Options{Store: w}, labels: newLabelCache(10)}
}
