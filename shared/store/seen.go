package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// seenRecord says up to when a user has seen a thread: one for each user and thread, written when they say so, and lying under the thread, with which it goes.
type seenRecord struct {
	UserID string
	At     time.Time // Thread.InboundAt as it was then
}

// Seen reads up to when a user has seen the threads, by their ids, in one round trip. Threads that nobody outside has written in are not asked for.
func (s *Store) Seen(ctx context.Context, account, user string, threads []hire.Thread) (map[string]time.Time, error) {
	var refs []docs.Ref
	var ids []string
	for _, t := range threads {
		if !t.InboundAt.IsZero() {
			refs, ids = append(refs, seenRef(account, t.ID, user)), append(ids, t.ID)
		}
	}
	out := map[string]time.Time{}
	if len(refs) == 0 {
		return out, nil
	}
	err := s.db.View(ctx, "seen", func(ctx context.Context, tx docs.Tx) error {
		clear(out)
		found, err := docs.GetAll[seenRecord](ctx, tx, refs)
		for i, r := range found {
			if r != nil {
				out[ids[i]] = r.At
			}
		}
		return err
	})
	return out, err
}

// SetSeen notes that a user has seen what was filed in a thread up to a time, and gives the time up to which they have seen it now. It never goes back, nor beyond what there
// is; where nothing changes nothing is written.
func (s *Store) SetSeen(ctx context.Context, account, user, thread string, upTo time.Time) (at time.Time, err error) {
	err = s.db.Update(ctx, "thread.seen", func(ctx context.Context, tx docs.Tx) error {
		at = time.Time{}
		ref := seenRef(account, thread, user)
		t, err := docs.Get[hire.Thread](ctx, tx, threadRef(account, thread))
		if err != nil {
			return err
		}
		if t == nil {
			return hire.Err(hire.CodeUnknownThread)
		}
		old, err := docs.Get[seenRecord](ctx, tx, ref)
		if err != nil {
			return err
		}
		if old != nil {
			at = old.At
		}
		if upTo.After(t.InboundAt) {
			upTo = t.InboundAt
		}
		if !upTo.After(at) {
			return nil
		}
		at = upTo
		return tx.Set(ref, &seenRecord{UserID: user, At: upTo})
	})
	return at, err
}
