package profile

import (
	"context"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Unmatched is a page of the reader's own labelled conversations that are in no profile, each with the reason (Miss), the newest first.
func (s *Service) Unmatched(ctx context.Context, reader hire.User, after *store.Position) (page []store.Tracked, next *store.Position, err error) {
	box, found, err := s.Store.Mailbox(ctx, store.MailboxKey{AccountID: reader.AccountID, UserID: reader.ID})
	if err != nil || !found {
		return nil, nil, err
	}
	var last *store.Tracked
	if after != nil {
		last = &store.Tracked{Since: after.At, GmailThreadID: after.ID}
	}
	if page, err = s.Store.Unmatched(ctx, reader.AccountID, box.Sub, last, threadsPage); err != nil {
		return nil, nil, err
	}
	if len(page) == threadsPage {
		end := page[threadsPage-1]
		next = &store.Position{At: end.Since, ID: end.GmailThreadID}
	}
	return page, next, nil
}
