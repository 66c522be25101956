package secretmanager_test

import (
	"testing"

	"github.com/trakstar/hire-gmail/shared/tokens"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager/secretmanagertest"
	"github.com/trakstar/hire-gmail/shared/tokens/tokenstest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	tokenstest.Run(t, func(t *testing.T) tokens.Vault {
		_, client := secretmanagertest.Start(t)
		v, err := secretmanager.New(secretmanager.Options{Client: client, Project: "p", Region: "europe-west1", Prefix: "gmail-token-"})
		if err != nil {
			t.Fatal(err)
		}
		return v
	})
}
