package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// A queued mail has a task for the time of its turn. It leaves queued in one transaction only: by LeaveSend, which begins to send it, or by DropSend, which ends
// it; so of a task and a cancellation that meet, one wins.

// Asked is what the writer of a queued mail has asked for, beside its content. Whom that means, and where in which conversation, is decided when the mail leaves.
type Asked struct {
	ThreadID    string // of a reply
	Subject     string
	To, Cc, Bcc []hire.Address
}

const (
	// BulkEvery is how far apart the mails of batches leave one mailbox. A mail takes 135 units of Gmail's quota, of which a mailbox has 6,000 a minute: so less
	// than half goes to them, and the rest is for what its user does and for sync.
	BulkEvery = 3 * time.Second
	// paceSlack is how much too early a mail may leave, so that none is put off for the inaccuracy of task times.
	paceSlack = time.Second
)

// paceRecord says when the next mail of a batch may leave a mailbox.
type paceRecord struct{ NextAt time.Time }

// take takes the first place at or after a time.
func (p *paceRecord) take(at time.Time) time.Time {
	if p.NextAt.After(at) {
		at = p.NextAt
	}
	p.NextAt = at.Add(BulkEvery)
	return at
}

func readPace(ctx context.Context, tx docs.Tx, x *Send) (*paceRecord, error) {
	p, err := docs.Get[paceRecord](ctx, tx, paceRef(x.AccountID, x.UserID))
	if p == nil {
		p = &paceRecord{}
	}
	return p, err
}

// Due is when the writer of a queued mail expects it to leave at the earliest.
func (x Send) Due() time.Time {
	if x.SendAt.After(x.CreatedAt) {
		return x.SendAt
	}
	return x.CreatedAt
}

// leaveLater queues the task of a queued send's turn.
func leaveLater(rs *rows, x *Send) error {
	body, err := json.Marshal(DeliverTask{AccountID: x.AccountID, SendID: x.ID, Turn: x.Turn})
	if err != nil {
		return err
	}
	rs.task(x.AccountID, QueueDeliver, fmt.Sprintf("leave-%s-%d", x.ID, x.Turn), x.LeaveAt, body)
	return nil
}

// QueueSend records a mail that is to leave later, together with the task that lets it. Under a key that was used before, the record there is comes back: with
// another request hash as hire.CodeKeyReused.
func (s *Store) QueueSend(ctx context.Context, x Send) (out Send, due []OutboxRow, err error) {
	x.ID = SendID(x.UserID, x.Key)
	var rs rows
	err = s.db.Update(ctx, "send.queue", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		old, err := docs.Get[Send](ctx, tx, sendRef(x.AccountID, x.ID))
		if err != nil {
			return err
		}
		if old != nil {
			if out = *old; old.RequestHash != x.RequestHash {
				return hire.Err(hire.CodeKeyReused)
			}
			return nil
		}
		out = x
		now := s.clock()
		out.State, out.Turn, out.CreatedAt, out.UpdatedAt, out.ExpiresAt = SendQueued, 1, now, now, now.Add(sendsKept)
		out.LeaveAt = out.Due()
		if err := leaveLater(&rs, &out); err != nil {
			return err
		}
		if err := putSend(tx, &out); err != nil {
			return err
		}
		if err := s.auditQueued(tx, &out, out.UserID, AuditQueued, "to leave at "+out.LeaveAt.UTC().Format(time.RFC3339)); err != nil {
			return err
		}
		if err := refer(tx, out.AccountID, sendRef(out.AccountID, out.ID), out.ExpiresAt, append(blobsOf(out.Attachments), out.Original)); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return out, rs, err
}

// LeaveSend begins to send a queued mail, to whom and in which conversation as is decided now, and claims it. A mail of a batch that comes before its place in the
// mailbox's pace is put off to it instead; one whose batch was cancelled ends. claimed is false, too, where it is not queued any more or in another turn.
func (s *Store) LeaveSend(ctx context.Context, decided Send, holder string, ttl time.Duration) (out Send, claimed bool, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "send.leave", func(ctx context.Context, tx docs.Tx) error {
		rs, claimed = nil, false
		x, err := getSend(ctx, tx, decided.AccountID, decided.ID)
		if err != nil {
			return err
		}
		out = *x
		if x.State == SendSending && x.Claim.Holder == holder {
			claimed = true // by this very commit, which the client has repeated
			return nil
		}
		if x.State != SendQueued || x.Turn != decided.Turn {
			return nil
		}
		defer func() { out = *x }()
		if s.fromBackup(x) {
			return s.endFromBackup(tx, x)
		}
		if x.SendAt.After(s.clock().Add(paceSlack)) { // somebody has run the task by hand
			at := x.SendAt
			if x.LeaveAt.After(at) {
				at = x.LeaveAt
			}
			return s.putOff(ctx, tx, &rs, x, at, x.InLine)
		}
		if x.BatchID != "" {
			if stays, err := s.staysInLine(ctx, tx, &rs, x); err != nil || stays {
				return err
			}
		}
		x.CandidateID, x.ThreadID, x.Subject = decided.CandidateID, decided.ThreadID, decided.Subject
		x.To, x.Cc, x.Bcc, x.LeftOut = decided.To, decided.Cc, decided.Bcc, decided.LeftOut
		x.InReplyTo, x.References, x.ReplyGmailThreadID = decided.InReplyTo, decided.References, decided.ReplyGmailThreadID
		x.State, x.Problem, x.InLine, x.BegunAt = SendSending, nil, false, s.clock()
		claimed, err = s.claim(ctx, tx, x, holder, ttl)
		return err
	})
	return out, claimed, rs, err
}

