package store_test

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/store/storetest"
)

// TestSchemaIsWhatIsUsed runs the contract, and compares what the operations asked the database for with what the schema names. That no query lacks an
// index, the drivers see to; this sees to it that no index lacks a query, in each of its ways, and that every collection is listed.
func TestSchemaIsWhatIsUsed(t *testing.T) {
	t.Parallel()
	used := usage{indexes: map[string]bool{}, collections: map[string]bool{}}
	t.Run("contract", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) docs.DB {
			db, err := embedded.Open(filepath.Join(t.TempDir(), "hire.db"), store.Schema(), embedded.Options{NoSync: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return watchedDB{DB: db, used: &used}
		})
	})
	if t.Failed() {
		return
	}
	var want []string
	for _, ix := range store.Schema().Indexes {
		if ix.Way != docs.Downwards {
			want = append(want, walk(ix, false))
		}
		if ix.Way != docs.Upwards {
			want = append(want, walk(ix, true))
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(used.indexes))); diff != "" {
		t.Errorf("indexes (-in the schema +used by a query):\n%s", diff)
	}
	if diff := cmp.Diff(store.Collections(), slices.Sorted(maps.Keys(used.collections))); diff != "" {
		t.Errorf("collections (-listed +written to):\n%s", diff)
	}
	for _, ttl := range store.Schema().TTLs {
		if !used.collections[ttl.Collection] {
			t.Errorf("nothing is written to %s, which expires", ttl.Collection)
		}
	}
}

// walk names an index and the way it is walked.
func walk(ix docs.Index, down bool) string {
	name := ix.Collection + ": " + strings.Join(ix.Fields, ", ")
	if down {
		name += " downwards"
	}
	return name
}

type usage struct {
	mu          sync.Mutex
	indexes     map[string]bool
	collections map[string]bool
}

// watchedDB notes which indexes are walked and which collections are written to.
type watchedDB struct {
	docs.DB
	used *usage
}

func (db watchedDB) Update(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	return db.DB.Update(ctx, op, db.watch(fn))
}

func (db watchedDB) View(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	return db.DB.View(ctx, op, db.watch(fn))
}

func (db watchedDB) watch(fn func(context.Context, docs.Tx) error) func(context.Context, docs.Tx) error {
	return func(ctx context.Context, tx docs.Tx) error { return fn(ctx, watchedTx{Tx: tx, used: db.used}) }
}

type watchedTx struct {
	docs.Tx
	used *usage
}

func (tx watchedTx) Query(ctx context.Context, q docs.Query) ([]docs.Row, error) {
	if ix, indexed, err := store.Schema().Match(q); err == nil && indexed {
		tx.used.mu.Lock()
		tx.used.indexes[walk(ix, q.Desc)] = true
		tx.used.mu.Unlock()
	}
	return tx.Tx.Query(ctx, q)
}

func (tx watchedTx) Count(ctx context.Context, collection string, where ...docs.Equal) (int, error) {
	if ix, indexed, err := store.Schema().Match(docs.Query{Collection: collection, Where: where, Limit: 1}); err == nil && indexed {
		tx.used.mu.Lock()
		tx.used.indexes[walk(ix, false)] = true
		tx.used.mu.Unlock()
	}
	return tx.Tx.Count(ctx, collection, where...)
}

func (tx watchedTx) Create(ref docs.Ref, doc any) error {
	tx.wrote(ref)
	return tx.Tx.Create(ref, doc)
}

func (tx watchedTx) Set(ref docs.Ref, doc any) error {
	tx.wrote(ref)
	return tx.Tx.Set(ref, doc)
}

func (tx watchedTx) wrote(ref docs.Ref) {
	tx.used.mu.Lock()
	defer tx.used.mu.Unlock()
	tx.used.collections[docs.CollectionName(ref.Parent())] = true
}
