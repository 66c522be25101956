package docstest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

func documentTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"every kind of field comes back":          roundTrip,
		"the zero document comes back":            zeroDocument,
		"times are UTC, cut to microseconds":      timesAreCut,
		"fields may come and go":                  fieldsComeAndGo,
		"set replaces the whole":                  setReplaces,
		"get all keeps the order":                 getAll,
		"not found leaves the target":             notFoundUntouched,
		"deleting what is absent":                 deleteAbsent,
		"900 KB":                                  largeDocument,
		"more than 1 MiB is refused":              tooLarge,
		"text that is not UTF-8 is refused":       notUTF8,
		"kinds that cannot be stored":             unstorable,
		"the caller's memory is not held on to":   memoryIsCopied,
		"rows can be decoded more than once":      decodeTwice,
		"a document may be a struct or a pointer": structOrPointer,
	}
}

type kind string

type inner struct {
	Text string
	Next *inner
	When time.Time
}

// Base is embedded in every.
type Base struct{ Origin string }

type every struct {
	Base
	Bool    bool
	Int     int
	Int64   int64
	Int32   int32
	Uint32  uint32
	Float   float64
	Text    string
	Kind    kind
	Bytes   []byte
	Time    time.Time
	Span    time.Duration
	Struct  inner
	Pointer *inner
	Nothing *inner
	Number  *int64
	Texts   []string
	Structs []inner
	Many    []*inner
	Counts  map[string]int
	ByKind  map[kind]inner
	Lists   map[string][]string
	hidden  int
}

func full() every {
	at := time.Date(2026, 2, 28, 23, 59, 59, 123456000, time.UTC)
	seven := int64(7)
	return every{
		Base: Base{Origin: "base"}, Bool: true, Int: -1, Int64: math.MinInt64, Int32: math.MinInt32, Uint32: math.MaxUint32, Float: -0.1,
		Text: "Grüße, 世界 🙂\x00\n", Kind: "named", Bytes: []byte{0, 255, 1}, Time: at, Span: time.Hour,
		Struct:  inner{Text: "in", Next: &inner{Text: "deeper"}, When: at},
		Pointer: &inner{}, Number: &seven, Texts: []string{"a", "", "c"},
		Structs: []inner{{}, {Text: "x"}}, Many: []*inner{{Text: "y"}, {}},
		Counts: map[string]int{"one": 1, "a.b/c`d": 2, "zero": 0}, ByKind: map[kind]inner{"k": {Text: "z"}},
		Lists: map[string][]string{"l": {"m", "n"}},
	}
}

var sameDocument = cmp.Options{cmpopts.IgnoreUnexported(every{}), cmpopts.EquateEmpty()}

func roundTrip(t *testing.T, f *fixture) {
	want := full()
	want.hidden = 3
	f.set(t, home, &want)
	got := get[every](t, f, home)
	if diff := cmp.Diff(&want, got, sameDocument); diff != "" {
		t.Errorf("(-stored +read):\n%s", diff)
	}
	if got != nil && got.hidden != 0 {
		t.Error("an unexported field was stored")
	}
	extremes := every{Int64: math.MaxInt64, Float: math.Inf(1), Time: time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)}
	f.set(t, home, &extremes)
	if diff := cmp.Diff(&extremes, get[every](t, f, home), sameDocument); diff != "" {
		t.Errorf("extremes (-stored +read):\n%s", diff)
	}
}

func zeroDocument(t *testing.T, f *fixture) {
	f.set(t, home, every{})
	got := get[every](t, f, home)
	if diff := cmp.Diff(&every{}, got, sameDocument); diff != "" {
		t.Errorf("(-stored +read):\n%s", diff)
	}
	if got != nil && !got.Time.IsZero() {
		t.Errorf("the zero time came back as %v", got.Time)
	}
}

