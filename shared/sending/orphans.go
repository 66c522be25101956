package sending

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	// clockSkew is how far Gmail's clock and ours may be apart.
	clockSkew = 5 * time.Second
	// orphanAgain is how much later a mailbox is looked through that can't be now.
	orphanAgain = time.Hour
)

// ClearOrphans deletes the drafts that were made for a send and never became its own. The send has ended: none of them may leave any more. Where the user must
// reconnect it waits for that, a day at most; where they are not connected any more, their drafts are theirs.
func (s *Service) ClearOrphans(ctx context.Context, account, id string) error {
	x, err := s.Store.GetSend(ctx, account, id)
	if hire.CodeOf(err) == hire.CodeNotFound {
		return nil
	}
	if err != nil || !x.State.Final() || x.Orphaned.IsZero() {
		return err
	}
	a, user, err := s.Store.Member(ctx, x.AccountID, x.UserID)
	if err != nil {
		return err
	}
	box, err := s.Connected(ctx, a, user)
	switch code := hire.CodeOf(err); {
	case err == nil:
	case code == hire.CodeInternal:
		return err
	case waitsForUser(code) && s.Now().Sub(x.UpdatedAt) <= giveUpAfter:
		return s.clearLater(ctx, x, s.Now().Add(orphanAgain))
	default:
		return nil
	}
	if box.Sub != x.Sub {
		return nil // they lie in a mailbox that we have no more access to
	}
	ctx = obs.WithMailbox(ctx, x.AccountID, x.UserID)
	w := &way{Service: s, gmail: s.Connections.Mailbox(box), box: box, user: user, x: x}
	err = s.Connections.WithLivingToken(gmail.WithPriority(ctx, gmail.PriorityBackfill), box, w.deleteOrphans)
	var limit *gmail.RateLimit
	switch {
	case errors.As(err, &limit):
		return s.clearLater(ctx, x, limit.Until)
	case err != nil:
		if parked, perr := s.Connections.Refused(ctx, box, err); parked || perr != nil {
			return errors.Join(perr, s.clearLater(ctx, x, s.Now().Add(orphanAgain)))
		}
		return fmt.Errorf("clear orphaned drafts: %w", err)
	}
	return s.Store.OrphansGone(ctx, x.AccountID, x.ID, x.Orphaned)
}

func (s *Service) clearLater(ctx context.Context, x store.Send, at time.Time) error {
	due, err := s.Store.NoteOrphan(ctx, x.AccountID, x.ID, x.Orphaned, at)
	s.Outbox.HandOver(ctx, due)
	return err
}

func (w *way) deleteOrphans(ctx context.Context) error {
	drafts, err := w.gmail.DraftsWith(ctx, hire.SendHeader, w.x.CreatedAt.Add(-clockSkew), w.x.Orphaned.Add(clockSkew))
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if !orphanOf(w.x, d) {
			continue
		}
		if err := w.gmail.DeleteDraft(ctx, d.ID); err != nil && !errors.Is(err, gmail.ErrNotFound) {
			return err
		}
		w.Log.InfoContext(ctx, "orphaned draft deleted", "account_id", w.x.AccountID, "send_id", w.x.ID)
	}
	return nil
}

// orphanOf tells whether a draft was made for a send that has ended, and is as we made it. One that its user has edited was saved later, or has lost our header: it
// is theirs. The send's own draft stays where its outcome is unknown, to be looked into; that of a refused mail goes.
func orphanOf(x store.Send, d gmail.MarkedDraft) bool {
	switch {
	case d.Mark != x.ID, d.SavedAt.After(x.Orphaned.Add(clockSkew)):
		return false
	case d.ID == x.DraftID, d.Message.ID == x.DraftMessageID:
		return x.State == store.SendFailed && d.Message.ID == x.DraftMessageID
	}
	return true
}
