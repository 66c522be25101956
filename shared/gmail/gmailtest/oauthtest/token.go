package oauthtest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxForm bounds the body of a request.
const maxForm = 64 << 10

// tokenAnswer is a good answer of the token endpoint (RFC 6749 section 5.1).
type tokenAnswer struct {
	AccessToken      string `json:"access_token"`
	ExpiresIn        int64  `json:"expires_in"` // seconds
	RefreshToken     string `json:"refresh_token,omitempty"`
	RefreshExpiresIn int64  `json:"refresh_token_expires_in,omitempty"` // seconds; only for a client in testing
	Scope            string `json:"scope"`                              // by blanks
	TokenType        string `json:"token_type"`
	IDToken          string `json:"id_token,omitempty"`
}

// refusal is an error of OAuth (RFC 6749 section 5.2).
type refusal struct {
	status      int
	Kind        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

func badGrant(description string) *refusal {
	return &refusal{http.StatusBadRequest, "invalid_grant", description}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller has gone; there is no one to tell
}

func (e *refusal) write(w http.ResponseWriter) { writeJSON(w, e.status, e) }

// token is the token endpoint (RFC 6749 section 3.2).
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		(&refusal{http.StatusBadRequest, "invalid_request", "The body can't be read."}).write(w)
		return
	}
	client, refused := s.authenticate(r)
	if refused != nil {
		refused.write(w)
		return
	}
	var answer *tokenAnswer
	switch kind := r.PostForm.Get("grant_type"); kind {
	case "authorization_code":
		answer, refused = s.exchange(r.PostForm, client)
	case "refresh_token":
		answer, refused = s.renew(r.PostForm, client)
	default:
		refused = &refusal{http.StatusBadRequest, "unsupported_grant_type", "Invalid grant_type: " + kind}
	}
	if refused != nil {
		refused.write(w)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// authenticate says which client asks (RFC 6749 section 2.3.1).
func (s *Server) authenticate(r *http.Request) (Client, *refusal) {
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		var e1, e2 error
		if id, e1 = url.QueryUnescape(user); e1 != nil {
			id = user
		}
		if secret, e2 = url.QueryUnescape(password); e2 != nil {
			secret = password
		}
	}
	client, known := s.clients[id]
	switch {
	case id == "":
		return Client{}, &refusal{http.StatusBadRequest, "invalid_request", "Could not determine client ID from request."}
	case !known:
		return Client{}, &refusal{http.StatusUnauthorized, "invalid_client", "The OAuth client was not found."}
	case subtle.ConstantTimeCompare([]byte(client.Secret), []byte(secret)) != 1:
		return Client{}, &refusal{http.StatusUnauthorized, "invalid_client", "The provided client secret is invalid."}
	}
	return client, nil
}

// exchange turns a code into tokens. A code that was shown once is used up, whatever came of it.
func (s *Server) exchange(form url.Values, client Client) (*tokenAnswer, *refusal) {
	s.mu.Lock()
	c := s.codes[form.Get("code")]
	delete(s.codes, form.Get("code"))
	s.mu.Unlock()
	if refused := s.checkCode(c, form, client); refused != nil {
		return nil, refused
	}
	account, found := s.account(c.user.email)
	if !found {
		return nil, badGrant("Account has been deleted")
	}
	answer := &tokenAnswer{ExpiresIn: int64(accessLife / time.Second), Scope: strings.Join(c.scopes, " "), TokenType: "Bearer"}
	s.mu.Lock()
	var refresh *refreshToken
	if c.offline && c.consented {
		refresh = s.newRefresh(c.user, client.ID, c.scopes)
		answer.RefreshToken = refresh.value
		if client.Testing {
			answer.RefreshExpiresIn = int64(testingLife/time.Second) - 1
		}
	}
	answer.AccessToken = s.newAccess(c.user, client.ID, c.scopes, refresh).value
	s.mu.Unlock()
	answer.IDToken = s.idToken(account, client, c.scopes, c.nonce, answer.AccessToken)
	return answer, nil
}

// checkCode says what is wrong with the use of a code; c is nil where it was never given, or used before.
func (s *Server) checkCode(c *code, form url.Values, client Client) *refusal {
	verifier := form.Get("code_verifier")
	switch {
	case form.Get("code") == "":
		return &refusal{http.StatusBadRequest, "invalid_request", "Missing required parameter: code"}
	case c == nil || !s.now().Before(c.expires):
		return badGrant("Bad Request")
	case c.client != client.ID:
		return &refusal{http.StatusUnauthorized, "unauthorized_client", "Unauthorized"}
	case c.redirect != form.Get("redirect_uri"):
		return &refusal{http.StatusBadRequest, "redirect_uri_mismatch", "Bad Request"}
	case c.challenge == "" && verifier != "":
		return badGrant("code_verifier or verifier is not needed.")
	case c.challenge != "" && verifier == "":
		return badGrant("Missing code verifier.")
	case c.challenge != "" && challengeOf(c.method, verifier) != c.challenge:
		return badGrant("Invalid code verifier.")
	}
	return nil
}

// challengeOf is RFC 7636 section 4.2.
func challengeOf(method, verifier string) string {
	if method != "S256" {
		return verifier
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// renew gives another access token for a refresh token, which stays as it is.
func (s *Server) renew(form url.Values, client Client) (*tokenAnswer, *refusal) {
	value := form.Get("refresh_token")
	if value == "" {
		return nil, &refusal{http.StatusBadRequest, "invalid_request", "Missing required parameter: refresh_token"}
	}
	t, account, refused := s.takeUp(value, client)
	if refused != nil {
		return nil, refused
	}
	if account == nil {
		a, found := s.account(t.user.email)
		if !found {
			return nil, badGrant("Account has been deleted")
		}
		s.meet(a)
		account = &a
	}
	s.mu.Lock()
	if s.refresh[value] != t {
		s.mu.Unlock()
		return nil, badGrant("Token has been expired or revoked.") // in this moment
	}
	t.used = s.now()
	access := s.newAccess(t.user, client.ID, t.scopes, t).value
	s.mu.Unlock()
	return &tokenAnswer{
		AccessToken: access, ExpiresIn: int64(accessLife / time.Second), Scope: strings.Join(t.scopes, " "), TokenType: "Bearer",
		IDToken: s.idToken(*account, client, t.scopes, "", access),
	}, nil
}

// takeUp finds a refresh token that is good for a client, and its account as last seen.
func (s *Server) takeUp(value string, client Client) (*refreshToken, *Account, *refusal) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	t := s.refresh[value]
	switch {
	case !s.alive(t):
		return nil, nil, badGrant("Token has been expired or revoked.")
	case t.client != client.ID:
		return nil, nil, &refusal{http.StatusUnauthorized, "unauthorized_client", "Unauthorized"}
	case t.user.blocked:
		return nil, nil, &refusal{http.StatusBadRequest, "admin_policy_enforced", "Access to the account's data is restricted by policies set by its administrator."}
	}
	return t, t.user.account, nil
}
