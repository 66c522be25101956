//go:build emulators

package firestore_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	gcfirestore "cloud.google.com/go/firestore"

	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/docs/docstest"
	"github.com/trakstar/hire-gmail/shared/store/firestore"
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
