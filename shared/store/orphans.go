package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// A draft is orphaned where it was made in Gmail and could not be committed. Which one it is, nobody knows; but only a send whose claim ended so can have one, and
// says until when it can have been made. When that send has ended, its mailbox is looked through for it.

// orphanWait is how long after a send has ended its orphans are looked for: what was saved a moment before is listed by then.
const orphanWait = time.Minute

// orphan notes that a draft may have been left in Gmail, made at the given time or before.
func (x *Send) orphan(by time.Time) {
	if by.After(x.Orphaned) {
		x.Orphaned = by
	}
}

// lookForOrphans queues the look for the drafts that a send which has ended may have left.
func lookForOrphans(rs *rows, x *Send, at time.Time) error {
	if x.Orphaned.IsZero() {
		return nil
	}
	body, err := json.Marshal(DeliverTask{AccountID: x.AccountID, SendID: x.ID, Orphans: true})
	if err != nil {
		return err
	}
	rs.task(x.AccountID, QueueDeliver, fmt.Sprintf("orphans-%s-%d", x.ID, at.Unix()), at, body)
	return nil
}

// NoteOrphan notes that a draft made for a send at the given time or before may be left in Gmail, whoever is at work on the send. If that has ended, the look for it
// is queued for the time look; else it is when the send ends.
func (s *Store) NoteOrphan(ctx context.Context, account, id string, by, look time.Time) (due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "send.orphan", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		x, err := docs.Get[Send](ctx, tx, sendRef(account, id))
		if err != nil {
			return err
		}
		if x == nil {
			return hire.Err(hire.CodeNotFound)
		}
		x.orphan(by)
		if x.State.Final() {
			if err := lookForOrphans(&rs, x, look); err != nil {
				return err
			}
		}
		if err := tx.Set(sendRef(account, id), x); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return rs, err
}

// OrphansGone notes that no draft made for a send until the given time is left. One noted since stays noted.
func (s *Store) OrphansGone(ctx context.Context, account, id string, until time.Time) error {
	return s.db.Update(ctx, "send.orphans_gone", func(ctx context.Context, tx docs.Tx) error {
		x, err := docs.Get[Send](ctx, tx, sendRef(account, id))
		if err != nil || x == nil || x.Orphaned.After(until) {
			return err
		}
		x.Orphaned = time.Time{}
		return tx.Set(sendRef(account, id), x)
	})
}
