package docs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

type note struct{ Text string }

// canned is a transaction that knows two documents and counts round trips.
type canned struct {
	docs.Tx
	texts map[docs.Ref]string
	trips int
	err   error
}

func (c *canned) Get(_ context.Context, refs []docs.Ref, into []any) ([]bool, error) {
	c.trips++
	found := make([]bool, len(refs))
	for i, r := range refs {
		if found[i] = c.texts[r] != ""; found[i] {
			into[i].(*note).Text = c.texts[r]
		}
	}
	return found, c.err
}

func (c *canned) Query(context.Context, docs.Query) ([]docs.Row, error) {
	c.trips++
	var rows []docs.Row
	for _, ref := range []docs.Ref{"n/1", "n/2"} {
		rows = append(rows, docs.Row{Ref: ref, Decode: func(into any) error {
			into.(*note).Text = c.texts[ref]
			if c.texts[ref] == "broken" {
				return errOdd
			}
			return nil
		}})
	}
	return rows, c.err
}

var errOdd = errors.New("odd")

func TestTypedReads(t *testing.T) {
	t.Parallel()
	tx := &canned{texts: map[docs.Ref]string{"n/1": "one", "n/2": "two"}}
	ctx := t.Context()
	if got, err := docs.Get[note](ctx, tx, "n/1"); err != nil || got == nil || got.Text != "one" {
		t.Errorf("Get = %v, %v", got, err)
	}
	if got, err := docs.Get[note](ctx, tx, "n/3"); err != nil || got != nil {
		t.Errorf("Get of what is not there = %v, %v", got, err)
	}
	tx.trips = 0
	all, err := docs.GetAll[note](ctx, tx, []docs.Ref{"n/2", "n/3", "n/1"})
	if diff := cmp.Diff([]*note{{"two"}, nil, {"one"}}, all); err != nil || diff != "" || tx.trips != 1 {
		t.Errorf("GetAll: %v, %d round trips\n%s", err, tx.trips, diff)
	}
	if all, err := docs.GetAll[note](ctx, tx, nil); err != nil || all != nil || tx.trips != 1 {
		t.Errorf("GetAll of nothing = %v, %v, after %d round trips", all, err, tx.trips)
	}
	list, err := docs.List[note](ctx, tx, docs.Query{})
	if diff := cmp.Diff([]*note{{"one"}, {"two"}}, list); err != nil || diff != "" {
		t.Errorf("List: %v\n%s", err, diff)
	}
	tx.texts["n/2"] = "broken"
	if _, err := docs.List[note](ctx, tx, docs.Query{}); !errors.Is(err, errOdd) {
		t.Errorf("List of what cannot be decoded: %v", err)
	}
	tx.err = errOdd
	_, e1 := docs.Get[note](ctx, tx, "n/1")
	_, e2 := docs.GetAll[note](ctx, tx, []docs.Ref{"n/1"})
	_, e3 := docs.List[note](ctx, tx, docs.Query{})
	for _, err := range []error{e1, e2, e3} {
		if !errors.Is(err, errOdd) {
			t.Errorf("the driver's error got lost: %v", err)
		}
	}
}
