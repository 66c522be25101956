package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

func withoutMailbox(cs []Connection, k MailboxKey) []Connection {
	return slices.DeleteFunc(slices.Clone(cs), func(c Connection) bool { return c.AccountID == k.AccountID && c.UserID == k.UserID })
}

// leaveAddress takes a mailbox from those that have an address; of may be nil.
func leaveAddress(tx docs.Tx, address string, of *mailboxesRecord, k MailboxKey) error {
	if of == nil {
		return nil
	}
	of.Mailboxes = slices.DeleteFunc(of.Mailboxes, func(o MailboxKey) bool { return o == k })
	if len(of.Mailboxes) == 0 {
		return tx.Delete(mailboxesOfRef(address))
	}
	return tx.Set(mailboxesOfRef(address), of)
}

// beginOffboard turns a mailbox away from everybody and queues the rest. by is who asked; "" for the system. parent is the deletion that this is a part of.
func (s *Store) beginOffboard(tx docs.Tx, rs *rows, m *Mailbox, by, reason, parent string) error {
	m.State = Disconnecting
	body, err := json.Marshal(OffboardTask{AccountID: m.AccountID, UserID: m.UserID, Generation: m.Generation, Reason: reason})
	if err != nil {
		return err
	}
	rs.task(m.AccountID, QueueOffboard, fmt.Sprintf("%s-%d", m.UserID, m.Generation), s.clock(), body)
	if err := s.audit(tx, m.AccountID, AuditEntry{UserID: by, Action: AuditDisconnected, Target: m.UserID, Detail: reason}); err != nil {
		return err
	}
	d := Deletion{ID: mailboxDeletion(m.UserID, m.Generation), AccountID: m.AccountID, Kind: DeletionOfMailbox, Subject: m.UserID, Reason: reason, By: by, Parent: parent}
	if err := s.beginDeletion(tx, d); err != nil {
		return err
	}
	return tx.Set(mailboxRef(m.Key()), m)
}

// Disconnect ends the user's connection: from now on nothing is sent or read through it, and a task that stops the watch, revokes the
// grant and destroys the token is queued in the same commit. by is who asked; generation 0 means the present one.
func (s *Store) Disconnect(ctx context.Context, k MailboxKey, generation int64, by, reason string) (due []OutboxRow, err error) {
	return s.turnAway(ctx, k, generation, by, reason, "")
}

// TurnAway does the same to a connection that ends because all of its account's do, by a deletion that this one becomes a part of.
func (s *Store) TurnAway(ctx context.Context, k MailboxKey, generation int64, reason, parent string) (due []OutboxRow, err error) {
	return s.turnAway(ctx, k, generation, "", reason, parent)
}

func (s *Store) turnAway(ctx context.Context, k MailboxKey, generation int64, by, reason, parent string) (due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "mailbox.disconnect", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		m, err := docs.Get[Mailbox](ctx, tx, mailboxRef(k))
		if err != nil {
			return err
		}
		if m == nil || (m.State != Connected && m.State != NeedsReconnect) || (generation != 0 && m.Generation != generation) {
			return nil
		}
		if err := s.beginOffboard(tx, &rs, m, by, reason, parent); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return rs, err
}

// FinishOffboard removes what is left of a connection once Google has let go of it. It does nothing to a later generation.
func (s *Store) FinishOffboard(ctx context.Context, k MailboxKey, generation int64) (due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "mailbox.offboarded", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		m, err := docs.Get[Mailbox](ctx, tx, mailboxRef(k))
		if err != nil {
			return err
		}
		if m == nil || m.Generation != generation || m.State != Disconnecting {
			return nil
		}
		google, err := docs.Get[GoogleUser](ctx, tx, googleUserRef(m.Sub))
		if err != nil {
			return err
		}
		of, err := docs.Get[mailboxesRecord](ctx, tx, mailboxesOfRef(m.Address))
		if err != nil {
			return err
		}
		deletion, err := docs.Get[Deletion](ctx, tx, deletionRef(k.AccountID, mailboxDeletion(k.UserID, generation)))
		if err != nil {
			return err
		}
		end := DeletionStep{What: "record", Outcome: StepDone, Detail: "The mailbox counts as disconnected: it is not swept, its address leads to no account, and its record names no token."}
		if err := s.endDeletion(tx, deletion, "", end); err != nil {
			return err
		}
		m.State, m.TokenVersion, m.Problem = Disconnected, "", nil
		m.WatchExpiresAt, m.WatchFailedAt = time.Time{}, time.Time{}
		m.Lease = m.Lease.broken()
		data, err := json.Marshal(map[string]any{"user_id": m.UserID, "gmail_address": m.Address})
		if err != nil {
			return err
		}
		rs.event(m.AccountID, EventMailboxDisconnected, "users/"+m.UserID, fmt.Sprintf("%s-%d", m.UserID, m.Generation), data)

		if google != nil {
			google.Connections = withoutMailbox(google.Connections, k)
			if err := tx.Set(googleUserRef(m.Sub), google); err != nil {
				return err
			}
		}
		if err := leaveAddress(tx, m.Address, of, k); err != nil {
			return err
		}
		if err := tx.Delete(dueRef(k)); err != nil {
			return err
		}
		if err := tx.Set(mailboxRef(k), m); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return rs, err
}
