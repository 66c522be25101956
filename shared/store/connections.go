package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// ErrLeaseLost: the lease that a commit relies on ran out or is somebody else's. Nothing was stored.
var ErrLeaseLost = errors.New("lease lost")

// SweepInterval is how long after the last verified sync the sweep looks at a mailbox again.
const SweepInterval = 8 * time.Minute

type dueRecord struct {
	AccountID string
	UserID    string
	DueAt     time.Time
}

// NewConnection is what a callback has in hand when Google and Gmail have answered.
type NewConnection struct {
	Key            MailboxKey
	Sub            string
	Address        string // of the Gmail mailbox
	TokenVersion   string
	Labels         []Label
	WatchHistoryID int64
	WatchExpiresAt time.Time
	Holder         string // of the lease on the Google user
}

// CommitConnection begins a new generation of the user's mailbox. Where the same Google user was connected before, cursor, ledger and recovery
// pass on, so that the time between is caught up.
// The first import and the event are queued in the same commit.
func (s *Store) CommitConnection(ctx context.Context, c NewConnection) (m Mailbox, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "connection.commit", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		now := s.clock()
		var account hire.Account
		var user hire.User
		var google GoogleUser
		var old Mailbox
		var of mailboxesRecord
		found, err := tx.Get(ctx,
			[]docs.Ref{accountRef(c.Key.AccountID), userRef(c.Key.AccountID, c.Key.UserID), googleUserRef(c.Sub), mailboxRef(c.Key), mailboxesOfRef(c.Address)},
			[]any{&account, &user, &google, &old, &of})
		if err != nil {
			return err
		}
		if !found[0] || !found[1] {
			return hire.Err(hire.CodeNotFound)
		}
		if err := hire.MayConnect(account, user); err != nil {
			return err
		}
		if !hire.SameAddress(user.Email, c.Address) {
			return hire.Err(hire.CodeWrongAccount)
		}
		if google.Lease.Holder != c.Holder || !google.Lease.Held(now) {
			return fmt.Errorf("connect google user: %w", ErrLeaseLost)
		}
		if found[3] && old.State == Connected && old.Sub == c.Sub && old.TokenVersion == c.TokenVersion {
			m = old // by this very commit, which is run again because its answer was lost: no token is put twice
			return nil
		}
		var formerGoogle *GoogleUser
		if found[3] && old.Sub != c.Sub {
			if formerGoogle, err = docs.Get[GoogleUser](ctx, tx, googleUserRef(old.Sub)); err != nil {
				return err
			}
		}
		var formerOf *mailboxesRecord
		if found[3] && !hire.SameAddress(old.Address, c.Address) {
			if formerOf, err = docs.Get[mailboxesRecord](ctx, tx, mailboxesOfRef(old.Address)); err != nil {
				return err
			}
		}

		var ending *Deletion // of the former connection, which this one takes the place of before it has ended
		if found[3] && old.State == Disconnecting {
			if ending, err = docs.Get[Deletion](ctx, tx, deletionRef(c.Key.AccountID, mailboxDeletion(c.Key.UserID, old.Generation))); err != nil {
				return err
			}
		}

		m = Mailbox{AccountID: c.Key.AccountID, UserID: c.Key.UserID, Cursor: c.WatchHistoryID, VerifiedAt: now}
		if found[3] {
			if old.Sub == c.Sub && old.Cursor > 0 {
				m = old // the time between is caught up from the old cursor
				m.Lease = Lease{Fence: old.Lease.Fence + 1}
				m.Problem = nil
				m.ReadBlockedUntil, m.SendBlockedUntil = time.Time{}, time.Time{}
			}
			m.Generation, m.FormerSubs = old.Generation, old.FormerSubs
			if old.Sub != c.Sub && old.Sub != "" && !slices.Contains(m.FormerSubs, old.Sub) {
				m.FormerSubs = append(slices.Clone(m.FormerSubs), old.Sub)
			}
		}
		m.Generation++
		m.State, m.Sub, m.Address, m.TokenVersion = Connected, c.Sub, c.Address, c.TokenVersion
		m.ConnectedAt, m.Labels = now, c.Labels
		m.WatchExpiresAt, m.WatchRenewedAt, m.WatchFailedAt = c.WatchExpiresAt, now, time.Time{}

		connection := Connection{AccountID: m.AccountID, UserID: m.UserID, Generation: m.Generation}
		google.Sub = c.Sub
		google.Connections = append(withoutMailbox(google.Connections, c.Key), connection)
		if !slices.Contains(of.Mailboxes, c.Key) {
			of.Mailboxes = append(of.Mailboxes, c.Key)
		}
		t := SyncTask{AccountID: m.AccountID, UserID: m.UserID, Generation: m.Generation, Reason: "connected", Import: true}
		if err := rs.sync(t, fmt.Sprintf("connected-%s-%d", m.UserID, m.Generation), now); err != nil {
			return err
		}
		if len(of.Mailboxes) > 1 {
			// Who remembers the address's other mailboxes does not see this one's notifications yet.
			again := SyncTask{AccountID: m.AccountID, UserID: m.UserID, Generation: m.Generation, Reason: "at_work"}
			if err := rs.sync(again, fmt.Sprintf("remembered-%s-%d", m.UserID, m.Generation), now.Add(2*AddressRemembered)); err != nil {
				return err
			}
		}
		data, err := json.Marshal(map[string]any{"user_id": m.UserID, "gmail_address": m.Address})
		if err != nil {
			return err
		}
		rs.event(m.AccountID, EventMailboxConnected, "users/"+m.UserID, fmt.Sprintf("%s-%d", m.UserID, m.Generation), data)

		again := DeletionStep{What: "record", Outcome: StepNotNeeded, Detail: "The user connected the mailbox again before its end was done: Google's grant and the watch serve the new connection, which has a token of its own and replaces the former one."}
		if err := s.endDeletion(tx, ending, "connected_anew", again); err != nil {
			return err
		}
		if formerGoogle != nil {
			formerGoogle.Connections = withoutMailbox(formerGoogle.Connections, c.Key)
			if err := tx.Set(googleUserRef(old.Sub), formerGoogle); err != nil {
				return err
			}
		}
		if err := leaveAddress(tx, old.Address, formerOf, c.Key); err != nil {
			return err
		}
		if err := tx.Set(mailboxRef(c.Key), &m); err != nil {
			return err
		}
		if err := tx.Set(googleUserRef(c.Sub), &google); err != nil {
			return err
		}
		if err := tx.Set(mailboxesOfRef(c.Address), &of); err != nil {
			return err
		}
		if err := tx.Set(dueRef(c.Key), &dueRecord{AccountID: m.AccountID, UserID: m.UserID, DueAt: now.Add(SweepInterval)}); err != nil {
			return err
		}
		if err := s.audit(tx, m.AccountID, AuditEntry{UserID: m.UserID, Action: AuditConnected, Target: m.UserID}); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return m, rs, err
}

