package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Incoming is a Gmail message made ready for filing: its content is parsed, its attachments and a body too large for a document lie in blobs.
// Its account, candidate, thread, id, direction and user are the commit's to fill in.
type Incoming struct {
	GmailID string
	Message hire.Message
	Report  *hire.DeliveryReport // of a bounce; nil for any other
	Sent    bool                 // it lies in SENT: the mailbox's user wrote it, from whichever of their addresses
	SendID  string               // our own header on a message in SENT: the send it settles; "" if none
}

// Listing is what Gmail said of a whole conversation.
type Listing struct {
	HistoryID int64
	Admitted  []string // Gmail ids of the messages that the rules admit
	Excluded  map[string]int
}

// ImportCommit is what has been read of one Gmail conversation, to be filed in one transaction.
type ImportCommit struct {
	Held          Held
	GmailThreadID string
	Labelled      bool // carries an import label
	Ours          bool
	Asked         string // the candidate for whom its user has chosen it; where it is not theirs, the commit does nothing but say so with a MissError
	Subject       string
	Addresses     []string // From, To and Cc of its messages, for matching
	MessageIDs    []string // RFC 5322 Message-IDs of its messages, for matching where several profiles have the address
	Messages      []Incoming
	Excluded      []Exclusion
	Waiting       []LedgerRow // could not be read yet
	Settled       []string    // Gmail ids whose ledger rows are done with
	HistoryID     int64       // of the conversation, where it was read whole; 0 where it was not
	Listing       *Listing    // the conversation was listed whole; with the last commit of what it has shown
}

// Imported is what a commit has done.
type Imported struct {
	Tracked    Tracked
	New        []hire.Message
	Duplicates int // were in the profile already
	Settled    int // sends that were under way, whose mail is among the messages
	Due        []OutboxRow
}

// CommitImport files messages of one Gmail conversation. A conversation not tracked yet is matched with the directory as it stands in this very
// transaction; without a match it is kept as unmatched with the reason, and its messages are not stored. Doing it twice changes nothing.
func (s *Store) CommitImport(ctx context.Context, c ImportCommit) (Imported, error) {
	var out Imported
	err := s.db.Update(ctx, "import.commit", func(ctx context.Context, tx docs.Tx) error {
		f := filing{s: s, tx: tx, c: c, now: s.clock(), answerable: map[string]bool{}}
		if err := f.read(ctx); err != nil {
			return err
		}
		if err := f.write(ctx); err != nil {
			return err
		}
		out = f.out
		return nil
	})
	return out, err
}

// filing is one run of CommitImport's transaction: all reads, then all writes.
type filing struct {
	s   *Store
	tx  docs.Tx
	c   ImportCommit
	now time.Time

	box      Mailbox
	user     hire.User
	account  string
	tracked  Tracked
	was      TrackState   // of the conversation before; "" where it is new
	family   []string     // the candidate, and those merged into them; the candidate alone where the conversation had one before
	aliases  []*Alias     // for c.Messages
	outs     []*Exclusion // for c.Messages: rows that an import ends
	excluded []*Exclusion // for c.Excluded
	stored   map[string]bool
	ledger   ledgerState
	people   map[string]hire.User
	threads  map[string]*hire.Thread // by id; nil for one that is not there yet
	revision revisionRecord
	letters  []letter
	sends    map[string]*Send
	team     map[string]hire.User // of the threads, by id; an empty one where there is none
	out      Imported

	early      map[string]*hire.Delivery // by Message-ID: what is known of mails that are not filed yet
	marks      map[int]*reported         // by index in letters: the mail that a report speaks of
	wait       []string                  // Message-IDs of early that no mail here has
	answerable map[string]bool           // reply records that this run has written
}

// letter is a message on its way to its place.
type letter struct {
	in     Incoming
	thread string
	known  bool          // its Gmail id has an alias
	exists bool          // in the profile already
	stored *hire.Message // as it is there; nil for one that this very commit has filed
	holds  rfcIDRecord   // threads with a mail of its Message-ID
}

