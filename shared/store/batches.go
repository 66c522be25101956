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

// Batch is mails that a user asked to be sent in one call, under one idempotency key. It is accepted whole, in one commit: its mails lie in a blob until the task
// queued in that commit has written them, part by part, as sends of their own. However often that is broken off, it goes on until all are written.
type Batch struct {
	ID          string // digest of user and key
	AccountID   string
	UserID      string
	Key         string // Idempotency-Key
	RequestHash string
	Mails       int
	Parts       int
	Written     int    // of the parts
	Blob        string // holds the mails, until all parts are written
	SendAt      time.Time
	FirstAt     time.Time // when the first one's turn comes; zero until the first part is written
	CancelledAt time.Time // from then on none that is queued leaves
	CreatedAt   time.Time
	UpdatedAt   time.Time
	ExpiresAt   time.Time
}

// BatchPart says how some of a batch's mails stand: as much as one transaction writes. It changes with each of their sends, in the same commit, so that
// a look at a batch reads its few parts and not its mails.
type BatchPart struct {
	Number    int
	Mails     []BatchMail
	ExpiresAt time.Time
}

// BatchMail says how one mail of a batch stands.
type BatchMail struct {
	Key         string
	CandidateID string
	State       SendState
	Code        hire.Code // why it failed, is unknown, or still waits
	Detail      string
	LeaveAt     time.Time
	ThreadID    string
	MessageID   string
	SentAt      time.Time
}

func mailOf(x *Send) BatchMail {
	m := BatchMail{Key: x.Key, CandidateID: x.CandidateID, State: x.State, LeaveAt: x.LeaveAt, MessageID: x.MessageID, SentAt: x.SentAt}
	if x.MessageID != "" {
		m.ThreadID = x.ThreadID
	}
	if x.Problem != nil {
		m.Code, m.Detail = x.Problem.Code, x.Problem.Detail
	}
	return m
}

// BatchID is the id of the batch that a user asked for under a key.
func BatchID(user, key string) string { return hire.Digest("batch", user, key) }

