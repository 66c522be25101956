package docstest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

func orderTests() map[string]func(*testing.T, *fixture) {
	at := func(y int, m time.Month, d, ns int) time.Time { return time.Date(y, m, d, 0, 0, 0, ns, time.UTC) }
	return map[string]func(*testing.T, *fixture){
		"int64": inOrder("Number", func(it *Item, v int64) { it.Number = v }, cmp.Compare[int64],
			math.MinInt64, -1<<32, -256, -255, -2, -1, 0, 1, 2, 127, 128, 255, 256, 1<<32, math.MaxInt64-1, math.MaxInt64),
		"int": inOrder("Small", func(it *Item, v int) { it.Small = v }, cmp.Compare[int],
			math.MinInt64, -70000, -1, 0, 1, 70000, math.MaxInt64),
		"text": inOrder("Name", func(it *Item, v string) { it.Name = v }, strings.Compare,
			"", "\x00", "\x00\x00", "\x00\x01", "\x01", " ", "A", "B", "a", "a\x00", "a\x00b", "a\x01", "aa", "ab", "b", "z\u0308", "~", "\u00e4", "é",
			"世", "世界", "\ufffd", "🙂", "\U0010ffff"),
		"time": inOrder("At", func(it *Item, v time.Time) { it.At = v }, time.Time.Compare,
			time.Time{}, at(1, 1, 1, 1000), at(1000, 1, 1, 0), at(1969, 12, 31, 999_999_000), at(1970, 1, 1, 0), at(1970, 1, 1, 1000), at(2026, 2, 28, 0), at(9999, 12, 31, 0)),
		"bool":                flagOrder,
		"equal keys by id":    equalKeys,
		"ids by their bytes":  idOrder,
		"the zero time first": zeroTime,
	}
}

// inOrder stores items with these values, which rise, and reads them up and down, whole and page by page, and before each value.
func inOrder[V any](field string, put func(*Item, V), compare func(a, b V) int, values ...V) func(*testing.T, *fixture) {
	return func(t *testing.T, f *fixture) {
		if !slices.IsSortedFunc(values, compare) {
			t.Fatal("the test's own values are not in order")
		}
		var stored []Item
		var want []string
		for i, v := range values {
			id := fmt.Sprintf("%03d", (i*37)%101) // ids in another order
			stored = append(stored, item(id, func(it *Item) { put(it, v) }))
			want = append(want, id)
		}
		shuffled := slices.Clone(stored)
		slices.SortFunc(shuffled, func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
		f.fill(t, home, shuffled)
		down := slices.Clone(want)
		slices.Reverse(down)
		q := docs.Query{Collection: items, OrderBy: field}
		f.wantList(t, q, want...)
		q.Desc = true
		f.wantList(t, q, down...)
		for i, v := range values {
			here := &docs.Position{Value: v, ID: want[i]}
			f.wantList(t, docs.Query{Collection: items, OrderBy: field, After: here}, orNil(want[i+1:])...)
			f.wantList(t, docs.Query{Collection: items, OrderBy: field, Before: v}, orNil(want[:i])...)
			f.wantList(t, docs.Query{Collection: items, OrderBy: field, Desc: true, After: here}, orNil(down[len(down)-i:])...)
			f.wantList(t, docs.Query{Collection: items, OrderBy: field, Desc: true, Before: v}, orNil(down[:len(down)-1-i])...)
			f.wantList(t, docs.Query{Collection: items, Where: where(field, v)}, want[i])
		}
	}
}

func orNil(s []string) []string {
	if len(s) == 0 {
		return nil
	}
	return s
}

func flagOrder(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "a", Flag: true}, {ID: "b"}, {ID: "c", Flag: true, Number: -1}})
	f.wantList(t, docs.Query{Collection: items, Where: where("Flag", true), OrderBy: "Number"}, "c", "a")
	f.wantList(t, docs.Query{Collection: items, Where: where("Flag", false), OrderBy: "Number"}, "b")
}

func equalKeys(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "b"}, {ID: "d"}, {ID: "a"}, {ID: "c"}})
	for _, order := range []string{"Number", "Name", "At", "Small"} {
		f.wantList(t, docs.Query{Collection: items, OrderBy: order}, "a", "b", "c", "d")
		f.wantList(t, docs.Query{Collection: items, OrderBy: order, Desc: true}, "d", "c", "b", "a")
	}
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number", After: &docs.Position{Value: 0, ID: "b"}}, "c", "d")
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number", Desc: true, After: &docs.Position{Value: 0, ID: "c"}}, "b", "a")
	// The row of the position need not be there any more.
	f.wantList(t, docs.Query{Collection: items, OrderBy: "Number", After: &docs.Position{Value: 0, ID: "bb"}}, "c", "d")
	f.wantList(t, docs.Query{Collection: items, After: &docs.Position{ID: "bb"}}, "c", "d")
}

func idOrder(t *testing.T, f *fixture) {
	ids := []string{"", "~", "B", "a", "a\x00", "a b", "ab", "b", "ä", "世", "🙂", "-", "%", "_", "__"}[1:]
	var stored []Item
	for _, id := range ids {
		stored = append(stored, Item{ID: id})
	}
	f.fill(t, home, stored)
	slices.SortFunc(ids, func(a, b string) int { return strings.Compare(docs.Escape(a), docs.Escape(b)) })
	f.wantList(t, docs.Query{Collection: items}, ids...)
	for i, id := range ids {
		f.wantList(t, docs.Query{Collection: items, After: &docs.Position{ID: id}}, orNil(ids[i+1:])...)
	}
}

func zeroTime(t *testing.T, f *fixture) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.fill(t, home, []Item{{ID: "now", Kind: "k", At: now}, {ID: "never", Kind: "k"}, {ID: "old", Kind: "k", At: time.Unix(-5, 0)}})
	q := docs.Query{Collection: items, Where: where("Kind", "k"), OrderBy: "At"}
	f.wantList(t, q, "never", "old", "now")
	q.Before = now
	f.wantList(t, q, "never", "old")
	q.Before = time.Time{}
	f.wantList(t, q)
	q.Before, q.Desc = time.Time{}, true
	f.wantList(t, q, "now", "old")
	f.wantList(t, docs.Query{Collection: items, Where: where("Kind", "k", "At", time.Time{})}, "never")
	if got := get[Item](t, f, home.Child("items", "never")); got == nil || !got.At.IsZero() {
		t.Errorf("the zero time came back: %+v", got)
	}
}
