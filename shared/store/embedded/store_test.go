package embedded_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/store/storetest"
)

func TestContractOfStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) docs.DB {
		db, err := embedded.Open(filepath.Join(t.TempDir(), "hire.db"), store.Schema(), embedded.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Check(context.Background()); err != nil {
				t.Error(err)
			}
			db.Close()
		})
		return db
	})
}
