package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// OAuthState is a connection being made, between the button and Google's answer. It is found by digests of secrets that only the browser has.
type OAuthState struct {
	Digest       string // of the one-time link, then of the state parameter
	AccountID    string
	UserID       string
	CookieDigest string // of the cookie on the callback's own host; "" until the start page was opened
	Verifier     string // PKCE
	ReturnTo     string
	ExpiresAt    time.Time
}

// PutOAuthState records a connection being made.
func (s *Store) PutOAuthState(ctx context.Context, o OAuthState) error {
	return s.db.Update(ctx, "oauth.put", func(_ context.Context, tx docs.Tx) error { return tx.Set(oauthStateRef(o.Digest), &o) })
}

// TakeOAuthState reads a record and removes it, so that it works once; hire.CodeStateInvalid if there is none, hire.CodeStateExpired if it is too old.
func (s *Store) TakeOAuthState(ctx context.Context, digest string) (OAuthState, error) {
	var out OAuthState
	err := s.db.Update(ctx, "oauth.take", func(ctx context.Context, tx docs.Tx) error {
		doc, err := docs.Get[OAuthState](ctx, tx, oauthStateRef(digest))
		if err != nil {
			return err
		}
		if doc == nil {
			return hire.Err(hire.CodeStateInvalid)
		}
		out = *doc
		return tx.Delete(oauthStateRef(digest))
	})
	if err != nil {
		return OAuthState{}, err
	}
	if !s.clock().Before(out.ExpiresAt) {
		return OAuthState{}, hire.Err(hire.CodeStateExpired)
	}
	return out, nil
}
