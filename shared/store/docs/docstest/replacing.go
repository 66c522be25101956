package docstest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

func replacingTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"a document as it was seen":       replaceAsSeen,
		"a document changed meanwhile":    replaceChanged,
		"a document deleted meanwhile":    replaceDeleted,
		"a document that was not there":   replaceAbsent,
		"one stamp serves once":           replaceTwice,
		"of many that have seen it one":   oneReplaces,
		"what a transaction refuses":      replaceRefused,
		"with a context that is over":     replaceContextOver,
		"within a transaction":            replaceNested,
		"a stamp of a read-write reading": stampOfUpdate,
	}
}

// stamp reads a document's stamp.
func (f *fixture) stamp(t *testing.T, ref docs.Ref) (s docs.Stamp) {
	t.Helper()
	err := f.db.View(t.Context(), "test", func(ctx context.Context, tx docs.Tx) error {
		_, err := docs.Get[Item](ctx, tx, ref)
		s = tx.Stamp(ref)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// replace replaces refOne by an item with a number, and checks whether that was done.
func (f *fixture) replace(t *testing.T, seen docs.Stamp, number int64, want bool) {
	t.Helper()
	got, err := f.db.Replace(t.Context(), "test", refOne, seen, &Item{ID: "one", Number: number})
	if err != nil || got != want {
		t.Fatalf("Replace = %t, %v, want %t", got, err, want)
	}
}

func (f *fixture) wantNumber(t *testing.T, want int64) {
	t.Helper()
	if got := get[Item](t, f, refOne); got == nil || got.Number != want {
		t.Errorf("the document is %+v, want number %d", got, want)
	}
}

func replaceAsSeen(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Name: "old", Number: 1})
	f.replace(t, f.stamp(t, refOne), 2, true)
	if got := get[Item](t, f, refOne); got == nil || *got != (Item{ID: "one", Number: 2}) {
		t.Errorf("the document is %+v, want it replaced as a whole", got)
	}
	f.wantList(t, docs.Query{Collection: home.Under("items"), OrderBy: "Number"}, "one")
}

func replaceChanged(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Number: 1})
	seen := f.stamp(t, refOne)
	f.set(t, refOne, Item{ID: "one", Number: 3})
	f.replace(t, seen, 2, false)
	f.wantNumber(t, 3)
}

func replaceDeleted(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Number: 1})
	seen := f.stamp(t, refOne)
	f.update(t, func(_ context.Context, tx docs.Tx) error { return tx.Delete(refOne) })
	f.replace(t, seen, 2, false)
	if got := get[Item](t, f, refOne); got != nil {
		t.Errorf("the deleted document is back: %+v", got)
	}
}

func replaceAbsent(t *testing.T, f *fixture) {
	seen := f.stamp(t, refOne)
	if seen != "" {
		t.Fatalf("stamp %q of a document that is not there", seen)
	}
	f.replace(t, seen, 2, false)
	if got := get[Item](t, f, refOne); got != nil {
		t.Errorf("it was made: %+v", got)
	}
}

func replaceTwice(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Number: 1})
	seen := f.stamp(t, refOne)
	f.replace(t, seen, 2, true)
	f.replace(t, seen, 3, false)
	f.wantNumber(t, 2)
}

func oneReplaces(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Number: 1})
	seen := f.stamp(t, refOne)
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range int64(8) {
		wg.Go(func() {
			ok, err := f.db.Replace(t.Context(), "test", refOne, seen, &Item{ID: "one", Number: 10 + i})
			if err != nil && !errors.Is(err, docs.ErrContention) {
				t.Error(err)
			}
			if ok {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d have replaced it, want one", won.Load())
	}
}

func replaceRefused(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Number: 1})
	seen := f.stamp(t, refOne)
	if ok, err := f.db.Replace(t.Context(), "test", refOne, seen, &struct{ ID string }{"one"}); ok || err == nil {
		t.Errorf("without the fields of an index: %t, %v, want an error", ok, err)
	}
	if ok, err := f.db.Replace(t.Context(), "test", refOne, seen, &Item{ID: "one", Kind: strings.Repeat("x", docs.MaxDocumentBytes)}); ok || !errors.Is(err, docs.ErrTooLarge) {
		t.Errorf("a large document: %t, %v, want ErrTooLarge", ok, err)
	}
	f.wantNumber(t, 1)
}

func replaceContextOver(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Number: 1})
	seen := f.stamp(t, refOne)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if ok, err := f.db.Replace(ctx, "test", refOne, seen, &Item{ID: "one", Number: 2}); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("Replace = %t, %v, want context.Canceled", ok, err)
	}
	f.wantNumber(t, 1)
}

func replaceNested(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Number: 1})
	seen := f.stamp(t, refOne)
	f.update(t, func(ctx context.Context, _ docs.Tx) error {
		if ok, err := f.db.Replace(ctx, "test", refOne, seen, &Item{ID: "one", Number: 2}); ok || !errors.Is(err, docs.ErrNested) {
			t.Errorf("Replace = %t, %v, want ErrNested", ok, err)
		}
		return nil
	})
	f.wantNumber(t, 1)
}

func stampOfUpdate(t *testing.T, f *fixture) {
	f.set(t, refOne, Item{ID: "one", Number: 1})
	var inside docs.Stamp
	f.update(t, func(ctx context.Context, tx docs.Tx) error {
		_, err := docs.Get[Item](ctx, tx, refOne)
		inside = tx.Stamp(refOne)
		return err
	})
	if outside := f.stamp(t, refOne); inside == "" || inside != outside {
		t.Errorf("stamps %q and %q of one state", inside, outside)
	}
	f.replace(t, inside, 2, true)
}
