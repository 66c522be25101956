package store

import (
	"context"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Lease takes the right to sync a mailbox. Where another has it, Pushes is raised instead, so that the holder lists again before it is done.
func (s *Store) Lease(ctx context.Context, k MailboxKey, generation int64, holder string, ttl time.Duration) (m Mailbox, held *Held, err error) {
	err = s.updateMailbox(ctx, "mailbox.lease", k, generation, func(_ docs.Tx, doc *Mailbox) (bool, error) {
		held, m = nil, Mailbox{}
		if doc.State != Connected {
			return false, nil
		}
		now := s.clock()
		if !doc.Lease.free(holder, now) {
			doc.Pushes++
			m = *doc
			return true, nil
		}
		doc.Lease = doc.Lease.takenBy(holder, now, ttl)
		m = *doc
		held = &Held{Key: k, Generation: generation, Holder: holder, Fence: doc.Lease.Fence}
		return true, nil
	})
	return m, held, err
}

// Advance says where a complete listing has brought the sync of a mailbox.
type Advance struct {
	Cursor int64     // the last record listed, or the id of an earlier empty listing that this one has confirmed
	Begun  time.Time // of the listing
	Ahead  Ahead
	Pushed bool    // the listing was caused by a push
	Early  Early   // what a look after an early push has shown
	Spent  []Spent // of Gmail's quota by the mailbox of late, as far as the caller knows
	// Partial: the listing was broken off at Cursor. What lies behind it is unknown, so the mailbox does not count as verified.
	Partial bool
}

// Early says what came of a look at a mailbox whose push named an id that no record had yet.
type Early uint8

// What may come of it.
const (
	NotEarly    Early = iota // it was no such look
	EarlyFound               // the push had been faster than its history
	EarlyInVain              // there was nothing
)

func (a Advance) apply(m *Mailbox, now time.Time) {
	if a.Cursor > m.Cursor {
		if now.Sub(m.MovedFrom.At) >= lately {
			m.MovedBefore, m.MovedFrom = m.MovedFrom, Move{Cursor: m.Cursor, At: now}
		}
		m.Cursor = a.Cursor
	}
	m.LastSyncAt = now
	m.Spent = a.Spent
	if a.Partial {
		m.Ahead = Ahead{}
	} else {
		m.Ahead, m.VerifiedAt = a.Ahead, now
		if a.Begun.After(m.ListedAt) {
			m.ListedAt = a.Begun
		}
	}
	switch a.Early {
	case EarlyFound:
		m.EarlyInVain = 0
	case EarlyInVain:
		m.EarlyInVain++
	}
	if a.Pushed {
		m.LastPushAt = now
	}
}

// AdvanceIdle moves the cursor after a complete listing in which nothing concerned Hire, by one write that reads nothing. It needs no lease: it does nothing, and says
// so, if the mailbox has changed since Mailbox has read it as seen: connected anew, moved, or leased, for a leaseholder may be about to track a conversation that the
// listing took for not ours.
func (s *Store) AdvanceIdle(ctx context.Context, seen Mailbox, a Advance) (moved bool, err error) {
	now := s.clock()
	if seen.State != Connected || seen.Lease.Held(now) {
		return false, nil
	}
	stamp := seen.stamp
	a.apply(&seen, now)
	return s.db.Replace(ctx, "mailbox.advance_idle", mailboxRef(seen.Key()), stamp, &seen)
}

// Finish moves the cursor after a complete listing whose records are all committed or in the ledger, and lets go of the lease. again tells that a push came
// while the lease was held, after the mailbox was read as seen: whoever finishes lists again.
func (s *Store) Finish(ctx context.Context, h Held, seen Mailbox, a Advance) (again bool, err error) {
	err = s.updateMailbox(ctx, "mailbox.finish", h.Key, h.Generation, func(_ docs.Tx, m *Mailbox) (bool, error) {
		now := s.clock()
		again = m.Pushes != seen.Pushes
		if m.Lease.Holder == "" && m.Lease.Fence == h.Fence {
			return false, nil // let go by this very commit, which is run again because its answer was lost; nobody has taken it since
		}
		if err := h.check(m, now); err != nil {
			return false, err
		}
		a.apply(m, now)
		m.Lease = m.Lease.letGo()
		return true, nil
	})
	return again, err
}

// Release lets go of the lease without moving the cursor.
func (s *Store) Release(ctx context.Context, h Held) error {
	return s.updateMailbox(ctx, "mailbox.release", h.Key, h.Generation, func(_ docs.Tx, m *Mailbox) (bool, error) {
		if m.Lease.Holder != h.Holder || m.Lease.Fence != h.Fence {
			return false, nil
		}
		m.Lease = m.Lease.letGo()
		m.Spent = h.Spent
		return true, nil
	})
}

// BeginRecovery notes that Gmail has forgotten the history at the cursor. The new cursor, read from Gmail before, is committed together with the work
// that makes up for the gap, so that neither is there without the other.
func (s *Store) BeginRecovery(ctx context.Context, h Held, newCursor int64, id string) (m Mailbox, due []OutboxRow, err error) {
	var rs rows
	err = s.updateMailbox(ctx, "mailbox.begin_recovery", h.Key, h.Generation, func(tx docs.Tx, doc *Mailbox) (bool, error) {
		rs = nil
		now := s.clock()
		if err := h.check(doc, now); err != nil {
			return false, err
		}
		since := doc.VerifiedAt
		if doc.Recovery != nil && doc.Recovery.Since.Before(since) {
			since = doc.Recovery.Since
		}
		doc.Recovery = &Recovery{ID: id, Since: since, StartedAt: now}
		doc.Cursor, doc.Ahead, doc.MovedFrom, doc.MovedBefore = newCursor, Ahead{}, Move{}, Move{}
		m = *doc
		t := SyncTask{AccountID: h.Key.AccountID, UserID: h.Key.UserID, Generation: h.Generation, Reason: "recovery", Import: true}
		if err := rs.sync(t, fmt.Sprintf("recovery-%s-%s", h.Key.UserID, id), now); err != nil {
			return false, err
		}
		return true, s.putRows(ctx, tx, rs)
	})
	return m, rs, err
}

// SetRecovery notes how far the recovery has come, under the lease; nil when it is done.
func (s *Store) SetRecovery(ctx context.Context, h Held, id string, r *Recovery) error {
	return s.updateMailbox(ctx, "mailbox.recovery", h.Key, h.Generation, func(_ docs.Tx, m *Mailbox) (bool, error) {
		if m.Recovery == nil || m.Recovery.ID != id {
			return false, nil
		}
		if err := h.check(m, s.clock()); err != nil {
			return false, err
		}
		m.Recovery = r
		return true, nil
	})
}

// SetImport notes how far a run over the labelled conversations has come; nil when it is done.
func (s *Store) SetImport(ctx context.Context, k MailboxKey, generation int64, i *Import) error {
	return s.updateMailbox(ctx, "mailbox.import", k, generation, func(_ docs.Tx, m *Mailbox) (bool, error) {
		m.Import = i
		if i == nil {
			m.Imported = s.clock()
		}
		return true, nil
	})
}

// Tracked looks conversations up in one round trip; those unknown are absent from the answer.
func (s *Store) Tracked(ctx context.Context, account, sub string, gmailThreads []string) (map[string]Tracked, error) {
	out := map[string]Tracked{}
	if len(gmailThreads) == 0 {
		return out, nil
	}
	refs := make([]docs.Ref, len(gmailThreads))
	for i, id := range gmailThreads {
		refs[i] = trackedRef(account, sub, id)
	}
	err := s.db.View(ctx, "tracked", func(ctx context.Context, tx docs.Tx) error {
		clear(out)
		found, err := docs.GetAll[Tracked](ctx, tx, refs)
		if err != nil {
			return err
		}
		for _, t := range found {
			if t != nil {
				out[t.GmailThreadID] = *t
			}
		}
		return nil
	})
	return out, err
}

// Known says what became of Gmail messages: imported, or excluded by the rules. Those unknown are in neither.
func (s *Store) Known(ctx context.Context, account, sub string, gmailIDs []string) (imported map[string]Alias, excluded map[string]Exclusion, err error) {
	imported, excluded = map[string]Alias{}, map[string]Exclusion{}
	if len(gmailIDs) == 0 {
		return imported, excluded, nil
	}
	n := len(gmailIDs)
	refs := make([]docs.Ref, 2*n)
	into := make([]any, 2*n)
	aliases := make([]Alias, n)
	exclusions := make([]Exclusion, n)
	for i, id := range gmailIDs {
		refs[i], into[i] = aliasRef(account, sub, id), &aliases[i]
		refs[n+i], into[n+i] = exclusionRef(account, sub, id), &exclusions[i]
	}
	err = s.db.View(ctx, "known", func(ctx context.Context, tx docs.Tx) error {
		clear(imported)
		clear(excluded)
		found, err := tx.Get(ctx, refs, into)
		if err != nil {
			return err
		}
		for i := range gmailIDs {
			if found[i] {
				imported[aliases[i].GmailID] = aliases[i]
			}
			if found[n+i] {
				excluded[exclusions[i].GmailID] = exclusions[i]
			}
		}
		return nil
	})
	return imported, excluded, err
}

// Ledger lists rows whose next try is due, the most urgent first.
func (s *Store) Ledger(ctx context.Context, account, sub string, limit int) ([]LedgerRow, error) {
	return list[LedgerRow](ctx, s, "ledger", docs.Query{
		Collection: gmailRef(account, sub).Under("ledger"), OrderBy: "NextTryAt", Before: s.clock().Add(time.Microsecond), Limit: limit,
	})
}

// DueMailboxes lists mailboxes of one shard that the sweep should look at, at most limit of them.
func (s *Store) DueMailboxes(ctx context.Context, shard, limit int) ([]MailboxKey, error) {
	page, err := list[dueRecord](ctx, s, "due", docs.Query{
		Collection: docs.Path("due", shardName(shard)).Under("dues"), OrderBy: "DueAt", Before: s.clock().Add(time.Microsecond), Limit: limit,
	})
	out := make([]MailboxKey, len(page))
	for i, d := range page {
		out[i] = MailboxKey{AccountID: d.AccountID, UserID: d.UserID}
	}
	return out, err
}

// Shards is how many shards DueMailboxes has.
const Shards = shards

// LookAgain sets when the sweep looks at a mailbox next.
func (s *Store) LookAgain(ctx context.Context, k MailboxKey, at time.Time) error {
	return s.db.Update(ctx, "due.set", func(_ context.Context, tx docs.Tx) error {
		return tx.Set(dueRef(k), &dueRecord{AccountID: k.AccountID, UserID: k.UserID, DueAt: at})
	})
}

// Unmatched lists labelled conversations of a mailbox that are in no profile, the oldest first.
func (s *Store) Unmatched(ctx context.Context, account, sub string, after *Tracked, limit int) ([]Tracked, error) {
	q := docs.Query{
		Collection: gmailRef(account, sub).Under("tracked"), Where: []docs.Equal{{Field: "State", Value: string(TrackUnmatched)}}, OrderBy: "Since", Limit: limit,
	}
	if after != nil {
		q.After = &docs.Position{Value: after.Since, ID: after.GmailThreadID}
	}
	return list[Tracked](ctx, s, "unmatched", q)
}
