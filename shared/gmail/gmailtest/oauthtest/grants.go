package oauthtest

import (
	"slices"
	"strings"
	"time"
)

const (
	codeLife    = 10 * time.Minute
	accessLife  = 3599 * time.Second
	testingLife = 7 * 24 * time.Hour
	unusedLife  = 180 * 24 * time.Hour
	// mostRefresh is how many refresh tokens one account has for one client; one more ends the oldest.
	mostRefresh = 100
)

// code is an authorization code.
type code struct {
	client, redirect, email, nonce string
	challenge, method              string
	scopes                         []string
	offline, consented             bool
	expires                        time.Time
}

// grant is a refresh token.
type grant struct {
	client, email string
	scopes        []string
	made, used    time.Time
	serial        int
}

type access struct {
	email   string
	client  string
	scopes  []string
	expires time.Time
}

func grantKey(email, client string) string { return email + "\x00" + client }

// Lookup says whose access token it is, and what it may do; ok is false for one that is unknown, expired or revoked.
func (s *Server) Lookup(token string) (email string, scopes []string, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.access[token]
	if !ok || !s.now().Before(a.expires) {
		return "", nil, false
	}
	return a.email, a.scopes, true
}

// Issue gives tokens without asking anybody, as after a consent with the first client.
func (s *Server) Issue(email string, scopes ...string) (accessToken, refreshToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	client := ""
	for id := range s.clients {
		if client == "" || id < client {
			client = id
		}
	}
	return s.newAccess(email, client, scopes), s.newRefresh(email, client, scopes)
}

// newAccess makes an access token; the caller holds s.mu.
func (s *Server) newAccess(email, client string, scopes []string) string {
	t := s.secret("ya29.")
	s.access[t] = access{email: email, client: client, scopes: scopes, expires: s.now().Add(accessLife)}
	return t
}

// newRefresh makes a refresh token, and ends the oldest where there are too many; the caller holds s.mu.
func (s *Server) newRefresh(email, client string, scopes []string) string {
	var oldest string
	n := 0
	for t, g := range s.refresh {
		if g.email == email && g.client == client {
			n++
			if oldest == "" || g.serial < s.refresh[oldest].serial {
				oldest = t
			}
		}
	}
	if n >= mostRefresh {
		delete(s.refresh, oldest)
	}
	t := s.secret("1//0")
	s.refresh[t] = &grant{client: client, email: email, scopes: scopes, made: s.now(), used: s.now(), serial: s.serial}
	return t
}

// alive tells whether a refresh token is good; the caller holds s.mu.
func (s *Server) alive(g *grant) bool {
	now := s.now()
	return g != nil && now.Sub(g.used) < unusedLife && (!s.clients[g.client].Testing || now.Sub(g.made) < testingLife)
}

// RefreshTokens are the living refresh tokens of an account.
func (s *Server) RefreshTokens(email string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []string
	for t, g := range s.refresh {
		if g.email == email && s.alive(g) {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return out
}

// Revoke ends everything that an account has given to the project, as its owner does in the Google account.
func (s *Server) Revoke(email string) {
	s.end(email, func([]string) bool { return true })
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.granted {
		if strings.HasPrefix(key, email+"\x00") {
			delete(s.granted, key)
		}
	}
}

// ChangePassword ends the refresh tokens that have a Gmail scope.
func (s *Server) ChangePassword(email string) { s.end(email, hasGmail) }

func hasGmail(scopes []string) bool {
	return slices.ContainsFunc(scopes, func(x string) bool {
		return strings.HasPrefix(x, "https://www.googleapis.com/auth/gmail.") || x == "https://mail.google.com/"
	})
}

func (s *Server) end(email string, which func(scopes []string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t, g := range s.refresh {
		if g.email == email && which(g.scopes) {
			delete(s.refresh, t)
		}
	}
	for t, a := range s.access {
		if a.email == email && which(a.scopes) {
			delete(s.access, t)
		}
	}
}

// ExpireAccess ends the access tokens of an account; the refresh tokens live on.
func (s *Server) ExpireAccess(email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t, a := range s.access {
		if a.email == email {
			delete(s.access, t)
		}
	}
}

// BlockByAdmin makes refreshes of an account fail with admin_policy_enforced, or work again.
func (s *Server) BlockByAdmin(email string, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocked[email] = blocked
}
