package store

import (
	"context"
	"maps"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

type loginRecord struct{ UserID string }

type addressRecord struct{ CandidateIDs []string }

type waitingRecord struct {
	UserID        string
	Sub           string
	GmailThreadID string
}

type mailboxesRecord struct{ Mailboxes []MailboxKey }

// Account reads an account; hire.CodeNotFound if there is none.
func (s *Store) Account(ctx context.Context, account string) (hire.Account, error) {
	if !docs.IsID(account) {
		return hire.Account{}, hire.Err(hire.CodeNotFound)
	}
	return read[hire.Account](ctx, s, "account", accountRef(account), hire.CodeNotFound)
}

// User reads a user; hire.CodeNotFound if there is none.
func (s *Store) User(ctx context.Context, account, user string) (hire.User, error) {
	return read[hire.User](ctx, s, "user", userRef(account, user), hire.CodeNotFound)
}

// Member reads a user together with the account, in one snapshot.
func (s *Store) Member(ctx context.Context, account, user string) (a hire.Account, u hire.User, err error) {
	err = s.db.View(ctx, "member", func(ctx context.Context, tx docs.Tx) (err error) {
		a, u, err = member(ctx, tx, account, user)
		return err
	})
	return a, u, err
}

func member(ctx context.Context, tx docs.Tx, account, user string) (a hire.Account, u hire.User, err error) {
	found, err := tx.Get(ctx, []docs.Ref{accountRef(account), userRef(account, user)}, []any{&a, &u})
	if err == nil && (!found[0] || !found[1] || a.Deleted) {
		err = hire.Err(hire.CodeNotFound)
	}
	return a, u, err
}

// Candidate reads a candidate, following a merge; hire.CodeUnknownCandidate if there is none or it is deleted.
func (s *Store) Candidate(ctx context.Context, account, candidate string) (hire.Candidate, error) {
	for range 5 {
		if !docs.IsID(candidate) {
			break
		}
		c, err := read[hire.Candidate](ctx, s, "candidate", candidateRef(account, candidate), hire.CodeUnknownCandidate)
		if err != nil {
			return c, err
		}
		if c.MergedInto == "" {
			if c.Deleted {
				return hire.Candidate{}, hire.Err(hire.CodeUnknownCandidate)
			}
			return c, nil
		}
		candidate = c.MergedInto
	}
	return hire.Candidate{}, hire.Err(hire.CodeUnknownCandidate)
}

// UsersByLogin finds the users with these login addresses, by normalised address.
func (s *Store) UsersByLogin(ctx context.Context, account string, addresses []string) (map[string]hire.User, error) {
	out := map[string]hire.User{}
	err := s.db.View(ctx, "users_by_login", func(ctx context.Context, tx docs.Tx) error {
		clear(out)
		users, err := usersByLogin(ctx, tx, account, addresses)
		maps.Copy(out, users)
		return err
	})
	return out, err
}

func usersByLogin(ctx context.Context, tx docs.Tx, account string, addresses []string) (map[string]hire.User, error) {
	addresses = normalized(addresses)
	refs := make([]docs.Ref, len(addresses))
	for i, a := range addresses {
		refs[i] = loginRef(account, a)
	}
	logins, err := docs.GetAll[loginRecord](ctx, tx, refs)
	if err != nil {
		return nil, err
	}
	var userRefs []docs.Ref
	for _, l := range logins {
		if l != nil {
			userRefs = append(userRefs, userRef(account, l.UserID))
		}
	}
	users, err := docs.GetAll[hire.User](ctx, tx, userRefs)
	if err != nil {
		return nil, err
	}
	out := map[string]hire.User{}
	for _, u := range users {
		if u != nil {
			out[hire.NormalizeAddress(u.Email)] = *u
		}
	}
	return out, nil
}

func candidatesByAddress(ctx context.Context, tx docs.Tx, account string, addresses []string) ([]hire.Candidate, error) {
	addresses = normalized(addresses)
	refs := make([]docs.Ref, len(addresses))
	for i, a := range addresses {
		refs[i] = addressRef(account, a)
	}
	records, err := docs.GetAll[addressRecord](ctx, tx, refs)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range records {
		if r == nil {
			continue
		}
		for _, id := range r.CandidateIDs {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	cRefs := make([]docs.Ref, len(ids))
	for i, id := range ids {
		cRefs[i] = candidateRef(account, id)
	}
	found, err := docs.GetAll[hire.Candidate](ctx, tx, cRefs)
	if err != nil {
		return nil, err
	}
	var out []hire.Candidate
	for _, c := range found {
		if c != nil {
			out = append(out, *c)
		}
	}
	return out, nil
}

// longestAddress is the longest there can be, in bytes (RFC 5321 section 4.5.3.1). Senders write longer ones; nobody has them, and no key could hold them.
const longestAddress = 320

// normalized are the addresses in comparable form, without repetitions, and without what can be no address.
func normalized(addresses []string) []string {
	out := make([]string, 0, len(addresses))
	for _, a := range addresses {
		if n := hire.NormalizeAddress(a); n != "" && len(n) <= longestAddress && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// read reads one document, or answers with the code.
func read[T any](ctx context.Context, s *Store, op string, ref docs.Ref, missing hire.Code) (T, error) {
	var out T
	err := s.db.View(ctx, op, func(ctx context.Context, tx docs.Tx) error {
		doc, err := docs.Get[T](ctx, tx, ref)
		if err != nil {
			return err
		}
		if doc == nil {
			return hire.Err(missing)
		}
		out = *doc
		return nil
	})
	return out, err
}
