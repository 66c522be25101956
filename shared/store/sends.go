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
	ThreadID    string // in the profile; for a new conversation set when it is sent
	Sub         string // Google's id of the mailbox it leaves from
	Subject     string
	Text        string
	HTML        string
	To, Cc, Bcc []hire.Address
	LeftOut     []hire.Address
	InReplyTo   string
	References  []string
	Attachments []hire.Attachment // their content lies in blobs

	ReplyGmailThreadID string // conversation of this mailbox it belongs to; "" for a new one
	DraftID            string
	DraftMessageID     string
	GmailThreadID      string
	GmailID            string // of the sent message
	RFCMessageID       string
	MessageID          string // in the profile
	SentAt             time.Time
	Problem            *Problem

	Claim     Lease // who is at work on it
	Attempts  int
	LookedAt  time.Time // first search for a mail whose send had no answer
	CreatedAt time.Time
	UpdatedAt time.Time
	ExpiresAt time.Time
}

// Upload is a file given for a mail that is not written yet. Its content lies in a blob.
type Upload struct {
	ID          string
	UserID      string
	Filename    string
	ContentType string
	Size        int64
	Blob        string
	ExpiresAt   time.Time
}

// settleAfter is when deliver looks at a send that was begun, in case the process that began it died.
const settleAfter = 2 * time.Minute

// sendsKept is how long a send's record outlives its end.
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
		if old == nil {
			fresh := x
			fresh.State, fresh.CreatedAt, fresh.ExpiresAt = SendSending, now, now.Add(sendsKept)
			old = &fresh
		}
		claimed, err = s.claim(tx, old, holder, ttl)
		out = *old
		return err
	})
	return out, claimed, err
}

// ClaimSend takes a send that is under way over; claimed is false where it is final or somebody is at work on it.
func (s *Store) ClaimSend(ctx context.Context, account, id, holder string, ttl time.Duration) (out Send, claimed bool, err error) {
	err = s.db.Update(ctx, "send.claim", func(ctx context.Context, tx docs.Tx) error {
		claimed = false
		x, err := docs.Get[Send](ctx, tx, sendRef(account, id))
		if err != nil {
			return err
		}
		if x == nil {
			return hire.Err(hire.CodeNotFound)
		}
		claimed, err = s.claim(tx, x, holder, ttl)
		out = *x
		return err
	})
	return out, claimed, err
}

