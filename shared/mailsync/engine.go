package mailsync

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Store is what the engine needs of the store.
type Store interface {
	Mailbox(ctx context.Context, k store.MailboxKey) (store.Mailbox, bool, error)
	MailboxesOf(ctx context.Context, address string) ([]store.MailboxKey, error)
	Lease(ctx context.Context, k store.MailboxKey, generation int64, holder string, ttl time.Duration) (store.Mailbox, *store.Held, error)
	Release(ctx context.Context, h store.Held) error
	AdvanceIdle(ctx context.Context, seen store.Mailbox, a store.Advance) (bool, error)
	Finish(ctx context.Context, h store.Held, seen store.Mailbox, a store.Advance) (bool, error)
	Tracked(ctx context.Context, account, sub string, gmailThreads []string) (map[string]store.Tracked, error)
	AllTracked(ctx context.Context, account, sub, after string, limit int) ([]store.Tracked, error)
	Known(ctx context.Context, account, sub string, gmailIDs []string) (map[string]store.Alias, map[string]store.Exclusion, error)
	CommitImport(ctx context.Context, c store.ImportCommit) (store.Imported, error)
	BegunElsewhere(ctx context.Context, account, sub, gmailThread string) (bool, error)
	AskedImports(ctx context.Context, k store.MailboxKey, candidate, sub string) (store.AskedImports, error)
	EndAsked(ctx context.Context, k store.MailboxKey, candidate, sub, gmailThread string, miss hire.MissReason) error
	StopTracking(ctx context.Context, h store.Held, gmailThread string) error
	Ledger(ctx context.Context, account, sub string, limit int) ([]store.LedgerRow, error)
	BeginRecovery(ctx context.Context, h store.Held, newCursor int64, id string) (store.Mailbox, []store.OutboxRow, error)
	SetRecovery(ctx context.Context, h store.Held, id string, r *store.Recovery) error
	SetResync(ctx context.Context, h store.Held, r store.Resync) error
	SetImport(ctx context.Context, k store.MailboxKey, generation int64, i *store.Import) error
	SetLabels(ctx context.Context, k store.MailboxKey, generation int64, labels []store.Label) error
	DueMailboxes(ctx context.Context, shard, limit int) ([]store.MailboxKey, error)
	LookAgain(ctx context.Context, k store.MailboxKey, at time.Time) error
	TakeSweep(ctx context.Context, holder string, ttl time.Duration) (bool, error)
	EndSweep(ctx context.Context, holder string) error
	NewID() (string, error)
}

// Gmail is what the engine asks of one mailbox.
type Gmail interface {
	Profile(ctx context.Context) (gmail.Profile, error)
	Labels(ctx context.Context) ([]gmail.Label, error)
	History(ctx context.Context, start int64, pageToken string) (gmail.HistoryPage, error)
	Message(ctx context.Context, id string, format gmail.Format) (*gmail.Message, error)
	Messages(ctx context.Context, ids []string, format gmail.Format) ([]gmail.MessageResult, error)
	Thread(ctx context.Context, id string, format gmail.Format) (*gmail.Thread, error)
	Threads(ctx context.Context, ids []string, format gmail.Format) ([]gmail.ThreadResult, error)
	ThreadsByLabel(ctx context.Context, labelID, pageToken string) (gmail.ThreadPage, error)
	ThreadsOf(ctx context.Context, addresses []string, limit int, pageToken string) (gmail.ThreadPage, error)
	ThreadHeaders(ctx context.Context, ids, headers []string) ([]gmail.ThreadResult, error)
	MessagesSince(ctx context.Context, since time.Time, pageToken string) (gmail.MessagePage, error)
	Attachment(ctx context.Context, messageID, attachmentID string) (io.ReadCloser, error)
	// Spent is what the mailbox has spent of its quota within the last minute, as far as this process knows.
	Spent() []store.Spent
	// SpentElsewhere tells what another process knew of that.
	SpentElsewhere(known []store.Spent)
}

// Connections is what the engine asks of package connection: a mailbox's Gmail, and what follows when Google refuses us.
type Connections interface {
	// Gmail opens the mailbox of a connection. It makes no call yet.
	Gmail(m store.Mailbox) Gmail
	// WithLivingToken makes calls of Gmail, and once more where the access token that was kept is refused: it may be dead while the grant lives.
	WithLivingToken(ctx context.Context, m store.Mailbox, calls func(context.Context) error) error
	// Refused is told an error of a Gmail call. If it means that the connection needs its user (revoked, expired, no mailbox) the connection is parked
	// and parked is true; an access token that has merely gone stale is dropped, so that the next call gets another.
	Refused(ctx context.Context, m store.Mailbox, err error) (parked bool, e error)
	// Limited is told a limit that a Gmail call has met: one of Gmail's closes the mailbox until then, for every process.
	Limited(ctx context.Context, m store.Mailbox, l *gmail.RateLimit) error
	// Tidy destroys the tokens that the connection has replaced, or that were left by a try to connect that died.
	Tidy(ctx context.Context, m store.Mailbox) error
	// RenewWatch renews the mailbox's watch if it ends within two days.
	RenewWatch(ctx context.Context, m store.Mailbox) error
}

// Outbox hands over what commits have made due.
type Outbox interface {
	HandOver(ctx context.Context, rows []store.OutboxRow)
}

// Queue takes tasks that need no commit of their own, since losing one costs only time: the sweep makes up for it.
type Queue interface {
	Sync(ctx context.Context, name string, t store.SyncTask, at time.Time) error
}

// Blobs keeps attachments and large bodies.
type Blobs interface {
	Put(ctx context.Context, accountID string, r io.Reader) (blobs.Blob, error)
}

// Metrics are the figures that the engine tells.
type Metrics interface {
	// Mailbox tells how a mailbox stands.
	Mailbox(ctx context.Context, h obs.MailboxHealth)
	// Repaired tells how many messages a comparison with Gmail has found missing.
	Repaired(ctx context.Context, messages int)
	// SyncLag tells how long after it was asked for a listing was committed whole.
	SyncLag(ctx context.Context, trigger string, lag time.Duration)
	// ReplyLag tells how long after Gmail's push somebody else's mail in a tracked conversation came into the profile.
	ReplyLag(ctx context.Context, foundBy string, lag time.Duration)
	// ArrivalLag tells how long after its arrival in Gmail a mail came into the profile.
	ArrivalLag(ctx context.Context, foundBy string, lag time.Duration)
	// SendEnded tells how a send has ended whose mail a sync has met.
	SendEnded(ctx context.Context, outcome string)
}

// Options of an Engine; all but Log are needed.
type Options struct {
	Store       Store
	Connections Connections
	Outbox      Outbox
	Queue       Queue
	Blobs       Blobs
	Metrics     Metrics
	PerMinute   int // quota units that may be spent for one mailbox within a minute
	Now         func() time.Time
	Log         *slog.Logger
}

// Engine syncs mailboxes. It is safe for concurrent use; what must not run twice at once is guarded by leases in the store, not here.
type Engine struct {
	Options
	labels    *labelCache
	addresses *addressCache
}

// New makes an Engine.
func New(o Options) (*Engine, error) {
	if o.Store == nil || o.Connections == nil || o.Outbox == nil || o.Queue == nil || o.Blobs == nil || o.Metrics == nil || o.PerMinute < 1 || o.Now == nil {
		return nil, errors.New("mailsync: store, connections, outbox, queue, blobs, metrics, units per minute and now are all needed")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Engine{Options: o, labels: newLabelCache(10_000), addresses: newAddressCache(10_000)}, nil
}
