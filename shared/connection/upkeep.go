package connection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// renewAgain is how long after a renewal that has failed it is tried again: each try costs 100 units, and there are two days.
const renewAgain = 30 * time.Minute

// RenewWatch renews a mailbox's watch if it ends within two days. A failure is recorded in the mailbox and logged as an error, which an alert
// watches; the mailbox goes on by the sweep.
func (s *Service) RenewWatch(ctx context.Context, m store.Mailbox) error {
	if s.Topic == "" || m.State != store.Connected || !m.WatchEndsSoon(s.Now()) || s.Now().Before(m.WatchFailedAt.Add(renewAgain)) {
		return nil
	}
	ctx = obs.WithMailbox(ctx, m.AccountID, m.UserID)
	// Two watch calls at once are refused by Gmail, so renewals of one Google user are in line.
	_, google, unlock, err := s.lockGoogleUser(ctx, m.Sub)
	if err != nil {
		return err
	}
	defer unlock(false)
	// Since m was read the connection may have ended, or begun anew with a watch of its own: one that was stopped must not come back.
	if !slices.Contains(google.Connections, store.Connection{AccountID: m.AccountID, UserID: m.UserID, Generation: m.Generation}) {
		return nil
	}
	w, err := s.Mailbox(m).Watch(ctx, s.Topic, nil)
	s.Metrics.WatchRenewed(ctx, err == nil)
	if err != nil {
		s.Log.ErrorContext(ctx, "watch renewal failed", "alert", "watch_renewal_failed", "account_id", m.AccountID, "user_id", m.UserID, "error", err)
		return errors.Join(faceOf(fmt.Errorf("renew watch: %w", err)), s.Store.SetWatch(ctx, m.Key(), m.Generation, time.Time{}))
	}
	return s.Store.SetWatch(ctx, m.Key(), m.Generation, w.ExpiresAt)
}

// faceOf gives the failure of Gmail's that passes its code: it is Gmail's trouble, not ours.
func faceOf(err error) error {
	if errors.Is(err, gmail.ErrUnavailable) {
		return hire.Wrap(hire.CodeGmailUnavailable, err)
	}
	return err
}

// Tidy destroys the tokens that a connection has replaced, and those that a try to connect has left that died before its commit.
func (s *Service) Tidy(ctx context.Context, m store.Mailbox) error {
	if err := s.Vault.DestroyBefore(ctx, vaultKey(m.Key()), m.TokenVersion); err != nil {
		return fmt.Errorf("destroy replaced tokens: %w", err)
	}
	return nil
}

// Cause is why a grant has ended, as Cross-Account Protection tells it. The token endpoint says only that it has: of a grant taken away, a new password and a disabled account alike.
type Cause string

// The causes; they are the reasons of refusals in the figures, too.
const (
	CauseRemoved   Cause = "access_removed"
	CausePassword  Cause = "password_change_required"
	CauseDisabled  Cause = "google_account_disabled"
	CauseDeleted   Cause = "google_account_deleted"
	CauseSignedOut Cause = "sessions_ended"
	causeNotTold   Cause = ""
)

const catchesUp = " Mail since then will be caught up."

// causes are what the user is told.
var causes = map[Cause]string{
	CauseRemoved:   "Our access was removed in your Google account. Reconnect to go on." + catchesUp,
	CausePassword:  "Google asks you to change the password of your Google account, and has ended our access. Reconnect once you have changed it." + catchesUp,
	CauseDisabled:  "Google has disabled your Google account. Reconnect once it is enabled again." + catchesUp,
	CauseDeleted:   "Your Google account was deleted. Reconnect once there is one again with your login address.",
	CauseSignedOut: "Google has ended all sessions of your Google account, and our access with them. Reconnect to go on." + catchesUp,
}

// Recheck asks Google once, for each connection of one of its users, whether the grant still lives, and parks those where it does not. Google has told of something
// that may have ended it, and is believed as to why; where it has not ended, nothing happens, so that a late or repeated word does no harm.
func (s *Service) Recheck(ctx context.Context, sub string, why Cause) error {
	google, err := s.Store.GoogleUser(ctx, sub)
	if err != nil {
		return fmt.Errorf("read google user: %w", err)
	}
	var errs []error
	for _, c := range google.Connections {
		if err := s.recheck(ctx, store.MailboxKey{AccountID: c.AccountID, UserID: c.UserID}, why); err != nil {
			errs = append(errs, fmt.Errorf("recheck connection: %w", err))
		}
	}
	return errors.Join(errs...)
}

