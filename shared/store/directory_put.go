package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// PutAccount stores what Hire says of an account; false if a newer version is stored. A plan that no longer allows the integration switches it off; the offboarding of its
// mailboxes is queued in the same commit, as it is for an account that is deleted, of which nothing stays then if its retention says so.
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
		next.Integration, next.Aliases = hire.Integration{}, hire.AliasRule{}
		if old != nil {
			next.Integration, next.Aliases = old.Integration, old.Aliases
		}
		if err := s.accountChanges(tx, &rs, old, &next); err != nil {
			return err
		}
		applied = true
		if err := tx.Set(accountRef(a.ID), &next); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return applied, rs, err
}

// accountChanges does what a new record of an account brings with it.
func (s *Store) accountChanges(tx docs.Tx, rs *rows, old, next *hire.Account) error {
	switch {
	case old != nil && next.Deleted && (!old.Deleted || next.Retention == hire.RetentionDelete && old.Retention != hire.RetentionDelete):
		next.Integration = hire.Integration{ChangedAt: s.clock()}
		if err := s.offboardAccount(tx, rs, *next, DeletionOfAccount, "", "account_deleted"); err != nil {
			return err
		}
		return s.audit(tx, next.ID, AuditEntry{Action: AuditAccountDeleted, Target: next.ID, Detail: "retention: " + string(next.Retention.Or())})
	case old != nil && old.Deleted && !next.Deleted:
		return s.audit(tx, next.ID, AuditEntry{Action: AuditAccountRestored, Target: next.ID})
	case next.Integration.Enabled && !next.Plan.AllowsGmail():
		next.Integration = hire.Integration{ChangedAt: s.clock()}
		if err := s.offboardAccount(tx, rs, *next, DeletionOfIntegration, "", "plan_downgraded"); err != nil {
			return err
		}
		return s.audit(tx, next.ID, AuditEntry{Action: AuditIntegrationOff, Detail: "plan_downgraded"})
	}
	return nil
}

// SetIntegration switches the account's integration, by the user's right (hire.MaySwitchIntegration). Switching it off queues the offboarding of
// each mailbox in the same commit.
func (s *Store) SetIntegration(ctx context.Context, account, user string, on bool) (due []OutboxRow, err error) {
	var rs rows
	err = s.changeAccount(ctx, "integration.set", account, user, func(ctx context.Context, tx docs.Tx, a *hire.Account, u hire.User) (action string, err error) {
		rs = nil
		if err := hire.MaySwitchIntegration(*a, u, on); err != nil || a.Integration.Enabled == on {
			return "", err
		}
		a.Integration = hire.Integration{Enabled: on, ChangedBy: user, ChangedAt: s.clock()}
		if on {
			return AuditIntegrationOn, nil
		}
		if err := s.offboardAccount(tx, &rs, *a, DeletionOfIntegration, user, "integration_off"); err != nil {
			return "", err
		}
		return AuditIntegrationOff, s.putRows(ctx, tx, rs)
	})
	return rs, err
}

// AllowAliases decides whether the account's users may send as other addresses of their mailboxes, by the user's right (hire.MayAllowAliases).
func (s *Store) AllowAliases(ctx context.Context, account, user string, allowed bool) error {
	return s.changeAccount(ctx, "aliases.allow", account, user, func(_ context.Context, _ docs.Tx, a *hire.Account, u hire.User) (action string, err error) {
		if err := hire.MayAllowAliases(*a, u, allowed); err != nil || a.Aliases.Allowed == allowed {
			return "", err
		}
		a.Aliases = hire.AliasRule{Allowed: allowed, ChangedBy: user, ChangedAt: s.clock()}
		if allowed {
			return AuditAliasesAllowed, nil
		}
		return AuditAliasesForbidden, nil
	})
}

