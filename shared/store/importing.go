package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Incoming is a Gmail message made ready for filing: its content is parsed, its attachments and a body too large for a document lie in blobs.
// Its account, candidate, thread, id, direction and user are the commit's to fill in.
type Incoming struct {
	GmailID string
	Message hire.Message
	SendID  string // our own header on a message in SENT: the send it settles; "" if none
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
	Subject       string
	Addresses     []string // From, To and Cc of its messages, for matching
	Messages      []Incoming
	Excluded      []Exclusion
	Waiting       []LedgerRow // could not be read yet
	Settled       []string    // Gmail ids whose ledger rows are done with
	Listing       *Listing    // the conversation was listed whole
}

// Imported is what a commit has done.
type Imported struct {
	Tracked    Tracked
	New        []hire.Message
	Duplicates int // were in the profile already
	Due        []OutboxRow
}

// CommitImport files messages of one Gmail conversation. A conversation not tracked yet is matched with the directory as it stands in this very
// transaction; without a match it is kept as unmatched with the reason, and its messages are not stored. Doing it twice changes nothing.
func (s *Store) CommitImport(ctx context.Context, c ImportCommit) (Imported, error) {
	var out Imported
	err := s.db.Update(ctx, "import.commit", func(ctx context.Context, tx docs.Tx) error {
		f := filing{s: s, tx: tx, c: c, now: s.clock()}
		if err := f.read(ctx); err != nil {
			return err
		}
		if err := f.write(); err != nil {
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
	known    bool // the conversation has a record
	tracked  Tracked
	ledger   []*LedgerRow // rows there are, for c.Waiting and then c.Settled
	aliases  []*Alias     // for c.Messages
	excluded []*Exclusion // for c.Excluded
	people   map[string]hire.User
	threads  map[string]*hire.Thread
	revision revisionRecord
	letters  []letter
	sends    map[string]*Send
	out      Imported
}

// letter is a message on its way to its place.
type letter struct {
	in       Incoming
	thread   string
	exists   bool // in the profile already
	hasRFCID bool
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
	if err := f.match(ctx); err != nil {
		return err
	}
	if f.tracked.State != TrackActive || len(f.c.Messages) == 0 {
		return nil
	}
	return f.place(ctx)
}

// readConversation reads what is known of the conversation and of its messages.
func (f *filing) readConversation(ctx context.Context) error {
	sub := f.box.Sub
	tracked, err := docs.Get[Tracked](ctx, f.tx, trackedRef(f.account, sub, f.c.GmailThreadID))
	if err != nil {
		return err
	}
	if f.known = tracked != nil; f.known {
		f.tracked = *tracked
	} else {
		f.tracked = Tracked{AccountID: f.account, UserID: f.box.UserID, Sub: sub, GmailThreadID: f.c.GmailThreadID, Since: f.now}
	}
	f.tracked.Labelled = f.tracked.Labelled || f.c.Labelled
	f.tracked.Ours = f.tracked.Ours || f.c.Ours
	f.tracked.UserID = f.box.UserID

	var refs []docs.Ref
	for _, m := range f.c.Messages {
		refs = append(refs, aliasRef(f.account, sub, m.GmailID))
	}
	if f.aliases, err = docs.GetAll[Alias](ctx, f.tx, refs); err != nil {
		return err
	}
	refs = nil
	for _, w := range f.c.Waiting {
		refs = append(refs, ledgerRef(f.account, sub, w.GmailID))
	}
	for _, id := range f.c.Settled {
		refs = append(refs, ledgerRef(f.account, sub, id))
	}
	if f.ledger, err = docs.GetAll[LedgerRow](ctx, f.tx, refs); err != nil {
		return err
	}
	refs = nil
	for _, e := range f.c.Excluded {
		refs = append(refs, exclusionRef(f.account, sub, e.GmailID))
	}
	f.excluded, err = docs.GetAll[Exclusion](ctx, f.tx, refs)
	return err
}

// match finds the candidate of a conversation that has none yet.
func (f *filing) match(ctx context.Context) error {
	if f.tracked.CandidateID != "" {
		f.tracked.State = TrackActive
		return nil
	}
	self := hire.NormalizeAddress(f.box.Address)
	others := slices.DeleteFunc(normalized(slices.Concat(f.tracked.Addresses, f.c.Addresses)), func(a string) bool { return a == self })
	f.tracked.Addresses = others
	if f.tracked.Subject == "" {
		f.tracked.Subject = f.c.Subject
	}
	candidates, err := candidatesByAddress(ctx, f.tx, f.account, others)
	if err != nil {
		return err
	}
	id, ambiguous, ok := hire.Match(candidates, "")
	switch {
	case !hire.SameAddress(f.user.Email, f.box.Address):
		f.tracked.State, f.tracked.Miss = TrackUnmatched, hire.MissLoginAddress
	case len(others) == 0:
		f.tracked.State, f.tracked.Miss = TrackUnmatched, hire.MissNoParticipants
	case !ok:
		f.tracked.State, f.tracked.Miss = TrackUnmatched, hire.MissNoCandidate
	default:
		f.tracked.State, f.tracked.Miss = TrackActive, ""
		f.tracked.CandidateID, f.tracked.Ambiguous = id, ambiguous
	}
	return nil
}

// place finds the thread of each message: where the same mail lies already, else the conversation's own thread, else one that holds a mail it
// refers to, else a new one.
func (f *filing) place(ctx context.Context) error {
	candidate := f.tracked.CandidateID
	var ids []string
	for _, m := range f.c.Messages {
		for _, id := range slices.Concat([]string{m.Message.MessageID}, m.Message.InReplyTo, m.Message.References) {
			if id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	refs := make([]docs.Ref, len(ids))
	for i, id := range ids {
		refs[i] = rfcIDRef(f.account, candidate, id)
	}
	records, err := docs.GetAll[rfcIDRecord](ctx, f.tx, refs)
	if err != nil {
		return err
	}
	holders := map[string]string{}
	for i, r := range records {
		if r != nil {
			holders[ids[i]] = r.ThreadID
		}
	}
	if f.tracked.ThreadID == "" {
		f.tracked.ThreadID = f.joined(holders)
	}

	var froms []string
	var messageRefs []docs.Ref
	for i, m := range f.c.Messages {
		in := m
		msg := &in.Message
		msg.AccountID, msg.CandidateID = f.account, candidate
		msg.ID = hire.MessageKey(candidate, msg.MessageID, msg.From, msg.Date, f.box.Sub, in.GmailID)
		l := letter{in: in, thread: f.tracked.ThreadID, hasRFCID: holders[msg.MessageID] != ""}
		if a := f.aliases[i]; a != nil {
			l.thread, msg.ID = a.ThreadID, a.MessageID
		}
		f.letters = append(f.letters, l)
		elsewhere := l.thread
		if holders[msg.MessageID] != "" {
			elsewhere = holders[msg.MessageID]
		}
		messageRefs = append(messageRefs, messageRef(f.account, l.thread, msg.ID), messageRef(f.account, elsewhere, msg.ID))
		for _, a := range slices.Concat(msg.From, msg.To, msg.Cc) {
			froms = append(froms, a.Addr)
		}
	}
	found, err := docs.GetAll[hire.Message](ctx, f.tx, messageRefs)
	if err != nil {
		return err
	}
	for i := range f.letters {
		for _, m := range found[2*i : 2*i+2] {
			if m != nil {
				f.letters[i].exists, f.letters[i].thread = true, m.ThreadID
			}
		}
	}
	if f.people, err = usersByLogin(ctx, f.tx, f.account, froms); err != nil {
		return err
	}
	return f.readSummaries(ctx)
}

// joined chooses the thread for a conversation that is new to us.
func (f *filing) joined(holders map[string]string) string {
	for _, m := range f.c.Messages {
		if id := holders[m.Message.MessageID]; id != "" {
			return id
		}
	}
	for _, m := range f.c.Messages {
		for _, id := range slices.Concat(m.Message.InReplyTo, m.Message.References) {
			if holders[id] != "" {
				return holders[id]
			}
		}
	}
	return hire.Digest("thread", f.tracked.CandidateID, f.box.Sub, f.c.GmailThreadID)
}

func (f *filing) readSummaries(ctx context.Context) error {
	f.threads = map[string]*hire.Thread{}
	ids := []string{f.tracked.ThreadID}
	sends := []string{}
	for _, l := range f.letters {
		if !slices.Contains(ids, l.thread) {
			ids = append(ids, l.thread)
		}
		if l.in.SendID != "" && !slices.Contains(sends, l.in.SendID) {
			sends = append(sends, l.in.SendID)
		}
	}
	refs := make([]docs.Ref, len(ids))
	for i, id := range ids {
		refs[i] = threadRef(f.account, id)
	}
	threads, err := docs.GetAll[hire.Thread](ctx, f.tx, refs)
	if err != nil {
		return err
	}
	for i, t := range threads {
		f.threads[ids[i]] = t
	}
	refs = nil
	for _, id := range sends {
		refs = append(refs, sendRef(f.account, id))
	}
	found, err := docs.GetAll[Send](ctx, f.tx, refs)
	if err != nil {
		return err
	}
	f.sends = map[string]*Send{}
	for i, x := range found {
		if x != nil {
			f.sends[sends[i]] = x
		}
	}
	revision, err := docs.Get[revisionRecord](ctx, f.tx, revisionRef(f.account, f.tracked.CandidateID))
	if revision != nil {
		f.revision = *revision
	}
	return err
}

func (f *filing) write() error {
	var rs rows
	if err := f.writeLedger(&rs); err != nil {
		return err
	}
	switch f.tracked.State {
	case TrackUnmatched:
		for _, a := range f.tracked.Addresses {
			w := waitingRecord{UserID: f.box.UserID, Sub: f.box.Sub, GmailThreadID: f.c.GmailThreadID}
			if err := f.tx.Set(waitingRef(f.account, a, f.box.Sub, f.c.GmailThreadID), &w); err != nil {
				return err
			}
		}
	case TrackActive:
		for _, a := range f.tracked.Addresses {
			if err := f.tx.Delete(waitingRef(f.account, a, f.box.Sub, f.c.GmailThreadID)); err != nil {
				return err
			}
		}
		f.tracked.Addresses, f.tracked.Subject = nil, ""
		if err := f.writeMessages(&rs); err != nil {
			return err
		}
	}
	if err := f.writeReceipt(); err != nil {
		return err
	}
	f.out.Tracked, f.out.Due = f.tracked, rs
	return f.s.putRows(f.tx, rs)
}

// writeLedger keeps the rows, and the figures about them in the mailbox, and queues the next try.
func (f *filing) writeLedger(rs *rows) error {
	if len(f.c.Waiting) == 0 && len(f.c.Settled) == 0 {
		return nil
	}
	var next time.Time
	for i, w := range f.c.Waiting {
		if old := f.ledger[i]; old != nil {
			w.Since, w.Attempts = old.Since, old.Attempts+1
		} else {
			w.Since, w.Attempts = f.now, 1
			f.box.LedgerSize++
			if f.box.LedgerFrom.IsZero() {
				f.box.LedgerFrom = f.now
			}
		}
		if next.IsZero() || w.NextTryAt.Before(next) {
			next = w.NextTryAt
		}
		if err := f.tx.Set(ledgerRef(f.account, f.box.Sub, w.GmailID), &w); err != nil {
			return err
		}
	}
	for i, id := range f.c.Settled {
		if f.ledger[len(f.c.Waiting)+i] == nil {
			continue
		}
		f.box.LedgerSize--
		if err := f.tx.Delete(ledgerRef(f.account, f.box.Sub, id)); err != nil {
			return err
		}
	}
	if f.box.LedgerSize <= 0 {
		f.box.LedgerSize, f.box.LedgerFrom, f.box.LedgerNext = 0, time.Time{}, time.Time{}
	}
	if !next.IsZero() {
		f.box.LedgerNext = next
		key := f.c.Held.Key
		body, err := json.Marshal(SyncTask{AccountID: key.AccountID, UserID: key.UserID, Generation: f.c.Held.Generation, Reason: "retry"})
		if err != nil {
			return err
		}
		rs.task(f.account, QueueSync, fmt.Sprintf("retry-%s-%d", key.UserID, next.Unix()), next, body)
	}
	return f.tx.Set(mailboxRef(f.c.Held.Key), &f.box)
}

func (f *filing) writeMessages(rs *rows) error {
	changed := map[string]bool{}
	for i, l := range f.letters {
		msg := l.in.Message
		msg.ThreadID = l.thread
		alias := Alias{GmailID: l.in.GmailID, GmailThreadID: f.c.GmailThreadID, ThreadID: l.thread, MessageID: msg.ID, ImportedAt: f.now}
		if f.aliases[i] == nil {
			if err := f.tx.Set(aliasRef(f.account, f.box.Sub, l.in.GmailID), &alias); err != nil {
				return err
			}
			if f.c.Listing == nil {
				f.tracked.InGmail++
				f.tracked.Stored++
			}
		}
		if err := f.tx.Delete(exclusionRef(f.account, f.box.Sub, l.in.GmailID)); err != nil {
			return err
		}
		if err := f.settle(l, msg); err != nil {
			return err
		}
		if l.exists {
			f.out.Duplicates++
			changed[l.thread] = f.addSource(l.thread) || changed[l.thread]
			continue
		}
		f.direct(&msg)
		msg.ImportedAt = f.now
		if err := f.tx.Create(messageRef(f.account, l.thread, msg.ID), &msg); err != nil {
			return err
		}
		// A second letter in this commit with the same key is the same mail under another Gmail id.
		for j := i + 1; j < len(f.letters); j++ {
			if f.letters[j].in.Message.ID == msg.ID && f.letters[j].thread == l.thread {
				f.letters[j].exists = true
			}
		}
		if msg.MessageID != "" && !l.hasRFCID {
			if err := f.tx.Set(rfcIDRef(f.account, msg.CandidateID, msg.MessageID), &rfcIDRecord{ThreadID: l.thread}); err != nil {
				return err
			}
		}
		f.summarize(l.thread, msg)
		changed[l.thread] = true
		f.out.New = append(f.out.New, msg)
		if err := f.s.messageEvent(rs, EventMessageImported, msg); err != nil {
			return err
		}
	}
	touched := false
	for id, t := range f.threads {
		if t == nil || !changed[id] {
			continue
		}
		touched = true
		if err := f.tx.Set(threadRef(f.account, id), t); err != nil {
			return err
		}
	}
	if touched {
		f.revision.Revision++
		return f.tx.Set(revisionRef(f.account, f.tracked.CandidateID), &f.revision)
	}
	return nil
}

// settle ends a send whose mail has been met in Gmail's Sent, in the mailbox it was to leave from.
func (f *filing) settle(l letter, msg hire.Message) error {
	x := f.sends[l.in.SendID]
	if x == nil || x.UserID != f.box.UserID || (x.State != SendSending && x.State != SendUnknown) {
		return nil
	}
	x.State, x.Problem = SendSent, nil
	x.GmailID, x.GmailThreadID = l.in.GmailID, f.c.GmailThreadID
	x.RFCMessageID, x.ThreadID, x.MessageID = msg.MessageID, l.thread, msg.ID
	x.SentAt, x.UpdatedAt = msg.ReceivedAt, f.now
	return f.tx.Set(sendRef(f.account, x.ID), x)
}

// direct says who wrote the message: one of the account's users, or somebody outside.
func (f *filing) direct(msg *hire.Message) {
	msg.Direction = hire.Inbound
	for _, a := range msg.From {
		if u, ok := f.people[hire.NormalizeAddress(a.Addr)]; ok {
			msg.Direction, msg.UserID = hire.Outbound, u.ID
			return
		}
	}
	if len(msg.From) == 1 && hire.SameAddress(msg.From[0].Addr, f.box.Address) {
		msg.Direction, msg.UserID = hire.Outbound, f.box.UserID
	}
}

// summarize brings a thread's summary up to date with one more message.
func (f *filing) summarize(id string, msg hire.Message) {
	t := f.threads[id]
	if t == nil {
		t = &hire.Thread{AccountID: f.account, ID: id, CandidateID: msg.CandidateID, OwnerID: f.box.UserID, Ambiguous: f.tracked.Ambiguous, FirstAt: msg.ReceivedAt}
		f.threads[id] = t
	}
	addUser(t, f.box.UserID)
	for _, a := range slices.Concat(msg.From, msg.To, msg.Cc) {
		if u, ok := f.people[hire.NormalizeAddress(a.Addr)]; ok {
			addUser(t, u.ID)
		}
	}
	f.addSource(id)
	t.Add(msg)
}

func addUser(t *hire.Thread, user string) {
	if user != "" && !t.HasUser(user) {
		t.UserIDs = append(t.UserIDs, user)
	}
}

// addSource notes that this mailbox's conversation is in the thread; false if that was known.
func (f *filing) addSource(id string) bool {
	t := f.threads[id]
	if t == nil {
		return false
	}
	src := hire.ThreadSource{UserID: f.box.UserID, Sub: f.box.Sub, GmailThreadID: f.c.GmailThreadID}
	if slices.Contains(t.Sources, src) {
		return false
	}
	t.Sources = append(t.Sources, src)
	addUser(t, f.box.UserID)
	return true
}

// writeReceipt records exclusions and what a whole listing has shown, and the conversation itself.
func (f *filing) writeReceipt() error {
	for i, e := range f.c.Excluded {
		e.Since = f.now
		if f.excluded[i] == nil && f.c.Listing == nil {
			if f.tracked.Excluded == nil {
				f.tracked.Excluded = map[string]int{}
			}
			f.tracked.Excluded[string(e.Reason)]++
		}
		if err := f.tx.Set(exclusionRef(f.account, f.box.Sub, e.GmailID), &e); err != nil {
			return err
		}
	}
	if l := f.c.Listing; l != nil && f.tracked.State == TrackActive {
		f.tracked.InGmail, f.tracked.Excluded = len(l.Admitted), l.Excluded
		f.tracked.Stored = len(l.Admitted)
		for _, w := range f.c.Waiting {
			if slices.Contains(l.Admitted, w.GmailID) {
				f.tracked.Stored--
			}
		}
		f.tracked.CheckedAt, f.tracked.HistoryID = f.now, l.HistoryID
	}
	return f.tx.Set(trackedRef(f.account, f.box.Sub, f.c.GmailThreadID), &f.tracked)
}

// messageEvent queues the event that a message is new in a profile. It carries ids, not content.
func (s *Store) messageEvent(rs *rows, kind string, m hire.Message) error {
	body, err := json.Marshal(map[string]any{
		"candidate_id": m.CandidateID, "thread_id": m.ThreadID, "message_id": m.ID, "direction": m.Direction, "user_id": m.UserID,
		"received_at": m.ReceivedAt, "auto_reply": m.AutoReply, "bounce": m.Bounce,
	})
	if err != nil {
		return err
	}
	rs.event(m.AccountID, kind, "candidates/"+m.CandidateID+"/threads/"+m.ThreadID, m.ThreadID+"/"+m.ID, body)
	return nil
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
			return tx.Delete(trackedRef(h.Key.AccountID, m.Sub, gmailThread))
		}
		if !t.Ours {
			t.State = TrackStopped
		}
		return tx.Set(trackedRef(h.Key.AccountID, m.Sub, gmailThread), t)
	})
}
