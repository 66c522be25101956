package sending

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

// limitAtLeast is how long sending rests after Gmail has refused it, even where the time that Gmail names is over.
const limitAtLeast = time.Minute

// finish reads the sent mail back, labels it, and files it. The mail has left: whatever fails here is made up for later, and is no failure of the send.
func (w *way) finish(ctx context.Context, gmailID string) (store.Send, error) {
	var label []string
	if id := w.box.SentLabel(); id != "" {
		label = []string{id}
	}
	m, err := w.gmail.ReadBackAndLabel(ctx, gmailID, label, []string{"Message-ID", "Date", "From"})
	if m == nil {
		return w.later(ctx, fmt.Errorf("read back: %w", err))
	}
	if err != nil {
		w.Log.WarnContext(ctx, "label could not be put on a sent mail", "send_id", w.x.ID, "gmail_id", gmailID, "error", err)
	}
	// Read by the parser that the sync uses, so that both make the same key of it.
	parsed, err := mime.FromPayload(m.Payload)
	if err != nil {
		return w.later(ctx, fmt.Errorf("read back: %w", err))
	}
	from := hire.Address{Name: w.user.Name, Addr: w.box.Address}
	if w.x.From.Addr != "" {
		from = w.x.From
	}
	if len(parsed.From) > 0 {
		if !hire.SameAddress(parsed.From[0].Addr, from.Addr) {
			w.Log.WarnContext(ctx, "gmail has sent from another address than was asked for", "send_id", w.x.ID)
		}
		from.Addr = parsed.From[0].Addr
	}
	msg := hire.Message{
		MessageID: parsed.MessageID, InReplyTo: nonEmpty(w.x.InReplyTo), References: w.x.References,
		From: []hire.Address{from}, To: w.x.To, Cc: w.x.Cc, Bcc: w.x.Bcc,
		Subject: w.x.Subject, Date: parsed.Date, ReceivedAt: m.InternalDate, Text: w.text(), HTML: w.x.HTML, Original: w.x.Original,
	}
	msg.Snippet = hire.Snippet(msg.Text, 140)
	for i, a := range w.x.Attachments {
		a.PartID = fmt.Sprint(i + 1)
		msg.Attachments = append(msg.Attachments, a)
	}
	x, due, err := w.Store.CommitSent(ctx, w.x.AccountID, w.x.ID, store.SentMail{GmailID: m.ID, GmailThreadID: m.ThreadID, Message: msg})
	if err != nil {
		return store.Send{}, fmt.Errorf("commit sent mail: %w", err)
	}
	w.Outbox.HandOver(ctx, due)
	if len(due) > 0 { // else a sync has filed it first, and said so
		w.Metrics.SendEnded(ctx, obs.OutcomeSent)
	}
	return x, nil
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// end records a final outcome other than sent.
func (w *way) end(ctx context.Context, state store.SendState, e *hire.Error) (store.Send, error) {
	x, due, err := w.Store.EndSend(ctx, w.x.AccountID, w.x.ID, w.holder, store.Ending{State: state, Problem: problem(e), Orphan: w.orphan})
	if err != nil {
		return store.Send{}, fmt.Errorf("end send: %w", err)
	}
	w.Outbox.HandOver(ctx, due)
	if x.State == state { // else its mail was met meanwhile
		w.Metrics.SendEnded(ctx, outcomeOf(x))
	}
	return x, nil
}

// outcomeOf is how a send has ended, in the figures' words.
func outcomeOf(x store.Send) string {
	switch {
	case x.State == store.SendSent:
		return obs.OutcomeSent
	case x.State == store.SendUnknown:
		return obs.OutcomeUnknown
	case x.Problem == nil:
		return obs.OutcomeFailed
	}
	switch x.Problem.Code {
	case hire.CodeDailyLimit:
		return obs.OutcomeLimited
	case hire.CodeGmailRefused, hire.CodeMessageTooLarge:
		return obs.OutcomeRefused
	case hire.CodeCancelled:
		return obs.OutcomeCancelled
	}
	return obs.OutcomeFailed
}

// failed decides what an error means that was met before the mail can have left: a refusal ends the send, and its draft goes; anything else is gone on with
// later.
func (w *way) failed(ctx context.Context, err error) (store.Send, error) {
	var limit *gmail.RateLimit
	var own *hire.Error
	switch {
	case errors.As(err, &limit) && limit.Sending:
		until := limit.Until
		if soon := w.Now().Add(limitAtLeast); until.Before(soon) {
			until = soon
		}
		if err := w.Connections.Limited(ctx, w.box, &gmail.RateLimit{Until: until, Sending: true}); err != nil {
			return store.Send{}, err
		}
		if w.x.Asked != nil && until.Sub(w.x.Due()) <= patience {
			return w.requeue(ctx, until)
		}
		if gone := w.discard(ctx, w.x.DraftID); gone {
			return w.look(ctx) // the refusal was of a second try, and the first one's answer was lost
		}
		e := hire.Err(hire.CodeDailyLimit)
		e.RetryAfter = until
		return w.end(ctx, store.SendFailed, e)
	case errors.Is(err, gmail.ErrInvalid):
		w.discard(ctx, w.x.DraftID)
		return w.end(ctx, store.SendFailed, hire.Wrap(hire.CodeGmailRefused, err))
	case errors.Is(err, gmail.ErrTooLarge):
		w.discard(ctx, w.x.DraftID)
		return w.end(ctx, store.SendFailed, hire.Wrap(hire.CodeMessageTooLarge, err))
	case errors.As(err, &own) && own.Kind() == hire.KindUnprocessable:
		return w.end(ctx, store.SendFailed, own)
	}
	return w.later(ctx, err)
}

// giveUpAfter is how long a send is gone on with by itself. A mail that leaves later than its writer thinks possible does harm.
const giveUpAfter = 24 * time.Hour

// later leaves a send as it is, to be gone on with by the caller's retry or by the task that looks after it.
func (w *way) later(ctx context.Context, err error) (store.Send, error) {
	parked, perr := w.Connections.Refused(ctx, w.box, err)
	if perr != nil {
		return store.Send{}, perr
	}
	if parked && w.untouched() {
		// Whoever asked is told so, and keeps what they wrote. It must not leave by itself once they have reconnected, hours after they were told that it did not.
		if err := w.Store.ForgetSend(ctx, w.x.AccountID, w.x.ID, w.holder); err != nil {
			return store.Send{}, fmt.Errorf("forget send: %w", err)
		}
		return store.Send{}, w.parked(ctx, w.box, err)
	}
	again := w.Now().Add(min(30*time.Second<<min(w.x.Attempts, 7), time.Hour))
	var limit *gmail.RateLimit
	if errors.As(err, &limit) {
		if err := w.Connections.Limited(ctx, w.box, limit); err != nil {
			return store.Send{}, err
		}
		if limit.Until.After(again) {
			again = limit.Until
		}
	}
	if w.Now().Sub(w.x.Since()) > giveUpAfter {
		return w.abandon(ctx, hire.CodeGmailUnavailable)
	}
	due, rerr := w.Store.ReleaseSend(context.WithoutCancel(ctx), w.x.AccountID, w.x.ID, w.holder, store.Release{Again: again, Orphan: w.orphan})
	if rerr != nil {
		w.Log.WarnContext(ctx, "claim on a send is left to run out", "send_id", w.x.ID, "error", rerr)
	}
	w.Outbox.HandOver(ctx, due)
	if parked {
		return store.Send{}, w.parked(ctx, w.box, err)
	}
	return store.Send{}, hire.Wrap(hire.CodeGmailUnavailable, err)
}

// untouched tells whether nothing of a send can be in Gmail, or wait to be: its caller has just asked for it, and no call that makes something was tried before or has an
// unknown end.
func (w *way) untouched() bool {
	return w.x.Asked == nil && w.x.Attempts == 1 && w.x.DraftID == "" && !w.orphan
}

// parked says what a connection that was just parked needs of its user.
func (s *Service) parked(ctx context.Context, box store.Mailbox, cause error) error {
	e := hire.Err(hire.CodeReconnectRequired)
	if m, found, err := s.Store.Mailbox(ctx, box.Key()); err != nil {
		return err
	} else if found && m.State == store.NeedsReconnect {
		e = needs(m)
	}
	e.Err = cause
	return e
}

// problem is what a record says of an error.
func problem(err error) store.Problem {
	var e *hire.Error
	if !errors.As(err, &e) {
		e = hire.Err(hire.CodeInternal)
	}
	return store.Problem{Code: e.Code, Detail: e.Detail, RetryAfter: e.RetryAfter}
}

// abandon ends a send that nothing more is done about: without a draft it has not left, with one nobody can tell.
func (w *way) abandon(ctx context.Context, code hire.Code) (store.Send, error) {
	if w.x.DraftID != "" {
		return w.end(ctx, store.SendUnknown, hire.Err(hire.CodeSendUnknown))
	}
	return w.end(ctx, store.SendFailed, hire.Err(code))
}

// requeue lets a queued mail wait until Gmail sends for the mailbox again. It will then be written anew, so it goes back only if its draft is there to show that it
// has not left: Gmail's refusal may have come to a second try whose first had its answer lost.
func (w *way) requeue(ctx context.Context, until time.Time) (store.Send, error) {
	if w.x.DraftID != "" {
		d, err := w.gmail.Draft(ctx, w.x.DraftID)
		switch {
		case errors.Is(err, gmail.ErrNotFound):
			return w.look(ctx)
		case err != nil:
			return w.later(ctx, err)
		case d.Message.ID != w.x.DraftMessageID:
			return w.takenAway(ctx)
		}
	}
	x, due, err := w.Store.RequeueSend(ctx, w.x.AccountID, w.x.ID, w.holder, until, limitReached(until))
	if err != nil {
		return store.Send{}, fmt.Errorf("requeue send: %w", err)
	}
	w.Outbox.HandOver(ctx, due)
	if x.State == store.SendFailed { // its batch was cancelled meanwhile
		w.Metrics.SendEnded(ctx, outcomeOf(x))
	}
	w.discardSurplus(ctx, w.x.DraftID)
	return x, nil
}

// discard deletes the draft of a mail that Gmail has refused, and tells whether it was gone already.
func (w *way) discard(ctx context.Context, draft string) (gone bool) {
	if draft == "" {
		return false
	}
	err := w.gmail.DeleteDraft(ctx, draft)
	if errors.Is(err, gmail.ErrNotFound) {
		return true
	}
	if err != nil {
		w.Log.WarnContext(ctx, "draft of a refused mail is left for later", "send_id", w.x.ID, "error", err)
		w.orphan = true
	}
	return false
}
