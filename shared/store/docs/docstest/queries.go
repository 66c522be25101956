package docstest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

func queryTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"without an index":                      noIndex,
		"queries that mean nothing":             badQueries,
		"equality":                              equality,
		"equality on all fields, by id":         equalityByID,
		"counts":                                counts,
		"Before":                                before,
		"a deletion leaves the index":           deletionLeavesIndex,
		"a changed field moves the row":         changeMoves,
		"an unchanged field keeps the row":      unchangedKeeps,
		"values of named types":                 namedTypes,
		"an indexed string that is too long":    longIndexed,
		"a document without the indexed field":  withoutField,
		"a query and a get in one transaction":  queryThenGet,
		"a query in an update":                  queryInUpdate,
		"other collections need no such fields": otherCollections,
		"an order of another kind of value":     otherKind,
		"an empty collection":                   emptyCollection,
	}
}

var items = home.Under("items")

func where(pairs ...any) []docs.Equal {
	var w []docs.Equal
	for i := 0; i < len(pairs); i += 2 {
		w = append(w, docs.Equal{Field: pairs[i].(string), Value: pairs[i+1]})
	}
	return w
}

func noIndex(t *testing.T, f *fixture) {
	for name, q := range map[string]docs.Query{
		"order":                {OrderBy: "ID"},
		"filter":               {Where: where("ID", "x")},
		"part of an index":     {Where: where("Kind", "x")},
		"filter and order":     {Where: where("Flag", true), OrderBy: "At"},
		"fields the other way": {Where: where("Flag", true, "Kind", "k"), OrderBy: "Number"},
		"another collection":   {Collection: home.Under("others"), OrderBy: "Number"},
		"descending ids":       {Desc: true},
		"down a rising index":  {Where: where("Flag", true), OrderBy: "Number", Desc: true},
		"up a falling index":   {Where: where("Kind", "x"), OrderBy: "Number"},
		"ids, falling index":   {Where: where("Kind", "x", "Number", 1)},
	} {
		q.Limit = 1
		if q.Collection == "" {
			q.Collection = items
		}
		if _, err := f.tryList(t, q); !errors.Is(err, docs.ErrNoIndex) {
			t.Errorf("%s: %v, want ErrNoIndex", name, err)
		}
	}
}

func badQueries(t *testing.T, f *fixture) {
	for name, q := range map[string]docs.Query{
		"no limit":               {OrderBy: "Number"},
		"negative limit":         {OrderBy: "Number", Limit: -1},
		"Before without order":   {Before: int64(1), Limit: 1},
		"After without id":       {OrderBy: "Number", After: &docs.Position{Value: int64(1)}, Limit: 1},
		"After without value":    {OrderBy: "Number", After: &docs.Position{ID: "x"}, Limit: 1},
		"After with a value":     {After: &docs.Position{Value: int64(1), ID: "x"}, Limit: 1},
		"a value of a wild kind": {Where: where("Kind", []string{"x"}), OrderBy: "At", Limit: 1},
		"a nil value":            {Where: where("Kind", nil), OrderBy: "At", Limit: 1},
	} {
		q.Collection = items
		if _, err := f.tryList(t, q); err == nil {
			t.Errorf("%s: it went through", name)
		}
	}
}

func equality(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{
		{ID: "1", Kind: "k", Flag: true, Number: 3},
		{ID: "2", Kind: "k", Flag: true, Number: -3},
		{ID: "3", Kind: "k", Flag: false, Number: 0},
		{ID: "4", Kind: "kk", Flag: true, Number: 1},
		{ID: "5", Kind: "", Flag: true, Number: 1},
		{ID: "6", Kind: "k\x00", Flag: true, Number: 1},
	})
	kindAndFlag := func(k string, flag bool) docs.Query {
		return docs.Query{Collection: items, Where: where("Kind", k, "Flag", flag), OrderBy: "Number"}
	}
	f.wantList(t, kindAndFlag("k", true), "2", "1")
	f.wantList(t, kindAndFlag("k", false), "3")
	f.wantList(t, kindAndFlag("kk", true), "4")
	f.wantList(t, kindAndFlag("", true), "5")
	f.wantList(t, kindAndFlag("k\x00", true), "6")
	f.wantList(t, kindAndFlag("none", true))
	desc := kindAndFlag("k", true)
	desc.Desc = true
	f.wantList(t, desc, "1", "2")
	f.wantList(t, docs.Query{Collection: items, Where: where("Flag", true), OrderBy: "Number"}, "2", "4", "5", "6", "1")
}

