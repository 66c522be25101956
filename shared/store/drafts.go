package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Draft is Gmail's answer to drafts.create.
type Draft struct {
	ID            string
	MessageID     string
	GmailThreadID string
}

// SetDraft commits the draft that a send goes through, unless one stands already, or the send has ended: then won is false and out says how it stands. The
// conversation is tracked from this commit on, so that an answer that comes before the send is recorded is seen. What one that was not tracked before has
// besides is listed after it, by a task queued in the same commit; a conversation that begins with the draft has nothing else.
func (s *Store) SetDraft(ctx context.Context, account, id, holder string, d Draft, sub string) (out Send, won bool, err error) {
	err = s.updateSend(ctx, "send.draft", account, id, holder, func(ctx context.Context, tx docs.Tx, x *Send) error {
		won = false
		out = *x
		if x.DraftID != "" || x.State.Final() {
			won = x.DraftID == d.ID // by this very commit, which is run again because its answer was lost
			return nil
		}
		tracked, err := docs.Get[Tracked](ctx, tx, trackedRef(account, sub, d.GmailThreadID))
		if err != nil {
			return err
		}
		candidate, err := candidateOf(ctx, tx, x)
		if err != nil {
			return err
		}
		if tracked == nil {
			tracked = &Tracked{AccountID: account, UserID: x.UserID, Sub: sub, GmailThreadID: d.GmailThreadID, Since: s.clock()}
			x.Unlisted = x.ReplyGmailThreadID != "" || x.InReplyTo != "" || len(x.References) > 0
		} else {
			x.Unlisted = tracked.State != TrackActive
		}
		addresses := tracked.Addresses
		tracked.track(candidate, x.ThreadID)
		x.DraftID, x.DraftMessageID, x.GmailThreadID, x.Sub, x.ThreadID = d.ID, d.MessageID, d.GmailThreadID, sub, tracked.ThreadID
		out, won = *x, true
		for _, a := range addresses {
			if err := tx.Delete(waitingRef(account, a, sub, d.GmailThreadID)); err != nil {
				return err
			}
		}
		var rs rows
		if x.Unlisted {
			if err := listLater(&rs, x, s.clock()); err != nil {
				return err
			}
		}
		if err := tx.Set(trackedRef(account, sub, d.GmailThreadID), tracked); err != nil {
			return err
		}
		if err := tx.Set(begunRef(sub, d.GmailThreadID), &begunRecord{AccountID: account}); err != nil {
			return err
		}
		if err := putSend(tx, x); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return out, won, err
}

// candidateOf is whose profile a send goes to: that of its thread, which is another candidate's than the send names where the two were merged.
func candidateOf(ctx context.Context, tx docs.Tx, x *Send) (string, error) {
	if x.ThreadID == "" {
		return x.CandidateID, nil
	}
	thread, err := docs.Get[hire.Thread](ctx, tx, threadRef(x.AccountID, x.ThreadID))
	if err != nil || thread == nil {
		return x.CandidateID, err
	}
	return thread.CandidateID, nil
}

// track begins to track a conversation because of a mail that goes out in it.
func (t *Tracked) track(candidate, thread string) {
	t.State, t.Ours, t.Miss, t.Addresses, t.Subject = TrackActive, true, "", nil, ""
	if t.CandidateID == "" {
		t.CandidateID = candidate
	}
	if t.ThreadID == "" {
		t.ThreadID = thread
	}
	if t.ThreadID == "" {
		t.ThreadID = hire.Digest("thread", t.CandidateID, t.Sub, t.GmailThreadID)
	}
}

// listLater queues a look at the whole conversation that a send has begun to track.
func listLater(rs *rows, x *Send, now time.Time) error {
	return rs.sync(SyncTask{AccountID: x.AccountID, UserID: x.UserID, Reason: "import", Threads: []string{x.GmailThreadID}}, "list-"+x.ID, now)
}
