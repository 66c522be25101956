package store

import (
	"context"
	"encoding/json"
	"fmt"
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
	return read[hire.Account](ctx, s, "account", accountRef(account), hire.CodeNotFound)
}

// User reads a user; hire.CodeNotFound if there is none.
func (s *Store) User(ctx context.Context, account, user string) (hire.User, error) {
	return read[hire.User](ctx, s, "user", userRef(account, user), hire.CodeNotFound)
}

// Member reads a user together with the account, in one snapshot.
func (s *Store) Member(ctx context.Context, account, user string) (a hire.Account, u hire.User, err error) {
	err = s.db.View(ctx, "member", func(ctx context.Context, tx docs.Tx) error {
		found, err := tx.Get(ctx, []docs.Ref{accountRef(account), userRef(account, user)}, []any{&a, &u})
		if err != nil {
			return err
		}
		if !found[0] || !found[1] {
			return hire.Err(hire.CodeNotFound)
		}
		return nil
	})
	return a, u, err
}

// Candidate reads a candidate, following a merge; hire.CodeUnknownCandidate if there is none or it is deleted.
func (s *Store) Candidate(ctx context.Context, account, candidate string) (hire.Candidate, error) {
	for range 5 {
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
		for a, u := range users {
			out[a] = u
		}
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

// PutAccount stores what Hire says of an account; false if a newer version is stored. A plan that no longer allows the
// integration switches it off; the offboarding of its mailboxes is queued in the same commit.
func (s *Store) PutAccount(ctx context.Context, a hire.Account) (applied bool, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "account.put", func(ctx context.Context, tx docs.Tx) error {
		applied, rs = false, nil
		old, err := docs.Get[hire.Account](ctx, tx, accountRef(a.ID))
		if err != nil {
			return err
		}
		if old != nil && old.Version >= a.Version {
			return nil
		}
		next := a
		next.Integration = hire.Integration{}
		if old != nil {
			next.Integration = old.Integration
		}
		if next.Integration.Enabled && !next.Plan.AllowsGmail() {
			next.Integration = hire.Integration{ChangedAt: s.clock()}
			if err := s.offboardAccount(ctx, tx, &rs, a.ID, "plan_downgraded"); err != nil {
				return err
			}
			if err := s.audit(tx, a.ID, AuditEntry{Action: "integration.disabled", Detail: "plan_downgraded"}); err != nil {
				return err
			}
		}
		applied = true
		if err := tx.Set(accountRef(a.ID), &next); err != nil {
			return err
		}
		return s.putRows(tx, rs)
	})
	return applied, rs, err
}

// SetIntegration switches the account's integration, by the user's right (hire.MaySwitchIntegration). Switching it off queues the offboarding of
// each mailbox in the same commit.
func (s *Store) SetIntegration(ctx context.Context, account, user string, on bool) (due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "integration.set", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		var a hire.Account
		var u hire.User
		found, err := tx.Get(ctx, []docs.Ref{accountRef(account), userRef(account, user)}, []any{&a, &u})
		if err != nil {
			return err
		}
		if !found[0] || !found[1] {
			return hire.Err(hire.CodeNotFound)
		}
		if err := hire.MaySwitchIntegration(a, u, on); err != nil {
			return err
		}
		if a.Integration.Enabled == on {
			return nil
		}
		a.Integration = hire.Integration{Enabled: on, ChangedBy: user, ChangedAt: s.clock()}
		action := "integration.enabled"
		if !on {
			action = "integration.disabled"
			if err := s.offboardAccount(ctx, tx, &rs, account, "integration_off"); err != nil {
				return err
			}
		}
		if err := tx.Set(accountRef(account), &a); err != nil {
			return err
		}
		if err := s.audit(tx, account, AuditEntry{UserID: user, Action: action}); err != nil {
			return err
		}
		return s.putRows(tx, rs)
	})
	return rs, err
}

// offboardAccount queues one task that walks the account's mailboxes: an account may have thousands, more than one commit takes.
func (s *Store) offboardAccount(_ context.Context, _ docs.Tx, rs *rows, account, reason string) error {
	body, err := json.Marshal(OffboardTask{AccountID: account, Reason: reason})
	if err != nil {
		return err
	}
	rs.task(account, QueueOffboard, fmt.Sprintf("account-%s-%s-%d", account, reason, s.clock().UnixMicro()), s.clock(), body)
	return nil
}

