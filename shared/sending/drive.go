package sending

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

// lookAgainAfter is how long after the first search a mail that was not found is searched for once more: a sent mail may take
// seconds to be readable.
const lookAgainAfter = time.Minute

// limitAtLeast is how long sending rests after Gmail has refused it, even where the time that Gmail names is over.
const limitAtLeast = time.Minute

// drive carries a claimed send from wherever it stands to its end.
func (s *Service) drive(ctx context.Context, box store.Mailbox, user hire.User, x store.Send, holder string) (store.Send, error) {
	w := &way{Service: s, gmail: s.Connections.Mailbox(box), box: box, user: user, x: x, holder: holder}
	if x.DraftID != "" {
		return w.goOn(ctx)
	}
	if x.FormerDraftID != "" { // it was deleted, unless the process died over it
		w.discardSurplus(ctx, x.FormerDraftID)
	}
	if err := w.withLivingToken(ctx, box, w.draft); err != nil {
		return w.failed(ctx, err)
	}
	sent, err := w.gmail.SendDraft(ctx, w.x.DraftID)
	switch {
	case errors.Is(err, gmail.ErrNotFound):
		return w.look(ctx)
	case err != nil:
		return w.failed(ctx, err)
	}
	return w.finish(ctx, sent.ID)
}

// goOn takes up a send whose draft an earlier call has left. It may have been sent already, so no trouble met here makes it a failed one.
func (w *way) goOn(ctx context.Context) (store.Send, error) {
	if w.x.Sub != w.box.Sub {
		return w.end(ctx, store.SendUnknown, hire.Err(hire.CodeSendUnknown, "Another Google account was connected while this mail was being sent. Look into the former account's Sent folder."))
	}
	var sent gmail.MessageRef
	err := w.withLivingToken(ctx, w.box, func(ctx context.Context) (err error) {
		sent, err = w.resume(ctx)
		return err
	})
	var limit *gmail.RateLimit
	switch {
	case errors.Is(err, errTakenAway):
		return w.takenAway(ctx)
	case errors.Is(err, gmail.ErrNotFound), errors.Is(err, errLook):
		return w.look(ctx)
	case errors.As(err, &limit) && limit.Sending:
		return w.failed(ctx, err) // the draft is still there: it has not left
	case err != nil:
		return w.later(ctx, err)
	}
	return w.finish(ctx, sent.ID)
}

// withLivingToken makes calls to Gmail, and once more where their access token was refused: the one that was kept may be dead while the grant lives. If the
// grant is dead, too, the second time says so.
func (s *Service) withLivingToken(ctx context.Context, box store.Mailbox, calls func(context.Context) error) error {
	err := calls(ctx)
	if !errors.Is(err, gmail.ErrUnauthorized) {
		return err
	}
	if _, rerr := s.Connections.Refused(ctx, box, err); rerr != nil {
		return rerr
	}
	return calls(ctx)
}

// way is one send on its way.
type way struct {
	*Service
	gmail  *gmail.Mailbox
	box    store.Mailbox
	user   hire.User
	x      store.Send
	holder string
	orphan bool // a draft may have been left in Gmail that nobody knows the id of, or that could not be deleted
}

var (
	errTakenAway = errors.New("draft was changed by its user")
	errLook      = errors.New("draft is gone")
)

// draft makes the draft and commits it. If another has committed one first, that one is gone on with and our own deleted.
func (w *way) draft(ctx context.Context) error {
	if w.x.Sub != w.box.Sub {
		w.x.ReplyGmailThreadID = "" // of another mailbox
	}
	if err := w.checkAlias(ctx); err != nil {
		return err
	}
	var raw bytes.Buffer
	if err := mime.Compose(&raw, w.outgoing(w.x, w.user, w.Now()), w.boundary); err != nil {
		return problemOf(err)
	}
	d, err := w.gmail.CreateDraft(ctx, w.x.ReplyGmailThreadID, raw.Bytes())
	if errors.Is(err, gmail.ErrNotFound) && w.x.ReplyGmailThreadID != "" {
		// The conversation was deleted in this mailbox: References alone keep the mail in it at the recipient's.
		w.x.ReplyGmailThreadID = ""
		d, err = w.gmail.CreateDraft(ctx, "", raw.Bytes())
	}
	if err != nil {
		w.orphan = errors.Is(err, gmail.ErrUnavailable) || ctx.Err() != nil
		return fmt.Errorf("create draft: %w", err)
	}
	x, won, err := w.Store.SetDraft(ctx, w.x.AccountID, w.x.ID, w.holder, store.Draft{ID: d.ID, MessageID: d.Message.ID, GmailThreadID: d.Message.ThreadID}, w.box.Sub)
	if err == nil {
		w.x = x
	}
	if lost := errors.Is(err, store.ErrLeaseLost); lost || (err == nil && !won) {
		// Another is at work on this send, or has committed a draft first: ours must not be sent by anybody.
		w.discardSurplus(ctx, d.ID)
	}
	if err != nil {
		w.orphan = true
		return fmt.Errorf("commit draft: %w", err)
	}
	return nil
}

