package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Resync is the comparison of all tracked conversations of a mailbox with Gmail, by ids, that an operator has asked for. It is kept when it has ended, until another
// is asked for.
type Resync struct {
	ID       string
	AskedAt  time.Time
	Total    int       // conversations there were when it was asked for
	After    string    // the Gmail conversation compared last; "" at its begin
	Done     int       // conversations compared
	Repaired int       // messages found missing: fetched, or in the ledger
	EndedAt  time.Time // zero: it is under way
}

// Resyncing tells whether a resync is under way.
func (m Mailbox) Resyncing() bool { return m.Resync != nil && m.Resync.EndedAt.IsZero() }

// AskResync asks for a resync of a mailbox that has so many conversations: it is noted, and the task that does it is queued in the same commit; after it the labelled
// conversations are gone through. One that is under way goes on, with another task in case its own was lost. Where the mailbox is not connected nothing is queued: the
// caller looks at its state. hire.CodeNotFound if there is none.
func (s *Store) AskResync(ctx context.Context, k MailboxKey, conversations int) (m Mailbox, due []OutboxRow, err error) {
	id, err := s.NewID()
	if err != nil {
		return m, nil, err
	}
	return s.ask(ctx, "mailbox.ask_resync", k, "resync", id, func(tx docs.Tx, doc *Mailbox) error {
		if doc.Resyncing() {
			return nil
		}
		doc.Resync = &Resync{ID: id, AskedAt: s.clock(), Total: conversations}
		if err := s.audit(tx, k.AccountID, AuditEntry{Action: AuditResync, Target: k.UserID}); err != nil {
			return err
		}
		return tx.Set(mailboxRef(k), doc)
	})
}

// AskWalk asks for a walk over the labelled conversations of a mailbox, as the daily one is. run names the occasion: one mailbox is asked once for each. As with
// AskResync nothing is queued where the mailbox is not connected.
func (s *Store) AskWalk(ctx context.Context, k MailboxKey, run string) (m Mailbox, due []OutboxRow, err error) {
	return s.ask(ctx, "mailbox.ask_walk", k, "backfill", run, func(docs.Tx, *Mailbox) error { return nil })
}

// ask queues a task that goes through a mailbox, after note has written what goes with it.
func (s *Store) ask(ctx context.Context, op string, k MailboxKey, reason, id string, note func(docs.Tx, *Mailbox) error) (m Mailbox, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, op, func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		doc, err := docs.Get[Mailbox](ctx, tx, mailboxRef(k))
		if err != nil {
			return err
		}
		if doc == nil {
			return hire.Err(hire.CodeNotFound)
		}
		if doc.State == Connected {
			if err := note(tx, doc); err != nil {
				return err
			}
			t := SyncTask{AccountID: k.AccountID, UserID: k.UserID, Generation: doc.Generation, Reason: reason, Import: true}
			if err := rs.sync(t, reason+"-"+k.UserID+"-"+id, s.clock()); err != nil {
				return err
			}
			if err := s.putRows(ctx, tx, rs); err != nil {
				return err
			}
		}
		m = *doc
		return nil
	})
	return m, rs, err
}

// SetResync notes how far a resync has come, under the lease. It does nothing to another one.
func (s *Store) SetResync(ctx context.Context, h Held, r Resync) error {
	return s.updateMailbox(ctx, "mailbox.resync", h.Key, h.Generation, func(_ docs.Tx, m *Mailbox) (bool, error) {
		if m.Resync == nil || m.Resync.ID != r.ID {
			return false, nil
		}
		if err := h.check(m, s.clock()); err != nil {
			return false, err
		}
		m.Resync = &r
		return true, nil
	})
}

// AllTracked lists the tracked conversations of a mailbox by their Gmail id, after the given one.
func (s *Store) AllTracked(ctx context.Context, account, sub, after string, limit int) ([]Tracked, error) {
	q := docs.Query{Collection: gmailRef(account, sub).Under("tracked"), Limit: limit}
	if after != "" {
		q.After = &docs.Position{ID: after}
	}
	return list[Tracked](ctx, s, "tracked.all", q)
}

// AccountIDs lists the ids of all accounts, after the given one: for operators' programs alone. Nothing that a user calls may know of more than one account.
func (s *Store) AccountIDs(ctx context.Context, after string, limit int) ([]string, error) {
	q := docs.Query{Collection: "accounts", Limit: limit}
	if after != "" {
		q.After = &docs.Position{ID: after}
	}
	page, err := list[hire.Account](ctx, s, "accounts", q)
	out := make([]string, len(page))
	for i, a := range page {
		out[i] = a.ID
	}
	return out, err
}
