package sending

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

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
