package profile

import (
	"context"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// Person is an address as the account's directory knows it.
type Person struct {
	Kind  string // user, candidate, other
	ID    string // of the user or the candidate
	Name  string
	Email string
}

// people resolves addresses to users and to the candidate.
type people struct {
	users     map[string]hire.User
	candidate hire.Candidate
}

func (s *Service) people(ctx context.Context, c hire.Candidate, addresses []string) (people, error) {
	users, err := s.Store.UsersByLogin(ctx, c.AccountID, addresses)
	return people{users: users, candidate: c}, err
}

func (p people) resolve(a hire.Address) Person {
	n := hire.NormalizeAddress(a.Addr)
	if u, ok := p.users[n]; ok {
		return Person{Kind: "user", ID: u.ID, Name: u.Name, Email: a.Addr}
	}
	if slices.Contains(p.candidate.Addresses(), n) {
		return Person{Kind: "candidate", ID: p.candidate.ID, Name: p.candidate.Name, Email: a.Addr}
	}
	return Person{Kind: "other", Name: a.Name, Email: a.Addr}
}

// writer is who has written a message. Whoever comes from outside is no user, even under a user's address.
func (p people) writer(a hire.Address, way hire.Direction) Person {
	out := p.resolve(a)
	if out.Kind == "user" && way == hire.Inbound {
		return Person{Kind: "other", Name: a.Name, Email: a.Addr}
	}
	return out
}

// claimed is the first of the addresses that is the candidate's or a user's; nil if none is.
func (p people) claimed(as []hire.Address) *Person {
	for _, a := range as {
		if who := p.resolve(a); who.Kind != "other" {
			return &who
		}
	}
	return nil
}

func (p people) all(as []hire.Address) []Person {
	out := make([]Person, len(as))
	for i, a := range as {
		out[i] = p.resolve(a)
	}
	return out
}
