package connection

import (
	"context"
	"errors"
	"fmt"
	"time"

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

// Offboard does one task of the queue offboarding: it ends one connection, or, without a user, turns away all mailboxes of an account and queues the end of each, or
// removes what is kept. It may be repeated from the start at any point. What it has done, or why it has not, is noted in the deletion as it goes.
func (s *Service) Offboard(ctx context.Context, t store.OffboardTask) error {
	switch {
	case t.Erase:
		return s.erase(ctx, t)
	case t.UserID == "":
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
	_, google, unlock, err := s.lockGoogleUser(ctx, m.Sub)
	if err != nil {
		return err
	}
	revoked := false
	defer func() { unlock(revoked) }()
	d := &ending{Service: s, m: m, deletion: store.MailboxDeletion(k, m.Generation)}
	if last(google, k) {
		revoked, err = d.letGo(ctx)
	} else {
		err = d.leave(ctx)
	}
	if err != nil {
		return err
	}
	if err := d.destroy(ctx); err != nil {
		return err
	}
	due, err := s.Store.FinishOffboard(ctx, k, t.Generation)
	if err != nil {
		return fmt.Errorf("finish offboarding: %w", err)
	}
	s.Outbox.HandOver(ctx, due)
	s.Log.InfoContext(ctx, "mailbox disconnected", "account_id", k.AccountID, "user_id", k.UserID, "reason", t.Reason)
	return nil
}

// ending is the end of one connection.
type ending struct {
	*Service
	m        store.Mailbox
	deletion string
}

// What the end of a connection consists of.
const (
	stepWatch  = "watch"        // Gmail notifies us of the mailbox
	stepGrant  = "grant"        // Google lets us at the mailbox
	stepToken  = "token"        // the refresh token, in the vault
	stepAccess = "access_token" // in memory
)

func (e *ending) note(ctx context.Context, what string, outcome store.StepOutcome, detail string, items ...string) error {
	err := e.Store.NoteStep(ctx, e.m.AccountID, e.deletion, store.DeletionStep{What: what, Outcome: outcome, Detail: detail, Items: items})
	if err != nil {
		return fmt.Errorf("note what was done: %w", err)
	}
	return nil
}

// failed notes that a step has not succeeded and is tried again, and gives its error back.
func (e *ending) failed(ctx context.Context, what, detail string, cause error) error {
	return errors.Join(faceOf(cause), e.note(context.WithoutCancel(ctx), what, store.StepFailed, detail))
}

// leave notes why watch and grant are left alone.
func (e *ending) leave(ctx context.Context) error {
	const why = "Another connection of the same Google user lives by it."
	return errors.Join(e.note(ctx, stepWatch, store.StepNotNeeded, why), e.note(ctx, stepGrant, store.StepNotNeeded, why))
}

// letGo stops the watch and revokes the grant; revoked is true once a revocation was sent. A token that Google no longer takes can do neither; then there is
// nothing to revoke, and pushes are acknowledged unread until the watch ends.
func (e *ending) letGo(ctx context.Context) (revoked bool, err error) {
	m := e.m
	err = e.WithLivingToken(ctx, m, func(ctx context.Context) error { return e.Mailbox(m).StopWatch(ctx) })
	var refused *tokens.Refused
	dead := errors.As(err, &refused) || errors.Is(err, tokens.ErrDestroyed) || errors.Is(err, tokens.ErrNotFound)
	switch {
	case err == nil && e.Topic == "":
		err = e.note(ctx, stepWatch, store.StepNotNeeded, "Gmail is not asked to notify this service.")
	case err == nil:
		err = e.note(ctx, stepWatch, store.StepDone, "Gmail was told to notify us no more.")
	case dead, errors.Is(err, gmail.ErrUnauthorized), errors.Is(err, gmail.ErrMailServiceOff), errors.Is(err, gmail.ErrForbiddenScope), errors.Is(err, gmail.ErrDomainPolicy):
		err = e.note(ctx, stepWatch, store.StepNotPossible, "Google does not let us at the mailbox any more, so nothing can be stopped. Notifications, which name the mailbox and no mail, are dropped unread until the watch ends"+until(m.WatchExpiresAt)+".")
	default:
		return false, e.failed(ctx, stepWatch, "Gmail did not stop the watch.", fmt.Errorf("stop watch: %w", err))
	}
	if err != nil {
		return false, err
	}
	t, err := e.Vault.Get(ctx, vaultKey(m.Key()), m.TokenVersion)
	if errors.Is(err, tokens.ErrNotFound) || errors.Is(err, tokens.ErrDestroyed) {
		return false, e.note(ctx, stepGrant, store.StepNotPossible, "The token that a revocation needs is gone. Its user can take the app away in their Google account.")
	}
	if err != nil {
		return false, e.failed(ctx, stepGrant, "The token could not be read.", fmt.Errorf("read token: %w", err))
	}
	dead, err = e.Google.Revoke(ctx, t.Refresh)
	if err != nil {
		return true, e.failed(ctx, stepGrant, "Google did not answer to the revocation.", fmt.Errorf("revoke grant: %w", err)) // it may have had its effect
	}
	if dead {
		return true, e.note(ctx, stepGrant, store.StepNotNeeded, "Google takes the token no more: the grant was revoked before, by its user, an administrator or an earlier try of ours.")
	}
	return true, e.note(ctx, stepGrant, store.StepDone, "Google has revoked the grant and all of its tokens.")
}

func until(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return ", on " + at.UTC().Format(time.RFC3339)
}

// destroy leaves nothing of the token.
func (e *ending) destroy(ctx context.Context) error {
	k, version := vaultKey(e.m.Key()), e.m.TokenVersion
	if err := errors.Join(e.Vault.DestroyBefore(ctx, k, version), e.Vault.Destroy(ctx, k, version)); err != nil {
		return e.failed(ctx, stepToken, "The vault did not destroy the token.", fmt.Errorf("destroy token: %w", err))
	}
	if err := e.note(ctx, stepToken, store.StepDone, "The secret's version was destroyed, and every earlier one with it.", version); err != nil {
		return err
	}
	e.Access.Stale(k, version)
	return e.note(ctx, stepAccess, store.StepDone, "The access token was dropped from memory. Where another process still holds one, it ends within an hour of its making, and with the grant at once.")
}

// offboardAccount turns every mailbox of an account away. It walks by user id, so that a repetition finds those done and goes on.
func (s *Service) offboardAccount(ctx context.Context, t store.OffboardTask) error {
	account, found, err := s.accountOf(ctx, t.AccountID)
	if err != nil || !found {
		return err
	}
	if account.GmailActive() { // switched on again meanwhile
		return s.endConnections(ctx, t, "switched_on_again")
	}
	err = s.eachMailbox(ctx, t.AccountID, func(m store.Mailbox) error {
		due, err := s.Store.TurnAway(ctx, m.Key(), m.Generation, t.Reason, t.DeletionID)
		if err != nil {
			return fmt.Errorf("disconnect: %w", err)
		}
		s.Outbox.HandOver(ctx, due)
		return nil
	})
	if err != nil {
		return err
	}
	if !account.Deleted {
		return s.endConnections(ctx, t, "")
	}
	return s.queueErase(ctx, t, 0)
}

func (s *Service) endConnections(ctx context.Context, t store.OffboardTask, stopped string) error {
	if t.DeletionID == "" {
		return nil
	}
	if err := s.Store.EndConnections(ctx, t.AccountID, t.DeletionID, stopped); err != nil {
		return fmt.Errorf("end deletion of connections: %w", err)
	}
	return nil
}

// eachMailbox does something with each of an account's mailboxes.
func (s *Service) eachMailbox(ctx context.Context, account string, do func(store.Mailbox) error) error {
	after := ""
	for {
		page, err := s.Store.Mailboxes(ctx, account, after, 100)
		if err != nil {
			return fmt.Errorf("list mailboxes: %w", err)
		}
		for _, m := range page {
			after = m.UserID
			if err := do(m); err != nil {
				return err
			}
		}
		if len(page) < 100 {
			return nil
		}
	}
}

const (
	erasedAtOnce = 200              // pieces that one task removes: well within its ten minutes
	eraseAfter   = time.Minute      // the account's connections have so long to end before it is looked again
	eraseWait    = 30 * time.Minute // for mail that is queued or being sent
)

// erase removes what is kept of a candidate or an account, piece by piece; a task that has done its share queues the next.
func (s *Service) erase(ctx context.Context, t store.OffboardTask) error {
	if t.Reason == "account_deleted" {
		if ended, err := s.connectionsEnded(ctx, t); err != nil || !ended {
			return err
		}
	}
	for range erasedAtOnce {
		out, err := s.Store.Erase(ctx, t.AccountID, t.DeletionID)
		if err != nil {
			return fmt.Errorf("remove what is kept: %w", err)
		}
		if out.Wait {
			return s.queueErase(ctx, t, eraseWait)
		}
		if !out.More {
			return nil
		}
	}
	return s.queueErase(ctx, t, 0)
}

// connectionsEnded sees that no connection of a deleted account is left, before what is known of its mailboxes goes; if one is, it looks again later. An account that has
// come back is not waited for.
func (s *Service) connectionsEnded(ctx context.Context, t store.OffboardTask) (bool, error) {
	account, found, err := s.accountOf(ctx, t.AccountID)
	if err != nil || !found || !account.Deleted {
		return err == nil, err
	}
	left := 0
	if err := s.eachMailbox(ctx, t.AccountID, func(m store.Mailbox) error {
		if m.State != store.Disconnected {
			left++
		}
		return nil
	}); err != nil {
		return false, err
	}
	if left > 0 {
		return false, s.queueErase(ctx, t, eraseAfter)
	}
	note := store.DeletionStep{What: "connections", Outcome: store.StepDone, Detail: "All connections of the account have ended. Each has a report of its own."}
	return true, s.Store.NoteStep(ctx, t.AccountID, t.DeletionID, note)
}

// queueErase queues the next turn.
func (s *Service) queueErase(ctx context.Context, t store.OffboardTask, in time.Duration) error {
	t.Turn++
	due, err := s.Store.QueueErase(ctx, t, s.Now().Add(in))
	if err != nil {
		return fmt.Errorf("queue the next turn: %w", err)
	}
	s.Outbox.HandOver(ctx, due)
	return nil
}

func (s *Service) accountOf(ctx context.Context, account string) (hire.Account, bool, error) {
	a, err := s.Store.Account(ctx, account)
	if hire.CodeOf(err) == hire.CodeNotFound {
		return hire.Account{}, false, nil
	}
	return a, err == nil, err
}
