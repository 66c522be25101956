package records_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/records"
)

func seed(c string) string { return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(c, 32))) }

func signer(t *testing.T, seeds ...string) (*records.Signer, []byte) {
	t.Helper()
	s, err := records.NewSigner(seeds...)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := json.Marshal(s.Keys())
	if err != nil {
		t.Fatal(err)
	}
	return s, keys
}

// A report is checked with public keys alone. Whatever of it is changed, it is not good any more; after a change of keys the former ones still serve.
func TestSignature(t *testing.T) {
	t.Parallel()
	s, keys := signer(t, seed("a"))
	out, err := s.Sign(api.DeletionReport{AccountID: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := records.Verify(out.Signed, keys)
	var read api.DeletionReport
	if err != nil || json.Unmarshal(payload, &read) != nil || read.AccountID != "acme" {
		t.Fatalf("verified as %s, %v", payload, err)
	}
	_, rotated := signer(t, seed("b"), seed("a"))
	if _, err := records.Verify(out.Signed, rotated); err != nil {
		t.Errorf("after a change of keys: %v", err)
	}

	parts := strings.Split(out.Signed, ".")
	forged := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(payload), "acme", "bolt", 1)))
	_, others := signer(t, seed("b"))
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"deletion-report+jws"}`))
	// A token, signed by the same key, is no report.
	raw, err := base64.StdEncoding.DecodeString(seed("a"))
	if err != nil {
		t.Fatal(err)
	}
	token := tokenOf(t, raw, s.Keys().Keys[0].KeyID)
	for name, tt := range map[string]struct {
		signed string
		keys   []byte
	}{
		"another content": {parts[0] + "." + forged + "." + parts[2], keys}, "another key": {out.Signed, others}, "not signed": {none + "." + parts[1] + ".", keys},
		"cut off": {out.Signed[:len(out.Signed)-4], keys}, "no keys": {out.Signed, []byte("{}")}, "keys that can't be read": {out.Signed, []byte("keys")}, "a token": {token, keys}, "nothing": {"", keys},
	} {
		if got, err := records.Verify(tt.signed, tt.keys); err == nil {
			t.Errorf("%s: taken for good: %s", name, got)
		}
	}
	for _, bad := range [][]string{nil, {"short"}, {seed("a"), "short"}} {
		if _, err := records.NewSigner(bad...); err == nil {
			t.Errorf("%q makes a signer", bad)
		}
	}
	if strings.Contains(string(keys), `"d"`) || strings.Contains(string(keys), base64.RawURLEncoding.EncodeToString(raw)) {
		t.Errorf("the public keys hold a private one: %s", keys)
	}
}

func tokenOf(t *testing.T, seed []byte, kid string) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: ed25519.NewKeyFromSeed(seed), KeyID: kid}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := s.Sign([]byte(`{"account_id":"acme"}`))
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
