package oauthtest

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// State is what the accounts have given, in the clear. Authorization codes, which live for ten minutes, are not in it.
type State struct {
	Made  uint64 // codes and tokens so far
	Users []UserState
}

// UserState is what one account has given.
type UserState struct {
	Email   string
	Granted []string `json:",omitempty"`
	Blocked bool     `json:",omitempty"`
	Refresh []RefreshState
	Access  []AccessState
}

// RefreshState is a refresh token.
type RefreshState struct {
	Value, Client string
	Scopes        []string
	Made, Used    time.Time
}

// AccessState is an access token.
type AccessState struct {
	Value, Client string
	Scopes        []string
	Expires       time.Time
	From          string `json:",omitempty"` // the refresh token it came of
}

// State is what the accounts have given so far.
func (s *Server) State() State {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := State{Made: s.made}
	for _, u := range s.users {
		x := UserState{Email: u.email, Granted: slices.Clone(u.granted), Blocked: u.blocked}
		for _, t := range u.refresh {
			x.Refresh = append(x.Refresh, RefreshState{Value: t.value, Client: t.client, Scopes: t.scopes, Made: t.made, Used: t.used})
		}
		for _, t := range u.access {
			a := AccessState{Value: t.value, Client: t.client, Scopes: t.scopes, Expires: t.expires}
			if t.from != nil {
				a.From = t.from.value
			}
			x.Access = append(x.Access, a)
		}
		out.Users = append(out.Users, x)
	}
	slices.SortFunc(out.Users, func(a, b UserState) int { return cmp.Compare(a.Email, b.Email) })
	return out
}

// restoreGap is how many codes and tokens may have been given after a State was taken and are not given again.
const restoreGap = 1 << 20

// Restore gives a Server on which nobody has consented to anything what was given before.
func (s *Server) Restore(from State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made > 0 || len(s.users) > 0 {
		return fmt.Errorf("oauthtest: restore: the server has been in use")
	}
	s.made = from.Made + restoreGap
	for _, x := range from.Users {
		u := s.user(x.Email)
		u.granted, u.blocked = x.Granted, x.Blocked
		for _, r := range x.Refresh {
			t := &refreshToken{value: r.Value, client: r.Client, user: u, scopes: r.Scopes, made: r.Made, used: r.Used}
			u.refresh = append(u.refresh, t)
			s.refresh[t.value] = t
		}
		for _, a := range x.Access {
			t := &accessToken{value: a.Value, client: a.Client, user: u, scopes: a.Scopes, expires: a.Expires, from: s.refresh[a.From]}
			u.access = append(u.access, t)
			s.access[t.value] = t
		}
	}
	return nil
}
