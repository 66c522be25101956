package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

func TestKeysAreRotated(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	v, before := i.users(t), i.UserToken(rita)
	if code := ask(t, v, before); code != "" {
		t.Fatal(code)
	}
	i.clock.Advance(time.Minute)
	i.Rotate()
	after := i.UserToken(rita)
	if code := ask(t, v, after); code != "" {
		t.Errorf("token of the new key: %s", code)
	}
	if code := ask(t, v, before); code != "" {
		t.Errorf("token of the old key, which is still served: %s", code)
	}
	i.Withdraw()
	i.clock.Advance(50 * time.Minute)
	if code := ask(t, v, before); code != "" {
		t.Errorf("token of the withdrawn key, before we look again: %s", code)
	}
	i.clock.Advance(11 * time.Minute)
	if code := ask(t, v, i.UserToken(rita)); code != "" {
		t.Errorf("token of the newest key: %s", code)
	}
	// It has expired as well, but its key being gone comes first.
	if code := ask(t, v, before); code != hire.CodeUnauthenticated {
		t.Errorf("token of the withdrawn key, an hour later: %q", code)
	}
}

// Forged tokens with ever new key ids must not make us call the issuer for each.
func TestUnknownKeysAreNotLookedUpEachTime(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	v := i.users(t)
	forged := i.Forge(i.UserToken(rita), issuertest.UnknownKey)
	for range 20 {
		if code := ask(t, v, forged); code != hire.CodeUnauthenticated {
			t.Fatal(code)
		}
	}
	if n := i.fetches.Load(); n != 1 {
		t.Errorf("keys were fetched %d times", n)
	}
	i.clock.Advance(11 * time.Second)
	ask(t, v, forged)
	if n := i.fetches.Load(); n != 2 {
		t.Errorf("keys were fetched %d times after a pause", n)
	}
}

// While the issuer is down nobody can tell a good token from a bad one: that is an outage, not a bad token.
func TestKeysAreNotAvailable(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	v, token := i.users(t), i.UserToken(rita)
	i.broken.Store(true)
	for range 2 {
		if code := ask(t, v, token); code != hire.CodeUnavailable {
			t.Errorf("before there are keys: %q", code)
		}
	}
	i.broken.Store(false)
	if code := ask(t, v, token); code != "" {
		t.Errorf("as soon as the issuer is back: %q", code)
	}
	i.broken.Store(true)
	i.clock.Advance(30 * time.Minute)
	if code := ask(t, v, token); code != "" {
		t.Errorf("with the keys we have: %q", code)
	}
	i.clock.Advance(31 * time.Minute)
	fetched := i.fetches.Load()
	fresh := i.UserToken(rita)
	for range 5 {
		if code := ask(t, v, fresh); code != "" {
			t.Errorf("with old keys: %q", code)
		}
	}
	if n := i.fetches.Load() - fetched; n != 1 {
		t.Errorf("%d calls of an issuer that is down", n)
	}
	i.Rotate()
	if code := ask(t, v, i.UserToken(rita)); code != hire.CodeUnavailable {
		t.Errorf("with a key that we can't get: %q", code)
	}
}

func TestKeysThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	token := i.UserToken(rita)
	for name, body := range map[string]string{
		"not JSON":              "<html>sign in</html>",
		"no keys":               `{"keys":[]}`,
		"symmetric":             `{"keys":[{"kty":"oct","kid":"key-1","alg":"HS256","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}]}`,
		"unknown type":          `{"keys":[{"kty":"XYZ","kid":"key-1"}]}`,
		"broken":                `{"keys":[{"kty":"EC","kid":"key-1","crv":"P-256","x":"AA","y":"AA"}]}`,
		"a point off its curve": `{"keys":[{"kty":"EC","kid":"key-1","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }))
			t.Cleanup(s.Close)
			v, err := api.NewUserVerifier(api.UserOptions{Issuer: i.url, Audience: issuertest.UserAudience, JWKSURL: s.URL, HTTP: s.Client(), Now: i.clock.Now})
			if err != nil {
				t.Fatal(err)
			}
			if code := ask(t, v, token); code != hire.CodeUnavailable {
				t.Errorf("%q, want temporarily_unavailable", code)
			}
		})
	}
}

// The keys are fetched for all who wait: that the first of them goes away is no reason to fail the others.
func TestKeysAreFetchedThoughTheCallerGoes(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := request(t, "Authorization", "Bearer "+i.UserToken(rita)).WithContext(ctx)
	if _, err := i.users(t).Authenticate(r); err != nil {
		t.Error(err)
	}
}
