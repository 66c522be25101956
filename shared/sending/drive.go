package sending

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

// lookAgainAfter is how long after the first search a mail that was not found is searched for once more: a sent mail may take
// seconds to be readable.
const lookAgainAfter = time.Minute

// drive carries a claimed send from wherever it stands to its end.
func (s *Service) drive(ctx context.Context, box store.Mailbox, user hire.User, x store.Send, holder string) (out store.Send, err error) {
	ctx, span := obs.Start(ctx, "send", attribute.Bool("send.again", x.DraftID != ""))
	defer func() {
		span.SetAttributes(attribute.String("send.state", string(out.State)))
		obs.End(span, err, string(hire.CodeOf(err)))
	}()
	w := &way{Service: s, gmail: s.Connections.Mailbox(box), box: box, user: user, x: x, holder: holder}
	if x.DraftID != "" {
		return w.goOn(ctx)
	}
	if x.FormerDraftID != "" { // it was deleted, unless the process died over it
		w.discardSurplus(ctx, x.FormerDraftID)
	}
	if err := w.Connections.WithLivingToken(ctx, box, w.draft); err != nil {
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
	err := w.Connections.WithLivingToken(ctx, w.box, func(ctx context.Context) (err error) {
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
	w.Log.WarnContext(ctx, "surplus draft is left for later", "send_id", w.x.ID, "error", err)
	due, err := w.Store.NoteOrphan(context.WithoutCancel(ctx), w.x.AccountID, w.x.ID, w.Now(), w.Now().Add(orphanAgain))
	if err != nil {
		w.Log.ErrorContext(ctx, "surplus draft is left", "send_id", w.x.ID, "error", err)
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
	ctx = obs.WithMailbox(ctx, account, x.UserID)
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
	box, err := s.Connected(ctx, a, user)
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