// discardSurplus deletes a draft that is not the send's own: one that came too late, or one of a former turn. Whoever is at work on the send does not know of it, so a
// failure is noted past their claim.
func (w *way) discardSurplus(ctx context.Context, draftID string) {
	if draftID == "" {
		return
	}
	err := w.gmail.DeleteDraft(ctx, draftID)
	if err == nil || errors.Is(err, gmail.ErrNotFound) {
		return
	}
	w.Log.WarnContext(ctx, "surplus draft is left for later", "error", err)
	due, err := w.Store.NoteOrphan(context.WithoutCancel(ctx), w.x.AccountID, w.x.ID, w.Now(), w.Now().Add(orphanAgain))
	if err != nil {
		w.Log.ErrorContext(ctx, "surplus draft is left", "error", err)
	}
	w.Outbox.HandOver(ctx, due)
}

func (w *way) boundary() string {
	var b [15]byte
	if _, err := io.ReadFull(w.Rand, b[:]); err != nil {
		panic(fmt.Sprintf("sending: no randomness: %v", err))
	}
	return hex.EncodeToString(b[:])
}

// resume goes on with a draft that an earlier call has left: it sends it only if it is still as we made it.
func (w *way) resume(ctx context.Context) (gmail.MessageRef, error) {
	d, err := w.gmail.Draft(ctx, w.x.DraftID)
	switch {
	case errors.Is(err, gmail.ErrNotFound):
		return gmail.MessageRef{}, errLook
	case err != nil:
		return gmail.MessageRef{}, err
	case d.Message.ID != w.x.DraftMessageID:
		return gmail.MessageRef{}, errTakenAway
	}
	return w.gmail.SendDraft(ctx, w.x.DraftID)
}

// takenAway ends a send whose draft its user has made their own.
func (w *way) takenAway(ctx context.Context) (store.Send, error) {
	return w.end(ctx, store.SendUnknown, hire.Err(hire.CodeSendUnknown, "The draft of this mail was edited in Gmail before it was sent. Look into Gmail's drafts and Sent folder."))
}

// look searches the draft's conversation for a mail whose sending nobody saw: among what was sent, by our header, else by the same subject and
// recipients. Not found twice, a minute apart, its outcome is unknown.
func (w *way) look(ctx context.Context) (store.Send, error) {
	th, err := w.gmail.Thread(ctx, w.x.GmailThreadID, gmail.FormatMetadata)
	if err != nil && !errors.Is(err, gmail.ErrNotFound) {
		return w.later(ctx, err)
	}
	if err == nil {
		id, err := w.find(ctx, th)
		switch {
		case errors.Is(err, errTakenAway):
			return w.takenAway(ctx)
		case err != nil:
			return w.later(ctx, err)
		case id != "":
			return w.finish(ctx, id)
		}
	}
	if !w.x.LookedAt.IsZero() && w.Now().Sub(w.x.LookedAt) >= lookAgainAfter {
		return w.end(ctx, store.SendUnknown, hire.Err(hire.CodeSendUnknown))
	}
	due, err := w.Store.ReleaseSend(ctx, w.x.AccountID, w.x.ID, w.holder, store.Release{Again: w.Now().Add(lookAgainAfter), Looked: true})
	if err != nil {
		return store.Send{}, err
	}
	w.Outbox.HandOver(ctx, due)
	return store.Send{}, hire.Err(hire.CodeSendInProgress)
}

// find looks for our mail among what was sent in a conversation; "" where it is not. A mail with the header of another send, or one that another send has
// filed, is not it, however alike they are. One that has our header but not what was written in Hire is errTakenAway: its user has edited the draft and sent it.
func (w *way) find(ctx context.Context, th *gmail.Thread) (gmailID string, err error) {
	var alike []string
	for _, m := range th.Messages {
		if !slices.Contains(m.LabelIDs, hire.LabelSent) {
			continue
		}
		switch header := m.Header(hire.SendHeader); {
		case header == w.x.ID:
			if same, err := w.asWritten(ctx, m.ID); err != nil || same {
				return m.ID, err
			}
			return "", errTakenAway
		case header == "" && w.looksLikeOurs(m):
			alike = append(alike, m.ID)
		}
	}
	filed, _, err := w.Store.Known(ctx, w.x.AccountID, w.box.Sub, alike)
	if err != nil {
		return "", err
	}
	for _, id := range alike {
		same, err := w.asWritten(ctx, id)
		if err != nil {
			return "", err
		}
		if !same {
			continue
		}
		alias, known := filed[id]
		if !known {
			return id, nil
		}
		msg, err := w.Store.Message(ctx, w.x.AccountID, alias.ThreadID, alias.MessageID)
		if err != nil && hire.CodeOf(err) != hire.CodeNotFound {
			return "", err
		}
		if msg.Via != "hire" {
			return id, nil // filed by the sync, which could not tell whose it is
		}
	}
	return "", nil
}

