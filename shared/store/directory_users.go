package store

import (
	"context"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

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
		if reason := endsBy(old, u); reason != "" && box != nil && (box.State == Connected || box.State == NeedsReconnect) {
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

// endsBy is why a user's new record ends their connection; "" where it does not.
func endsBy(old *hire.User, u hire.User) string {
	switch {
	case u.Deleted:
		return "user_deleted"
	case !u.Active:
		return "user_deactivated"
	case old != nil && !hire.SameAddress(old.Email, u.Email):
		return "address_changed"
	}
	return ""
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
