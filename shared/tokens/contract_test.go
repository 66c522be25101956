package tokens_test

import (
	"path/filepath"
	"testing"

	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/tokens"
	"github.com/trakstar/hire-gmail/shared/tokens/tokenstest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	tokenstest.Run(t, func(t *testing.T) tokens.Vault {
		dir := t.TempDir()
		db, err := embedded.Open(filepath.Join(dir, "hire.db"), docs.Schema{}, embedded.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		v, err := tokens.OpenSealed(db, filepath.Join(dir, "tokens.key"))
		if err != nil {
			t.Fatal(err)
		}
		return v
	})
}
