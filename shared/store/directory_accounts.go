package store

import (
	"context"

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