func equalityByID(t *testing.T, f *fixture) {
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	f.fill(t, home, []Item{
		{ID: "c", Number: 7, Kind: "k", At: at}, {ID: "a", Number: 7, Kind: "k", At: at}, {ID: "b", Number: 8, Kind: "k", At: at.Add(1)},
		{ID: "d", Number: 7, Kind: "k", At: at.Add(time.Microsecond)},
	})
	f.wantList(t, docs.Query{Collection: items, Where: where("Number", int64(7))}, "a", "c", "d")
	f.wantList(t, docs.Query{Collection: items, Where: where("Number", 7)}, "a", "c", "d")
	f.wantList(t, docs.Query{Collection: items, Where: where("Number", int64(7)), After: &docs.Position{ID: "a"}}, "c", "d")
	f.wantList(t, docs.Query{Collection: items, Where: where("Kind", "k", "At", at)}, "a", "b", "c") // b's nanosecond is cut
}

func before(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "a", Number: -1}, {ID: "b", Number: 2}, {ID: "c", Number: 2}, {ID: "d", Number: 5}, {ID: "e", Number: 9}})
	up := docs.Query{Collection: items, OrderBy: "Number"}
	for _, test := range []struct {
		before any
		want   []string
	}{
		{int64(-1), nil},
		{int64(0), []string{"a"}},
		{2, []string{"a"}},
		{3, []string{"a", "b", "c"}},
		{10, []string{"a", "b", "c", "d", "e"}},
	} {
		q := up
		q.Before = test.before
		f.wantList(t, q, test.want...)
	}
	down := up
	down.Desc = true
	for _, test := range []struct {
		before any
		want   []string
	}{
		{9, nil},
		{5, []string{"e"}},
		{2, []string{"e", "d"}},
		{-1, []string{"e", "d", "c", "b"}},
		{int64(-2), []string{"e", "d", "c", "b", "a"}},
	} {
		q := down
		q.Before = test.before
		f.wantList(t, q, test.want...)
	}
	up.Before, up.After = 5, &docs.Position{Value: 2, ID: "b"}
	f.wantList(t, up, "c")
	down.Before, down.After = -1, &docs.Position{Value: 2, ID: "c"}
	f.wantList(t, down, "b")
	down.Limit, down.After = 2, nil
	f.wantList(t, down, "e", "d")
}

func deletionLeavesIndex(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "a", Number: 1}, {ID: "b", Number: 2}, {ID: "c", Number: 3}})
	f.update(t, func(_ context.Context, tx docs.Tx) error { return tx.Delete(home.Child("items", "b")) })
	f.wantList(t, docs.Query{Collection: items}, "a", "c")
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number"}, "a", "c")
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number", Desc: true}, "c", "a")
	f.fill(t, home, []Item{{ID: "b", Number: 4}})
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number"}, "a", "c", "b")
}

func changeMoves(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "a", Kind: "k", Number: 1}, {ID: "b", Kind: "k", Number: 2}})
	f.fill(t, home, []Item{{ID: "a", Kind: "l", Number: 3}})
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number"}, "b", "a")
	f.wantList(t, docs.Query{Collection: items, Where: where("Kind", "k"), OrderBy: "At"}, "b")
	f.wantList(t, docs.Query{Collection: items, Where: where("Kind", "l"), OrderBy: "At"}, "a")
}

func unchangedKeeps(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "a", Number: 1, Name: "x"}})
	f.fill(t, home, []Item{{ID: "a", Number: 1, Name: "y"}})
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number"}, "a")
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Name"}, "a")
}

func namedTypes(t *testing.T, f *fixture) {
	type numberKind int64
	f.fill(t, home, []Item{{ID: "a", Kind: "k"}, {ID: "b", Kind: "l"}})
	f.wantList(t, docs.Query{Collection: items, Where: where("Kind", kind("k")), OrderBy: "At"}, "a")
	f.wantList(t, docs.Query{Collection: items, Where: where("Number", numberKind(0))}, "a", "b")
}

func longIndexed(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Name: strings.Repeat("x", docs.MaxIndexedBytes)})
	err := f.db.Update(t.Context(), "test", func(_ context.Context, tx docs.Tx) error {
		return tx.Set(refTwo, Item{Name: strings.Repeat("x", docs.MaxIndexedBytes+1)})
	})
	if !errors.Is(err, docs.ErrTooLarge) {
		t.Errorf("Update = %v, want ErrTooLarge", err)
	}
}