// BeginBatch accepts a batch, whose mails have these files in blobs, and queues the task that writes its mails. The batch refers to its blobs for all its mails, which
// expire with it. Under a key that was used before, the batch there is comes back: with another request hash as hire.CodeKeyReused.
func (s *Store) BeginBatch(ctx context.Context, b Batch, files []string) (out Batch, due []OutboxRow, err error) {
	b.ID = BatchID(b.UserID, b.Key)
	var rs rows
	err = s.db.Update(ctx, "batch.begin", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		old, err := docs.Get[Batch](ctx, tx, batchRef(b.AccountID, b.ID))
		if err != nil {
			return err
		}
		if old != nil {
			if out = *old; old.RequestHash != b.RequestHash {
				return hire.Err(hire.CodeKeyReused)
			}
			return nil
		}
		out = b
		now := s.clock()
		out.CreatedAt, out.UpdatedAt, out.ExpiresAt = now, now, now.Add(sendsKept)
		body, err := json.Marshal(DeliverTask{AccountID: b.AccountID, BatchID: b.ID})
		if err != nil {
			return err
		}
		rs.task(b.AccountID, QueueDeliver, "batch-"+b.ID, now, body)
		ref := batchRef(b.AccountID, b.ID)
		if err := tx.Set(ref, &out); err != nil {
			return err
		}
		entry := AuditEntry{UserID: b.UserID, Action: AuditBatchQueued, Target: b.ID, Detail: fmt.Sprintf("mails: %d", b.Mails)}
		if err := s.audit(tx, b.AccountID, entry); err != nil {
			return err
		}
		if err := refer(tx, b.AccountID, ref, out.ExpiresAt, append(slices.Clone(files), b.Blob)); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return out, rs, err
}

// WriteBatchPart writes the mails of a batch's next part, the first of which is the batch's firstth, each with the task of its turn. It does nothing to a part that is written
// already. Where the batch was cancelled they are written as cancelled.
func (s *Store) WriteBatchPart(ctx context.Context, account, batch string, number, first int, mails []Send) (out Batch, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "batch.write", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		b, err := getBatch(ctx, tx, account, batch)
		if err != nil {
			return err
		}
		if out = *b; b.Written != number {
			return nil
		}
		now := s.clock()
		if b.FirstAt.IsZero() {
			if b.FirstAt = now; b.SendAt.After(now) {
				b.FirstAt = b.SendAt
			}
		}
		part := BatchPart{Number: number, ExpiresAt: b.ExpiresAt}
		for i, x := range mails {
			x.ID = SendID(b.UserID, x.Key)
			x.AccountID, x.UserID, x.RequestHash, x.BatchID, x.BatchPart, x.BatchPlace = b.AccountID, b.UserID, b.RequestHash, b.ID, number, i
			x.State, x.Turn, x.SendAt, x.LeaveAt = SendQueued, 1, b.SendAt, b.FirstAt.Add(time.Duration(first+i)*BulkEvery)
			x.CreatedAt, x.UpdatedAt, x.ExpiresAt = b.CreatedAt, now, b.ExpiresAt
			if b.CancelledAt.IsZero() {
				err = leaveLater(&rs, &x)
			} else {
				err = dropped(&rs, &x, Problem{Code: hire.CodeCancelled}, now)
			}
			if err != nil {
				return err
			}
			part.Mails = append(part.Mails, mailOf(&x))
			if err := tx.Set(sendRef(account, x.ID), &x); err != nil {
				return err
			}
		}
		b.Written, b.UpdatedAt = number+1, now
		if b.Written == b.Parts {
			b.Blob = ""
		}
		out = *b
		if err := tx.Set(batchPartRef(account, batch, number), &part); err != nil {
			return err
		}
		if err := tx.Set(batchRef(account, batch), b); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return out, rs, err
}

// GetBatch reads a batch; hire.CodeNotFound if there is none.
func (s *Store) GetBatch(ctx context.Context, account, id string) (Batch, error) {
	if !docs.IsID(id) {
		return Batch{}, hire.Err(hire.CodeNotFound)
	}
	return read[Batch](ctx, s, "batch", batchRef(account, id), hire.CodeNotFound)
}

func getBatch(ctx context.Context, tx docs.Tx, account, id string) (*Batch, error) {
	if !docs.IsID(id) {
		return nil, hire.Err(hire.CodeNotFound)
	}
	b, err := docs.Get[Batch](ctx, tx, batchRef(account, id))
	if err == nil && b == nil {
		err = hire.Err(hire.CodeNotFound)
	}
	return b, err
}

// BatchMails reads a batch and how those of its mails stand that are written, in their order; hire.CodeNotFound if the user has none of this id. One of
// somebody else's takes no longer to find out about than one that does not exist.
func (s *Store) BatchMails(ctx context.Context, account, user, id string) (b Batch, mails []BatchMail, err error) {
	err = s.db.View(ctx, "batch.mails", func(ctx context.Context, tx docs.Tx) error {
		mails = nil
		doc, err := getBatch(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if doc.UserID != user {
			return hire.Err(hire.CodeNotFound)
		}
		b = *doc
		refs := make([]docs.Ref, b.Written)
		for i := range refs {
			refs[i] = batchPartRef(account, id, i)
		}
		parts, err := docs.GetAll[BatchPart](ctx, tx, refs)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if p != nil {
				mails = append(mails, p.Mails...)
			}
		}
		return nil
	})
	return b, mails, err
}

// CancelBatch cancels what is queued of a batch. With its first commit none of these leaves any more; the rest of it is bookkeeping, which another call completes
// where one was broken off.
func (s *Store) CancelBatch(ctx context.Context, account, id string) error {
	var written int
	err := s.db.Update(ctx, "batch.cancel", func(ctx context.Context, tx docs.Tx) error {
		b, err := getBatch(ctx, tx, account, id)
		if err != nil {
			return err
		}
		written = b.Written
		if !b.CancelledAt.IsZero() {
			return nil
		}
		b.CancelledAt = s.clock()
		b.UpdatedAt = b.CancelledAt
		if err := s.audit(tx, account, AuditEntry{UserID: b.UserID, Action: AuditBatchCancelled, Target: b.ID}); err != nil {
			return err
		}
		return tx.Set(batchRef(account, id), b)
	})
	for part := 0; part < written && err == nil; part++ {
		err = s.cancelPart(ctx, account, id, part)
	}
	return err
}

func (s *Store) cancelPart(ctx context.Context, account, id string, number int) error {
	return s.db.Update(ctx, "batch.cancel_part", func(ctx context.Context, tx docs.Tx) error {
		part, err := docs.Get[BatchPart](ctx, tx, batchPartRef(account, id, number))
		if err != nil || part == nil {
			return err
		}
		b, err := getBatch(ctx, tx, account, id)
		if err != nil {
			return err
		}
		var refs []docs.Ref
		for _, m := range part.Mails {
			if m.State == SendQueued {
				refs = append(refs, sendRef(account, SendID(b.UserID, m.Key)))
			}
		}
		sends, err := docs.GetAll[Send](ctx, tx, refs)
		if err != nil {
			return err
		}
		queued := slices.DeleteFunc(sends, func(x *Send) bool { return x == nil || x.State != SendQueued })
		if len(queued) == 0 {
			return nil
		}
		var rs rows
		for _, x := range queued {
			if err := dropped(&rs, x, Problem{Code: hire.CodeCancelled}, s.clock()); err != nil {
				return err
			}
			part.Mails[x.BatchPlace] = mailOf(x)
			if err := tx.Set(sendRef(account, x.ID), x); err != nil {
				return err
			}
		}
		if err := tx.Set(batchPartRef(account, id, number), part); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
}

// batchCancelled tells whether the batch of a send was cancelled; a send in none never is.
func batchCancelled(ctx context.Context, tx docs.Tx, x *Send) (bool, error) {
	if x.BatchID == "" {
		return false, nil
	}
	b, err := docs.Get[Batch](ctx, tx, batchRef(x.AccountID, x.BatchID))
	return b != nil && !b.CancelledAt.IsZero(), err
}
