package sending

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Store is what sending needs of the store.
type Store interface {
	Member(ctx context.Context, account, user string) (hire.Account, hire.User, error)
	User(ctx context.Context, account, user string) (hire.User, error)
	Candidate(ctx context.Context, account, candidate string) (hire.Candidate, error)
	UsersByLogin(ctx context.Context, account string, addresses []string) (map[string]hire.User, error)
	Mailbox(ctx context.Context, k store.MailboxKey) (store.Mailbox, bool, error)
	Thread(ctx context.Context, account, thread string) (hire.Thread, error)
	Messages(ctx context.Context, account, thread string, after *store.Position, limit int) ([]hire.Message, error)
	Message(ctx context.Context, account, thread, message string) (hire.Message, error)
	Known(ctx context.Context, account, sub string, gmailIDs []string) (map[string]store.Alias, map[string]store.Exclusion, error)
	BeginSend(ctx context.Context, x store.Send, holder string, ttl time.Duration) (store.Send, bool, error)
	ClaimSend(ctx context.Context, account, id, holder string, ttl time.Duration) (store.Send, bool, error)
	GetSend(ctx context.Context, account, id string) (store.Send, error)
	SetDraft(ctx context.Context, account, id, holder string, d store.Draft, sub string) (store.Send, bool, error)
	EndSend(ctx context.Context, account, id, holder string, e store.Ending) (store.Send, []store.OutboxRow, error)
	ReleaseSend(ctx context.Context, account, id, holder string, r store.Release) ([]store.OutboxRow, error)
	ForgetSend(ctx context.Context, account, id, holder string) error
	NoteOrphan(ctx context.Context, account, id string, by, look time.Time) ([]store.OutboxRow, error)
	OrphansGone(ctx context.Context, account, id string, until time.Time) error
	QueueSend(ctx context.Context, x store.Send) (store.Send, []store.OutboxRow, error)
	LeaveSend(ctx context.Context, decided store.Send, holder string, ttl time.Duration) (store.Send, bool, []store.OutboxRow, error)
	PutOffSend(ctx context.Context, account, id string, turn int, until time.Time, inLine bool, why store.Problem) ([]store.OutboxRow, error)
	RequeueSend(ctx context.Context, account, id, holder string, until time.Time, why store.Problem) (store.Send, []store.OutboxRow, error)
	DropSend(ctx context.Context, account, id string, turn int, p store.Problem) (out store.Send, dropped bool, err error)
	BeginBatch(ctx context.Context, b store.Batch, files []string) (store.Batch, []store.OutboxRow, error)
	WriteBatchPart(ctx context.Context, account, batch string, number, first int, mails []store.Send) (store.Batch, []store.OutboxRow, error)
	GetBatch(ctx context.Context, account, id string) (store.Batch, error)
	BatchMails(ctx context.Context, account, user, id string) (store.Batch, []store.BatchMail, error)
	CancelBatch(ctx context.Context, account, id string) error
	CommitSent(ctx context.Context, account, id string, m store.SentMail) (store.Send, []store.OutboxRow, error)
	PutUpload(ctx context.Context, account string, u store.Upload) error
	GetUpload(ctx context.Context, account, user, id string) (store.Upload, error)
	NewID() (string, error)
}

// Connections is what sending asks of package connection.
type Connections interface {
	Mailbox(m store.Mailbox) *gmail.Mailbox
	WithLivingToken(ctx context.Context, m store.Mailbox, calls func(context.Context) error) error
	Refused(ctx context.Context, m store.Mailbox, err error) (parked bool, e error)
	Limited(ctx context.Context, m store.Mailbox, l *gmail.RateLimit) error
}

// Outbox hands over what commits have made due.
type Outbox interface {
	HandOver(ctx context.Context, rows []store.OutboxRow)
}

// Metrics are the figures that sending tells.
type Metrics interface {
	// SendEnded tells how a send has ended.
	SendEnded(ctx context.Context, outcome string)
}

// Limits of one mail.
type Limits struct {
	Recipients  int   // To, Cc and Bcc together
	Attachments int64 // bytes, in all
}

// maxText bounds text and HTML of one mail together, in bytes: its record is one document.
const maxText = 512 << 10

// Options of a Service; all but Log are needed.
type Options struct {
	Store       Store
	Connections Connections
	Outbox      Outbox
	Blobs       blobs.Store
	Metrics     Metrics
	Limits      Limits
	Now         func() time.Time
	Rand        io.Reader // for MIME boundaries
	Log         *slog.Logger
}

// Service sends mail.
type Service struct{ Options }

// New makes a Service.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Connections == nil || o.Outbox == nil || o.Blobs == nil || o.Metrics == nil || o.Now == nil || o.Rand == nil || o.Limits.Recipients == 0 || o.Limits.Attachments == 0 {
		return nil, errors.New("sending: store, connections, outbox, blobs, metrics, limits, now and rand are all needed")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{o}, nil
}
