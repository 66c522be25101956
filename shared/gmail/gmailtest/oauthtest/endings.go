package oauthtest

import "slices"

// Revoke ends everything that an account has given to the project, as its owner does in the Google account, and as the revocation endpoint does: every
// token of every client, and the consent, which is asked for again.
func (s *Server) Revoke(email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revokeUser(s.user(email))
}

// revokeUser does Revoke; the caller holds s.mu.
func (s *Server) revokeUser(u *user) {
	s.endRefresh(u, func(*refreshToken) bool { return true })
	s.endAccess(u, func(*accessToken) bool { return true })
	for _, c := range s.oldest {
		if c.user == u {
			delete(s.codes, c.value)
		}
	}
	u.granted = nil
}

// ChangePassword ends the refresh tokens that have a Gmail scope, and the access tokens that came of them. The consent stays.
func (s *Server) ChangePassword(email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(email)
	s.endRefresh(u, func(t *refreshToken) bool { return slices.ContainsFunc(t.scopes, isGmail) })
	s.endAccess(u, func(t *accessToken) bool { return slices.ContainsFunc(t.scopes, isGmail) })
}

// ExpireAccess ends the access tokens of an account; the refresh tokens live on.
func (s *Server) ExpireAccess(email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endAccess(s.user(email), func(*accessToken) bool { return true })
}

// BlockByAdmin makes the administrator of an account's domain forbid the app, or allow it again: access tokens end, and refreshes and consents are
// answered with admin_policy_enforced. Refresh tokens are good again once it is allowed.
func (s *Server) BlockByAdmin(email string, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(email)
	u.blocked = blocked
	if blocked {
		s.endAccess(u, func(*accessToken) bool { return true })
	}
}

// KillRefresh ends one refresh token, and the access tokens that came of it; false if it was dead.
func (s *Server) KillRefresh(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.refresh[token]
	if !s.alive(t) {
		return false
	}
	s.endRefresh(t.user, func(x *refreshToken) bool { return x == t })
	s.endAccess(t.user, func(x *accessToken) bool { return x.from == t })
	return true
}

// RefreshTokens are the living refresh tokens of an account, of all clients, oldest first.
func (s *Server) RefreshTokens(email string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []string
	for _, t := range s.refreshOf(email) {
		out = append(out, t.value)
	}
	return out
}

// TokensOf counts the living tokens of an account, of all clients.
func (s *Server) TokensOf(email string) (access, refresh int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if u := s.users[normal(email)]; u != nil {
		now := s.now()
		for _, t := range u.access {
			if now.Before(t.expires) {
				access++
			}
		}
	}
	return access, len(s.refreshOf(email))
}

// Granted are the scopes that an account has consented to for the project; nil after a revocation.
func (s *Server) Granted(email string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if u := s.users[normal(email)]; u != nil {
		return slices.Clone(u.granted)
	}
	return nil
}

// refreshOf are the living refresh tokens of an account; the caller holds s.mu.
func (s *Server) refreshOf(email string) []*refreshToken {
	u := s.users[normal(email)]
	if u == nil {
		return nil
	}
	var out []*refreshToken
	for _, t := range u.refresh {
		if s.alive(t) {
			out = append(out, t)
		}
	}
	return out
}

// endRefresh ends some of a user's refresh tokens; the caller holds s.mu.
func (s *Server) endRefresh(u *user, which func(*refreshToken) bool) {
	u.refresh = slices.DeleteFunc(u.refresh, func(t *refreshToken) bool {
		if !which(t) {
			return false
		}
		delete(s.refresh, t.value)
		return true
	})
}

// endAccess ends some of a user's access tokens; the caller holds s.mu.
func (s *Server) endAccess(u *user, which func(*accessToken) bool) {
	u.access = slices.DeleteFunc(u.access, func(t *accessToken) bool {
		if !which(t) {
			return false
		}
		delete(s.access, t.value)
		return true
	})
}
