package connection

import (
	"context"
	"errors"
	"fmt"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// Disconnect ends a user's connection: nothing goes through it from now on, and the rest is queued.
func (s *Service) Disconnect(ctx context.Context, k store.MailboxKey, by, reason string) error {
	due, err := s.Store.Disconnect(ctx, k, 0, by, reason)
	if err != nil {
		return fmt.Errorf("disconnect: %w", err)
	}
	s.Outbox.HandOver(ctx, due)
	return nil
}

// Offboard does one task of the queue offboarding: it ends one connection, or, without a user, turns away all mailboxes of an account and
// queues the end of each. It may be repeated from the start at any point.
func (s *Service) Offboard(ctx context.Context, t store.OffboardTask) error {
	if t.UserID == "" {
		return s.offboardAccount(ctx, t)
	}
	ctx = obs.WithMailbox(ctx, t.AccountID, t.UserID)
	k := store.MailboxKey{AccountID: t.AccountID, UserID: t.UserID}
	m, found, err := s.Store.Mailbox(ctx, k)
	if err != nil {
		return fmt.Errorf("read mailbox: %w", err)
	}
	if !found || m.Generation != t.Generation || m.State != store.Disconnecting {
		return nil // done already, or connected anew
	}
	holder, google, err := s.lockGoogleUser(ctx, m.Sub)
	if err != nil {
		return err
	}
	revoked := false
	defer func() {
		if err := s.Store.UnlockGoogleUser(context.WithoutCancel(ctx), m.Sub, holder, revoked); err != nil {
			s.Log.WarnContext(ctx, "lease on a google user is left to run out", "error", err)
		}
	}()
	if last(google, k) {
		if revoked, err = s.letGo(ctx, m); err != nil {
			return err
		}
	}
	if err := errors.Join(s.Vault.DestroyBefore(ctx, vaultKey(k), m.TokenVersion), s.Vault.Destroy(ctx, vaultKey(k), m.TokenVersion)); err != nil {
		return fmt.Errorf("destroy token: %w", err)
	}
	s.Access.Stale(vaultKey(k), m.TokenVersion)
	due, err := s.Store.FinishOffboard(ctx, k, t.Generation)
	if err != nil {
		return fmt.Errorf("finish offboarding: %w", err)
	}
	s.Outbox.HandOver(ctx, due)
	s.Log.InfoContext(ctx, "mailbox disconnected", "account_id", k.AccountID, "user_id", k.UserID, "reason", t.Reason)
	return nil
}

// last tells whether no other connection has the Google user.
func last(g store.GoogleUser, k store.MailboxKey) bool {
	for _, c := range g.Connections {
		if c.AccountID != k.AccountID || c.UserID != k.UserID {
			return false
		}
	}
	return true
}

// letGo stops the watch and revokes the grant; revoked is true once a revocation was sent. A token that Google no longer takes can do neither; then there is
// nothing to revoke, and pushes are acknowledged unread until the watch ends.
func (s *Service) letGo(ctx context.Context, m store.Mailbox) (revoked bool, err error) {
	err = s.Mailbox(m).StopWatch(ctx)
	if errors.Is(err, gmail.ErrUnauthorized) {
		// Perhaps only the access token that was kept is dead.
		s.Access.Stale(vaultKey(m.Key()), m.TokenVersion)
		err = s.Mailbox(m).StopWatch(ctx)
	}
	var refused *tokens.Refused
	dead := errors.As(err, &refused) || errors.Is(err, tokens.ErrDestroyed) || errors.Is(err, tokens.ErrNotFound)
	switch {
	case dead, errors.Is(err, gmail.ErrUnauthorized), errors.Is(err, gmail.ErrMailServiceOff), errors.Is(err, gmail.ErrForbiddenScope), errors.Is(err, gmail.ErrDomainPolicy):
		// nothing to stop it with
	case err != nil:
		return false, fmt.Errorf("stop watch: %w", err)
	}
	t, err := s.Vault.Get(ctx, vaultKey(m.Key()), m.TokenVersion)
	if errors.Is(err, tokens.ErrNotFound) || errors.Is(err, tokens.ErrDestroyed) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read token: %w", err)
	}
	if err := s.Google.Revoke(ctx, t.Refresh); err != nil {
		return true, fmt.Errorf("revoke grant: %w", err) // it may have had its effect
	}
	return true, nil
}

// offboardAccount turns every mailbox of an account away. It walks by user id, so that a repetition finds those done and goes on.
func (s *Service) offboardAccount(ctx context.Context, t store.OffboardTask) error {
	account, _, err := s.accountOf(ctx, t.AccountID)
	if err != nil {
		return err
	}
	if account.GmailActive() {
		return nil // switched on again meanwhile
	}
	after := ""
	for {
		page, err := s.Store.Mailboxes(ctx, t.AccountID, after, 100)
		if err != nil {
			return fmt.Errorf("list mailboxes: %w", err)
		}
		for _, m := range page {
			after = m.UserID
			due, err := s.Store.Disconnect(ctx, m.Key(), m.Generation, "", t.Reason)
			if err != nil {
				return fmt.Errorf("disconnect: %w", err)
			}
			s.Outbox.HandOver(ctx, due)
		}
		if len(page) < 100 {
			return nil
		}
	}
}

func (s *Service) accountOf(ctx context.Context, account string) (hire.Account, bool, error) {
	a, err := s.Store.Account(ctx, account)
	if hire.CodeOf(err) == hire.CodeNotFound {
		return hire.Account{}, false, nil
	}
	return a, err == nil, err
}
