package embedded_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/docs/docstest"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

func TestContract(t *testing.T) {
	t.Parallel()
	docstest.Run(t, func(t *testing.T, schema docs.Schema) docs.DB { return open(t, schema, embedded.Options{}) })
}

// open opens a new file, and checks it when the test is over.
func open(t testing.TB, schema docs.Schema, opts embedded.Options) *embedded.DB {
	t.Helper()
	opts.NoSync = true
	return openAt(t, filepath.Join(t.TempDir(), "docs.db"), schema, opts)
}

func openAt(t testing.TB, path string, schema docs.Schema, opts embedded.Options) *embedded.DB {
	t.Helper()
	db, err := embedded.Open(path, schema, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Check(context.Background()); err != nil {
			t.Errorf("Check: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}
