package sending

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/mail"
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

// drive carries a claimed send from wherever it stands to its end.
func (s *Service) drive(ctx context.Context, box store.Mailbox, user hire.User, x store.Send, holder string) (store.Send, error) {
	g := s.Connections.Mailbox(box)
	w := &way{Service: s, gmail: g, box: box, user: user, x: x, holder: holder}
	resumed := x.DraftID != ""
	if !resumed {
		if err := w.draft(ctx); err != nil {
			return w.failed(ctx, err)
		}
	}
	var sent gmail.MessageRef
	var err error
	if resumed {
		sent, err = w.resume(ctx)
	} else {
		sent, err = g.SendDraft(ctx, w.x.DraftID)
	}
	switch {
	case errors.Is(err, errTakenAway):
		return w.end(ctx, store.SendUnknown, hire.Err(hire.CodeSendUnknown, "The draft of this mail was edited in Gmail before it was sent. Look into Gmail's drafts and Sent folder."))
	case errors.Is(err, gmail.ErrNotFound), errors.Is(err, errLook):
		return w.look(ctx)
	case err != nil:
		return w.failed(ctx, err)
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
}

var (
	errTakenAway = errors.New("draft was changed by its user")
	errLook      = errors.New("draft is gone")
)

// draft makes the draft and commits it. If another has committed one first, that one is gone on with and our own deleted.
func (w *way) draft(ctx context.Context) error {
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
		return fmt.Errorf("create draft: %w", err)
	}
	x, won, err := w.Store.SetDraft(ctx, w.x.AccountID, w.x.ID, w.holder, store.Draft{ID: d.ID, MessageID: d.Message.ID, GmailThreadID: d.Message.ThreadID}, w.box.Sub)
	if err != nil {
		return fmt.Errorf("commit draft: %w", err)
	}
	if !won {
		if err := w.gmail.DeleteDraft(ctx, d.ID); err != nil {
			w.Log.WarnContext(ctx, "surplus draft is left", "error", err)
		}
	}
	w.x = x
	return nil
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

// look searches the draft's conversation for a mail whose sending nobody saw: among what was sent, by our header, else by the same subject and
// recipients. Not found twice, a minute apart, its outcome is unknown.
func (w *way) look(ctx context.Context) (store.Send, error) {
	th, err := w.gmail.Thread(ctx, w.x.GmailThreadID, gmail.FormatMetadata)
	if err != nil && !errors.Is(err, gmail.ErrNotFound) {
		return w.failed(ctx, err)
	}
	if err == nil {
		for _, byHeader := range []bool{true, false} {
			for _, m := range th.Messages {
				if slices.Contains(m.LabelIDs, hire.LabelSent) && w.isOurs(m, byHeader) {
					return w.finish(ctx, m.ID)
				}
			}
		}
	}
	if !w.x.LookedAt.IsZero() && w.Now().Sub(w.x.LookedAt) >= lookAgainAfter {
		return w.end(ctx, store.SendUnknown, hire.Err(hire.CodeSendUnknown))
	}
	due, err := w.Store.ReleaseSend(ctx, w.x.AccountID, w.x.ID, w.holder, w.Now().Add(lookAgainAfter), true)
	if err != nil {
		return store.Send{}, err
	}
	w.Outbox.HandOver(ctx, due)
	return store.Send{}, hire.Err(hire.CodeSendInProgress)
}

func (w *way) isOurs(m *gmail.Message, byHeader bool) bool {
	if byHeader {
		return m.Header(hire.SendHeader) == w.x.ID
	}
	if m.InternalDate.Before(w.x.CreatedAt.Add(-time.Minute)) || m.Header("Subject") != w.x.Subject || len(w.x.To) == 0 {
		return false
	}
	to, err := mail.ParseAddressList(m.Header("To"))
	return err == nil && len(to) == len(w.x.To) && hire.SameAddress(to[0].Address, w.x.To[0].Addr)
}

// finish reads the sent mail back, labels it, and files it. The mail has left: whatever fails here is made up for later, and is no failure of the send.
func (w *way) finish(ctx context.Context, gmailID string) (store.Send, error) {
	var label []string
	if len(w.box.Labels) > 0 {
		label = []string{w.box.Labels[0].ID}
	}
	m, err := w.gmail.ReadBackAndLabel(ctx, gmailID, label, []string{"Message-ID", "Date", "From"})
	if m == nil {
		return w.failed(ctx, fmt.Errorf("read back: %w", err))
	}
	if err != nil {
		w.Log.WarnContext(ctx, "label could not be put on a sent mail", "error", err)
	}
	msg := hire.Message{
		MessageID: strings.Trim(m.Header("Message-ID"), "<> "), InReplyTo: nonEmpty(w.x.InReplyTo), References: w.x.References,
		From: []hire.Address{{Name: w.user.Name, Addr: w.box.Address}}, To: w.x.To, Cc: w.x.Cc, Bcc: w.x.Bcc,
		Subject: w.x.Subject, ReceivedAt: m.InternalDate, Text: w.x.Text, HTML: w.x.HTML,
	}
	if from, err := mail.ParseAddress(m.Header("From")); err == nil {
		msg.From[0].Addr = from.Address
	}
	if at, err := mail.ParseDate(m.Header("Date")); err == nil {
		msg.Date = at.UTC()
	}
	if msg.Text == "" {
		msg.Text = mime.TextOf(msg.HTML)
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
	x, err := w.Store.EndSend(ctx, w.x.AccountID, w.x.ID, w.holder, state, store.Problem{Code: e.Code, Detail: e.Detail})
	if err != nil {
		return store.Send{}, fmt.Errorf("end send: %w", err)
	}
	return x, nil
}

// failed decides what an error on the way means: a refusal ends the send, and its draft goes; anything else leaves it as it is, to be gone on with
// by the caller's retry or by the task that looks after it.
func (w *way) failed(ctx context.Context, err error) (store.Send, error) {
	var limit *gmail.RateLimit
	var own *hire.Error
	switch {
	case errors.As(err, &limit) && limit.Sending:
		if err := w.Store.Block(ctx, w.box.Key(), w.box.Generation, limit.Until, true); err != nil {
			return store.Send{}, fmt.Errorf("open breaker: %w", err)
		}
		w.discard(ctx)
		e := hire.Err(hire.CodeDailyLimit)
		x, eerr := w.end(ctx, store.SendFailed, e)
		x.Problem = &store.Problem{Code: e.Code, Detail: e.Detail, At: w.Now()}
		return x, eerr
	case errors.Is(err, gmail.ErrInvalid), errors.Is(err, gmail.ErrTooLarge):
		w.discard(ctx)
		return w.end(ctx, store.SendFailed, hire.Wrap(hire.CodeGmailRefused, err))
	case errors.As(err, &own) && own.Kind() == hire.KindUnprocessable:
		return w.end(ctx, store.SendFailed, own)
	}
	parked, perr := w.Connections.Refused(ctx, w.box, err)
	if perr != nil {
		return store.Send{}, perr
	}
	due, rerr := w.Store.ReleaseSend(context.WithoutCancel(ctx), w.x.AccountID, w.x.ID, w.holder, w.Now().Add(30*time.Second), false)
	if rerr != nil {
		w.Log.WarnContext(ctx, "claim on a send is left to run out", "error", rerr)
	}
	w.Outbox.HandOver(ctx, due)
	if parked {
		return store.Send{}, hire.Wrap(hire.CodeReconnectRequired, err)
	}
	return store.Send{}, hire.Wrap(hire.CodeGmailUnavailable, err)
}

// discard deletes the draft of a refused mail.
func (w *way) discard(ctx context.Context) {
	if w.x.DraftID == "" {
		return
	}
	if err := w.gmail.DeleteDraft(ctx, w.x.DraftID); err != nil && !errors.Is(err, gmail.ErrNotFound) {
		w.Log.WarnContext(ctx, "draft of a refused mail is left", "error", err)
	}
}

// Settle goes on with a send whose caller has not come back, or whose outcome nobody saw. Where the user is not connected it waits: the send
// passes on to their next connection.
func (s *Service) Settle(ctx context.Context, account, id string) error {
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
		return nil
	}
	a, user, err := s.Store.Member(ctx, account, x.UserID)
	if err != nil {
		return err
	}
	box, err := s.connected(ctx, a, user)
	if err != nil {
		_, err = s.Store.EndSend(ctx, account, id, holder, store.SendUnknown, store.Problem{Code: hire.CodeSendUnknown, Detail: hire.Err(hire.CodeSendUnknown).Detail})
		return err
	}
	_, err = s.drive(ctx, box, user, x, holder)
	switch hire.CodeOf(err) {
	case hire.CodeSendInProgress, hire.CodeGmailUnavailable, hire.CodeReconnectRequired:
		return nil // looked at again by the task that was queued
	}
	return err
}
