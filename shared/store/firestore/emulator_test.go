//go:build emulators

package firestore_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

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
	return db
}

func TestContract(t *testing.T) { docstest.Run(t, open) }

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) docs.DB { return open(t, store.Schema()) })
}
