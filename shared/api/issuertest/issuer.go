package issuertest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// UserAudience is the audience of users' tokens, unless a token asks for another.
	UserAudience = "hire-gmail"
	// Lifetime of a token, unless it asks for another end: Google's tokens of services have the same.
	Lifetime = time.Hour
)

// Options of an issuer.
type Options struct {
	URL string // where it is served, and the claim "iss"
	Now func() time.Time
	RSA bool // sign with RS256, as Google does, rather than ES256
}

// Issuer signs tokens, and serves GET <URL>/.well-known/openid-configuration and GET <URL>/jwks. Mount it below URL's path with http.StripPrefix.
type Issuer struct {
	options Options
	mux     *http.ServeMux

	mu      sync.Mutex
	current jose.JSONWebKey   // private
	keys    []jose.JSONWebKey // public, as served
	made    int
}

// New makes an issuer with one key. It panics where the options are not complete.
func New(o Options) *Issuer {
	if o.URL == "" || o.Now == nil {
		panic("issuertest: URL and Now are needed")
	}
	o.URL = strings.TrimSuffix(o.URL, "/")
	i := &Issuer{options: o, mux: http.NewServeMux()}
	i.Rotate()
	i.mux.HandleFunc("GET /.well-known/openid-configuration", i.discovery)
	i.mux.HandleFunc("GET /jwks", i.jwks)
	return i
}

// ServeHTTP implements http.Handler.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) { i.mux.ServeHTTP(w, r) }

// JWKSURL is where the keys are.
func (i *Issuer) JWKSURL() string { return i.options.URL + "/jwks" }

// Rotate makes a new key, which signs from now on. Older keys are served on, until Withdraw.
func (i *Issuer) Rotate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.made++
	i.current = newKey(fmt.Sprintf("key-%d", i.made), i.options.RSA)
	i.keys = append(i.keys, i.current.Public())
}

// Withdraw stops serving all keys but the newest.
func (i *Issuer) Withdraw() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = i.keys[len(i.keys)-1:]
}

// newKey makes a private key.
func newKey(id string, useRSA bool) jose.JSONWebKey {
	k := jose.JSONWebKey{KeyID: id, Algorithm: string(jose.ES256), Use: "sig"}
	var private crypto.Signer
	var err error
	if useRSA {
		k.Algorithm = string(jose.RS256)
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	} else {
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	must(err)
	k.Key = private
	return k
}

// UserClaims of a user's token.
type UserClaims struct {
	AccountID string
	UserID    string
	Email     string
	Audience  string    // default UserAudience
	Expires   time.Time // default in an hour
}

// UserToken signs a token of a user of Hire.
func (i *Issuer) UserToken(c UserClaims) string {
	if c.Audience == "" {
		c.Audience = UserAudience
	}
	return i.Sign(map[string]any{
		"aud": c.Audience, "sub": c.AccountID + "/" + c.UserID, "account_id": c.AccountID, "user_id": c.UserID, "email": c.Email, "email_verified": true,
		"exp": i.expiry(c.Expires),
	})
}

// ServiceToken signs a token of a service account, as Google does for a push subscription, a task or a job.
func (i *Issuer) ServiceToken(audience, email string) string {
	return i.Sign(map[string]any{"aud": audience, "azp": email, "sub": email, "email": email, "email_verified": true})
}

func (i *Issuer) expiry(at time.Time) int64 {
	if at.IsZero() {
		at = i.options.Now().Add(Lifetime)
	}
	return at.Unix()
}

// Sign signs any claims. iss, iat and exp are filled in where they are missing; a nil value leaves a claim out.
func (i *Issuer) Sign(claims map[string]any) string {
	all := map[string]any{"iss": i.options.URL, "iat": i.options.Now().Unix(), "exp": i.expiry(time.Time{})}
	for name, value := range claims {
		all[name] = value
		if value == nil {
			delete(all, name)
		}
	}
	payload, err := json.Marshal(all)
	must(err)
	i.mu.Lock()
	defer i.mu.Unlock()
	return sign(i.current, jose.SignatureAlgorithm(i.current.Algorithm), payload)
}

func sign(key jose.JSONWebKey, alg jose.SignatureAlgorithm, payload []byte) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	must(err)
	jws, err := signer.Sign(payload)
	must(err)
	out, err := jws.CompactSerialize()
	must(err)
	return out
}

func (i *Issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{
		"issuer": i.options.URL, "jwks_uri": i.JWKSURL(), "response_types_supported": []string{"id_token"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"ES256", "RS256"},
	})
}

func (i *Issuer) jwks(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	set := jose.JSONWebKeySet{Keys: append([]jose.JSONWebKey(nil), i.keys...)}
	i.mu.Unlock()
	answer(w, set)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a caller that has gone needs no answer
}

// must is for what can fail only by a mistake in this package.
func must(err error) {
	if err != nil {
		panic(fmt.Errorf("issuertest: %w", err))
	}
}