// changeAccount lets a user change a setting of their account. change sees to their right, and names the action for the audit; "" where all is so already.
func (s *Store) changeAccount(ctx context.Context, op, account, user string, change func(ctx context.Context, tx docs.Tx, a *hire.Account, u hire.User) (action string, err error)) error {
	return s.db.Update(ctx, op, func(ctx context.Context, tx docs.Tx) error {
		a, u, err := member(ctx, tx, account, user)
		if err != nil {
			return err
		}
		action, err := change(ctx, tx, &a, u)
		if err != nil || action == "" {
			return err
		}
		if err := tx.Set(accountRef(account), &a); err != nil {
			return err
		}
		return s.audit(tx, account, AuditEntry{UserID: user, Action: action})
	})
}

// formerUser is what is left of a deleted user, so that late news of them does not win.
type formerUser struct {
	Version int64
}

// PutUser stores what Hire says of a user; false if a newer version is stored, or the account is deleted. Deactivation, deletion and a changed login address queue the
// offboarding of the user's mailbox. Of a deleted user the record and the login address are removed; what they have sent stays.
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
		if account.Deleted {
			return nil
		}
		old, err := docs.Get[hire.User](ctx, tx, userRef(u.AccountID, u.ID))
		if err != nil {
			return err
		}
		former, err := docs.Get[formerUser](ctx, tx, formerUserRef(u.AccountID, u.ID))
		if err != nil {
			return err
		}
		if old != nil && old.Version >= u.Version || former != nil && former.Version >= u.Version {
			return nil
		}
		if u.Deleted {
			u = hire.User{AccountID: u.AccountID, ID: u.ID, Deleted: true, Version: u.Version}
		}
		box, err := docs.Get[Mailbox](ctx, tx, mailboxRef(key))
		if err != nil {
			return err
		}
		logins, err := s.readLogins(ctx, tx, old, u)
		if err != nil {
			return err
		}
		applied = true
		reason := ""
		switch {
		case u.Deleted:
			reason = "user_deleted"
		case !u.Active:
			reason = "user_deactivated"
		case old != nil && !hire.SameAddress(old.Email, u.Email):
			reason = "address_changed"
		}
		if reason != "" && box != nil && (box.State == Connected || box.State == NeedsReconnect) {
			if err := s.beginOffboard(tx, &rs, box, "", reason, ""); err != nil {
				return err
			}
		}
		if err := logins.write(tx, u); err != nil {
			return err
		}
		if err := putUser(tx, u, former); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return applied, rs, err
}

// putUser writes a user's record, or that there was one.
func putUser(tx docs.Tx, u hire.User, former *formerUser) error {
	ref := formerUserRef(u.AccountID, u.ID)
	if u.Deleted {
		if err := tx.Set(ref, &formerUser{Version: u.Version}); err != nil {
			return err
		}
		return tx.Delete(userRef(u.AccountID, u.ID))
	}
	if former != nil {
		if err := tx.Delete(ref); err != nil {
			return err
		}
	}
	return tx.Set(userRef(u.AccountID, u.ID), &u)
}

// logins are the changes of login addresses that a user's new record makes.
type logins struct {
	leave docs.Ref // record of the former address, to be removed; "" for none
	take  docs.Ref // record of the present address, to be set; "" for none
}

// readLogins sees whose the user's former and present login addresses are. Two users may have one address for a while, one of them deactivated: it is then
// the active one's, and neither's news takes it from the other.
func (s *Store) readLogins(ctx context.Context, tx docs.Tx, old *hire.User, u hire.User) (out logins, err error) {
	holder := func(address string) (ref docs.Ref, holder string, err error) {
		if len(normalized([]string{address})) == 0 {
			return "", "", nil
		}
		ref = loginRef(u.AccountID, address)
		rec, err := docs.Get[loginRecord](ctx, tx, ref)
		if err != nil || rec == nil {
			return ref, "", err
		}
		return ref, rec.UserID, nil
	}
	if old != nil && !hire.SameAddress(old.Email, u.Email) {
		ref, id, err := holder(old.Email)
		if err != nil {
			return out, err
		}
		if id == u.ID {
			out.leave = ref
		}
	}
	ref, id, err := holder(u.Email)
	if err != nil || ref == "" {
		return out, err
	}
	if id != "" && id != u.ID && !u.Active {
		other, err := docs.Get[hire.User](ctx, tx, userRef(u.AccountID, id))
		if err != nil || (other != nil && other.Active && hire.SameAddress(other.Email, u.Email)) {
			return out, err
		}
	}
	out.take = ref
	return out, nil
}

