package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// auditKept is how long audit entries are kept: long enough for a yearly audit to look back over the whole of its year, and no longer, as they name people.
const auditKept = 2 * 365 * 24 * time.Hour

// AuditEntry says who did what when. Entries are only ever added, and removed when they expire.
type AuditEntry struct {
	ID        string
	At        time.Time
	UserID    string // who did it; "" for the system
	Action    string
	Target    string
	Detail    string
	ExpiresAt time.Time
}

func (s *Store) audit(tx docs.Tx, account string, e AuditEntry) error {
	tail, err := s.NewID()
	if err != nil {
		return err
	}
	e.At = s.clock()
	e.ExpiresAt = e.At.Add(auditKept)
	e.ID = timeID(e.At, tail)
	return tx.Set(auditRef(account, e.ID), &e)
}

// AuditView notes that a user reads a private conversation that they are not on: once an hour, however often they look.
func (s *Store) AuditView(ctx context.Context, account, user, thread string) error {
	return s.db.Update(ctx, "audit.view", func(ctx context.Context, tx docs.Tx) error {
		now := s.clock()
		e := AuditEntry{At: now, UserID: user, Action: "thread.private_viewed", Target: thread, ExpiresAt: now.Add(auditKept)}
		e.ID = timeID(now.Truncate(time.Hour), hire.Digest("viewed", user, thread))
		if there, err := docs.Get[AuditEntry](ctx, tx, auditRef(account, e.ID)); err != nil || there != nil {
			return err
		}
		return tx.Set(auditRef(account, e.ID), &e)
	})
}

// Audit lists an account's entries, newest first; after is the last one of the page before. What has expired is not listed, removed already or not.
func (s *Store) Audit(ctx context.Context, account string, after *AuditEntry, limit int) ([]AuditEntry, error) {
	q := docs.Query{Collection: accountRef(account).Under("audit"), OrderBy: "At", Desc: true, Before: s.clock().Add(-auditKept), Limit: limit}
	if after != nil {
		q.After = &docs.Position{Value: after.At, ID: after.ID}
	}
	return list[AuditEntry](ctx, s, "audit.list", q)
}

// list reads one page of documents.
func list[T any](ctx context.Context, s *Store, op string, q docs.Query) ([]T, error) {
	var out []T
	err := s.db.View(ctx, op, func(ctx context.Context, tx docs.Tx) error {
		page, err := docs.List[T](ctx, tx, q)
		if err != nil {
			return err
		}
		out = make([]T, len(page))
		for i, p := range page {
			out[i] = *p
		}
		return nil
	})
	return out, err
}
