package docstest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

func expiryTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"a time to live is a field like others": expiryIsAField,
		"purge":                                 purge,
	}
}

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func expiryIsAField(t *testing.T, f *fixture) {
	for i, at := range []time.Time{{}, now.Add(24 * 365 * time.Hour)} {
		ref := home.Child("passes", fmt.Sprint(i))
		f.set(t, ref, Pass{ExpiresAt: at, Text: "x"})
		if diff := cmp.Diff(&Pass{ExpiresAt: at, Text: "x"}, get[Pass](t, f, ref)); diff != "" {
			t.Errorf("(-stored +read):\n%s", diff)
		}
	}
}

// purge tests drivers that must be told to purge; others remove by themselves, when they like, and have nothing to test.
func purge(t *testing.T, f *fixture) {
	p, ok := f.db.(docs.Purger)
	if !ok {
		return
	}
	times := map[string]time.Time{
		"never": {}, "long ago": now.AddDate(-1, 0, 0), "just": now, "soon": now.Add(time.Microsecond), "ago": now.Add(-time.Second), "before": now.Add(-time.Minute),
	}
	for id, at := range times {
		tenant := docs.Path("accounts", "of "+id)
		f.set(t, tenant.Child("passes", id), Pass{ExpiresAt: at})
		f.set(t, tenant.Child("passes", id).Child("below", "x"), Pass{ExpiresAt: at})
	}
	f.set(t, docs.Path("accounts", "of ago").Child("passes", "ago"), Pass{ExpiresAt: now.Add(time.Hour)}) // it was prolonged
	left := func() map[string]bool {
		out := map[string]bool{}
		for id := range times {
			if get[Pass](t, f, docs.Path("accounts", "of "+id).Child("passes", id)) != nil {
				out[id] = true
			}
		}
		return out
	}
	for _, step := range []struct {
		removed int
		left    map[string]bool
	}{
		{2, map[string]bool{"never": true, "just": true, "soon": true, "ago": true}},
		{1, map[string]bool{"never": true, "soon": true, "ago": true}},
		{0, map[string]bool{"never": true, "soon": true, "ago": true}},
	} {
		n, err := p.Purge(t.Context(), now, 2)
		if err != nil || n != step.removed {
			t.Fatalf("Purge = %d, %v; want %d", n, err, step.removed)
		}
		if diff := cmp.Diff(step.left, left()); diff != "" {
			t.Errorf("(-want +left):\n%s", diff)
		}
	}
	if get[Pass](t, f, docs.Path("accounts", "of just").Child("passes", "just").Child("below", "x")) == nil {
		t.Error("a document below a purged one went with it")
	}
	if err := f.db.Update(t.Context(), "gone", func(_ context.Context, tx docs.Tx) error {
		return tx.Create(docs.Path("accounts", "of just").Child("passes", "just"), Pass{})
	}); err != nil {
		t.Errorf("create in place of a purged one: %v", err)
	}
}
