package store

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// MailboxKey names the mailbox of one user in one account.
type MailboxKey struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
}

// State of a mailbox's connection.
type State string

// The states. A mailbox that was never connected has no record.
const (
	Connected      State = "connected"
	NeedsReconnect State = "needs_reconnect"
	Disconnecting  State = "disconnecting" // no longer used by anyone; offboard is still at work
	Disconnected   State = "disconnected"
)

// Label is a Gmail label that asks for an import.
type Label struct {
	ID   string
	Name string
}

// ImportLabels picks the labels that ask for an import, by name and without case, ordered by id. all has the names by id.
func ImportLabels(all iter.Seq2[string, string]) []Label {
	var out []Label
	for id, name := range all {
		if hire.AsksForImport(name) {
			out = append(out, Label{ID: id, Name: name})
		}
	}
	slices.SortFunc(out, func(a, b Label) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Ahead remembers what an empty (rest of a) listing named as the mailbox's present history id. Records may still be on their way below that
// id; only when a second listing from the same cursor, a minute or more later, is empty too, may the cursor move there.
type Ahead struct {
	Cursor    int64 // the listing's start, or its last record
	HistoryID int64
	SeenAt    time.Time
}

// Recovery is the work after Gmail forgot the history at our cursor: everything since Since is compared by ids.
type Recovery struct {
	ID        string
	Since     time.Time // last verified sync at that time; frozen
	StartedAt time.Time
	PageToken string // where the comparison goes on; "" at its begin
	Listed    int    // messages listed
	Total     int    // Gmail's estimate; 0: not known yet
}

// Spent is how many units of Gmail's quota a mailbox has spent within a few seconds.
type Spent struct {
	From  time.Time
	Units int
}

// Import is a run over all labelled conversations: after connecting, and as the daily safety net.
type Import struct {
	ID        string
	StartedAt time.Time
	LabelID   string // of the label being listed
	PageToken string
	Done      int // conversations looked at
	Before    int // of them, those of the labels before this one
	Total     int // Gmail's estimate
}

// Problem says what is wrong with a connection, or why a send ended as it did.
type Problem struct {
	Code       hire.Code
	Detail     string
	At         time.Time
	RetryAfter time.Time // when another try may succeed; zero: unknown
}

// Mailbox is one user's connection and where its sync stands. It is one document, so that a notification reads one.
type Mailbox struct {
	AccountID    string
	UserID       string
	Generation   int64 // rises with each connection; a commit for an earlier one does nothing
	State        State
	Sub          string   // Google's id of the user
	FormerSubs   []string // of Google users that were connected before
	Address      string   // of the Gmail mailbox
	TokenVersion string
	ConnectedAt  time.Time
	Labels       []Label

	WatchExpiresAt time.Time
	WatchRenewedAt time.Time
	WatchFailedAt  time.Time // zero: the last renewal succeeded

	Cursor int64 // history id: all records up to it are committed or in the ledger
	Ahead  Ahead
	Lease  Lease
	// MovedFrom and MovedBefore are where the cursor stood when it was moved of late, the latter at least a minute earlier: see Lately.
	MovedFrom, MovedBefore Move
	// EarlyInVain counts looks after pushes that were ahead of their history, since the last one that found something.
	EarlyInVain int
	Pushes      int64 // raised when a push finds the lease taken
	LastPushAt  time.Time
	LastSyncAt  time.Time
	ListedAt    time.Time // the last complete listing began
	VerifiedAt  time.Time // a listing was complete, and all of it committed, at this time
	LedgerSize  int
	LedgerNext  time.Time // earliest next try; zero: the ledger is empty
	LedgerFrom  time.Time // age of the oldest row

	Recovery *Recovery
	Import   *Import
	Imported time.Time // the last run over the labelled conversations ended
	Resync   *Resync   // asked for last, by an operator

	ReadBlockedUntil time.Time // Gmail asked us to wait; one breaker for all instances
	SendBlockedUntil time.Time // likewise for sending, which may last hours and must not stop reading
	Spent            []Spent   // of Gmail's quota within the minute before the record was written, as far as its writer knew
	Problem          *Problem

	stamp docs.Stamp // of the state that Store.Mailbox has read; not stored
}

// Key of the mailbox.
func (m Mailbox) Key() MailboxKey { return MailboxKey{AccountID: m.AccountID, UserID: m.UserID} }

// renewBefore is how long before its end a watch is to be renewed. Gmail gives seven days.
const renewBefore = 48 * time.Hour

// WatchEndsSoon tells whether the watch is to be renewed.
func (m Mailbox) WatchEndsSoon(now time.Time) bool {
	return !m.WatchExpiresAt.After(now.Add(renewBefore))
}

// SentLabel is the id of the label that what Hire sends is given: of those that ask for an import, the one of the product's present name where there is one; "" for none.
func (m Mailbox) SentLabel() (id string) {
	for _, l := range m.Labels {
		if id == "" || strings.EqualFold(l.Name, hire.ImportLabels[0]) {
			id = l.ID
		}
	}
	return id
}

// lately is for how long after Gmail has told of a message it may not show it yet. Three seconds are reported.
const lately = time.Minute

// Move is where a cursor stood before it was moved.
type Move struct {
	Cursor int64
	At     time.Time
}

// Lately gives a place in the history behind which all records lie that were listed within the last minute, if there may be any.
func (m Mailbox) Lately(now time.Time) (cursor int64, any bool) {
	// All moves within a minute after one that is kept are behind it too, and the next one after that minute is kept in its place.
	past := func(moved Move) bool { return now.Sub(moved.At) >= 2*lately }
	switch {
	case past(m.MovedFrom):
		return 0, false
	case past(m.MovedBefore) || now.Sub(m.MovedFrom.At) >= lately:
		return m.MovedFrom.Cursor, true
	}
	return m.MovedBefore.Cursor, true
}

// ImportLabel tells whether a label id is one that asks for an import.
func (m Mailbox) ImportLabel(id string) bool {
	for _, l := range m.Labels {
		if l.ID == id {
			return true
		}
	}
	return false
}

// GoogleUser keeps together the connections of one Google user, over all accounts: revoking and stopping reach all of them.
type GoogleUser struct {
	Sub         string
	Connections []Connection
	Lease       Lease
	RevokedAt   time.Time // a revocation was sent; tokens exchanged before then may be dead
}

// Connection is one live connection of a Google user.
type Connection struct {
	AccountID  string
	UserID     string
	Generation int64
}

// TrackState of a Gmail conversation.
type TrackState string

// The states of a conversation we know of.
const (
	TrackActive    TrackState = "active"    // its messages belong to a candidate
	TrackUnmatched TrackState = "unmatched" // labelled, but no profile has its addresses
	TrackStopped   TrackState = "stopped"   // the label, its only reason, was taken off
)

// Tracked is a Gmail conversation of one mailbox that concerns Hire.
type Tracked struct {
	AccountID     string
	UserID        string
	Sub           string
	GmailThreadID string
	State         TrackState
	Labelled      bool // carries one of the import labels, put on by the user or a filter
	Ours          bool // begun or answered in Hire, or imported by the button
	CandidateID   string
	ThreadID      string
	Ambiguous     bool
	Since         time.Time

	// For an unmatched one: why, and what the person needs to recognise it.
	Miss      hire.MissReason
	Subject   string
	Addresses []string // of others on it, normalised

	// The receipt: what was compared last.
	InGmail   int // messages the rules admit
	Stored    int
	Excluded  map[string]int // by hire.ExclusionReason
	CheckedAt time.Time
	HistoryID int64 // of the conversation when it was compared or, for an unmatched one, read
}

// Alias says which message of a profile a Gmail message is.
type Alias struct {
	GmailID       string
	GmailThreadID string
	ThreadID      string
	MessageID     string // in the thread
	ImportedAt    time.Time
}

// LedgerRow is a message that should be imported and could not be yet. The cursor may pass it: the row keeps it from being lost.
type LedgerRow struct {
	GmailID       string
	GmailThreadID string
	Reason        string // machine word: not_found, unavailable, unreadable
	Whole         bool   // the whole conversation is to be looked at
	Attempts      int
	Since         time.Time
	NextTryAt     time.Time
	Counted       bool // in the conversation's receipt, as one that Gmail has and we have not
}

// Exclusion is a message of a tracked conversation that the rules leave out: ids and the reason, nothing of its content.
type Exclusion struct {
	GmailID       string
	GmailThreadID string
	Reason        hire.ExclusionReason
	Since         time.Time
}
