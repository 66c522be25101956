package profile

import (
	"context"
	"errors"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mailsync"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Store is what a profile is read from.
type Store interface {
	Member(ctx context.Context, account, user string) (hire.Account, hire.User, error)
	Candidate(ctx context.Context, account, candidate string) (hire.Candidate, error)
	Family(ctx context.Context, account, candidate string) ([]string, error)
	UsersByLogin(ctx context.Context, account string, addresses []string) (map[string]hire.User, error)
	Mailbox(ctx context.Context, k store.MailboxKey) (store.Mailbox, bool, error)
	Revision(ctx context.Context, account, candidate string) (int64, error)
	Thread(ctx context.Context, account, thread string) (hire.Thread, error)
	Threads(ctx context.Context, account, candidate string, after *store.Position, limit int) ([]hire.Thread, error)
	Message(ctx context.Context, account, thread, message string) (hire.Message, error)
	Messages(ctx context.Context, account, thread string, after *store.Position, limit int) ([]hire.Message, error)
	Sources(ctx context.Context, account string, threads []hire.Thread) (map[string][]store.Tracked, error)
	Seen(ctx context.Context, account, user string, threads []hire.Thread) (map[string]time.Time, error)
	SetSeen(ctx context.Context, account, user, thread string, upTo time.Time) (time.Time, error)
	SetPrivate(ctx context.Context, account, thread, user string, private bool) (hire.Thread, error)
	AuditView(ctx context.Context, account, user, thread string) error
	Unmatched(ctx context.Context, account, sub string, after *store.Tracked, limit int) ([]store.Tracked, error)
	AskImport(ctx context.Context, k store.MailboxKey, generation int64, candidate string, gmailThreads []string) (store.AskedImports, []store.OutboxRow, error)
	AskedImports(ctx context.Context, k store.MailboxKey, candidate, sub string) (store.AskedImports, error)
}

// Sending is what a profile asks of package sending.
type Sending interface {
	// ReplyRecipients says who an in-app reply to the messages goes to.
	ReplyRecipients(ctx context.Context, user hire.User, candidate hire.Candidate, newestFirst []hire.Message) (hire.Recipients, error)
	// Connected is the user's mailbox, or why it can't be used.
	Connected(ctx context.Context, account hire.Account, user hire.User) (store.Mailbox, error)
}

// Mailboxes looks into a mailbox for what could be imported.
type Mailboxes interface {
	Importable(ctx context.Context, box store.Mailbox, candidate hire.Candidate, family []string, pageToken string) (mailsync.ImportablePage, error)
}

// Outbox hands over what commits have made due.
type Outbox interface {
	HandOver(ctx context.Context, rows []store.OutboxRow)
}

// Options of a Service; all are needed.
type Options struct {
	Store     Store
	Sending   Sending
	Mailboxes Mailboxes
	Outbox    Outbox
	Blobs     blobs.Store
}

// Service shows profiles.
type Service struct{ Options }

// New makes a Service.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Sending == nil || o.Mailboxes == nil || o.Outbox == nil || o.Blobs == nil {
		return nil, errors.New("profile: store, sending, mailboxes, outbox and blobs are all needed")
	}
	return &Service{o}, nil
}

// Reader is a user who may see candidates' mail at all. Which conversations, is decided by conversation.
func (s *Service) Reader(ctx context.Context, account, user string) (hire.User, error) {
	_, reader, err := s.Store.Member(ctx, account, user)
	if err != nil {
		return hire.User{}, err
	}
	return reader, hire.MayRead(reader, hire.Thread{})
}

// Candidate is one of the reader's account.
func (s *Service) Candidate(ctx context.Context, reader hire.User, candidate string) (hire.Candidate, error) {
	return s.Store.Candidate(ctx, reader.AccountID, candidate)
}

// Revision rises with every change of what the candidate's profile shows.
func (s *Service) Revision(ctx context.Context, c hire.Candidate) (int64, error) {
	return s.Store.Revision(ctx, c.AccountID, c.ID)
}

// readable is a conversation, if the reader may see it.
func (s *Service) readable(ctx context.Context, reader hire.User, id string) (hire.Thread, error) {
	t, err := s.Store.Thread(ctx, reader.AccountID, id)
	if err != nil {
		return t, err
	}
	return t, hire.MayRead(reader, t)
}

// opened is a conversation whose content the reader is to be shown. That somebody reads a private one that they are not on is noted before they see it.
func (s *Service) opened(ctx context.Context, reader hire.User, id string) (hire.Thread, error) {
	t, err := s.readable(ctx, reader, id)
	if err != nil || !t.Private || t.HasUser(reader.ID) {
		return t, err
	}
	return t, s.Store.AuditView(ctx, reader.AccountID, reader.ID, t.ID)
}
