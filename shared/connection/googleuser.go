package connection

import (
	"context"
	"fmt"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// lockGoogleUser takes the lease on a Google user. Whoever holds it does so for seconds, then lets go of it by unlock, and tells whether they have sent a revocation under it.
func (s *Service) lockGoogleUser(ctx context.Context, sub string) (holder string, g store.GoogleUser, unlock func(revoked bool), err error) {
	if holder, err = s.Store.NewID(); err != nil {
		return "", g, nil, err
	}
	g, held, err := s.Store.LockGoogleUser(ctx, sub, holder, googleTTL)
	if err != nil {
		return "", g, nil, fmt.Errorf("lock google user: %w", err)
	}
	if !held {
		return "", g, nil, hire.Err(hire.CodeUnavailable, "This Google account is being connected or disconnected at this moment. Try again in a minute.")
	}
	return holder, g, func(revoked bool) {
		if err := s.Store.UnlockGoogleUser(context.WithoutCancel(ctx), sub, holder, revoked); err != nil {
			s.Log.WarnContext(ctx, "lease on a google user is left to run out", "error", err)
		}
	}, nil
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
