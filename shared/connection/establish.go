package connection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// establish stores the token, sees to label and watch, and commits. Whatever fails before the commit, the stored version is destroyed again.
func (s *Service) establish(ctx context.Context, k store.MailboxKey, g Grant, holder string) (err error) {
	box := s.Options.Gmail.Mailbox(g.Sub, func(context.Context) (string, error) { return g.Access, nil })
	labels, err := ensureLabel(ctx, box)
	if err != nil {
		return refusal(err)
	}
	c := store.NewConnection{Key: k, Sub: g.Sub, Address: g.Address, Labels: labels, Holder: holder}
	if c.WatchHistoryID, c.WatchExpiresAt, err = s.watch(ctx, box); err != nil {
		return refusal(err)
	}
	version, err := s.Vault.Put(ctx, vaultKey(k), tokens.Token{Refresh: g.Refresh, Scope: g.Scope, Sub: g.Sub, ObtainedAt: g.At})
	if err != nil {
		return fmt.Errorf("store token: %w", err)
	}
	c.TokenVersion = version
	m, due, err := s.Store.CommitConnection(ctx, c)
	if err != nil {
		// An unclear outcome must not destroy a version that is in use.
		if now, found, rerr := s.Store.Mailbox(context.WithoutCancel(ctx), k); rerr == nil && (!found || now.TokenVersion != version) {
			err = errors.Join(err, s.Vault.Destroy(context.WithoutCancel(ctx), vaultKey(k), version))
		}
		return err
	}
	s.Outbox.HandOver(ctx, due)
	if err := s.Vault.DestroyBefore(ctx, vaultKey(k), version); err != nil {
		s.Log.WarnContext(ctx, "replaced token is still there; the first import tries again", "error", err)
	}
	s.Log.InfoContext(ctx, "mailbox connected", "account_id", k.AccountID, "user_id", k.UserID, "generation", m.Generation)
	return nil
}

// watch asks Gmail to notify us, and returns the history id to begin at. Without a topic the id comes from the profile.
func (s *Service) watch(ctx context.Context, box *gmail.Mailbox) (int64, time.Time, error) {
	if s.Topic == "" {
		p, err := box.Profile(ctx)
		return p.HistoryID, time.Time{}, err
	}
	w, err := box.Watch(ctx, s.Topic, nil)
	return w.HistoryID, w.ExpiresAt, err
}

// refusal turns Gmail's refusal while connecting into what the user reads.
func refusal(err error) error {
	switch {
	case errors.Is(err, gmail.ErrMailServiceOff):
		return hire.Wrap(hire.CodeNoMailbox, err)
	case errors.Is(err, gmail.ErrForbiddenScope):
		return hire.Wrap(hire.CodePermissionMissing, err)
	case errors.Is(err, gmail.ErrDomainPolicy):
		return byAdmin(err)
	}
	return hire.Wrap(hire.CodeGmailUnavailable, err)
}

// ensureLabel sees to it that there is a label that asks for an import, whatever its case, and returns all such labels.
func ensureLabel(ctx context.Context, box *gmail.Mailbox) ([]store.Label, error) {
	for try := 0; ; try++ {
		all, err := box.Labels(ctx)
		if err != nil {
			return nil, fmt.Errorf("list labels: %w", err)
		}
		labels := store.ImportLabels(gmail.Names(all))
		if slices.ContainsFunc(labels, func(l store.Label) bool { return strings.EqualFold(l.Name, hire.ImportLabels[0]) }) {
			return labels, nil
		}
		created, err := box.CreateLabel(ctx, hire.ImportLabels[0])
		switch {
		case err == nil:
			return store.ImportLabels(gmail.Names(append(all, created))), nil
		case errors.Is(err, gmail.ErrLabelExists) && try < 3:
			continue // made a moment ago by somebody else: list again
		default:
			return nil, fmt.Errorf("create label: %w", err)
		}
	}
}
