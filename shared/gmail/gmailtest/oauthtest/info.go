package oauthtest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// revoke is the revocation endpoint: it takes an access or a refresh token, of any client, and ends all that its user has given to the project. It asks for no
// client's secret.
// Source: https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	value := r.FormValue("token")
	if !s.revokeToken(value) {
		(&refusal{http.StatusBadRequest, "invalid_token", "Token expired or revoked"}).write(w)
		return
	}
	writeJSON(w, http.StatusOK, struct{}{})
}

// revokeToken ends all that a token's user has given; false if the token is dead.
func (s *Server) revokeToken(value string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.access[value]; t != nil && s.now().Before(t.expires) {
		s.revokeUser(t.user)
		return true
	}
	if t := s.refresh[value]; s.alive(t) {
		s.revokeUser(t.user)
		return true
	}
	return false
}

// bearer is the access token of a request (RFC 6750 section 2).
func bearer(r *http.Request) string {
	if kind, value, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(kind, "Bearer") {
		return strings.TrimSpace(value)
	}
	return r.FormValue("access_token")
}

// userinfo says who the user of an access token is, as far as its scopes allow (OpenID Connect Core section 5.3).
func (s *Server) userinfo(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	email, scopes, ok := s.Lookup(bearer(r))
	a, found := s.account(email)
	if !ok || !found || !slices.ContainsFunc(scopes, signIn) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="https://accounts.google.com/", error="invalid_token"`)
		(&refusal{http.StatusUnauthorized, "invalid_request", "Invalid Credentials"}).write(w)
		return
	}
	claims := map[string]any{"sub": a.Sub}
	if slices.Contains(scopes, scopeEmail) {
		claims["email"], claims["email_verified"] = a.Email, a.EmailVerified
	}
	if slices.Contains(scopes, scopeProfile) {
		claims["name"] = a.Name
	}
	if a.HostedDomain != "" {
		claims["hd"] = a.HostedDomain
	}
	writeJSON(w, http.StatusOK, claims)
}

// tokeninfo tells what an access token or an id_token is. Numbers are texts in it, as at Google.
func (s *Server) tokeninfo(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if raw := r.FormValue("id_token"); raw != "" {
		c, err := readIDToken(raw)
		if err != nil || s.now().Unix() >= c.Expires {
			(&refusal{http.StatusBadRequest, "invalid_token", "Invalid Value"}).write(w)
			return
		}
		writeJSON(w, http.StatusOK, map[string]string{
			"iss": c.Issuer, "azp": c.Party, "aud": c.Audience, "sub": c.Subject, "email": c.Email, "email_verified": strconv.FormatBool(c.Verified != nil && *c.Verified),
			"iat": strconv.FormatInt(c.IssuedAt, 10), "exp": strconv.FormatInt(c.Expires, 10),
		})
		return
	}
	s.mu.RLock()
	t := s.access[r.FormValue("access_token")]
	s.mu.RUnlock()
	now := s.now()
	if t == nil || !now.Before(t.expires) {
		(&refusal{http.StatusBadRequest, "invalid_token", "Invalid Value"}).write(w)
		return
	}
	out := map[string]string{
		"azp": t.client, "aud": t.client, "scope": strings.Join(t.scopes, " "), "exp": strconv.FormatInt(t.expires.Unix(), 10),
		"expires_in": strconv.Itoa(int(t.expires.Sub(now).Seconds())), "access_type": "online",
	}
	if t.from != nil {
		out["access_type"] = "offline"
	}
	if a, found := s.account(t.user.email); found && slices.Contains(t.scopes, scopeEmail) {
		out["sub"], out["email"], out["email_verified"] = a.Sub, a.Email, strconv.FormatBool(a.EmailVerified)
	}
	writeJSON(w, http.StatusOK, out)
}
