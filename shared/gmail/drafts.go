package gmail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// Draft is a mail that is not sent yet.
type Draft struct {
	ID      string
	Message MessageRef // its id changes when the user edits the draft
}

// maxUpload is the largest mail that Gmail takes, in bytes of RFC 5322.
// Source: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.drafts/create
const maxUpload = 36_700_160

const draftFields = "id,message(" + refFields + ")"

// CreateDraft makes a draft of raw mail (RFC 5322), in a conversation where threadID names one: ErrNotFound if the mailbox doesn't have it. It is never repeated,
// and what became of it after ErrUnavailable is not known: there may be a draft.
func (m *Mailbox) CreateDraft(ctx context.Context, threadID string, raw []byte) (Draft, error) {
	if len(raw) > maxUpload {
		return Draft{}, &Error{Method: draftsCreate.name, Reason: "uploadTooLarge", kind: ErrTooLarge}
	}
	draft := &gmailapi.Draft{}
	if threadID != "" {
		draft.Message = &gmailapi.Message{ThreadId: threadID}
	}
	d, err := ask(WithPriority(ctx, PrioritySend), m, one(draftsCreate), func(ctx context.Context) (*gmailapi.Draft, error) {
		// One request with both parts, whatever the size: in chunks, the upload client would repeat by itself what Gmail may have taken, and
		// the threadId would be lost.
		return m.client.users.Drafts.Create("me", draft).Context(ctx).Fields(googleapi.Field(draftFields)).
			Media(bytes.NewReader(raw), googleapi.ContentType("message/rfc822"), googleapi.ChunkSize(0)).Do()
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
		return Draft{}, misuse(draftsGet, reasonNoID)
	}
	d, err := ask(WithPriority(ctx, PrioritySend), m, one(draftsGet), func(ctx context.Context) (*gmailapi.Draft, error) {
		return m.client.users.Drafts.Get("me", id).Context(ctx).Format("minimal").Fields(googleapi.Field(draftFields)).Do()
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
		return MessageRef{}, misuse(draftsSend, reasonNoID)
	}
	sent, err := ask(WithPriority(ctx, PrioritySend), m, one(draftsSend), func(ctx context.Context) (*gmailapi.Message, error) {
		return m.client.users.Drafts.Send("me", &gmailapi.Draft{Id: draftID}).Context(ctx).Fields(googleapi.Field(refFields)).Do()
	})
	if err != nil {
		return MessageRef{}, err
	}
	return refOf(sent), nil
}

// DeleteDraft deletes a draft for good; ErrNotFound if there is none.
func (m *Mailbox) DeleteDraft(ctx context.Context, id string) error {
	if id == "" {
		return misuse(draftsDelete, reasonNoID)
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

// MarkedDraft is a draft that carries a header that was asked for.
type MarkedDraft struct {
	Draft
	Mark    string    // the header's value
	SavedAt time.Time // when its message, as it now is, was saved
}

// DraftsWith lists the drafts saved from since up to until, by the second, that carry a header. A draft of that time without the header has been asked
// for it, and for nothing else; of any other draft nothing is read.
func (m *Mailbox) DraftsWith(ctx context.Context, header string, since, until time.Time) ([]MarkedDraft, error) {
	var out []MarkedDraft
	token := ""
	for range draftPages {
		page, err := m.draftPage(ctx, since, until, token)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(page.Drafts))
		for i, d := range page.Drafts {
			ids[i] = refOf(d.Message).ID
		}
		// By the message, since drafts.get does not leave other headers out.
		read, err := m.messages(ctx, ids, reading{FormatMetadata, []string{header}})
		if err != nil {
			return nil, err
		}
		for i, r := range read {
			switch {
			case errors.Is(r.Err, ErrNotFound): // sent, edited or deleted meanwhile
			case r.Err != nil:
				return nil, r.Err
			case r.Message.Header(header) != "":
				out = append(out, MarkedDraft{Draft: draftOf(page.Drafts[i]), Mark: r.Message.Header(header), SavedAt: r.Message.InternalDate})
			}
		}
		if token = page.NextPageToken; token == "" {
			return out, nil
		}
	}
	// The time asked for is that of a send: nobody saves so many drafts in it, and an answer that always names one more page must come to an end.
	return nil, &Error{Method: draftsList.name, Status: http.StatusOK, Reason: reasonUnreadable, kind: ErrUnavailable}
}

// draftPages is how many pages of a hundred drafts each are listed at most.
const draftPages = 20

func (m *Mailbox) draftPage(ctx context.Context, since, until time.Time, token string) (*gmailapi.ListDraftsResponse, error) {
	q := fmt.Sprintf("after:%d before:%d", since.Unix(), until.Unix()+1)
	return ask(ctx, m, one(draftsList), func(ctx context.Context) (*gmailapi.ListDraftsResponse, error) {
		call := m.client.users.Drafts.List("me").Context(ctx).Q(q).MaxResults(100).Fields(googleapi.Field("drafts(id,message(id,threadId)),nextPageToken"))
		if token != "" {
			call.PageToken(token)
		}
		return call.Do()
	})
}