func (s *Store) claim(tx docs.Tx, x *Send, holder string, ttl time.Duration) (bool, error) {
	now := s.clock()
	if x.State.Final() || (x.Claim.Held(now) && x.Claim.Holder != holder) {
		return false, nil
	}
	x.Claim = Lease{Holder: holder, Fence: x.Claim.Fence + 1, ExpiresAt: now.Add(ttl)}
	x.State, x.UpdatedAt = SendSending, now
	x.Attempts++
	var rs rows
	if err := settleLater(&rs, x, now.Add(settleAfter)); err != nil {
		return false, err
	}
	if err := s.putRows(tx, rs); err != nil {
		return false, err
	}
	return true, tx.Set(sendRef(x.AccountID, x.ID), x)
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

// Draft is Gmail's answer to drafts.create.
type Draft struct {
	ID            string
	MessageID     string
	GmailThreadID string
}

// SetDraft commits the draft that a send goes through, unless one stands already: then won is false and out names that one. The conversation is
// tracked from this commit on, so that an answer that comes before the send is recorded is seen.
func (s *Store) SetDraft(ctx context.Context, account, id, holder string, d Draft, sub string) (out Send, won bool, err error) {
	err = s.updateSend(ctx, "send.draft", account, id, holder, func(ctx context.Context, tx docs.Tx, x *Send) error {
		won = false
		out = *x
		if x.DraftID != "" {
			return nil
		}
		tracked, err := docs.Get[Tracked](ctx, tx, trackedRef(account, sub, d.GmailThreadID))
		if err != nil {
			return err
		}
		if tracked == nil {
			tracked = &Tracked{AccountID: account, UserID: x.UserID, Sub: sub, GmailThreadID: d.GmailThreadID, Since: s.clock()}
		}
		for _, a := range tracked.Addresses {
			if err := tx.Delete(waitingRef(account, a, sub, d.GmailThreadID)); err != nil {
				return err
			}
		}
		tracked.State, tracked.Ours, tracked.Miss, tracked.Addresses, tracked.Subject = TrackActive, true, "", nil, ""
		if tracked.CandidateID == "" {
			tracked.CandidateID = x.CandidateID
		}
		if tracked.ThreadID == "" {
			tracked.ThreadID = x.ThreadID
		}
		if tracked.ThreadID == "" {
			tracked.ThreadID = hire.Digest("thread", tracked.CandidateID, sub, d.GmailThreadID)
		}
		x.DraftID, x.DraftMessageID, x.GmailThreadID, x.Sub, x.ThreadID = d.ID, d.MessageID, d.GmailThreadID, sub, tracked.ThreadID
		out, won = *x, true
		if err := tx.Set(trackedRef(account, sub, d.GmailThreadID), tracked); err != nil {
			return err
		}
		return tx.Set(sendRef(account, id), x)
	})
	return out, won, err
}

// EndSend records that a send failed or that its outcome can't be seen.
func (s *Store) EndSend(ctx context.Context, account, id, holder string, state SendState, p Problem) (out Send, err error) {
	err = s.updateSend(ctx, "send.end", account, id, holder, func(_ context.Context, tx docs.Tx, x *Send) error {
		p.At = s.clock()
		if err := tx.Delete(settleRow(x)); err != nil {
			return err
		}
		x.State, x.Problem, x.Claim = state, &p, Lease{Fence: x.Claim.Fence}
		out = *x
		return tx.Set(sendRef(account, id), x)
	})
	return out, err
}

// ReleaseSend lets go of a claim without an outcome; a task looks at the send again at the given time. looked notes that the mail was searched for.
func (s *Store) ReleaseSend(ctx context.Context, account, id, holder string, again time.Time, looked bool) (due []OutboxRow, err error) {
	var rs rows
	err = s.updateSend(ctx, "send.release", account, id, holder, func(_ context.Context, tx docs.Tx, x *Send) error {
		rs = nil
		if err := tx.Delete(settleRow(x)); err != nil {
			return err
		}
		if looked && x.LookedAt.IsZero() {
			x.LookedAt = s.clock()
		}
		x.Claim = Lease{Fence: x.Claim.Fence + 1}
		if err := settleLater(&rs, x, again); err != nil {
			return err
		}
		if err := tx.Set(sendRef(account, id), x); err != nil {
			return err
		}
		return s.putRows(tx, rs)
	})
	return rs, err
}

// SentMail is what was read back from Gmail after a send.
type SentMail struct {
	GmailID       string
	GmailThreadID string
	Message       hire.Message // as it is to stand in the profile; ids are filled in here
	Labelled      bool         // carries the import label
}

// CommitSent files a mail that Gmail has sent, in the profile and as known to the mailbox, and ends its send. If the sync has filed it first, nothing
// is doubled.
func (s *Store) CommitSent(ctx context.Context, account, id string, m SentMail) (out Send, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "send.sent", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		x, err := docs.Get[Send](ctx, tx, sendRef(account, id))
		if err != nil {
			return err
		}
		if x == nil {
			return hire.Err(hire.CodeNotFound)
		}
		if x.State == SendSent {
			out = *x
			return nil
		}
		msg := m.Message
		msg.AccountID, msg.CandidateID, msg.ThreadID = account, x.CandidateID, x.ThreadID
		msg.Direction, msg.UserID, msg.Via = hire.Outbound, x.UserID, "hire"
		msg.ID = hire.MessageKey(x.CandidateID, msg.MessageID, msg.From, msg.Date, x.Sub, m.GmailID)

		var thread hire.Thread
		var existing hire.Message
		var tracked Tracked
		var alias Alias
		var revision revisionRecord
		found, err := tx.Get(ctx,
			[]docs.Ref{threadRef(account, msg.ThreadID), messageRef(account, msg.ThreadID, msg.ID), trackedRef(account, x.Sub, m.GmailThreadID),
				aliasRef(account, x.Sub, m.GmailID), revisionRef(account, x.CandidateID)},
			[]any{&thread, &existing, &tracked, &alias, &revision})
		if err != nil {
			return err
		}
		users, err := usersByLogin(ctx, tx, account, addressesOf(msg))
		if err != nil {
			return err
		}
		settle := settleRow(x)
		x.State, x.Problem, x.Claim = SendSent, nil, Lease{Fence: x.Claim.Fence}
		x.GmailID, x.GmailThreadID, x.RFCMessageID, x.MessageID, x.SentAt, x.UpdatedAt = m.GmailID, m.GmailThreadID, msg.MessageID, msg.ID, msg.ReceivedAt, s.clock()
		out = *x
		if err := tx.Delete(settle); err != nil {
			return err
		}
		if err := tx.Set(sendRef(account, id), x); err != nil {
			return err
		}
		if !found[3] {
			a := Alias{GmailID: m.GmailID, GmailThreadID: m.GmailThreadID, ThreadID: msg.ThreadID, MessageID: msg.ID, ImportedAt: s.clock()}
			if err := tx.Set(aliasRef(account, x.Sub, m.GmailID), &a); err != nil {
				return err
			}
			if !found[2] {
				tracked = Tracked{AccountID: account, UserID: x.UserID, Sub: x.Sub, GmailThreadID: m.GmailThreadID, State: TrackActive, Ours: true, CandidateID: x.CandidateID, ThreadID: x.ThreadID, Since: s.clock()}
			}
			tracked.InGmail++
			tracked.Stored++
			if err := tx.Set(trackedRef(account, x.Sub, m.GmailThreadID), &tracked); err != nil {
				return err
			}
		}
		if found[1] || found[3] {
			return nil
		}
		msg.ImportedAt = s.clock()
		if !found[0] {
			thread = hire.Thread{AccountID: account, ID: msg.ThreadID, CandidateID: x.CandidateID, OwnerID: x.UserID}
		}
		addUser(&thread, x.UserID)
		for _, u := range users {
			addUser(&thread, u.ID)
		}
		src := hire.ThreadSource{UserID: x.UserID, Sub: x.Sub, GmailThreadID: m.GmailThreadID}
		if !slices.Contains(thread.Sources, src) {
			thread.Sources = append(thread.Sources, src)
		}
		thread.Add(msg)
		if err := tx.Create(messageRef(account, msg.ThreadID, msg.ID), &msg); err != nil {
			return err
		}
		if msg.MessageID != "" {
			if err := tx.Set(rfcIDRef(account, x.CandidateID, msg.MessageID), &rfcIDRecord{ThreadID: msg.ThreadID}); err != nil {
				return err
			}
		}
		if err := tx.Set(threadRef(account, msg.ThreadID), &thread); err != nil {
			return err
		}
		revision.Revision++
		if err := tx.Set(revisionRef(account, x.CandidateID), &revision); err != nil {
			return err
		}
		if err := s.messageEvent(&rs, EventMessageSent, msg); err != nil {
			return err
		}
		if err := s.audit(tx, account, AuditEntry{UserID: x.UserID, Action: "message.sent", Target: msg.ThreadID}); err != nil {
			return err
		}
		return s.putRows(tx, rs)
	})
	return out, rs, err
}