// staysInLine ends a mail whose batch was cancelled, or puts one off that comes before its place in the mailbox's pace; stays is false where it leaves now.
func (s *Store) staysInLine(ctx context.Context, tx docs.Tx, rs *rows, x *Send) (stays bool, err error) {
	cancelled, err := batchCancelled(ctx, tx, x)
	if err != nil {
		return false, err
	}
	pace, err := readPace(ctx, tx, x)
	if err != nil {
		return false, err
	}
	if cancelled {
		return true, s.drop(ctx, tx, x, Problem{Code: hire.CodeCancelled})
	}
	if x.InLine {
		return false, nil
	}
	at := pace.take(s.clock())
	if err := tx.Set(paceRef(x.AccountID, x.UserID), pace); err != nil {
		return false, err
	}
	if !at.After(s.clock().Add(paceSlack)) {
		return false, nil
	}
	return true, s.putOff(ctx, tx, rs, x, at, true)
}

// putOff gives a queued send another turn.
func (s *Store) putOff(ctx context.Context, tx docs.Tx, rs *rows, x *Send, at time.Time, inLine bool) error {
	x.LeaveAt, x.InLine, x.UpdatedAt = at, inLine, s.clock()
	x.Turn++
	if err := leaveLater(rs, x); err != nil {
		return err
	}
	if err := putSend(tx, x); err != nil {
		return err
	}
	return s.putRows(ctx, tx, *rs)
}

// PutOffSend lets a queued send wait until a time, and says why. In line, the mails of batches that wait for the same time leave one after the other. It does
// nothing to one that is not queued any more or in another turn.
func (s *Store) PutOffSend(ctx context.Context, account, id string, turn int, until time.Time, inLine bool, why Problem) (due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "send.put_off", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		x, err := getSend(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if x.State != SendQueued || x.Turn != turn {
			return nil
		}
		return s.wait(ctx, tx, &rs, x, until, inLine, why)
	})
	return rs, err
}

// wait puts a send off until a time, in line or not.
func (s *Store) wait(ctx context.Context, tx docs.Tx, rs *rows, x *Send, until time.Time, inLine bool, why Problem) error {
	inLine = inLine && x.BatchID != ""
	at := until
	if inLine {
		pace, err := readPace(ctx, tx, x)
		if err != nil {
			return err
		}
		at = pace.take(until)
		if err := tx.Set(paceRef(x.AccountID, x.UserID), pace); err != nil {
			return err
		}
	}
	why.At = s.clock()
	x.Problem = &why
	return s.putOff(ctx, tx, rs, x, at, inLine)
}

// RequeueSend lets a send that was queued and that Gmail has not taken wait for its next turn, in line, without the draft it had: its id is kept as
// FormerDraftID. One whose batch was cancelled meanwhile ends; one that has ended stays as it is.
func (s *Store) RequeueSend(ctx context.Context, account, id, holder string, until time.Time, why Problem) (out Send, due []OutboxRow, err error) {
	var rs rows
	err = s.updateSend(ctx, "send.requeue", account, id, holder, func(ctx context.Context, tx docs.Tx, x *Send) error {
		rs = nil
		if out = *x; x.State.Final() {
			return nil
		}
		defer func() { out = *x }()
		cancelled, err := batchCancelled(ctx, tx, x)
		if err != nil {
			return err
		}
		settle := settleRow(x)
		x.State, x.Claim = SendQueued, x.Claim.letGo()
		if x.DraftID != "" {
			x.FormerDraftID = x.DraftID
		}
		x.DraftID, x.DraftMessageID, x.GmailThreadID, x.ThreadID, x.Unlisted, x.LookedAt = "", "", "", x.Asked.ThreadID, false, time.Time{}
		if cancelled {
			err = s.drop(ctx, tx, x, Problem{Code: hire.CodeCancelled})
		} else {
			err = s.wait(ctx, tx, &rs, x, until, true, why)
		}
		if err != nil {
			return err
		}
		return tx.Delete(settle)
	})
	return out, rs, err
}

// DropSend ends a queued send as failed: it does not leave. dropped tells that this call has done so. One that is not queued any more, or in another turn than the given one (0: any), stays as it is.
func (s *Store) DropSend(ctx context.Context, account, id string, turn int, p Problem) (out Send, dropped bool, err error) {
	err = s.db.Update(ctx, "send.drop", func(ctx context.Context, tx docs.Tx) error {
		dropped = false
		x, err := getSend(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if x.State == SendQueued && (turn == 0 || x.Turn == turn) {
			dropped, err = true, s.drop(ctx, tx, x, p)
		}
		out = *x
		return err
	})
	return out, dropped && err == nil, err
}

// drop ends a queued send. The task of its turn finds nothing to do; that which looks for drafts it may have left is handed over by the sweep, since nobody waits for it.
func (s *Store) drop(ctx context.Context, tx docs.Tx, x *Send, p Problem) error {
	var rs rows
	if err := dropped(&rs, x, p, s.clock()); err != nil {
		return err
	}
	if err := putSend(tx, x); err != nil {
		return err
	}
	var err error
	switch {
	case p.Code != hire.CodeCancelled:
		err = s.auditQueued(tx, x, "", AuditNotSent, string(p.Code))
	case x.BatchID == "": // a batch is cancelled as a whole
		err = s.auditQueued(tx, x, x.UserID, AuditCancelled, "")
	}
	if err != nil {
		return err
	}
	return s.putRows(ctx, tx, rs)
}

func dropped(rs *rows, x *Send, p Problem, at time.Time) error {
	if x.FormerDraftID != "" {
		x.orphan(x.UpdatedAt) // deleted when it went back to the queue, unless the process died over it
	}
	p.At = at
	x.State, x.Problem, x.UpdatedAt = SendFailed, &p, at
	return lookForOrphans(rs, x, at.Add(orphanWait))
}
