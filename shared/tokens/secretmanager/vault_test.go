package secretmanager_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/tokens"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager/secretmanagertest"
)

func newVault(t *testing.T) (*secretmanagertest.Server, *secretmanager.Vault) {
	t.Helper()
	server, client := secretmanagertest.Start(t)
	v, err := secretmanager.New(secretmanager.Options{Client: client, Project: "p", Region: "europe-west1", Prefix: "gmail-"})
	if err != nil {
		t.Fatal(err)
	}
	return server, v
}

var (
	rita  = tokens.Mailbox{AccountID: "Acme Corp/1", UserID: "rita@acme.example"}
	token = tokens.Token{Refresh: "1//refresh", Scope: "openid", Sub: "123", ObtainedAt: time.Date(2026, 11, 2, 9, 0, 0, 123, time.UTC)}
)

func TestOneSecretPerMailboxInOneRegion(t *testing.T) {
	t.Parallel()
	server, v := newVault(t)
	for i := range 3 {
		if version, err := v.Put(t.Context(), rita, token); err != nil || version != fmt.Sprint(i+1) {
			t.Fatalf("Put = %q, %v", version, err)
		}
	}
	secrets := server.Secrets()
	if len(secrets) != 1 {
		t.Fatalf("%d secrets, want one", len(secrets))
	}
	s := secrets[0]
	if !strings.HasPrefix(s.Name, "projects/p/secrets/gmail-") || s.Labels["account"] != "acme_corp_1" || s.Labels["user"] != "rita_acme_example" {
		t.Errorf("secret %s %v", s.Name, s.Labels)
	}
	replicas := s.GetReplication().GetUserManaged().GetReplicas()
	if len(replicas) != 1 || replicas[0].Location != "europe-west1" {
		t.Errorf("kept in %v, want europe-west1 alone", replicas)
	}
	if calls := server.Calls(); calls["CreateSecret"] != 1 || calls["AddSecretVersion"] != 4 || len(calls) != 2 {
		t.Errorf("calls %v, want one creation, and a repeated first version", calls)
	}
	if err := v.Destroy(t.Context(), rita, "1"); err != nil {
		t.Fatal(err)
	}
	if got := server.States(s.Name); got[0] != secretmanagerpb.SecretVersion_DESTROYED || got[1] != secretmanagerpb.SecretVersion_ENABLED {
		t.Errorf("states %v, want the first one destroyed", got)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	server, v := newVault(t)
	version, err := v.Put(t.Context(), rita, token)
	if err != nil {
		t.Fatal(err)
	}
	fail := func(code codes.Code) {
		server.Fault(func(string, int) error { return status.Error(code, "told to") })
	}
	calls := map[string]func() error{
		"put":     func() error { _, err := v.Put(t.Context(), rita, token); return err },
		"get":     func() error { _, err := v.Get(t.Context(), rita, version); return err },
		"destroy": func() error { return v.Destroy(t.Context(), rita, version) },
	}
	for _, code := range []codes.Code{codes.PermissionDenied, codes.ResourceExhausted, codes.Internal} {
		for name, call := range calls {
			fail(code)
			err := call()
			if status.Code(errors.Unwrap(err)) != code || errors.Is(err, tokens.ErrNotFound) || errors.Is(err, tokens.ErrDestroyed) {
				t.Errorf("%s with %s: %v, want an error that says so and is none of the vault's own", name, code, err)
			}
			if strings.Contains(fmt.Sprint(err), token.Refresh) {
				t.Errorf("%s: the error holds the token", name)
			}
		}
	}
	// Unavailable passes by itself: the client tries reads again.
	server.Fault(func(_ string, call int) error {
		if call < 3 {
			return status.Error(codes.Unavailable, "told to")
		}
		return nil
	})
	if got, err := v.Get(t.Context(), rita, version); err != nil || got != token {
		t.Errorf("after two failures: %v, %v", got, err)
	}
	server.Fault(nil)
	// Destroyed meanwhile.
	if err := v.Destroy(t.Context(), rita, version); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get(t.Context(), rita, version); !errors.Is(err, tokens.ErrDestroyed) {
		t.Errorf("Get of a destroyed version: %v", err)
	}
	if err := v.Destroy(t.Context(), rita, version); err != nil {
		t.Errorf("destroying it again: %v", err)
	}
}

// Two callbacks at once both find no secret; one of them makes it.
func TestSecretMadeMeanwhile(t *testing.T) {
	t.Parallel()
	server, v := newVault(t)
	server.Fault(func(method string, call int) error {
		if method == "AddSecretVersion" && call == 2 {
			return status.Error(codes.NotFound, "told to") // as the second caller sees it, just before the first has made it
		}
		return nil
	})
	if _, err := v.Put(t.Context(), rita, token); err == nil {
		t.Error("a secret that stays absent went unnoticed")
	}
	if version, err := v.Put(t.Context(), rita, token); err != nil || version != "1" {
		t.Errorf("Put = %q, %v", version, err)
	}
}

// What operators' programs see: every secret of the prefix over all pages, and the versions that are there still.
func TestListing(t *testing.T) {
	t.Parallel()
	server, v := newVault(t)
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	server.SetNow(func() time.Time { at = at.Add(time.Minute); return at })
	want := map[string]secretmanager.Secret{}
	for i := range 1005 {
		m := tokens.Mailbox{AccountID: "Acme", UserID: fmt.Sprint("user-", i)}
		if _, err := v.Put(t.Context(), m, token); err != nil {
			t.Fatal(err)
		}
		want[v.SecretID(m)] = secretmanager.Secret{ID: v.SecretID(m), Account: "acme", User: m.UserID}
	}
	elsewhere, err := secretmanager.New(secretmanager.Options{Client: v.Client, Project: "p", Region: "europe-west1", Prefix: "old-gmail-"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := elsewhere.Put(t.Context(), rita, token); err != nil {
		t.Fatal(err)
	}
	turns := 0
	for s, err := range v.Secrets(t.Context(), func(context.Context) error { turns++; return nil }) {
		if err != nil {
			t.Fatal(err)
		}
		if want[s.ID] != s {
			t.Errorf("secret %+v, want %+v", s, want[s.ID])
		}
		delete(want, s.ID)
	}
	if len(want) > 0 || turns != 2 || server.Calls()["ListSecrets"] != 2 {
		t.Errorf("%d secrets are not listed, in %d turns and %d calls", len(want), turns, server.Calls()["ListSecrets"])
	}

	m := tokens.Mailbox{AccountID: "Acme", UserID: "user-0"}
	for range 2 {
		if _, err := v.Put(t.Context(), m, token); err != nil {
			t.Fatal(err)
		}
	}
	third := at
	for range 2 {
		if err := v.DestroyOf(t.Context(), v.SecretID(m), "2"); err != nil {
			t.Fatal(err)
		}
	}
	got, err := v.Versions(t.Context(), v.SecretID(m))
	if err != nil || len(got) != 2 || got[0].Name != "3" || !got[0].CreatedAt.Equal(third) || got[1].Name != "1" {
		t.Errorf("versions %+v (%v)", got, err)
	}
	if got, err := v.Versions(t.Context(), "gmail-none"); err != nil || len(got) != 0 {
		t.Errorf("of a secret that is not there: %+v (%v)", got, err)
	}
}
