//go:build emulators

package firestore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	gcfirestore "cloud.google.com/go/firestore"
	"google.golang.org/api/option"

	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/docs/docstest"
	"github.com/trakstar/hire-gmail/shared/store/firestore"
	"github.com/trakstar/hire-gmail/shared/store/firestore/firestoretest"
	"github.com/trakstar/hire-gmail/shared/store/storetest"
)

// projects counts the databases made: the emulator keeps each project's documents apart.
var projects atomic.Int64

func open(t *testing.T, schema docs.Schema) docs.DB {
	t.Helper()
	db, _ := openClient(t, schema)
	return db
}

func openClient(t *testing.T, schema docs.Schema) (docs.DB, *gcfirestore.Client) {
	t.Helper()
	client, err := gcfirestore.NewClient(context.Background(), fmt.Sprintf("test-%d-%d", os.Getpid(), projects.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	db, err := firestore.Open(client, schema)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, client
}

func TestContract(t *testing.T) { docstest.Run(t, open) }

func TestContractOfStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) docs.DB { return open(t, store.Schema()) })
}

// The emulator removes nothing, so what Firestore would remove is looked for in the document.
func TestNeverExpires(t *testing.T) {
	db, client := openClient(t, docstest.Schema())
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	for id, want := range map[string]any{"never": nil, "now": now} {
		at, _ := want.(time.Time)
		ref := docs.Path("accounts", "a").Child("passes", id)
		if err := db.Update(t.Context(), "set", func(_ context.Context, tx docs.Tx) error { return tx.Set(ref, docstest.Pass{ExpiresAt: at, Text: "x"}) }); err != nil {
			t.Fatal(err)
		}
		snapshot, err := client.Doc(string(ref)).Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := snapshot.Data()["ExpiresAt"]; got != want {
			t.Errorf("%s: stored %v, want %v", id, got, want)
		}
	}
}

// What is read first needs no transaction, and yet all that a view reads is of one time, whatever is written in between.
func TestViewReadsOnceInOneCall(t *testing.T) {
	home := docs.Path("accounts", "a")
	one, two := home.Child("items", "one"), home.Child("items", "two")
	get := func(ref docs.Ref) func(context.Context, docs.Tx) (int64, error) {
		return func(ctx context.Context, tx docs.Tx) (int64, error) {
			it, err := docs.Get[docstest.Item](ctx, tx, ref)
			if err != nil {
				return 0, err
			}
			return it.Number, nil
		}
	}
	query := func(number int64, otherwise int64) func(context.Context, docs.Tx) (int64, error) {
		return func(ctx context.Context, tx docs.Tx) (int64, error) {
			rows, err := tx.Query(ctx, docs.Query{Collection: home.Under("items"), Where: []docs.Equal{{Field: "Number", Value: number}}, Limit: 2})
			if len(rows) == 0 {
				return otherwise, err
			}
			return number, err
		}
	}
	count := func(ctx context.Context, tx docs.Tx) (int64, error) {
		n, err := tx.Count(ctx, home.Under("items"), docs.Equal{Field: "Number", Value: int64(2)})
		if n == 2 {
			return 2, err
		}
		return 1, err
	}
	reads := map[string]struct {
		read func(context.Context, docs.Tx) (int64, error)
		cost int // calls, where nothing else is read
	}{
		"a document":                     {get(one), 1},
		"another document":               {get(two), 1},
		"a query":                        {query(1, 2), 1},
		"a query that finds nothing yet": {query(2, 1), 1},
		"a count":                        {count, 3}, // begin, count, commit
	}
	for name, first := range reads {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := firestoretest.Start(t, os.Getenv("FIRESTORE_EMULATOR_HOST"))
			client, err := gcfirestore.NewClient(context.Background(), fmt.Sprintf("test-%d-%d", os.Getpid(), projects.Add(1)), option.WithGRPCConn(proxy.Conn(t)))
			if err != nil {
				t.Fatal(err)
			}
			db, err := firestore.Open(client, docstest.Schema())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			})
			write := func(n int64) {
				t.Helper()
				err := db.Update(t.Context(), "write", func(_ context.Context, tx docs.Tx) error {
					return errors.Join(tx.Set(one, docstest.Item{ID: "one", Number: n}), tx.Set(two, docstest.Item{ID: "two", Number: n}))
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			write(1)
			before := proxy.Calls()
			if err := db.View(t.Context(), "once", func(ctx context.Context, tx docs.Tx) error { _, err := first.read(ctx, tx); return err }); err != nil {
				t.Fatal(err)
			}
			if n := proxy.Calls() - before; n != first.cost {
				t.Errorf("%d calls, want %d", n, first.cost)
			}
			for then, second := range reads {
				write(1)
				var written bool
				var saw, sawThen int64
				err := db.View(t.Context(), "twice", func(ctx context.Context, tx docs.Tx) (err error) {
					if saw, err = first.read(ctx, tx); err != nil {
						return err
					}
					if !written {
						written = true
						write(2)
					}
					sawThen, err = second.read(ctx, tx)
					return err
				})
				if err != nil {
					t.Fatalf("%s, then %s: %v", name, then, err)
				}
				if saw != sawThen {
					t.Errorf("%s, then %s: a view saw %d, then %d", name, then, saw, sawThen)
				}
			}
		})
	}
}
