package store

import (
	"context"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// begunRecord says which account sends mail in a Gmail conversation. One person may work in two accounts with one mailbox.
type begunRecord struct{ AccountID string }

// BegunElsewhere tells whether mail was last sent in a conversation from another account than this one.
func (s *Store) BegunElsewhere(ctx context.Context, account, sub, gmailThread string) (elsewhere bool, err error) {
	err = s.db.View(ctx, "begun", func(ctx context.Context, tx docs.Tx) error {
		b, err := docs.Get[begunRecord](ctx, tx, begunRef(sub, gmailThread))
		elsewhere = b != nil && b.AccountID != account
		return err
	})
	return elsewhere, err
}

// StopTracking notes that the label, a conversation's only reason, was taken off: what is imported stays, later mail is no longer ours.
func (s *Store) StopTracking(ctx context.Context, h Held, gmailThread string) error {
	return s.db.Update(ctx, "import.unlabelled", func(ctx context.Context, tx docs.Tx) error {
		m, err := docs.Get[Mailbox](ctx, tx, mailboxRef(h.Key))
		if err != nil {
			return err
		}
		if err := h.check(m, s.clock()); err != nil {
			return err
		}
		t, err := docs.Get[Tracked](ctx, tx, trackedRef(h.Key.AccountID, m.Sub, gmailThread))
		if err != nil || t == nil {
			return err
		}
		t.Labelled = false
		if t.State == TrackUnmatched {
			for _, a := range t.Addresses {
				if err := tx.Delete(waitingRef(h.Key.AccountID, a, m.Sub, gmailThread)); err != nil {
					return err
				}
			}
			t.Addresses, t.Subject = nil, ""
			if t.CandidateID == "" { // nothing of it is in a profile
				return tx.Delete(trackedRef(h.Key.AccountID, m.Sub, gmailThread))
			}
		}
		if !t.Ours {
			t.State = TrackStopped
		}
		return tx.Set(trackedRef(h.Key.AccountID, m.Sub, gmailThread), t)
	})
}