// PutUser stores what Hire says of a user; false if a newer version is stored. Deactivation and a changed login address queue the
// offboarding of the user's mailbox.
func (s *Store) PutUser(ctx context.Context, u hire.User) (applied bool, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "user.put", func(ctx context.Context, tx docs.Tx) error {
		applied, rs = false, nil
		key := MailboxKey{u.AccountID, u.ID}
		account, err := docs.Get[hire.Account](ctx, tx, accountRef(u.AccountID))
		if err != nil {
			return err
		}
		if account == nil {
			return hire.Err(hire.CodeNotFound, "The account of this user is not known. Send the account first.")
		}
		old, err := docs.Get[hire.User](ctx, tx, userRef(u.AccountID, u.ID))
		if err != nil {
			return err
		}
		if old != nil && old.Version >= u.Version {
			return nil
		}
		box, err := docs.Get[Mailbox](ctx, tx, mailboxRef(key))
		if err != nil {
			return err
		}
		applied = true
		reason := ""
		switch {
		case !u.Active:
			reason = "user_deactivated"
		case old != nil && !hire.SameAddress(old.Email, u.Email):
			reason = "address_changed"
		}
		if reason != "" && box != nil && (box.State == Connected || box.State == NeedsReconnect) {
			if err := s.beginOffboard(tx, &rs, box, reason); err != nil {
				return err
			}
		}
		if old != nil && !hire.SameAddress(old.Email, u.Email) {
			if err := tx.Delete(loginRef(u.AccountID, old.Email)); err != nil {
				return err
			}
		}
		if err := tx.Set(userRef(u.AccountID, u.ID), &u); err != nil {
			return err
		}
		if err := tx.Set(loginRef(u.AccountID, u.Email), &loginRecord{UserID: u.ID}); err != nil {
			return err
		}
		return s.putRows(tx, rs)
	})
	return applied, rs, err
}

// waitingPerAddress bounds how many conversations of one address a directory change queues at once; the safety net finds the rest.
const waitingPerAddress = 200

// PutCandidate stores what Hire says of a candidate; false if a newer version is stored. Unmatched conversations that have an
// address of the profile are queued to be matched again, in the same commit, so that none falls between the two.
func (s *Store) PutCandidate(ctx context.Context, c hire.Candidate) (applied bool, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "candidate.put", func(ctx context.Context, tx docs.Tx) error {
		applied, rs = false, nil
		account, err := docs.Get[hire.Account](ctx, tx, accountRef(c.AccountID))
		if err != nil {
			return err
		}
		if account == nil {
			return hire.Err(hire.CodeNotFound, "The account of this candidate is not known. Send the account first.")
		}
		old, err := docs.Get[hire.Candidate](ctx, tx, candidateRef(c.AccountID, c.ID))
		if err != nil {
			return err
		}
		if old != nil && old.Version >= c.Version {
			return nil
		}
		applied = true
		var before []string
		if old != nil && !old.Deleted && old.MergedInto == "" {
			before = old.Addresses()
		}
		after := c.Addresses()
		if c.Deleted || c.MergedInto != "" {
			after = nil
		}
		touched := slices.Clone(after)
		for _, a := range before {
			if !slices.Contains(touched, a) {
				touched = append(touched, a)
			}
		}
		refs := make([]docs.Ref, len(touched))
		for i, a := range touched {
			refs[i] = addressRef(c.AccountID, a)
		}
		records, err := docs.GetAll[addressRecord](ctx, tx, refs)
		if err != nil {
			return err
		}
		if err := s.queueWaiting(ctx, tx, &rs, c, after); err != nil {
			return err
		}
		for i, a := range touched {
			var ids []string
			if records[i] != nil {
				ids = slices.DeleteFunc(slices.Clone(records[i].CandidateIDs), func(id string) bool { return id == c.ID })
			}
			if slices.Contains(after, a) {
				ids = append(ids, c.ID)
			}
			if len(ids) == 0 {
				err = tx.Delete(refs[i])
			} else {
				err = tx.Set(refs[i], &addressRecord{CandidateIDs: ids})
			}
			if err != nil {
				return err
			}
		}
		if err := tx.Set(candidateRef(c.AccountID, c.ID), &c); err != nil {
			return err
		}
		return s.putRows(tx, rs)
	})
	return applied, rs, err
}

// queueWaiting queues a look at every unmatched conversation that has one of the addresses, one task for each mailbox.
func (s *Store) queueWaiting(ctx context.Context, tx docs.Tx, rs *rows, c hire.Candidate, addresses []string) error {
	threads := map[string][]string{}
	for _, a := range addresses {
		waiting, err := docs.List[waitingRecord](ctx, tx, docs.Query{
			Collection: accountRef(c.AccountID).Child("waiting", a).Under("conversations"), Limit: waitingPerAddress,
		})
		if err != nil {
			return err
		}
		for _, w := range waiting {
			if !slices.Contains(threads[w.UserID], w.GmailThreadID) {
				threads[w.UserID] = append(threads[w.UserID], w.GmailThreadID)
			}
		}
	}
	for user, ids := range threads {
		body, err := json.Marshal(SyncTask{AccountID: c.AccountID, UserID: user, Reason: "directory", Threads: ids})
		if err != nil {
			return err
		}
		rs.task(c.AccountID, QueueSync, fmt.Sprintf("match-%s-%s-%d", user, c.ID, c.Version), s.clock(), body)
	}
	return nil
}

func normalized(addresses []string) []string {
	out := make([]string, 0, len(addresses))
	for _, a := range addresses {
		if n := hire.NormalizeAddress(a); n != "" && !slices.Contains(out, n) {
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