func withoutField(t *testing.T, f *fixture) {
	for name, doc := range map[string]any{
		"missing":      inner{Text: "no Number, Name, …"},
		"of wild kind": struct{ Name, Kind, Number, Small, Flag, At []string }{},
	} {
		err := f.db.Update(t.Context(), "test", func(_ context.Context, tx docs.Tx) error { return tx.Set(refOne, doc) })
		if err == nil {
			t.Errorf("%s: it was stored", name)
		}
	}
}

func queryThenGet(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "a", Number: 1}, {ID: "b", Number: 2}})
	err := f.db.View(t.Context(), "test", func(ctx context.Context, tx docs.Tx) error {
		page, err := docs.List[Item](ctx, tx, docs.Query{Collection: items, OrderBy: "Number", Limit: 1})
		if err != nil {
			return err
		}
		if len(page) != 1 || page[0].ID != "a" {
			t.Errorf("page: %+v", page)
		}
		it, err := docs.Get[Item](ctx, tx, home.Child("items", "b"))
		if it == nil || it.Number != 2 {
			t.Errorf("get: %+v", it)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func queryInUpdate(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "a", Number: 1}, {ID: "b", Number: 2}, {ID: "c", Number: 3}})
	f.update(t, func(ctx context.Context, tx docs.Tx) error {
		page, err := docs.List[Item](ctx, tx, docs.Query{Collection: items, OrderBy: "Number", Desc: true, Limit: 2})
		if err != nil {
			return err
		}
		for _, it := range page {
			if err := tx.Delete(home.Child("items", it.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number", Desc: true}, "a")
}

func otherCollections(t *testing.T, f *fixture) {
	f.set(t, home.Child("others", "x"), inner{Text: "x"})
	f.wantList(t, docs.Query{Collection: home.Under("others")}, "x")
}

func otherKind(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "a", Number: 1, Name: "1"}})
	f.wantList(t, docs.Query{Collection: items, Where: where("Number", "1")})
	f.wantList(t, docs.Query{Collection: items, Where: where("Name", 1)})
}

func emptyCollection(t *testing.T, f *fixture) {
	f.wantList(t, docs.Query{Collection: items})
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number"})
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number", Desc: true})
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number", Desc: true, After: &docs.Position{Value: 1, ID: "x"}})
}

func counts(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "a", Number: 7}, {ID: "b", Number: 8}, {ID: "c", Number: 7}, {ID: "d", Number: 9}})
	f.fill(t, home.Child("items", "a"), []Item{{ID: "e", Number: 7}}) // below one of them, and none of them
	if err := f.db.Update(t.Context(), "delete", func(_ context.Context, tx docs.Tx) error { return tx.Delete(docs.Ref(items + "/d")) }); err != nil {
		t.Fatal(err)
	}
	count := func(where ...docs.Equal) (n int, err error) {
		err = f.db.View(t.Context(), "count", func(ctx context.Context, tx docs.Tx) (err error) {
			n, err = tx.Count(ctx, items, where...)
			return err
		})
		return n, err
	}
	for name, test := range map[string]struct {
		where []docs.Equal
		want  int
	}{"all": {nil, 3}, "two": {where("Number", 7), 2}, "one": {where("Number", int64(8)), 1}, "none": {where("Number", 9), 0}} {
		if n, err := count(test.where...); err != nil || n != test.want {
			t.Errorf("%s: %d, %v, want %d", name, n, err, test.want)
		}
	}
	if _, err := count(where("Kind", "k")...); !errors.Is(err, docs.ErrNoIndex) {
		t.Errorf("without an index: %v", err)
	}
	err := f.db.Update(t.Context(), "count", func(ctx context.Context, tx docs.Tx) error {
		if n, err := tx.Count(ctx, items, where("Number", 7)...); err != nil || n != 2 {
			t.Errorf("in an update: %d, %v", n, err)
		}
		if err := tx.Set(docs.Ref(items+"/f"), &Item{ID: "f"}); err != nil {
			return err
		}
		_, err := tx.Count(ctx, items)
		return err
	})
	if !errors.Is(err, docs.ErrReadAfterWrite) {
		t.Errorf("after a write: %v", err)
	}
}