// asWritten tells whether a mail has left as it was written in Hire. One that has not is not filed here, with words that nobody got: the sync files it as it is.
func (w *way) asWritten(ctx context.Context, gmailID string) (bool, error) {
	m, err := w.gmail.Message(ctx, gmailID, gmail.FormatFull)
	if err != nil {
		return false, fmt.Errorf("read sent mail: %w", err)
	}
	parsed, err := mime.FromPayload(m.Payload)
	if err != nil {
		return false, fmt.Errorf("read sent mail: %w", err)
	}
	return slices.Equal(strings.Fields(parsed.Text), strings.Fields(w.text())) && len(parsed.Attachments) == len(w.x.Attachments), nil
}

// text is the mail's text, made of its HTML where it has only that.
func (w *way) text() string {
	if w.x.Text == "" {
		return mime.TextOf(w.x.HTML)
	}
	return w.x.Text
}

// looksLikeOurs compares subject and recipients, where Gmail has not kept our header.
func (w *way) looksLikeOurs(m *gmail.Message) bool {
	parsed, err := mime.FromPayload(m.Payload)
	if err != nil || m.InternalDate.Before(w.x.CreatedAt.Add(-time.Minute)) || parsed.Subject != w.x.Subject || len(parsed.To) != len(w.x.To) {
		return false
	}
	for i, to := range parsed.To {
		if !hire.SameAddress(to.Addr, w.x.To[i].Addr) {
			return false
		}
	}
	return true
}

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
		w.Log.WarnContext(ctx, "label could not be put on a sent mail", "error", err)
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
	return x, nil
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
		if err := w.Store.Block(ctx, w.box.Key(), w.box.Generation, until, true); err != nil {
			return store.Send{}, fmt.Errorf("open breaker: %w", err)
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
		if !limit.Own() {
			if err := w.Store.Block(ctx, w.box.Key(), w.box.Generation, limit.Until, limit.Sending); err != nil {
				return store.Send{}, fmt.Errorf("open breaker: %w", err)
			}
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
		w.Log.WarnContext(ctx, "claim on a send is left to run out", "error", rerr)
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
		w.Log.WarnContext(ctx, "draft of a refused mail is left for later", "error", err)
		w.orphan = true
	}
	return false
}

// Settle lets a queued send leave at its turn, and goes on with one whose caller has not come back, or whose outcome nobody saw. Where the user must reconnect it
// waits for that, a day at most: the send passes on to their next connection. Where they are not connected any more, a mail that had no draft yet has not left, and one
// that had can't be looked up.
func (s *Service) Settle(ctx context.Context, account, id string, turn int) error {
	holder, err := s.Store.NewID()
	if err != nil {
		return err
	}
	x, claimed, err := s.Store.ClaimSend(ctx, account, id, holder, claimTTL)
	if hire.CodeOf(err) == hire.CodeNotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("claim send: %w", err)
	}
	if !claimed {
		if x.State == store.SendQueued {
			return s.leave(ctx, x, turn)
		}
		return nil
	}
	a, user, err := s.Store.Member(ctx, account, x.UserID)
	if err != nil {
		return err
	}
	box, err := s.connected(ctx, a, user)
	w := &way{Service: s, box: box, user: user, x: x, holder: holder}
	switch code := hire.CodeOf(err); {
	case err == nil:
	case code == hire.CodeInternal:
		return err
	case waitsForUser(code) && s.Now().Sub(x.Since()) <= giveUpAfter:
		due, err := s.Store.ReleaseSend(ctx, account, id, holder, store.Release{Again: s.Now().Add(30 * time.Minute)})
		s.Outbox.HandOver(ctx, due)
		return err
	default:
		_, err := w.abandon(ctx, code)
		return err
	}
	_, err = s.drive(ctx, box, user, x, holder)
	return lookedAtAgain(err)
}

// lookedAtAgain is nil for what the task that was queued makes up for.
func lookedAtAgain(err error) error {
	switch code := hire.CodeOf(err); {
	case code == hire.CodeSendInProgress, code == hire.CodeGmailUnavailable, waitsForUser(code):
		return nil
	}
	return err
}
