package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Ending is how a send ends that was not seen to leave.
type Ending struct {
	State   SendState // failed or unknown
	Problem Problem
	Orphan  bool // its draft, or one made for it, may be left in Gmail
}

// EndSend records that a send failed or that its outcome can't be seen. One that has ended meanwhile stays as it is: its mail may have been found.
func (s *Store) EndSend(ctx context.Context, account, id, holder string, e Ending) (out Send, due []OutboxRow, err error) {
	var rs rows
	err = s.updateSend(ctx, "send.end", account, id, holder, func(_ context.Context, tx docs.Tx, x *Send) error {
		rs = nil
		if out = *x; x.State.Final() {
			return nil
		}
		now := s.clock()
		e.Problem.At = now
		if err := tx.Delete(settleRow(x)); err != nil {
			return err
		}
		if e.Orphan {
			x.orphan(now)
		}
		x.State, x.Problem, x.Claim = e.State, &e.Problem, x.Claim.letGo()
		out = *x
		if err := lookForOrphans(&rs, x, now.Add(orphanWait)); err != nil {
			return err
		}
		if err := putSend(tx, x); err != nil {
			return err
		}
		if x.Asked != nil { // its queueing is audited; who sends while they wait is told the outcome
			action := AuditNotSent
			if x.State == SendUnknown {
				action = AuditOutcomeUnknown
			}
			if err := s.auditQueued(tx, x, "", action, string(e.Problem.Code)); err != nil {
				return err
			}
		}
		return s.putRows(ctx, tx, rs)
	})
	return out, rs, err
}

// Release is how a claim is let go of.
type Release struct {
	Again  time.Time // when a task looks at the send again
	Looked bool      // the mail was searched for
	Orphan bool      // a draft may have been made that could not be committed
}

// ReleaseSend lets go of a claim without an outcome. It does nothing to a send that has ended meanwhile.
func (s *Store) ReleaseSend(ctx context.Context, account, id, holder string, r Release) (due []OutboxRow, err error) {
	var rs rows
	err = s.updateSend(ctx, "send.release", account, id, holder, func(_ context.Context, tx docs.Tx, x *Send) error {
		rs = nil
		if x.State.Final() {
			return nil
		}
		if err := tx.Delete(settleRow(x)); err != nil {
			return err
		}
		if r.Looked && x.LookedAt.IsZero() {
			x.LookedAt = s.clock()
		}
		if r.Orphan && x.DraftID == "" { // else that draft was committed, and only the answer was lost
			x.orphan(s.clock())
		}
		x.Claim = x.Claim.broken()
		if err := settleLater(&rs, x, r.Again); err != nil {
			return err
		}
		if err := putSend(tx, x); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return rs, err
}

// ForgetSend takes back the intent to send, as if it had never been asked for: of it, nothing is in Gmail. A send that has a draft or has ended stays as it is.
func (s *Store) ForgetSend(ctx context.Context, account, id, holder string) error {
	err := s.updateSend(ctx, "send.forget", account, id, holder, func(_ context.Context, tx docs.Tx, x *Send) error {
		if x.State.Final() || x.DraftID != "" {
			return nil
		}
		if err := unrefer(tx, account, sendRef(account, id), append(blobsOf(x.Attachments), x.Original)); err != nil {
			return err
		}
		if err := tx.Delete(settleRow(x)); err != nil {
			return err
		}
		return tx.Delete(sendRef(account, id))
	})
	if hire.CodeOf(err) == hire.CodeNotFound {
		return nil // by this very commit, which the client has repeated
	}
	return err
}
