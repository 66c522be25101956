package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// SentMail is what was read back from Gmail after a send.
type SentMail struct {
	GmailID       string
	GmailThreadID string
	Message       hire.Message // as it is to stand in the profile; ids are filled in here
	Labelled      bool         // carries the import label
}

// CommitSent files a mail that Gmail has sent, in the profile and as known to the mailbox, and ends its send. If a sync has filed it first, this
// mailbox's or a colleague's, nothing is doubled.
func (s *Store) CommitSent(ctx context.Context, account, id string, m SentMail) (out Send, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "send.sent", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		x, err := getSend(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if x.State == SendSent {
			out = *x
			return nil
		}
		p := posting{s: s, tx: tx, m: m, x: x}
		if err := p.read(ctx); err != nil {
			return err
		}
		if err := p.write(&rs); err != nil {
			return err
		}
		out = *x
		return s.putRows(ctx, tx, rs)
	})
	return out, rs, err
}

// posting is one run of CommitSent's transaction: all reads, then all writes.
type posting struct {
	s  *Store
	tx docs.Tx
	m  SentMail
	x  *Send

	msg      hire.Message
	known    bool          // its Gmail id has an alias
	exists   bool          // in the profile already
	stored   *hire.Message // as a colleague's mailbox has brought it
	own      bool          // the conversation's own thread is there
	holds    rfcIDRecord
	tracked  *Tracked
	waits    *LedgerRow   // a sync has met the mail and could not read it
	thread   *hire.Thread // where the mail lies or is to lie; nil for one that is not there yet
	revision revisionRecord
	people   map[string]hire.User
}

func (p *posting) read(ctx context.Context) error {
	account, x := p.x.AccountID, p.x
	own, err := docs.Get[hire.Thread](ctx, p.tx, threadRef(account, x.ThreadID))
	if err != nil {
		return err
	}
	if p.tracked, err = docs.Get[Tracked](ctx, p.tx, trackedRef(account, x.Sub, p.m.GmailThreadID)); err != nil {
		return err
	}
	alias, err := docs.Get[Alias](ctx, p.tx, aliasRef(account, x.Sub, p.m.GmailID))
	if err != nil {
		return err
	}
	if p.waits, err = docs.Get[LedgerRow](ctx, p.tx, ledgerRef(account, x.Sub, p.m.GmailID)); err != nil {
		return err
	}
	p.msg = p.m.Message
	p.msg.AccountID, p.msg.CandidateID, p.msg.ThreadID = account, x.CandidateID, x.ThreadID
	p.msg.Direction, p.msg.UserID, p.msg.Via = hire.Outbound, x.UserID, "hire"
	switch { // the candidate under whom the conversation is filed: the one written to may have taken their place by a merge
	case own != nil:
		p.msg.CandidateID = own.CandidateID
	case p.tracked != nil && p.tracked.CandidateID != "":
		p.msg.CandidateID = p.tracked.CandidateID
	}
	p.msg.ID = hire.MessageKey(p.msg.CandidateID, p.msg.MessageID, p.msg.From, p.msg.Date, x.Sub, p.m.GmailID)
	p.own, p.thread = own != nil, own
	if alias != nil {
		p.known, p.exists, p.msg.ThreadID, p.msg.ID = true, true, alias.ThreadID, alias.MessageID
	} else if err := p.find(ctx); err != nil {
		return err
	}
	if p.msg.ThreadID != x.ThreadID {
		if p.thread, err = docs.Get[hire.Thread](ctx, p.tx, threadRef(account, p.msg.ThreadID)); err != nil {
			return err
		}
	}
	if p.people, err = usersByLogin(ctx, p.tx, account, addressesOf(p.msg)); err != nil {
		return err
	}
	revision, err := docs.Get[revisionRecord](ctx, p.tx, revisionRef(account, p.msg.CandidateID))
	if revision != nil {
		p.revision = *revision
	}
	return err
}

// find looks for the mail in its thread, and in those that hold a mail of the same Message-ID.
func (p *posting) find(ctx context.Context) error {
	if p.msg.MessageID != "" {
		r, err := docs.Get[rfcIDRecord](ctx, p.tx, rfcIDRef(p.msg.AccountID, p.msg.CandidateID, p.msg.MessageID))
		if err != nil {
			return err
		}
		if r != nil {
			p.holds = *r
		}
	}
	threads := []string{p.msg.ThreadID}
	for _, id := range p.holds.Threads {
		if id != p.msg.ThreadID {
			threads = append(threads, id)
		}
	}
	refs := make([]docs.Ref, len(threads))
	for i, id := range threads {
		refs[i] = messageRef(p.msg.AccountID, id, p.msg.ID)
	}
	found, err := docs.GetAll[hire.Message](ctx, p.tx, refs)
	for i, m := range found {
		if m != nil && !p.exists {
			p.exists, p.stored, p.msg.ThreadID = true, m, threads[i]
		}
	}
	return err
}

