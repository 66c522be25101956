package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
)

// FuzzTokens: no token of a user, of a service or of a security event is taken but one that the issuer has signed, word for word.
func FuzzTokens(f *testing.F) {
	i := newIssuer(f, true)
	users, services := i.users(f), i.services(f, false)
	events, err := api.NewSecurityEventVerifier(i.url, "client", i.JWKSURL(), i.client, i.clock.Now)
	if err != nil {
		f.Fatal(err)
	}
	genuine := []string{
		i.UserToken(rita), i.ServiceToken(pushAudience, pushAccount),
		i.Sign(map[string]any{"aud": "client", "jti": "1", "events": map[string]any{"https://schemas.openid.net/secevent/risc/event-type/tokens-revoked": map[string]any{"subject": map[string]any{"subject_type": "iss-sub", "iss": i.url, "sub": "1"}}}}),
	}
	for _, token := range genuine {
		f.Add(token)
		for _, forgery := range issuertest.Forgeries {
			f.Add(i.Forge(token, forgery))
		}
		parts := strings.Split(token, ".")
		f.Add(parts[0] + "." + strings.Split(genuine[0], ".")[1] + "." + parts[2])
		f.Add(token + "." + token)
		f.Add(" " + token)
		f.Add(`{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`)
	}
	signed := func(token string) bool {
		for _, g := range genuine {
			if head, _ := cutLast(g); strings.HasPrefix(token, head+".") {
				return true // its signature may be written in another way, as base64 lets it
			}
		}
		return false
	}
	f.Fuzz(func(t *testing.T, token string) {
		if strings.ContainsAny(token, "\r\n\x00") {
			return // no header has these
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		token = strings.TrimSpace(token)
		if c, err := users.Authenticate(r); err == nil && (!signed(token) || c.AccountID != rita.AccountID || c.UserID != rita.UserID) {
			t.Fatalf("taken for %+v: %s", c, token)
		}
		if err := services.Verify(r); err == nil && !signed(token) {
			t.Fatalf("taken for a service: %s", token)
		}
		if got, err := events.Verify(t.Context(), token); err == nil && !signed(token) {
			t.Fatalf("taken for Google's word %+v: %s", got, token)
		}
	})
}

func cutLast(token string) (before, after string) {
	at := strings.LastIndexByte(token, '.')
	return token[:at], token[at+1:]
}
