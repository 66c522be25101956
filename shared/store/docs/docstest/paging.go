package docstest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

const many = 1000

func pagingTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"by id":             pagesOf(docs.Query{}, func(it *Item) any { return nil }),
		"by number":         pagesOf(docs.Query{OrderBy: "Number"}, func(it *Item) any { return it.Number }),
		"by number down":    pagesOf(docs.Query{OrderBy: "Number", Desc: true}, func(it *Item) any { return it.Number }),
		"by name":           pagesOf(docs.Query{OrderBy: "Name"}, func(it *Item) any { return it.Name }),
		"by time, down":     pagesOf(docs.Query{Where: where("Kind", "even"), OrderBy: "At", Desc: true}, func(it *Item) any { return it.At }),
		"equal, by id":      pagesOf(docs.Query{Where: where("Number", int64(3))}, func(it *Item) any { return nil }),
		"up to a Before":    pagesOf(docs.Query{OrderBy: "Number", Before: 6}, func(it *Item) any { return it.Number }),
		"down to a Before":  pagesOf(docs.Query{OrderBy: "Number", Before: 6, Desc: true}, func(it *Item) any { return it.Number }),
		"rows move between": rowsMoveBetween,
	}
}

func thousand() []Item {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	all := make([]Item, many)
	for i := range all {
		n := (i * 617) % many
		all[i] = Item{ID: fmt.Sprintf("id%04d", n), Number: int64(n % 17), Name: fmt.Sprint(n % 7), Kind: "odd", At: start.Add(time.Duration(n/3) * time.Hour)}
		if n%2 == 0 {
			all[i].Kind = "even"
		}
	}
	return all
}

// pagesOf checks that a thousand documents read page by page are the same as read at once, whatever the size of the page.
func pagesOf(q docs.Query, value func(*Item) any) func(*testing.T, *fixture) {
	return func(t *testing.T, f *fixture) {
		f.fill(t, home, thousand())
		f.fill(t, docs.Path("accounts", "ab"), thousand()[:50])
		q.Collection = items
		q.Limit = many + 1
		want := f.list(t, q)
		if len(want) < 50 {
			t.Fatalf("only %d rows", len(want))
		}
		for _, size := range []int{53, 250, len(want), len(want) - 1} {
			var got []string
			page := q
			page.Limit = size
			for n := size; n == size; {
				n = 0
				var last *docs.Position
				err := f.db.View(t.Context(), "page", func(ctx context.Context, tx docs.Tx) error {
					rows, err := docs.List[Item](ctx, tx, page)
					for _, it := range rows {
						got = append(got, it.ID)
						last = &docs.Position{Value: value(it), ID: it.ID}
					}
					n = len(rows)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				page.After = last
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("pages of %d (-whole +paged):\n%s", size, diff)
			}
		}
	}
}

// Rows that stay are met exactly once, although others come and go between the pages.
func rowsMoveBetween(t *testing.T, f *fixture) {
	var stored []Item
	for i := range 40 {
		stored = append(stored, Item{ID: fmt.Sprintf("stay%02d", i), Number: int64(i * 10)})
	}
	f.fill(t, home, stored)
	q := docs.Query{Collection: items, OrderBy: "Number", Limit: 4}
	seen := map[string]int{}
	for round := 0; ; round++ {
		var page []*Item
		err := f.db.View(t.Context(), "page", func(ctx context.Context, tx docs.Tx) (err error) {
			page, err = docs.List[Item](ctx, tx, q)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, it := range page {
			seen[it.ID]++
		}
		last := page[len(page)-1]
		q.After = &docs.Position{Value: last.Number, ID: last.ID}
		f.update(t, func(_ context.Context, tx docs.Tx) error {
			if err := tx.Set(home.Child("items", fmt.Sprint("early", round)), Item{ID: "early", Number: last.Number - 5}); err != nil {
				return err
			}
			return tx.Delete(home.Child("items", last.ID)) // the position's own row goes
		})
	}
	for i := range 40 {
		if id := fmt.Sprintf("stay%02d", i); seen[id] != 1 {
			t.Errorf("%s was met %d times", id, seen[id])
		}
	}
	if seen["early"] != 0 {
		t.Errorf("rows before the position were met %d times", seen["early"])
	}
}
