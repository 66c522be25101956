package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// SendState of a send.
type SendState string

// The states. Sent, failed and unknown are final, but that a mail found later turns unknown into sent.
const (
	SendQueued  SendState = "queued"
	SendSending SendState = "sending"
	SendSent    SendState = "sent"
	SendFailed  SendState = "failed"
	SendUnknown SendState = "unknown"
)

// Final tells whether nothing more is done about the send by itself.
func (s SendState) Final() bool { return s == SendSent || s == SendFailed || s == SendUnknown }

// Send is one mail that a user asked to be sent, under one idempotency key. It outlives every retry.
type Send struct {
	ID          string // digest of user and key
	AccountID   string
	UserID      string
	Key         string // Idempotency-Key
	RequestHash string
	State       SendState
	CandidateID string
	ThreadID    string       // in the profile; for a new conversation set when it is sent
	Sub         string       // Google's id of the mailbox it leaves from
	From        hire.Address // another address of the mailbox that it leaves from; zero: the mailbox's own
	Subject     string
	Text        string
	HTML        string
	To, Cc, Bcc []hire.Address
	LeftOut     []hire.Address
	InReplyTo   string
	References  []string
	Attachments []hire.Attachment // their content lies in blobs
	Original    string            // blob of the mail that it was made of; "" for none

	ReplyGmailThreadID string // conversation of this mailbox it belongs to; "" for a new one
	DraftID            string
	DraftMessageID     string
	GmailThreadID      string
	GmailID            string // of the sent message
	RFCMessageID       string
	MessageID          string // in the profile
	SentAt             time.Time
	Problem            *Problem

	// Of a mail that was queued: for later, or in bulk.
	Asked         *Asked    // nil for one that is sent while its caller waits
	SendAt        time.Time // when its writer wants it to leave; zero: as soon as its turn comes
	LeaveAt       time.Time // when its turn comes
	Turn          int       // rises each time it is queued, so that a former turn's task is told from the present one's
	InLine        bool      // LeaveAt is a place in the mailbox's pace that is taken for it
	BegunAt       time.Time // when it last began to leave
	FormerDraftID string    // of a try that Gmail's sending limit has ended
	BatchID       string    // "" for one that is in no batch
	BatchPart     int       // which part of the batch it is in
	BatchPlace    int       // where in that part

	Unlisted  bool      // its conversation was not tracked before: what it has besides is still to be read
	Orphaned  time.Time // until then a draft may have been made for it that is not its own and is still in Gmail; zero: none
	Claim     Lease     // who is at work on it
	Attempts  int
	LookedAt  time.Time // first search for a mail whose send had no answer
	CreatedAt time.Time
	UpdatedAt time.Time
	ExpiresAt time.Time

	part *BatchPart // where the batch says how it stands, as the transaction has read it
}

// Since is when the send began: for one that was queued, when it last began to leave.
func (x Send) Since() time.Time {
	if x.BegunAt.IsZero() {
		return x.CreatedAt
	}
	return x.BegunAt
}

// settleAfter is when deliver looks at a send that was begun, in case the process that began it died.
const settleAfter = 2 * time.Minute

// sendsKept is how long a send's record is kept: no retry, and no mail that lies 30 days ahead, comes after it.
const sendsKept = 60 * 24 * time.Hour

// SendID is the id of the send that a user asked for under a key.
func SendID(user, key string) string { return hire.Digest("send", user, key) }

// BeginSend records the intent to send before Gmail hears of it, and claims it. Under a key that was used before, the record there is comes back: with
// another request hash as hire.CodeKeyReused; claimed is false where it is final or somebody else is at work on it. A task that
// settles it, should this process die, is queued in the same commit.
func (s *Store) BeginSend(ctx context.Context, x Send, holder string, ttl time.Duration) (out Send, claimed bool, err error) {
	x.ID = SendID(x.UserID, x.Key)
	err = s.db.Update(ctx, "send.begin", func(ctx context.Context, tx docs.Tx) error {
		claimed = false
		now := s.clock()
		old, err := docs.Get[Send](ctx, tx, sendRef(x.AccountID, x.ID))
		if err != nil {
			return err
		}
		if old != nil && old.RequestHash != x.RequestHash {
			return hire.Err(hire.CodeKeyReused)
		}
		fresh := old == nil
		if fresh {
			begun := x
			begun.State, begun.CreatedAt, begun.ExpiresAt = SendSending, now, now.Add(sendsKept)
			old = &begun
		}
		claimed, err = s.claim(ctx, tx, old, holder, ttl)
		out = *old
		if err != nil || !fresh {
			return err
		}
		return refer(tx, x.AccountID, sendRef(x.AccountID, x.ID), old.ExpiresAt, append(blobsOf(old.Attachments), old.Original))
	})
	return out, claimed, err
}

