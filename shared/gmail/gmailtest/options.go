package gmailtest

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

// Options of a Server. The zero value is a Gmail that behaves well.
type Options struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Seed is where ids and the chance of faults come from: the same seed and the same calls give the same ids.
	Seed uint64
	// Clients are the OAuth clients; none means DefaultClient.
	Clients []oauthtest.Client
	// Publish receives what Gmail publishes to a watch's topic: the data of the Pub/Sub message, {"emailAddress": "...", "historyId": 123}.
	// It is called with no lock held, in the goroutine of whoever changed the mailbox. nil keeps pushes for TakePushes.
	Publish func(ctx context.Context, topic string, data []byte)
	// Quota is the table of units and the limits; its zero fields mean Google's.
	Quota Quota
	// Behaviour switches what is reported of Gmail but not certain.
	Behaviour Behaviour
}

// DefaultClient is the OAuth client of a Server that was given none. It accepts any loopback redirect URI.
func DefaultClient() oauthtest.Client {
	return oauthtest.Client{ID: "dev-client-id", Secret: "dev-client-secret"}
}

// Behaviour switches what public reports say of Gmail beyond its reference. SetBehaviour changes it while the server runs.
type Behaviour struct {
	// StripXHeaders takes X- headers off mail that is sent. Off: they survive.
	StripXHeaders bool
	// StripXHeadersOnEdit takes X- headers off a draft that its user edits (Mailbox.EditDraft).
	StripXHeadersOnEdit bool
	// KeepMessageID leaves the Message-ID of sent mail alone. Off: it is rewritten, the old one kept in X-Google-Original-Message-ID.
	KeepMessageID bool
	// ThreadSentByHeaders joins sent mail to a conversation by its headers alone, as on delivery. Off: it takes the threadId too.
	ThreadSentByHeaders bool
	// DraftIDChangesOnEdit gives a draft a new id when its user edits it. Off: only its message id changes.
	DraftIDChangesOnEdit bool

	// PushAhead hides new history records until Mailbox.ReleaseHistory, while pushes and the historyId of answers run ahead.
	PushAhead bool
	// PushAheadFor hides each history record for this long.
	PushAheadFor time.Duration
	// IDRunsAhead lets a mailbox's historyId, in answers and in pushes, be ahead of its last record's id.
	IDRunsAhead bool
	// UnreadableFor makes a new message answer 404 for this long.
	UnreadableFor time.Duration
	// PushEvery is the least time between two pushes of a mailbox; those between are dropped. 0 is Gmail's second; less than 0 drops none.
	PushEvery time.Duration
	// PushOnWatch sends a push at once when a watch is made.
	PushOnWatch bool

	// EmptyPagesWithToken puts an empty page with a nextPageToken before every page of history.
	EmptyPagesWithToken bool
	// HistoryPageSize is the most records a page of history has, whatever was asked; 0 means 500.
	HistoryPageSize int
	// ListPageSize is the same for the lists of messages, threads and drafts.
	ListPageSize int
	// HistoryKeep is for how long a startHistoryId is good. Within it a mailbox's historyId moves on by itself, so that a cursor that
	// follows it does not age. 0: for ever, until Mailbox.ExpireHistory.
	HistoryKeep time.Duration
	// QuietLabelDelete makes no history when a label that sits on messages is deleted. Off: a labelsRemoved record for each of them.
	QuietLabelDelete bool

	// InlineText is the largest text body, in bytes, that a get carries; larger ones have an attachmentId. 0 means 1 MiB.
	InlineText int
	// RawText leaves text bodies in the charset they came in. Off: they are UTF-8, whatever their header says.
	RawText bool
	// RawHeaders leaves RFC 2047 words in header values encoded. Off: they are decoded.
	RawHeaders bool
}

func (b *Behaviour) pushEvery() time.Duration {
	if b.PushEvery == 0 {
		return time.Second
	}
	return max(b.PushEvery, 0)
}

func (b *Behaviour) inlineText() int {
	if b.InlineText == 0 {
		return 1 << 20
	}
	return b.InlineText
}

// pageSize is how many entries a page has when asked for n (0: not said) where most is Google's limit.
func pageSize(n, most, limit int) int {
	if n <= 0 {
		n = 100
	}
	n = min(n, most)
	if limit > 0 {
		n = min(n, limit)
	}
	return n
}
