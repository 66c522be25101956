package oauthtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// signingKey is one for the process: making one takes long, and it guards nothing.
var signingKey = sync.OnceValue(func() *jose.JSONWebKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	return &jose.JSONWebKey{Key: key, KeyID: "oauthtest", Algorithm: string(jose.RS256), Use: "sig"}
})

// must is for what can fail only by a mistake in this package.
func must(err error) {
	if err != nil {
		panic(fmt.Errorf("oauthtest: %w", err))
	}
}

// idClaims are the claims of an id_token.
// Source: https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
type idClaims struct {
	Issuer       string `json:"iss"`
	Party        string `json:"azp"`
	Audience     string `json:"aud"`
	Subject      string `json:"sub"`
	HostedDomain string `json:"hd,omitempty"`
	Email        string `json:"email,omitempty"`
	Verified     *bool  `json:"email_verified,omitempty"`
	AccessHash   string `json:"at_hash,omitempty"`
	Nonce        string `json:"nonce,omitempty"`
	Name         string `json:"name,omitempty"`
	IssuedAt     int64  `json:"iat"`
	Expires      int64  `json:"exp"`
}

// idToken says who the user is, as far as the scopes allow; "" without openid.
func (s *Server) idToken(a Account, client Client, scopes []string, nonce, access string) string {
	if client.NoIDToken || !slices.Contains(scopes, scopeOpenID) {
		return ""
	}
	now := s.now()
	sum := sha256.Sum256([]byte(access))
	c := idClaims{
		Issuer: s.issuer, Party: client.ID, Audience: client.ID, Subject: a.Sub, HostedDomain: a.HostedDomain, Nonce: nonce,
		AccessHash: base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2]), IssuedAt: now.Unix(), Expires: now.Add(time.Hour).Unix(),
	}
	if slices.Contains(scopes, scopeEmail) {
		c.Email, c.Verified = a.Email, &a.EmailVerified
	}
	if slices.Contains(scopes, scopeProfile) {
		c.Name = a.Name
	}
	return sign(c)
}

func sign(claims any) string {
	payload, err := json.Marshal(claims)
	must(err)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: signingKey()}, (&jose.SignerOptions{}).WithType("JWT"))
	must(err)
	signed, err := signer.Sign(payload)
	must(err)
	out, err := signed.CompactSerialize()
	must(err)
	return out
}

// readIDToken checks an id_token's signature and gives its claims.
func readIDToken(raw string) (c idClaims, err error) {
	signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return c, err
	}
	payload, err := signed.Verify(signingKey().Public())
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(payload, &c)
}

// certs serves the public key, as a JSON Web Key Set (RFC 7517 section 5).
func (s *Server) certs(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{signingKey().Public()}})
}

// discovery is the OpenID Provider Configuration, with the address that it was asked at.
// Source: https://accounts.google.com/.well-known/openid-configuration
func (s *Server) discovery(w http.ResponseWriter, r *http.Request) {
	base := "http://" + r.Host
	if r.TLS != nil {
		base = "https://" + r.Host
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer": s.issuer, "authorization_endpoint": base + "/o/oauth2/v2/auth", "token_endpoint": base + "/token", "userinfo_endpoint": base + "/v1/userinfo",
		"revocation_endpoint": base + "/revoke", "jwks_uri": base + "/oauth2/v3/certs", "response_types_supported": []string{"code"},
		"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported": []string{"openid", "email", "profile"}, "token_endpoint_auth_methods_supported": []string{"client_secret_post", "client_secret_basic"},
		"claims_supported":                 []string{"aud", "email", "email_verified", "exp", "iat", "iss", "name", "sub"},
		"code_challenge_methods_supported": []string{"plain", "S256"}, "grant_types_supported": []string{"authorization_code", "refresh_token"},
	})
}