// ClaimSend takes a send that is under way over; claimed is false where it is queued or final, or somebody is at work on it.
func (s *Store) ClaimSend(ctx context.Context, account, id, holder string, ttl time.Duration) (out Send, claimed bool, err error) {
	err = s.db.Update(ctx, "send.claim", func(ctx context.Context, tx docs.Tx) error {
		claimed = false
		x, err := getSend(ctx, tx, account, id)
		if err != nil {
			return err
		}
		claimed, err = s.claim(ctx, tx, x, holder, ttl)
		out = *x
		return err
	})
	return out, claimed, err
}

func (s *Store) claim(ctx context.Context, tx docs.Tx, x *Send, holder string, ttl time.Duration) (bool, error) {
	now := s.clock()
	if x.State != SendSending || !x.Claim.free(holder, now) {
		return false, nil
	}
	if s.fromBackup(x) {
		return false, s.endFromBackup(tx, x)
	}
	if x.DraftID == "" && x.Claim.Holder != "" && x.Claim.Holder != holder {
		x.orphan(earlier(now, x.Claim.ExpiresAt)) // whoever had the claim died: it may have made a draft that it could not commit
	}
	x.Claim = x.Claim.takenBy(holder, now, ttl)
	x.UpdatedAt = now
	x.Attempts++
	var rs rows
	if err := settleLater(&rs, x, now.Add(settleAfter)); err != nil {
		return false, err
	}
	if err := s.putRows(ctx, tx, rs); err != nil {
		return false, err
	}
	return true, putSend(tx, x)
}

// fromBackup tells whether a send was to be made before the database was restored.
func (s *Store) fromBackup(x *Send) bool { return x.CreatedAt.Before(s.restoredAt) }

// endFromBackup ends a send of which the backup can't tell whether it has left since. Its mail settles it where it is found.
func (s *Store) endFromBackup(tx docs.Tx, x *Send) error {
	if err := tx.Delete(settleRow(x)); err != nil {
		return err
	}
	now := s.clock()
	x.State, x.Claim, x.UpdatedAt = SendUnknown, x.Claim.letGo(), now
	x.Problem = &Problem{Code: hire.CodeSendUnknown, Detail: "Hire was restored from a backup after you asked for this message. Look into Gmail's Sent folder before you send it again.", At: now}
	if x.Asked != nil {
		if err := s.auditQueued(tx, x, "", AuditOutcomeUnknown, string(x.Problem.Code)); err != nil {
			return err
		}
	}
	return putSend(tx, x)
}

// getSend reads a send, and the part of its batch that says how it stands; hire.CodeNotFound if there is none.
func getSend(ctx context.Context, tx docs.Tx, account, id string) (*Send, error) {
	x, err := docs.Get[Send](ctx, tx, sendRef(account, id))
	if err != nil {
		return nil, err
	}
	if x == nil {
		return nil, hire.Err(hire.CodeNotFound)
	}
	if x.BatchID != "" {
		x.part, err = docs.Get[BatchPart](ctx, tx, batchPartRef(account, x.BatchID, x.BatchPart))
	}
	return x, err
}

// putSend writes a send that getSend has read, and how it stands into its batch.
func putSend(tx docs.Tx, x *Send) error {
	if x.part != nil && x.BatchPlace < len(x.part.Mails) && x.part.Mails[x.BatchPlace] != mailOf(x) {
		x.part.Mails[x.BatchPlace] = mailOf(x)
		if err := tx.Set(batchPartRef(x.AccountID, x.BatchID, x.BatchPart), x.part); err != nil {
			return err
		}
	}
	return tx.Set(sendRef(x.AccountID, x.ID), x)
}

// settleLater queues a look at a send. Its row stays in the outbox until the send is final, so that the sweep hands it over only then.
func settleLater(rs *rows, x *Send, at time.Time) error {
	body, err := json.Marshal(DeliverTask{AccountID: x.AccountID, SendID: x.ID})
	if err != nil {
		return err
	}
	rs.task(x.AccountID, QueueDeliver, fmt.Sprintf("settle-%s-%d", x.ID, x.Claim.Fence), at, body)
	return nil
}

func settleRow(x *Send) docs.Ref {
	return outboxRef(hire.Digest("task", x.AccountID, QueueDeliver, fmt.Sprintf("settle-%s-%d", x.ID, x.Claim.Fence)))
}

// GetSend reads the send of a user's key; hire.CodeNotFound if there is none.
func (s *Store) GetSend(ctx context.Context, account, id string) (Send, error) {
	return read[Send](ctx, s, "send", sendRef(account, id), hire.CodeNotFound)
}

// updateSend changes a send under its claim; ErrLeaseLost if the claim is another's. Where the send has ended, whoever ended it took the claim away: change
// is called all the same and must leave it as it is.
func (s *Store) updateSend(ctx context.Context, op, account, id, holder string, change func(ctx context.Context, tx docs.Tx, x *Send) error) error {
	return s.db.Update(ctx, op, func(ctx context.Context, tx docs.Tx) error {
		x, err := getSend(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if x.Claim.Holder != holder && !x.State.Final() {
			return fmt.Errorf("send: %w", ErrLeaseLost)
		}
		x.UpdatedAt = s.clock()
		return change(ctx, tx, x)
	})
}