func timesAreCut(t *testing.T, f *fixture) {
	east := time.FixedZone("east", 5*3600)
	tests := map[string]struct{ in, want time.Time }{
		"nanoseconds": {time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.UTC), time.Date(2026, 1, 2, 3, 4, 5, 123456000, time.UTC)},
		"zone":        {time.Date(2026, 1, 2, 3, 4, 5, 0, east), time.Date(2026, 1, 1, 22, 4, 5, 0, time.UTC)},
		"before 1970": {time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC)},
		"year 1":      {time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC)},
	}
	for name, test := range tests {
		f.set(t, home, inner{When: test.in})
		got := get[inner](t, f, home)
		if got == nil || !got.When.Equal(test.want) || got.When.Location() != time.UTC {
			t.Errorf("%s: %v came back as %+v, want %v", name, test.in, got, test.want)
		}
	}
}

func fieldsComeAndGo(t *testing.T, f *fixture) {
	type old struct {
		Kept  string
		Gone  map[string]inner
		Gone2 []inner
		Gone3 float64
	}
	type young struct {
		Added string
		Kept  string
		More  []string
	}
	f.set(t, home, old{Kept: "kept", Gone: map[string]inner{"a": {Text: "b"}}, Gone2: []inner{{}, {Text: "c"}}, Gone3: 1})
	if diff := cmp.Diff(&young{Kept: "kept"}, get[young](t, f, home), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func setReplaces(t *testing.T, f *fixture) {
	f.set(t, home, full())
	f.set(t, home, inner{Text: "only"})
	if diff := cmp.Diff(&every{}, get[every](t, f, home), sameDocument, cmpopts.IgnoreFields(every{}, "Text")); diff != "" {
		t.Errorf("something of the old document is left (-want +got):\n%s", diff)
	}
}

func getAll(t *testing.T, f *fixture) {
	f.fill(t, home, []Item{{ID: "a"}, {ID: "b"}, {ID: "c"}})
	want := []string{"c", "missing", "a", "c", "b"}
	refs := make([]docs.Ref, len(want))
	for i, id := range want {
		refs[i] = home.Child("items", id)
	}
	err := f.db.View(t.Context(), "test", func(ctx context.Context, tx docs.Tx) error {
		got, err := docs.GetAll[Item](ctx, tx, refs)
		if err != nil {
			return err
		}
		for i, id := range want {
			if id == "missing" && got[i] != nil || id != "missing" && (got[i] == nil || got[i].ID != id) {
				t.Errorf("at %d, where %s belongs: %+v", i, id, got[i])
			}
		}
		none, err := docs.GetAll[Item](ctx, tx, nil)
		if len(none) != 0 {
			t.Errorf("of nothing: %v", none)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func notFoundUntouched(t *testing.T, f *fixture) {
	got := Item{Name: "before"}
	err := f.db.View(t.Context(), "test", func(ctx context.Context, tx docs.Tx) error {
		found, err := tx.Get(ctx, []docs.Ref{refOne}, []any{&got})
		if err == nil && found[0] {
			t.Error("found what is not there")
		}
		return err
	})
	if err != nil || got.Name != "before" {
		t.Errorf("%v, %+v", err, got)
	}
}

func deleteAbsent(t *testing.T, f *fixture) {
	f.update(t, func(_ context.Context, tx docs.Tx) error { return tx.Delete(refOne) })
}

func largeDocument(t *testing.T, f *fixture) {
	type body struct {
		Text string
		Raw  []byte
	}
	want := body{Text: strings.Repeat("ä", 225_000), Raw: []byte(strings.Repeat("\x00\xff", 225_000))}
	f.set(t, home, want)
	if got := get[body](t, f, home); got == nil || got.Text != want.Text || string(got.Raw) != string(want.Raw) {
		t.Error("it came back different")
	}
}

func tooLarge(t *testing.T, f *fixture) {
	err := f.db.Update(t.Context(), "test", func(_ context.Context, tx docs.Tx) error {
		return tx.Set(home, inner{Text: strings.Repeat("x", docs.MaxDocumentBytes+1)})
	})
	if !errors.Is(err, docs.ErrTooLarge) {
		t.Errorf("Update = %v, want ErrTooLarge", err)
	}
	err = f.db.Update(t.Context(), "test", func(_ context.Context, tx docs.Tx) error {
		for i := range 12 {
			ref := docs.Path("accounts", fmt.Sprint(i))
			if err := tx.Set(ref, inner{Text: strings.Repeat("x", 1_000_000)}); err != nil {
				return err
			}
		}
		return nil
	})
	if !errors.Is(err, docs.ErrTooLarge) {
		t.Errorf("12 MB in one transaction: %v, want ErrTooLarge", err)
	}
}

func notUTF8(t *testing.T, f *fixture) {
	for name, doc := range map[string]any{
		"field": inner{Text: "\xff"},
		"key":   every{Counts: map[string]int{"\xff": 1}},
	} {
		err := f.db.Update(t.Context(), "test", func(_ context.Context, tx docs.Tx) error { return tx.Set(home, doc) })
		if err == nil {
			t.Errorf("%s: it was stored", name)
		}
	}
}

func unstorable(t *testing.T, f *fixture) {
	var none *Item
	for name, doc := range map[string]any{
		"nil":             nil,
		"nil pointer":     none,
		"not a struct":    "text",
		"channel":         struct{ C chan int }{},
		"function":        struct{ F func() }{},
		"slices of slice": struct{ S [][]string }{S: [][]string{{"a"}}},
		"uint64 overflow": struct{ U uint64 }{U: math.MaxUint64},
		"year 10000":      inner{When: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		"empty map key":   every{Counts: map[string]int{"": 1}},
	} {
		err := f.db.Update(t.Context(), "test", func(_ context.Context, tx docs.Tx) error { return tx.Set(home, doc) })
		if err == nil {
			t.Errorf("%s: it was stored", name)
		}
	}
}

func memoryIsCopied(t *testing.T, f *fixture) {
	doc := every{Bytes: []byte("before"), Texts: []string{"before"}}
	f.update(t, func(_ context.Context, tx docs.Tx) error {
		if err := tx.Set(home, &doc); err != nil {
			return err
		}
		doc.Bytes[0], doc.Texts[0], doc.Text = 'X', "after", "after"
		return nil
	})
	got := get[every](t, f, home)
	if got == nil || string(got.Bytes) != "before" || got.Texts[0] != "before" || got.Text != "" {
		t.Errorf("a change after Set was stored: %+v", got)
	}
	if got != nil {
		got.Bytes[0] = 'Y'
		if again := get[every](t, f, home); string(again.Bytes) != "before" {
			t.Errorf("a change after Get was stored: %q", again.Bytes)
		}
	}
}

func decodeTwice(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Number: 4})
	var rows []docs.Row
	err := f.db.View(t.Context(), "test", func(ctx context.Context, tx docs.Tx) (err error) {
		rows, err = tx.Query(ctx, docs.Query{Collection: home.Under("items"), Limit: 5})
		return err
	})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	f.set(t, refOne, Item{ID: "one", Number: 5})
	for range 2 { // outside the transaction, too
		var it Item
		if err := rows[0].Decode(&it); err != nil || it.Number != 4 {
			t.Errorf("%+v, %v", it, err)
		}
	}
	if rows[0].Ref != refOne {
		t.Errorf("the row is named %s", rows[0].Ref)
	}
}

func structOrPointer(t *testing.T, f *fixture) {
	f.update(t, func(_ context.Context, tx docs.Tx) error {
		return errors.Join(tx.Create(refOne, Item{ID: "value"}), tx.Create(refTwo, &Item{ID: "pointer"}))
	})
	one, two := get[Item](t, f, refOne), get[Item](t, f, refTwo)
	if one == nil || one.ID != "value" || two == nil || two.ID != "pointer" {
		t.Errorf("%+v, %+v", one, two)
	}
}
