package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// SweepInterval is how long after the last verified sync the sweep looks at a mailbox again.
const SweepInterval = 8 * time.Minute

type dueRecord struct {
	AccountID string
	UserID    string
	DueAt     time.Time
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