func (p *posting) write(rs *rows) error {
	x, account := p.x, p.x.AccountID
	x.GmailID, x.GmailThreadID = p.m.GmailID, p.m.GmailThreadID
	if x.Unlisted {
		x.Unlisted = false
		if err := listLater(rs, x, p.s.clock()); err != nil { // handed over at once; it has waited in the outbox since the draft
			return err
		}
	}
	if err := p.s.putSent(p.tx, rs, x, p.msg); err != nil {
		return err
	}
	if err := p.writeTracked(); err != nil {
		return err
	}
	src := hire.ThreadSource{UserID: x.UserID, Sub: x.Sub, GmailThreadID: p.m.GmailThreadID}
	t := p.thread
	if t == nil {
		t = &hire.Thread{AccountID: account, ID: p.msg.ThreadID, CandidateID: p.msg.CandidateID, OwnerID: x.UserID}
	}
	owned := p.stored != nil && p.stored.Direction != hire.Outbound // it came from an address that is nobody's login
	if owned {
		m := *p.stored
		m.Direction, m.UserID = hire.Outbound, x.UserID
		t.Wrote(m)
		if err := p.tx.Set(messageRef(account, m.ThreadID, m.ID), &m); err != nil {
			return err
		}
	}
	if p.exists && !owned && slices.Contains(t.Sources, src) {
		return nil
	}
	addUser(t, x.UserID)
	if !slices.Contains(t.Sources, src) {
		t.Sources = append(t.Sources, src)
	}
	if !p.exists {
		if err := p.file(t); err != nil {
			return err
		}
	}
	if err := p.tx.Set(threadRef(account, t.ID), t); err != nil {
		return err
	}
	p.revision.Revision++
	return p.tx.Set(revisionRef(account, p.msg.CandidateID), &p.revision)
}

// writeTracked notes the mail as one of the mailbox's conversation.
func (p *posting) writeTracked() error {
	if p.known {
		return nil
	}
	x, now := p.x, p.s.clock()
	a := Alias{GmailID: p.m.GmailID, GmailThreadID: p.m.GmailThreadID, ThreadID: p.msg.ThreadID, MessageID: p.msg.ID, ImportedAt: now}
	if err := p.tx.Set(aliasRef(x.AccountID, x.Sub, p.m.GmailID), &a); err != nil {
		return err
	}
	t := p.tracked
	if t == nil {
		t = &Tracked{
			AccountID: x.AccountID, UserID: x.UserID, Sub: x.Sub, GmailThreadID: p.m.GmailThreadID, State: TrackActive, Ours: true,
			CandidateID: p.msg.CandidateID, ThreadID: p.msg.ThreadID, Since: now,
		}
	}
	if !p.own { // still empty: the conversation goes where its mail lies
		t.ThreadID = p.msg.ThreadID
	}
	t.InGmail++
	t.Stored++
	if p.waits != nil && p.waits.Counted { // it waited for being stored, which it now is; the row ends with its next try
		t.InGmail--
		p.waits.Counted = false
		if err := p.tx.Set(ledgerRef(x.AccountID, x.Sub, p.m.GmailID), p.waits); err != nil {
			return err
		}
	}
	return p.tx.Set(trackedRef(x.AccountID, x.Sub, p.m.GmailThreadID), t)
}

// file puts the mail into its thread.
func (p *posting) file(t *hire.Thread) error {
	for _, u := range p.people {
		addUser(t, u.ID)
	}
	p.msg.ImportedAt, p.msg.Delivery = p.s.clock(), p.holds.Early
	if err := putMessage(p.tx, &p.msg); err != nil {
		return err
	}
	t.Add(p.msg)
	if p.msg.MessageID == "" || slices.Contains(p.holds.Threads, t.ID) || len(p.holds.Threads) >= maxHolders {
		return nil
	}
	r := p.holds.with(t.ID, p.msg.ID)
	return p.tx.Set(rfcIDRef(p.msg.AccountID, p.msg.CandidateID, p.msg.MessageID), &r)
}

// putSent ends a send as sent: msg is its mail, in the thread where it lies.
func (s *Store) putSent(tx docs.Tx, rs *rows, x *Send, msg hire.Message) error {
	if err := tx.Delete(settleRow(x)); err != nil {
		return err
	}
	x.State, x.Problem, x.Claim = SendSent, nil, x.Claim.letGo()
	x.RFCMessageID, x.ThreadID, x.MessageID = msg.MessageID, msg.ThreadID, msg.ID
	x.SentAt, x.UpdatedAt = msg.ReceivedAt, s.clock()
	if err := lookForOrphans(rs, x, s.clock().Add(orphanWait)); err != nil {
		return err
	}
	if err := putSend(tx, x); err != nil {
		return err
	}
	if err := s.audit(tx, x.AccountID, AuditEntry{UserID: x.UserID, Action: AuditSent, Target: msg.ThreadID, CandidateID: msg.CandidateID, Detail: msg.ID}); err != nil {
		return err
	}
	if err := messageEvent(rs, EventMessageSent, msg, nil); err != nil {
		return err
	}
	return lookAfterSend(rs, x, s.clock())
}

// sentSlot is the time within which the sends of a mailbox share one look after them, and how long after them it is, at least: Gmail's second is over by then.
const sentSlot = 2 * time.Second

// lookAfterSend queues a look at the mailbox a few seconds after a send: Gmail drops the notification of what comes within a second of our own mail, an automatic
// answer say, which would else wait for the sweep.
func lookAfterSend(rs *rows, x *Send, now time.Time) error {
	at := now.Truncate(sentSlot).Add(2 * sentSlot)
	return rs.sync(SyncTask{AccountID: x.AccountID, UserID: x.UserID, Reason: "at_work"}, fmt.Sprintf("after-send-%s-%d", x.UserID, at.Unix()), at)
}

func addressesOf(m hire.Message) []string {
	var out []string
	for _, a := range slices.Concat(m.From, m.To, m.Cc) {
		out = append(out, a.Addr)
	}
	return out
}