func addressesOf(m hire.Message) []string {
	var out []string
	for _, a := range slices.Concat(m.From, m.To, m.Cc) {
		out = append(out, a.Addr)
	}
	return out
}

// updateSend changes a send under its claim; ErrLeaseLost if the claim is another's.
func (s *Store) updateSend(ctx context.Context, op, account, id, holder string, change func(ctx context.Context, tx docs.Tx, x *Send) error) error {
	return s.db.Update(ctx, op, func(ctx context.Context, tx docs.Tx) error {
		x, err := docs.Get[Send](ctx, tx, sendRef(account, id))
		if err != nil {
			return err
		}
		if x == nil {
			return hire.Err(hire.CodeNotFound)
		}
		if x.Claim.Holder != holder {
			return fmt.Errorf("send: %w", ErrLeaseLost)
		}
		x.UpdatedAt = s.clock()
		return change(ctx, tx, x)
	})
}

// PutUpload records a file that was uploaded.
func (s *Store) PutUpload(ctx context.Context, account string, u Upload) error {
	return s.db.Update(ctx, "upload.put", func(_ context.Context, tx docs.Tx) error { return tx.Set(uploadRef(account, u.ID), &u) })
}

// GetUpload reads an upload of the user; hire.CodeUnknownUpload if there is none, it is another's, or it has expired.
func (s *Store) GetUpload(ctx context.Context, account, user, id string) (Upload, error) {
	u, err := read[Upload](ctx, s, "upload", uploadRef(account, id), hire.CodeUnknownUpload)
	if err == nil && (u.UserID != user || !s.clock().Before(u.ExpiresAt)) {
		return Upload{}, hire.Err(hire.CodeUnknownUpload)
	}
	return u, err
}
