package oauthtest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"
)

// token is the token endpoint (RFC 6749 section 3.2).
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		refuse(w, http.StatusBadRequest, "invalid_request", "The body can't be read.")
		return
	}
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	client, known := s.clients[id]
	if !known || subtle.ConstantTimeCompare([]byte(client.Secret), []byte(secret)) != 1 {
		refuse(w, http.StatusUnauthorized, "invalid_client", "The OAuth client was not found, or its secret is wrong.")
		return
	}
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		s.exchange(w, r, client)
	case "refresh_token":
		s.renew(w, r, client)
	default:
		refuse(w, http.StatusBadRequest, "unsupported_grant_type", "Invalid grant_type: "+r.PostForm.Get("grant_type"))
	}
}

func (s *Server) exchange(w http.ResponseWriter, r *http.Request, client Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	given := r.PostForm.Get("code")
	c := s.codes[given]
	delete(s.codes, given) // whatever becomes of it, it was used
	switch {
	case c == nil || c.client != client.ID || !s.now().Before(c.expires):
		refuse(w, http.StatusBadRequest, "invalid_grant", "Malformed auth code.")
		return
	case c.redirect != r.PostForm.Get("redirect_uri"):
		refuse(w, http.StatusBadRequest, "redirect_uri_mismatch", "Bad Request")
		return
	case c.challenge != "" && challengeOf(c.method, r.PostForm.Get("code_verifier")) != c.challenge:
		refuse(w, http.StatusBadRequest, "invalid_grant", "Invalid code verifier.")
		return
	}
	answer := s.answer(c.email, client.ID, c.scopes, c.nonce)
	if c.offline && c.consented {
		answer["refresh_token"] = s.newRefresh(c.email, client.ID, c.scopes)
	}
	writeJSON(w, http.StatusOK, answer)
}

func challengeOf(method, verifier string) string {
	if method != "S256" {
		return verifier
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (s *Server) renew(w http.ResponseWriter, r *http.Request, client Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.refresh[r.PostForm.Get("refresh_token")]
	switch {
	case !s.alive(g) || g.client != client.ID:
		refuse(w, http.StatusBadRequest, "invalid_grant", "Token has been expired or revoked.")
		return
	case s.blocked[g.email]:
		refuse(w, http.StatusBadRequest, "admin_policy_enforced", "The administrator of this account does not allow the app.")
		return
	}
	g.used = s.now()
	writeJSON(w, http.StatusOK, s.answer(g.email, client.ID, g.scopes, ""))
}

// answer is what the token endpoint gives, without a refresh token; the caller holds s.mu.
func (s *Server) answer(email, client string, scopes []string, nonce string) map[string]any {
	out := map[string]any{
		"access_token": s.newAccess(email, client, scopes), "expires_in": int(accessLife / time.Second), "token_type": "Bearer", "scope": strings.Join(scopes, " "),
	}
	for _, scope := range scopes {
		if scope == "openid" {
			out["id_token"] = s.idToken(email, client, nonce)
		}
	}
	return out
}

// signingKey is one for the process: making one takes long, and it keeps no secret.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic("oauthtest: " + err.Error())
	}
	return key
})

const keyID = "oauthtest"

func (s *Server) idToken(email, client, nonce string) string {
	a, _ := s.account(email)
	now := s.now()
	claims := map[string]any{
		"iss": Issuer, "aud": client, "azp": client, "sub": a.Sub, "email": a.Email, "email_verified": a.EmailVerified, "name": a.Name,
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	encode := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			panic("oauthtest: " + err.Error()) // maps of strings and numbers
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	head := encode(map[string]string{"alg": "RS256", "kid": keyID, "typ": "JWT"}) + "." + encode(claims)
	sum := sha256.Sum256([]byte(head))
	signature, err := rsa.SignPKCS1v15(nil, signingKey(), crypto.SHA256, sum[:])
	if err != nil {
		panic("oauthtest: " + err.Error())
	}
	return head + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (s *Server) certs(w http.ResponseWriter, _ *http.Request) {
	key := signingKey().PublicKey
	b64 := base64.RawURLEncoding.EncodeToString
	writeJSON(w, http.StatusOK, map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": keyID, "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes()),
	}}})
}

func (s *Server) discovery(w http.ResponseWriter, r *http.Request) {
	base := "http://" + r.Host
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer": Issuer, "authorization_endpoint": base + "/o/oauth2/v2/auth", "token_endpoint": base + "/token", "revocation_endpoint": base + "/revoke",
		"userinfo_endpoint": base + "/v1/userinfo", "jwks_uri": base + "/oauth2/v3/certs", "code_challenge_methods_supported": []string{"plain", "S256"},
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
	})
}

// revoke ends every token of the Google user for the project.
// Source: https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	token := r.FormValue("token")
	s.mu.RLock()
	email := s.access[token].email
	if g := s.refresh[token]; s.alive(g) {
		email = g.email
	}
	s.mu.RUnlock()
	if email == "" {
		refuse(w, http.StatusBadRequest, "invalid_token", "Token expired or revoked")
		return
	}
	s.Revoke(email)
	writeJSON(w, http.StatusOK, map[string]any{})
}

func (s *Server) userinfo(w http.ResponseWriter, r *http.Request) {
	email, _, ok := s.Lookup(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	a, known := s.account(email)
	if !ok || !known {
		refuse(w, http.StatusUnauthorized, "invalid_request", "Invalid Credentials")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"sub": a.Sub, "email": a.Email, "email_verified": a.EmailVerified, "name": a.Name})
}

func (s *Server) tokeninfo(w http.ResponseWriter, r *http.Request) {
	email, scopes, ok := s.Lookup(r.FormValue("access_token"))
	if !ok {
		refuse(w, http.StatusBadRequest, "invalid_token", "Invalid Value")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"email": email, "scope": strings.Join(scopes, " ")})
}