func (s *Service) recheck(ctx context.Context, k store.MailboxKey, why Cause) error {
	m, found, err := s.Store.Mailbox(ctx, k)
	if err != nil || !found || m.State != store.Connected {
		return err
	}
	s.Access.Stale(vaultKey(k), m.TokenVersion)
	if _, err = s.Access.Access(ctx, vaultKey(k), m.TokenVersion); err == nil {
		return nil
	}
	if parked, perr := s.refused(ctx, m, err, why); parked || perr != nil {
		return perr
	}
	return hire.Wrap(hire.CodeGmailUnavailable, err)
}

// WithLivingToken makes calls of Gmail, and once more where their access token was refused: the one that was kept may be dead while the grant lives. If the grant is dead, too, the
// second time says so.
func (s *Service) WithLivingToken(ctx context.Context, m store.Mailbox, calls func(context.Context) error) error {
	err := calls(ctx)
	if !errors.Is(err, gmail.ErrUnauthorized) {
		return err
	}
	s.Access.Stale(vaultKey(m.Key()), m.TokenVersion)
	return calls(ctx)
}

// Refused is told an error of a Gmail call. Where it means that the connection needs its user, the connection is parked: one attempt, then
// nothing until they reconnect. An access token that Gmail does not take any more is dropped, so that the next call gets another.
func (s *Service) Refused(ctx context.Context, m store.Mailbox, err error) (parked bool, e error) {
	return s.refused(ctx, m, err, causeNotTold)
}

func (s *Service) refused(ctx context.Context, m store.Mailbox, err error, why Cause) (parked bool, e error) {
	ctx = obs.WithMailbox(ctx, m.AccountID, m.UserID)
	var refused *tokens.Refused
	var reason string
	p := store.Problem{Code: hire.CodeReconnectRequired}
	switch {
	case errors.As(err, &refused) && refused.Reason == tokens.Revoked && causes[why] != "":
		reason, p.Detail = string(why), causes[why]
	case errors.As(err, &refused):
		reason, p.Detail = string(refused.Reason), reasons[refused.Reason]
	case errors.Is(err, tokens.ErrNotFound), errors.Is(err, tokens.ErrDestroyed):
		reason, p.Detail = "no_token", reasons[tokens.Revoked]
	case errors.Is(err, gmail.ErrMailServiceOff):
		p.Code, p.Detail = hire.CodeNoMailbox, hire.Err(hire.CodeNoMailbox).Detail
	case errors.Is(err, gmail.ErrForbiddenScope):
		p.Code, p.Detail = hire.CodePermissionMissing, hire.Err(hire.CodePermissionMissing).Detail
	case errors.Is(err, gmail.ErrDomainPolicy):
		reason, p.Detail = string(tokens.AdminPolicy), reasons[tokens.AdminPolicy]
	case errors.Is(err, gmail.ErrUnauthorized):
		s.Access.Stale(vaultKey(m.Key()), m.TokenVersion)
		return false, nil
	default:
		return false, nil
	}
	if refused != nil && refused.Reason == tokens.ClientInvalid {
		// Every mailbox meets this at once, and no user can mend it: an alert for us, not a notice for them.
		s.Log.ErrorContext(ctx, "google refuses our oauth client", "alert", "oauth_client_refused")
		s.Metrics.TokenRefused(ctx, reason)
		return false, hire.Wrap(hire.CodeUnavailable, err)
	}
	due, merr := s.Store.MarkNeedsReconnect(ctx, m.Key(), m.Generation, p)
	if merr != nil {
		return false, fmt.Errorf("park connection: %w", merr)
	}
	s.Outbox.HandOver(ctx, due)
	if len(due) > 0 { // the first to meet it
		if reason == "" {
			reason = string(p.Code)
		}
		s.Metrics.TokenRefused(ctx, reason)
	}
	s.Log.InfoContext(ctx, "mailbox needs reconnect", "account_id", m.AccountID, "user_id", m.UserID, "code", p.Code)
	return true, nil
}

// Limited is told a limit that a Gmail call has met. One that Gmail has set closes the mailbox until then, for reading or for sending, in every process; one of our own ledger's is no
// refusal of Gmail's, and binds this process alone.
func (s *Service) Limited(ctx context.Context, m store.Mailbox, l *gmail.RateLimit) error {
	if l.Own() {
		return nil
	}
	if err := s.Store.Block(ctx, m.Key(), m.Generation, l.Until, l.Sending); err != nil {
		return fmt.Errorf("open breaker: %w", err)
	}
	return nil
}

var reasons = map[tokens.Reason]string{
	tokens.Revoked: "Google ended our access: it was removed in your Google account, your password was changed, or it lay unused for six months. " +
		"(An app whose publishing status is Testing loses access after seven days.) Reconnect to go on; mail since then will be caught up.",
	tokens.AdminPolicy: "Your Google Workspace administrator does not allow this app. Ask them to allow it, then reconnect.",
}
