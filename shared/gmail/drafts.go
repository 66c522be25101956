package gmail

import (
	"bytes"
	"context"
	"errors"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// Draft is a mail that is not sent yet.
type Draft struct {
	ID      string
	Message MessageRef // its id changes when the user edits the draft
}

// MaxUpload is the largest mail that Gmail takes, in bytes of RFC 5322.
// Source: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.drafts/create
const MaxUpload = 36_700_160

const draftFields = "id,message(" + refFields + ")"

// CreateDraft makes a draft of raw mail (RFC 5322), in a conversation where threadID names one: ErrNotFound if the mailbox doesn't have it. It is never repeated,
// and what became of it after ErrUnavailable is not known: there may be a draft.
func (m *Mailbox) CreateDraft(ctx context.Context, threadID string, raw []byte) (Draft, error) {
	if len(raw) > MaxUpload {
		return Draft{}, &Error{Method: draftsCreate.name, Reason: "uploadTooLarge", kind: ErrTooLarge}
	}
	draft := &gmailapi.Draft{}
	if threadID != "" {
		draft.Message = &gmailapi.Message{ThreadId: threadID}
	}
	var d *gmailapi.Draft
	err := m.do(WithPriority(ctx, PrioritySend), one(draftsCreate), func(ctx context.Context) (err error) {
		// One request with both parts, whatever the size: in chunks, the upload client would repeat by itself what Gmail may have taken, and
		// the threadId would be lost.
		d, err = m.client.users.Drafts.Create("me", draft).Context(ctx).Fields(googleapi.Field(draftFields)).
			Media(bytes.NewReader(raw), googleapi.ContentType("message/rfc822"), googleapi.ChunkSize(0)).Do()
		return err
	})
	if err != nil {
		return Draft{}, err
	}
	return draftOf(d), nil
}

func draftOf(d *gmailapi.Draft) Draft { return Draft{ID: d.Id, Message: refOf(d.Message)} }

// Draft gets a draft's ids; ErrNotFound if it was sent or deleted.
func (m *Mailbox) Draft(ctx context.Context, id string) (Draft, error) {
	if id == "" {
		return Draft{}, noID(draftsGet)
	}
	var d *gmailapi.Draft
	err := m.do(WithPriority(ctx, PrioritySend), one(draftsGet), func(ctx context.Context) (err error) {
		d, err = m.client.users.Drafts.Get("me", id).Context(ctx).Format("minimal").Fields(googleapi.Field(draftFields)).Do()
		return err
	})
	if err != nil {
		return Draft{}, err
	}
	return draftOf(d), nil
}

// SendDraft sends a draft as it is, and returns the message that came of it: it has another id, and SENT. Gmail uses the draft up, so that no call sends it
// twice. ErrNotFound says that it is gone: sent by an earlier call, perhaps an earlier try of this one whose answer was lost, or by its
// user, or deleted.
func (m *Mailbox) SendDraft(ctx context.Context, draftID string) (MessageRef, error) {
	if draftID == "" {
		return MessageRef{}, noID(draftsSend)
	}
	var sent *gmailapi.Message
	err := m.do(WithPriority(ctx, PrioritySend), one(draftsSend), func(ctx context.Context) (err error) {
		sent, err = m.client.users.Drafts.Send("me", &gmailapi.Draft{Id: draftID}).Context(ctx).Fields(googleapi.Field(refFields)).Do()
		return err
	})
	if err != nil {
		return MessageRef{}, err
	}
	return refOf(sent), nil
}

// DeleteDraft deletes a draft for good; ErrNotFound if there is none.
func (m *Mailbox) DeleteDraft(ctx context.Context, id string) error {
	if id == "" {
		return noID(draftsDelete)
	}
	made := 0
	err := m.do(WithPriority(ctx, PrioritySend), one(draftsDelete), func(ctx context.Context) error {
		made++
		return m.client.users.Drafts.Delete("me", id).Context(ctx).Do()
	})
	if made > 1 && errors.Is(err, ErrNotFound) {
		return nil // an earlier try had deleted it, only its answer was lost
	}
	return err
}
