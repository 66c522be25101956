package issuertest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/trakstar/hire-gmail/shared/api/issuertest"
)

// A client of OpenID Connect that is not ours takes the issuer for one, and its tokens for good, but for the forged ones.
func TestIssuerToAnotherClient(t *testing.T) {
	t.Parallel()
	for name, useRSA := range map[string]bool{"ES256": false, "RS256": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mux := http.NewServeMux()
			s := httptest.NewServer(mux)
			t.Cleanup(s.Close)
			now := func() time.Time { return time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) }
			i := issuertest.New(issuertest.Options{URL: s.URL + "/issuer", Now: now, RSA: useRSA})
			mux.Handle("/issuer/", http.StripPrefix("/issuer", i))

			provider, err := oidc.NewProvider(oidc.ClientContext(t.Context(), s.Client()), s.URL+"/issuer")
			if err != nil {
				t.Fatal(err)
			}
			v := provider.Verifier(&oidc.Config{ClientID: issuertest.UserAudience, Now: now})
			token := i.UserToken(issuertest.UserClaims{AccountID: "acme", UserID: "rita", Email: "rita@acme.example"})
			if _, err := v.Verify(t.Context(), token); err != nil {
				t.Error(err)
			}
			for _, f := range append([]issuertest.Forgery{issuertest.Stripped}, issuertest.Forgeries...) {
				if _, err := v.Verify(t.Context(), i.Forge(token, f)); err == nil {
					t.Errorf("%s: taken for good", f)
				}
			}
			i.Rotate()
			if _, err := v.Verify(t.Context(), i.UserToken(issuertest.UserClaims{AccountID: "acme", UserID: "rita", Expires: now().Add(time.Minute)})); err != nil {
				t.Errorf("after a rotation: %v", err)
			}
			if _, err := v.Verify(t.Context(), i.UserToken(issuertest.UserClaims{AccountID: "acme", UserID: "rita", Expires: now().Add(-time.Minute)})); err == nil {
				t.Error("expired: taken for good")
			}
		})
	}
}
