package docstest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

func referenceTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"hostile ids stay apart":                    hostileIDs,
		"tenants stay apart":                        tenantsApart,
		"a subcollection of the same name":          sameNameBelow,
		"a document and the collections below it":   parentsAndChildren,
		"references that Path could not have built": badReferences,
		"ids that are too long":                     longIDs,
	}
}

// HostileIDs are strings that some layer between an id and a key might take for something else.
var HostileIDs = []string{
	"/", "//", "a/b", "/a", "a/", ".", "..", "...", "%2E", "%2E%2E", "_", "__", "__x__", "%5F_x__", "___", "%", "%%", "%2F", "%252F", "%2f", "%zz",
	" ", "\x00", "a\x00b", "a\x00", "\x01", "\x7f", "\n", "\xff", "\xff\xfe", "\xc3", "%FF", "ä", "a\u0308", "🙂", "\u2028", "\ufeff", "'", `"`, "`", "\\", "*", "[0]", "a b", "~",
	"items", "accounts/a/items/x", "x@example.com", "<id@mail.example>", strings.Repeat("é", 700),
}

func hostileIDs(t *testing.T, f *fixture) {
	for i, id := range HostileIDs {
		ref := home.Child("items", id)
		if ref.ID() != id {
			t.Errorf("%q came back from its reference as %q", id, ref.ID())
		}
		// Create, so that two ids that meet are refused.
		err := f.db.Update(t.Context(), "test", func(_ context.Context, tx docs.Tx) error {
			return errors.Join(tx.Create(ref, Item{ID: id2text(i), Number: int64(i)}), tx.Create(ref.Child("items", id), Item{Number: -1}))
		})
		if err != nil {
			t.Errorf("create %q: %v", id, err)
		}
	}
	seen := map[string]int64{}
	q := docs.Query{Collection: home.Under("items"), OrderBy: "Number", Limit: 7}
	for {
		n, last := 0, docs.Position{}
		err := f.db.View(t.Context(), "test", func(ctx context.Context, tx docs.Tx) error {
			rows, err := tx.Query(ctx, q)
			for _, r := range rows {
				var it Item
				if err := r.Decode(&it); err != nil {
					return err
				}
				seen[r.Ref.ID()] = it.Number
				last = docs.Position{Value: it.Number, ID: r.Ref.ID()}
			}
			n = len(rows)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
		q.After = &last
	}
	want := map[string]int64{}
	for i, id := range HostileIDs {
		want[id] = int64(i)
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("(-stored +listed):\n%s", diff)
	}
}

func id2text(i int) string { return strings.Repeat("i", i+1) }

func tenantsApart(t *testing.T, f *fixture) {
	tenants := []string{"a", "ab", "a\x00", "a b", "A", "a/items", "a%2Fitems", "b"}
	for _, tenant := range tenants {
		f.fill(t, docs.Path("accounts", tenant), []Item{{ID: "x-" + tenant, Kind: "k"}, {ID: "y-" + tenant, Kind: "k"}})
	}
	for _, tenant := range tenants {
		at := docs.Path("accounts", tenant).Under("items")
		want := []string{"x-" + tenant, "y-" + tenant}
		f.wantList(t, docs.Query{Collection: at}, want...)
		f.wantList(t, docs.Query{Collection: at, OrderBy: "Number"}, want...)
		f.wantList(t, docs.Query{Collection: at, OrderBy: "Number", Desc: true}, want[1], want[0])
		f.wantList(t, docs.Query{Collection: at, Where: []docs.Equal{{Field: "Kind", Value: "k"}}, OrderBy: "At"}, want...)
	}
}

func sameNameBelow(t *testing.T, f *fixture) {
	below := home.Child("items", "one")
	f.fill(t, home, []Item{{ID: "one"}, {ID: "two"}})
	f.fill(t, below, []Item{{ID: "three"}, {ID: "four", Number: 1}})
	f.wantList(t, docs.Query{Collection: home.Under("items")}, "one", "two")
	f.wantList(t, docs.Query{Collection: below.Under("items")}, "four", "three")
	f.wantList(t, docs.Query{Collection: home.Under("items"), OrderBy: "Number"}, "one", "two")
	f.wantList(t, docs.Query{Collection: below.Under("items"), OrderBy: "Number"}, "three", "four")
}

func parentsAndChildren(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "x"}})
	if got := get[Item](t, f, home); got != nil {
		t.Errorf("the parent of a document came into being: %+v", got)
	}
	f.set(t, home, Item{ID: "home"})
	f.update(t, func(_ context.Context, tx docs.Tx) error { return tx.Delete(home) })
	f.wantList(t, docs.Query{Collection: home.Under("items")}, "x") // what lies below a deleted document stays
	f.wantList(t, docs.Query{Collection: "accounts"})
}

func badReferences(t *testing.T, f *fixture) {
	for _, ref := range []docs.Ref{"", "accounts", "accounts/a/items", "/a", "accounts/", "accounts//items/x", "accounts/..", "accounts/__x__", "accounts/%zz", "accounts/\x00"} {
		calls := map[string]func(ctx context.Context, tx docs.Tx) error{
			"get": func(ctx context.Context, tx docs.Tx) error {
				_, err := docs.Get[Item](ctx, tx, ref)
				return err
			},
			"set":    func(_ context.Context, tx docs.Tx) error { return tx.Set(ref, Item{}) },
			"create": func(_ context.Context, tx docs.Tx) error { return tx.Create(ref, Item{}) },
			"delete": func(_ context.Context, tx docs.Tx) error { return tx.Delete(ref) },
		}
		for name, call := range calls {
			if err := f.db.Update(t.Context(), "test", call); err == nil {
				t.Errorf("%s of %q went through", name, ref)
			}
		}
	}
	for _, path := range []string{"", "accounts/a", "accounts//items", "/items", "accounts/a/"} {
		if _, err := f.tryList(t, docs.Query{Collection: path, Limit: 1}); err == nil {
			t.Errorf("a query of %q went through", path)
		}
	}
}

func longIDs(t *testing.T, f *fixture) {
	f.set(t, home.Child("items", strings.Repeat("x", docs.MaxIDBytes)), Item{})
	for name, ref := range map[string]docs.Ref{
		"id":  home.Child("items", strings.Repeat("x", docs.MaxIDBytes+1)),
		"ref": docs.Ref(strings.Repeat("aaaaaaaa/bbbbbbbb/", 400) + "a/b"),
	} {
		err := f.db.Update(t.Context(), "test", func(_ context.Context, tx docs.Tx) error { return tx.Set(ref, Item{}) })
		if !errors.Is(err, docs.ErrTooLarge) {
			t.Errorf("%s: %v, want ErrTooLarge", name, err)
		}
	}
}
