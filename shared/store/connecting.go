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
		x := connecting{NewConnection: c}
		if err := x.read(ctx, tx); err != nil {
			return err
		}
		if err := x.allowed(now); err != nil {
			return err
		}
		if x.old != nil && x.old.State == Connected && x.old.Sub == c.Sub && x.old.TokenVersion == c.TokenVersion {
			m = *x.old // by this very commit, which is run again because its answer was lost: no token is put twice
			return nil
		}
		if err := x.readFormer(ctx, tx); err != nil {
			return err
		}
		m = x.mailbox(now)
		if err := x.queue(&rs, m, now); err != nil {
			return err
		}
		if err := s.endDeletion(tx, x.ending, "connected_anew", connectedAgain); err != nil {
			return err
		}
		if err := x.write(tx, m, now); err != nil {
			return err
		}
		if err := s.audit(tx, m.AccountID, AuditEntry{UserID: m.UserID, Action: AuditConnected, Target: m.UserID}); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return m, rs, err
}

// connectedAgain is the step by which a connection's end is over that another has taken the place of.
var connectedAgain = DeletionStep{
	What: "record", Outcome: StepNotNeeded,
	Detail: "The user connected the mailbox again before its end was done: Google's grant and the watch serve the new connection, which has a token of its own and replaces the former one.",
}

// connecting is a new connection with the records that it changes.
type connecting struct {
	NewConnection
	account *hire.Account
	user    *hire.User
	google  GoogleUser
	of      mailboxesRecord // of the address

	old          *Mailbox         // of the user's former connection; nil where there was none
	formerGoogle *GoogleUser      // of the former connection, where that was another; else nil
	formerOf     *mailboxesRecord // of the former address, where that was another; else nil
	ending       *Deletion        // of the former connection, which this one takes the place of before it has ended; else nil
}

func (x *connecting) read(ctx context.Context, tx docs.Tx) error {
	var account hire.Account
	var user hire.User
	var old Mailbox
	found, err := tx.Get(ctx,
		[]docs.Ref{accountRef(x.Key.AccountID), userRef(x.Key.AccountID, x.Key.UserID), googleUserRef(x.Sub), mailboxRef(x.Key), mailboxesOfRef(x.Address)},
		[]any{&account, &user, &x.google, &old, &x.of})
	if err != nil {
		return err
	}
	if found[0] {
		x.account = &account
	}
	if found[1] {
		x.user = &user
	}
	if found[3] {
		x.old = &old
	}
	return nil
}

// allowed tells why the connection may not be made; nil if it may.
func (x *connecting) allowed(now time.Time) error {
	if x.account == nil || x.user == nil {
		return hire.Err(hire.CodeNotFound)
	}
	if err := hire.MayConnect(*x.account, *x.user); err != nil {
		return err
	}
	if !hire.SameAddress(x.user.Email, x.Address) {
		return hire.Err(hire.CodeWrongAccount)
	}
	if !x.google.Lease.heldBy(x.Holder, now) {
		return fmt.Errorf("connect google user: %w", ErrLeaseLost)
	}
	return nil
}

// readFormer reads what the former connection leaves behind.
func (x *connecting) readFormer(ctx context.Context, tx docs.Tx) (err error) {
	if x.old == nil {
		return nil
	}
	if x.old.Sub != x.Sub {
		if x.formerGoogle, err = docs.Get[GoogleUser](ctx, tx, googleUserRef(x.old.Sub)); err != nil {
			return err
		}
	}
	if !hire.SameAddress(x.old.Address, x.Address) {
		if x.formerOf, err = docs.Get[mailboxesRecord](ctx, tx, mailboxesOfRef(x.old.Address)); err != nil {
			return err
		}
	}
	if x.old.State == Disconnecting {
		x.ending, err = docs.Get[Deletion](ctx, tx, deletionRef(x.Key.AccountID, mailboxDeletion(x.Key.UserID, x.old.Generation)))
	}
	return err
}

// mailbox is the mailbox's next generation.
func (x *connecting) mailbox(now time.Time) Mailbox {
	m := Mailbox{AccountID: x.Key.AccountID, UserID: x.Key.UserID, Cursor: x.WatchHistoryID, VerifiedAt: now}
	if old := x.old; old != nil {
		if old.Sub == x.Sub && old.Cursor > 0 {
			m = *old // the time between is caught up from the old cursor
			m.Lease = old.Lease.broken()
			m.Problem = nil
			m.ReadBlockedUntil, m.SendBlockedUntil = time.Time{}, time.Time{}
		}
		m.Generation, m.FormerSubs = old.Generation, old.FormerSubs
		if old.Sub != x.Sub && old.Sub != "" && !slices.Contains(m.FormerSubs, old.Sub) {
			m.FormerSubs = append(slices.Clone(m.FormerSubs), old.Sub)
		}
	}
	m.Generation++
	m.State, m.Sub, m.Address, m.TokenVersion = Connected, x.Sub, x.Address, x.TokenVersion
	m.ConnectedAt, m.Labels = now, x.Labels
	m.WatchExpiresAt, m.WatchRenewedAt, m.WatchFailedAt = x.WatchExpiresAt, now, time.Time{}
	return m
}

// queue makes the first import due, and the event.
func (x *connecting) queue(rs *rows, m Mailbox, now time.Time) error {
	t := SyncTask{AccountID: m.AccountID, UserID: m.UserID, Generation: m.Generation, Reason: "connected", Import: true}
	if err := rs.sync(t, fmt.Sprintf("connected-%s-%d", m.UserID, m.Generation), now); err != nil {
		return err
	}
	if slices.ContainsFunc(x.of.Mailboxes, func(k MailboxKey) bool { return k != x.Key }) {
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
	return nil
}

// write writes the mailbox, by whom and by which address it is found, and when the sweep looks at it.
func (x *connecting) write(tx docs.Tx, m Mailbox, now time.Time) error {
	if x.formerGoogle != nil {
		x.formerGoogle.Connections = withoutMailbox(x.formerGoogle.Connections, x.Key)
		if err := tx.Set(googleUserRef(x.old.Sub), x.formerGoogle); err != nil {
			return err
		}
	}
	if x.formerOf != nil {
		if err := leaveAddress(tx, x.old.Address, x.formerOf, x.Key); err != nil {
			return err
		}
	}
	if err := tx.Set(mailboxRef(x.Key), &m); err != nil {
		return err
	}
	x.google.Sub = x.Sub
	x.google.Connections = append(withoutMailbox(x.google.Connections, x.Key), Connection{AccountID: m.AccountID, UserID: m.UserID, Generation: m.Generation})
	if err := tx.Set(googleUserRef(x.Sub), &x.google); err != nil {
		return err
	}
	if !slices.Contains(x.of.Mailboxes, x.Key) {
		x.of.Mailboxes = append(x.of.Mailboxes, x.Key)
	}
	if err := tx.Set(mailboxesOfRef(x.Address), &x.of); err != nil {
		return err
	}
	return tx.Set(dueRef(x.Key), &dueRecord{AccountID: m.AccountID, UserID: m.UserID, DueAt: now.Add(SweepInterval)})
}
