package oauthtest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"time"
)

// What Google's documents say of lives and limits.
// Source: https://developers.google.com/identity/protocols/oauth2#expiration
const (
	codeLife    = 10 * time.Minute
	accessLife  = 3599 * time.Second
	testingLife = 7 * 24 * time.Hour
	// mostRefresh is how many refresh tokens one account has for one client; one more ends the oldest.
	mostRefresh  = 100
	unusedMonths = 6
)

// user is what a Google account has given to the project.
type user struct {
	email   string
	account *Account // as last seen; nil before it was
	granted []string // scopes consented to, whichever client asked: a grant is the project's
	blocked bool     // the administrator does not allow the app
	refresh []*refreshToken
	access  []*accessToken
}

// code is an authorization code.
type code struct {
	value, client, redirect, nonce string
	challenge, method              string
	user                           *user
	scopes                         []string
	offline, consented             bool
	expires                        time.Time
}

type refreshToken struct {
	value, client string
	user          *user
	scopes        []string
	made, used    time.Time
}

type accessToken struct {
	value, client string
	user          *user
	scopes        []string
	expires       time.Time
	from          *refreshToken // nil for one of a client without offline access
}

// Lookup says whose access token it is, and what it may do; ok is false for one that is unknown, expired or revoked. scopes must not be written to;
// they have their long names, such as https://www.googleapis.com/auth/gmail.modify.
func (s *Server) Lookup(access string) (email string, scopes []string, ok bool) {
	s.mu.RLock()
	t := s.access[access]
	s.mu.RUnlock()
	if t == nil || !s.now().Before(t.expires) {
		return "", nil, false
	}
	return t.user.email, t.scopes, true // none of these ever changes
}

// Issue gives tokens without asking anybody, as after a consent with the first client. No scopes are those that the product asks for.
func (s *Server) Issue(email string, scopes ...string) (access, refresh string) {
	if len(scopes) == 0 {
		scopes = []string{scopeOpenID, scopeEmail, scopeModify}
	}
	scopes = canonical(scopes)
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(email)
	u.grant(scopes)
	r := s.newRefresh(u, s.first, scopes)
	return s.newAccess(u, s.first, scopes, r).value, r.value
}

// user is the user of an address; the caller holds s.mu.
func (s *Server) user(email string) *user {
	email = normal(email)
	u := s.users[email]
	if u == nil {
		u = &user{email: email}
		s.users[email] = u
	}
	return u
}

func (u *user) grant(scopes []string) {
	for _, sc := range scopes {
		if !slices.Contains(u.granted, sc) {
			u.granted = append(u.granted, sc)
		}
	}
}

// newCode makes an authorization code; the caller holds s.mu.
func (s *Server) newCode(c code) *code {
	now := s.now()
	for len(s.oldest) > 0 && !now.Before(s.oldest[0].expires) {
		delete(s.codes, s.oldest[0].value)
		s.oldest = s.oldest[1:]
	}
	c.value, c.expires = s.secret("4/0A"), now.Add(codeLife)
	s.codes[c.value] = &c
	s.oldest = append(s.oldest, &c)
	return &c
}

// newAccess makes an access token; the caller holds s.mu.
func (s *Server) newAccess(u *user, client string, scopes []string, from *refreshToken) *accessToken {
	now := s.now()
	s.endAccess(u, func(t *accessToken) bool { return !now.Before(t.expires) })
	t := &accessToken{value: s.secret("ya29.a0"), client: client, user: u, scopes: scopes, expires: now.Add(accessLife), from: from}
	s.access[t.value] = t
	u.access = append(u.access, t)
	return t
}

// newRefresh makes a refresh token, and ends the oldest where there are too many; the caller holds s.mu.
func (s *Server) newRefresh(u *user, client string, scopes []string) *refreshToken {
	of := func(t *refreshToken) bool { return t.client == client }
	s.endRefresh(u, func(t *refreshToken) bool { return !s.alive(t) })
	if s.clients[client].ConsentEndsOlder {
		s.endRefresh(u, of)
	}
	n := 0
	for _, t := range u.refresh {
		if of(t) {
			n++
		}
	}
	if n >= mostRefresh {
		oldest := u.refresh[slices.IndexFunc(u.refresh, of)]
		s.endRefresh(u, func(t *refreshToken) bool { return t == oldest })
	}
	now := s.now()
	t := &refreshToken{value: s.secret("1//0"), client: client, user: u, scopes: scopes, made: now, used: now}
	s.refresh[t.value] = t
	u.refresh = append(u.refresh, t)
	return t
}

// alive tells whether a refresh token is good; the caller holds s.mu.
func (s *Server) alive(t *refreshToken) bool {
	if t == nil {
		return false
	}
	now := s.now()
	if s.clients[t.client].Testing && !now.Before(t.made.Add(testingLife)) && slices.ContainsFunc(t.scopes, func(sc string) bool { return !signIn(sc) }) {
		return false
	}
	return now.Before(t.used.AddDate(0, unusedMonths, 0))
}

// secret makes a code or token; the caller holds s.mu.
func (s *Server) secret(prefix string) string {
	s.made++
	b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64([]byte(prefix), s.seed), s.made)
	sum := sha256.Sum256(b)
	return prefix + base64.RawURLEncoding.EncodeToString(sum[:])
}
