package embedded_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

// Dump shows what was written as it is stored, without knowing its types, and nothing that was removed.
func TestDump(t *testing.T) {
	t.Parallel()
	type inner struct {
		Name string
		None string // left out within, as it is zero
	}
	type document struct {
		Text   string
		Bytes  []byte
		On     bool
		Number int64
		Part   float64
		At     time.Time
		List   []inner
		Map    map[string]int
		Nil    *inner
	}
	db, err := embedded.Open(filepath.Join(t.TempDir(), "hire.db"), docs.Schema{}, embedded.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	at := time.Date(2026, 11, 2, 9, 0, 0, 1000, time.UTC)
	err = db.Update(t.Context(), "put", func(_ context.Context, tx docs.Tx) error {
		for _, id := range []string{"a/b@c.example", "gone"} {
			d := document{Text: "Grüße", Bytes: []byte{0, 1}, On: true, Number: -7, Part: 1.5, At: at, List: []inner{{Name: "x"}}, Map: map[string]int{"k": 3}}
			if err := tx.Set(docs.Path("accounts", "a1", "items", id), &d); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = db.Update(t.Context(), "remove", func(_ context.Context, tx docs.Tx) error {
			return tx.Delete(docs.Path("accounts", "a1", "items", "gone"))
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	got := map[docs.Ref]map[string]any{}
	if err := db.Dump(t.Context(), func(ref docs.Ref, fields map[string]any) error {
		got[ref] = fields
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := map[docs.Ref]map[string]any{docs.Path("accounts", "a1", "items", "a/b@c.example"): {
		"Text": "Grüße", "Bytes": []byte{0, 1}, "On": true, "Number": int64(-7), "Part": 1.5, "At": at, "List": []any{map[string]any{"Name": "x"}}, "Map": map[string]any{"k": int64(3)}, "Nil": nil,
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("documents (-want +got):\n%s", d)
	}
}