// MarkNeedsReconnect parks a connection whose token Google refuses. Only the first such call of a generation makes an event.
func (s *Store) MarkNeedsReconnect(ctx context.Context, k MailboxKey, generation int64, p Problem) (due []OutboxRow, err error) {
	var rs rows
	err = s.updateMailbox(ctx, "mailbox.needs_reconnect", k, generation, func(tx docs.Tx, m *Mailbox) (bool, error) {
		rs = nil
		if m.State != Connected {
			return false, nil
		}
		p.At = s.clock()
		m.State, m.Problem = NeedsReconnect, &p
		data, err := json.Marshal(map[string]any{"user_id": m.UserID, "gmail_address": m.Address, "code": p.Code})
		if err != nil {
			return false, err
		}
		rs.event(m.AccountID, EventMailboxReconnect, "users/"+m.UserID, fmt.Sprintf("%s-%d", m.UserID, m.Generation), data)
		if err := s.audit(tx, m.AccountID, AuditEntry{Action: AuditNeedsReconnect, Target: m.UserID, Detail: string(p.Code)}); err != nil {
			return false, err
		}
		return true, s.putRows(ctx, tx, rs)
	})
	return rs, err
}

// SetWatch records a renewal of the watch, or that it failed (expires zero).
func (s *Store) SetWatch(ctx context.Context, k MailboxKey, generation int64, expires time.Time) error {
	return s.updateMailbox(ctx, "mailbox.watch", k, generation, func(_ docs.Tx, m *Mailbox) (bool, error) {
		if expires.IsZero() {
			m.WatchFailedAt = s.clock()
			return true, nil
		}
		m.WatchExpiresAt, m.WatchRenewedAt, m.WatchFailedAt = expires, s.clock(), time.Time{}
		return true, nil
	})
}

// SetLabels records which labels ask for an import now.
func (s *Store) SetLabels(ctx context.Context, k MailboxKey, generation int64, labels []Label) error {
	return s.updateMailbox(ctx, "mailbox.labels", k, generation, func(_ docs.Tx, m *Mailbox) (bool, error) {
		if slices.Equal(m.Labels, labels) {
			return false, nil
		}
		m.Labels = labels
		return true, nil
	})
}

// Block opens a mailbox's breaker until the given time: for sending, or for everything else.
func (s *Store) Block(ctx context.Context, k MailboxKey, generation int64, until time.Time, sending bool) error {
	return s.updateMailbox(ctx, "mailbox.block", k, generation, func(_ docs.Tx, m *Mailbox) (bool, error) {
		field := &m.ReadBlockedUntil
		if sending {
			field = &m.SendBlockedUntil
		}
		if !until.After(*field) {
			return false, nil
		}
		*field = until
		return true, nil
	})
}

// updateMailbox changes a mailbox of a generation; change says whether there is something to write. Another generation, or none, is left alone.
func (s *Store) updateMailbox(ctx context.Context, op string, k MailboxKey, generation int64, change func(tx docs.Tx, m *Mailbox) (bool, error)) error {
	return s.db.Update(ctx, op, func(ctx context.Context, tx docs.Tx) error {
		m, err := docs.Get[Mailbox](ctx, tx, mailboxRef(k))
		if err != nil || m == nil || m.Generation != generation {
			return err
		}
		write, err := change(tx, m)
		if err != nil || !write {
			return err
		}
		return tx.Set(mailboxRef(k), m)
	})
}