func (f *filing) read(ctx context.Context) error {
	key := f.c.Held.Key
	f.account = key.AccountID
	found, err := f.tx.Get(ctx, []docs.Ref{mailboxRef(key), userRef(key.AccountID, key.UserID)}, []any{&f.box, &f.user})
	if err != nil {
		return err
	}
	if !found[0] || !found[1] {
		return hire.Err(hire.CodeStaleConnection)
	}
	if err := f.c.Held.check(&f.box, f.now); err != nil {
		return err
	}
	if err := f.readConversation(ctx); err != nil {
		return err
	}
	if err := f.readLedger(ctx); err != nil {
		return err
	}
	if err := f.match(ctx); err != nil {
		return err
	}
	if !f.files() || len(f.c.Messages) == 0 {
		return nil
	}
	return f.place(ctx)
}

// files tells whether messages of the conversation go into a profile.
func (f *filing) files() bool {
	return f.tracked.CandidateID != "" && f.tracked.State != TrackUnmatched
}

// readConversation reads what is known of the conversation and of its messages.
func (f *filing) readConversation(ctx context.Context) error {
	sub := f.box.Sub
	tracked, err := docs.Get[Tracked](ctx, f.tx, trackedRef(f.account, sub, f.c.GmailThreadID))
	if err != nil {
		return err
	}
	if tracked != nil {
		f.tracked, f.was = *tracked, tracked.State
	} else {
		f.tracked = Tracked{AccountID: f.account, UserID: f.box.UserID, Sub: sub, GmailThreadID: f.c.GmailThreadID, Since: f.now}
	}
	f.tracked.Labelled = f.tracked.Labelled || f.c.Labelled
	f.tracked.Ours = f.tracked.Ours || f.c.Ours
	f.tracked.UserID = f.box.UserID

	var aliases, outs, excluded []docs.Ref
	for _, m := range f.c.Messages {
		aliases = append(aliases, aliasRef(f.account, sub, m.GmailID))
		outs = append(outs, exclusionRef(f.account, sub, m.GmailID))
	}
	for _, e := range f.c.Excluded {
		excluded = append(excluded, exclusionRef(f.account, sub, e.GmailID))
	}
	if f.aliases, err = docs.GetAll[Alias](ctx, f.tx, aliases); err != nil {
		return err
	}
	if f.outs, err = docs.GetAll[Exclusion](ctx, f.tx, outs); err != nil {
		return err
	}
	if f.excluded, err = docs.GetAll[Exclusion](ctx, f.tx, excluded); err != nil {
		return err
	}
	return f.readStored(ctx)
}

func (f *filing) write(ctx context.Context) error {
	var rs rows
	if err := f.writeLedger(&rs); err != nil {
		return err
	}
	if err := f.writeWaiting(); err != nil {
		return err
	}
	if f.files() {
		if err := f.writeMessages(&rs); err != nil {
			return err
		}
	}
	if err := f.writeExclusions(); err != nil {
		return err
	}
	f.receipt()
	if err := f.tx.Set(trackedRef(f.account, f.box.Sub, f.c.GmailThreadID), &f.tracked); err != nil {
		return err
	}
	f.out.Tracked, f.out.Due = f.tracked, rs
	return f.s.putRows(ctx, f.tx, rs)
}

// writeWaiting keeps the entries by which a directory change finds an unmatched conversation.
func (f *filing) writeWaiting() error {
	ref := func(address string) docs.Ref { return waitingRef(f.account, address, f.box.Sub, f.c.GmailThreadID) }
	switch f.tracked.State {
	case TrackUnmatched:
		for _, a := range f.tracked.Addresses {
			if err := f.tx.Set(ref(a), &waitingRecord{UserID: f.box.UserID, Sub: f.box.Sub, GmailThreadID: f.c.GmailThreadID}); err != nil {
				return err
			}
		}
	case TrackActive:
		for _, a := range f.tracked.Addresses {
			if err := f.tx.Delete(ref(a)); err != nil {
				return err
			}
		}
		f.tracked.Addresses, f.tracked.Subject = nil, ""
	}
	return nil
}
