package profile

import (
	"context"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mailsync"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Importer is a user from whose mailbox conversations can be imported into a candidate's profile.
type Importer struct {
	service   *Service
	candidate hire.Candidate
	box       store.Mailbox
}

// Importer is the user for a candidate, or says why they can import nothing.
func (s *Service) Importer(ctx context.Context, accountID, userID, candidateID string) (Importer, error) {
	account, user, err := s.Store.Member(ctx, accountID, userID)
	if err != nil {
		return Importer{}, err
	}
	if err := hire.MayRead(user, hire.Thread{}); err != nil {
		return Importer{}, err
	}
	candidate, err := s.Candidate(ctx, user, candidateID)
	if err != nil {
		return Importer{}, err
	}
	if err := hire.MayConnect(account, user); err != nil {
		return Importer{}, err
	}
	box, err := s.Sending.Connected(ctx, account, user)
	if err != nil {
		return Importer{}, err
	}
	if !hire.SameAddress(user.Email, box.Address) {
		return Importer{}, hire.Err(hire.CodeWrongAccount)
	}
	return Importer{s, candidate, box}, nil
}

// Importable is a conversation that can be imported, and how that stands.
type Importable struct {
	mailsync.Importable
	Waiting bool // somebody has asked for it already
}

// Importable lists what could be imported, from Gmail as it is now. Nothing of it is kept.
func (i Importer) Importable(ctx context.Context, pageToken string) (list []Importable, nextPageToken string, err error) {
	if len(i.candidate.Addresses()) == 0 {
		return nil, "", nil
	}
	family, err := i.service.Store.Family(ctx, i.candidate.AccountID, i.candidate.ID)
	if err != nil {
		return nil, "", err
	}
	asked, err := i.service.Store.AskedImports(ctx, i.box.Key(), i.candidate.ID, i.box.Sub)
	if err != nil {
		return nil, "", err
	}
	page, err := i.service.Mailboxes.Importable(ctx, i.box, i.candidate, family, pageToken)
	if err != nil {
		return nil, "", err
	}
	for _, c := range page.Conversations {
		waits := func(a store.AskedImport) bool { return a.GmailThreadID == c.GmailThreadID && a.EndedAt.IsZero() }
		list = append(list, Importable{c, slices.ContainsFunc(asked.Conversations, waits)})
	}
	return list, page.NextPageToken, nil
}

// Ask notes that the conversations are to be imported, which a task then does, and tells all that was asked for.
func (i Importer) Ask(ctx context.Context, gmailThreads []string) (store.AskedImports, error) {
	asked, due, err := i.service.Store.AskImport(ctx, i.box.Key(), i.box.Generation, i.candidate.ID, gmailThreads)
	if err != nil {
		return asked, err
	}
	i.service.Outbox.HandOver(ctx, due)
	return asked, nil
}

// Imports is what the reader has asked for from the mailbox that they have connected.
func (s *Service) Imports(ctx context.Context, reader hire.User, candidate string) (store.AskedImports, error) {
	c, err := s.Candidate(ctx, reader, candidate)
	if err != nil {
		return store.AskedImports{}, err
	}
	key := store.MailboxKey{AccountID: reader.AccountID, UserID: reader.ID}
	box, _, err := s.Store.Mailbox(ctx, key)
	if err != nil {
		return store.AskedImports{}, err
	}
	return s.Store.AskedImports(ctx, key, c.ID, box.Sub)
}
