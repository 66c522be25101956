package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// GoogleUser reads a Google user; one without connections if there is none.
func (s *Store) GoogleUser(ctx context.Context, sub string) (g GoogleUser, err error) {
	err = s.db.View(ctx, "google_user", func(ctx context.Context, tx docs.Tx) error {
		doc, err := docs.Get[GoogleUser](ctx, tx, googleUserRef(sub))
		if err == nil && doc != nil {
			g = *doc
		}
		return err
	})
	return g, err
}

// LockGoogleUser takes the lease under which a Google user's grant is changed or revoked. held is false where another has it.
func (s *Store) LockGoogleUser(ctx context.Context, sub, holder string, ttl time.Duration) (g GoogleUser, held bool, err error) {
	err = s.db.Update(ctx, "google_user.lock", func(ctx context.Context, tx docs.Tx) error {
		held = false
		doc, err := docs.Get[GoogleUser](ctx, tx, googleUserRef(sub))
		if err != nil {
			return err
		}
		if doc == nil {
			doc = &GoogleUser{Sub: sub}
		}
		now := s.clock()
		if !doc.Lease.free(holder, now) {
			g = *doc
			return nil
		}
		doc.Lease = doc.Lease.takenBy(holder, now, ttl)
		g, held = *doc, true
		return tx.Set(googleUserRef(sub), doc)
	})
	return g, held, err
}

// UnlockGoogleUser gives the lease back; revoked tells that a revocation was sent under it.
func (s *Store) UnlockGoogleUser(ctx context.Context, sub, holder string, revoked bool) error {
	return s.db.Update(ctx, "google_user.unlock", func(ctx context.Context, tx docs.Tx) error {
		doc, err := docs.Get[GoogleUser](ctx, tx, googleUserRef(sub))
		if err != nil || doc == nil {
			return err
		}
		if doc.Lease.Holder == holder {
			doc.Lease = doc.Lease.letGo()
		}
		if revoked {
			doc.RevokedAt = s.clock()
		}
		if len(doc.Connections) == 0 && doc.Lease.Holder == "" && doc.RevokedAt.IsZero() {
			return tx.Delete(googleUserRef(sub))
		}
		return tx.Set(googleUserRef(sub), doc)
	})
}
