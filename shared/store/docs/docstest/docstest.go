package docstest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Schema is what Run opens its databases with.
func Schema() docs.Schema {
	return docs.Schema{
		Indexes: []docs.Index{
			{Collection: "items", Fields: []string{"Name"}, Way: docs.BothWays},
			{Collection: "items", Fields: []string{"Number"}, Way: docs.BothWays},
			{Collection: "items", Fields: []string{"Small"}, Way: docs.BothWays},
			{Collection: "items", Fields: []string{"At"}, Way: docs.BothWays},
			{Collection: "items", Fields: []string{"Flag", "Number"}},
			{Collection: "items", Fields: []string{"Kind", "At"}, Way: docs.BothWays},
			{Collection: "items", Fields: []string{"Kind", "Flag", "Number"}, Way: docs.BothWays},
			{Collection: "items", Fields: []string{"Kind", "Number"}, Way: docs.Downwards},
		},
		TTLs: []docs.TTL{{Collection: "passes", Field: "ExpiresAt"}},
	}
}

// Item is the document of most tests.
type Item struct {
	ID     string
	Name   string
	Kind   string
	Number int64
	Small  int
	Flag   bool
	At     time.Time
}

// Pass is a document that expires.
type Pass struct {
	ExpiresAt time.Time
	Text      string
}

// Run tests a driver. open gives an empty database with this schema, and closes it when the test is over; it is called once for each subtest,
// and subtests run in parallel.
func Run(t *testing.T, open func(t *testing.T, schema docs.Schema) docs.DB) {
	t.Helper()
	n := 0
	for group, tests := range groups() {
		n += len(tests)
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			for name, test := range tests {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, &fixture{db: open(t, Schema())})
				})
			}
		})
	}
	t.Logf("contract of a document database: %d cases", n)
}

// groups are the cases by subject, each in a file of its own.
func groups() map[string]map[string]func(*testing.T, *fixture) {
	return map[string]map[string]func(*testing.T, *fixture){
		"transactions": transactionTests(),
		"documents":    documentTests(),
		"references":   referenceTests(),
		"replacing":    replacingTests(),
		"queries":      queryTests(),
		"paging":       pagingTests(),
		"orders":       orderTests(),
		"expiry":       expiryTests(),
	}
}

// fixture is a database and what the tests do with it over and over.
type fixture struct{ db docs.DB }

func (f *fixture) update(t *testing.T, fn func(ctx context.Context, tx docs.Tx) error) {
	t.Helper()
	if err := f.db.Update(t.Context(), "test", fn); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

func (f *fixture) set(t *testing.T, ref docs.Ref, doc any) {
	t.Helper()
	f.update(t, func(_ context.Context, tx docs.Tx) error { return tx.Set(ref, doc) })
}

// fill stores items below ref, as many in a transaction as Firestore takes (500).
func (f *fixture) fill(t *testing.T, parent docs.Ref, items []Item) {
	t.Helper()
	for len(items) > 0 {
		n := min(len(items), 400)
		f.update(t, func(_ context.Context, tx docs.Tx) error {
			for i := range items[:n] {
				if err := tx.Set(parent.Child("items", items[i].ID), &items[i]); err != nil {
					return err
				}
			}
			return nil
		})
		items = items[n:]
	}
}

// get reads one document; nil if there is none.
func get[T any](t *testing.T, f *fixture, ref docs.Ref) *T {
	t.Helper()
	var out *T
	err := f.db.View(t.Context(), "test", func(ctx context.Context, tx docs.Tx) error {
		var err error
		out, err = docs.Get[T](ctx, tx, ref)
		return err
	})
	if err != nil {
		t.Fatalf("Get %s: %v", ref, err)
	}
	return out
}

// list runs a query and gives the ids of its rows.
func (f *fixture) list(t *testing.T, q docs.Query) []string {
	t.Helper()
	ids, err := f.tryList(t, q)
	if err != nil {
		t.Fatalf("Query %+v: %v", q, err)
	}
	return ids
}

func (f *fixture) tryList(t *testing.T, q docs.Query) (ids []string, err error) {
	t.Helper()
	err = f.db.View(t.Context(), "test", func(ctx context.Context, tx docs.Tx) error {
		ids = nil
		rows, err := tx.Query(ctx, q)
		for _, r := range rows {
			ids = append(ids, r.Ref.ID())
		}
		return err
	})
	return ids, err
}

// wantList checks the ids, and their order, that a query answers.
func (f *fixture) wantList(t *testing.T, q docs.Query, want ...string) {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	if diff := cmp.Diff(want, f.list(t, q)); diff != "" {
		t.Errorf("query %+v (-want +got):\n%s", q, diff)
	}
}

var home = docs.Path("accounts", "a")

func item(id string, change func(*Item)) Item {
	it := Item{ID: id}
	if change != nil {
		change(&it)
	}
	return it
}