func (l logins) write(tx docs.Tx, u hire.User) error {
	if l.leave != "" {
		if err := tx.Delete(l.leave); err != nil {
			return err
		}
	}
	if l.take == "" {
		return nil
	}
	return tx.Set(l.take, &loginRecord{UserID: u.ID})
}

// waitingPerAddress bounds how many conversations of one address a directory change queues at once; the safety net finds the rest. A task takes threadsPerTask
// of them, since its body has a bound.
const (
	waitingPerAddress = 200
	threadsPerTask    = 500
)

// PutCandidate stores what Hire says of a candidate; false if a newer version is stored, or the account is deleted. Unmatched conversations that have an
// address of the profile are queued to be matched again, in the same commit, so that none falls between the two. The mail of one who was merged shows in the
// other's profile from this commit on. Of one who was deleted, the mail is removed if the account's retention says so.
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
		if account.Deleted {
			return nil
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
			before = normalized(old.Emails)
		}
		after := normalized(c.Emails)
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
		merged, err := readMerging(ctx, tx, old, c)
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
		if err := merged.write(tx); err != nil {
			return err
		}
		if err := s.deleteCandidate(tx, &rs, *account, old, c); err != nil {
			return err
		}
		if err := tx.Set(candidateRef(c.AccountID, c.ID), &c); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return applied, rs, err
}

// deleteCandidate begins the deletion of a candidate's mail, or notes that it is kept. One who was deleted while mail was kept, and is told of again now that it is not, is
// forgotten then.
func (s *Store) deleteCandidate(tx docs.Tx, rs *rows, a hire.Account, old *hire.Candidate, c hire.Candidate) error {
	erase := a.Retention == hire.RetentionDelete
	if old == nil || !c.Deleted || old.Deleted && !erase {
		return nil
	}
	d := Deletion{
		ID: hire.Digest("candidate", c.ID, fmt.Sprint(c.Version)), AccountID: c.AccountID, Kind: DeletionOfCandidate, Subject: c.ID, Reason: "candidate_deleted", Retention: a.Retention,
	}
	if err := s.audit(tx, c.AccountID, AuditEntry{Action: AuditCandidateDeleted, Target: c.ID, CandidateID: c.ID, Detail: "retention: " + string(a.Retention.Or())}); err != nil {
		return err
	}
	if erase {
		if err := rs.erase(OffboardTask{AccountID: c.AccountID, Reason: d.Reason, DeletionID: d.ID}, s.clock()); err != nil {
			return err
		}
		return s.beginDeletion(tx, d)
	}
	d.RequestedAt = s.clock()
	d.ExpiresAt = d.RequestedAt.Add(auditKept)
	return s.endDeletion(tx, &d, "", kept("The account's setting is to keep the mail of candidates who are deleted."))
}

// queueWaiting queues a look at every unmatched conversation that has one of the addresses, by mailbox.
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
	for user, all := range threads {
		for i, ids := range slices.Collect(slices.Chunk(all, threadsPerTask)) {
			t := SyncTask{AccountID: c.AccountID, UserID: user, Reason: "directory", Threads: ids}
			if err := rs.sync(t, fmt.Sprintf("match-%s-%s-%d-%d", user, c.ID, c.Version, i), s.clock()); err != nil {
				return err
			}
		}
	}
	return nil
}
