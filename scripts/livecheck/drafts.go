package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	gmailapi "google.golang.org/api/gmail/v1"

	"github.com/trakstar/hire-gmail/shared/hire"
)

var draftChecks = []check{
	{
		Name: "draft-keeps-header", Used: "shared/sending: a draft that a crash has left can be known by our header alone",
		Fact: "A draft made by upload keeps our X- header, which messages.get shows by metadataHeaders.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			d, err := x.firstDraft(ctx)
			if err != nil {
				return "", err
			}
			h, _, _, err := x.soon(ctx, x.a, d.draft.Message.Id, hire.SendHeader)
			if err == nil && h[strings.ToLower(hire.SendHeader)] != x.token {
				err = contrary("the header is not there")
			}
			return "", err
		},
	},
	{
		Name: "draft-is-labelled-draft", Used: "shared/mailsync, decide: what carries DRAFT is not imported",
		Fact: "A draft's message carries DRAFT, and neither INBOX nor SENT.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			d, err := x.firstDraft(ctx)
			if err != nil {
				return "", err
			}
			_, m, _, err := x.soon(ctx, x.a, d.draft.Message.Id, "Subject")
			if err != nil {
				return "", err
			}
			seen := strings.Join(m.LabelIds, ", ")
			if !has(m.LabelIds, "DRAFT") || has(m.LabelIds, "INBOX") || has(m.LabelIds, "SENT") {
				return "", contrary("it carries %s", seen)
			}
			return seen, nil
		},
	},
	{
		Name: "drafts-list-finds-it", Used: "shared/sending: drafts that a crash has left can be found",
		Fact: "drafts.list shows a new draft, by its id and its message's.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			d, err := x.firstDraft(ctx)
			if err != nil {
				return "", err
			}
			took, err := x.wait(ctx, "the draft is listed", func() (bool, error) {
				all, err := x.a.drafts(ctx)
				is := func(l *gmailapi.Draft) bool {
					return l.Id == d.draft.Id && l.Message != nil && l.Message.Id == d.draft.Message.Id
				}
				return err == nil && slices.ContainsFunc(all, is), err
			})
			return within(took), err
		},
	},
	{
		Name: "draft-deleted-is-gone", Used: "shared/sending, way.draft and way.discard",
		Fact: "A deleted draft can be neither got nor sent nor deleted again: each answers 404.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			d, err := x.deletedDraft(ctx)
			if err != nil {
				return "", err
			}
			_, err = x.a.gmail.Drafts.Get("me", d.id).Context(ctx).Do()
			if err := refused(err, http.StatusNotFound, "drafts.get"); err != nil {
				return "", err
			}
			_, err = x.a.sendDraft(ctx, d.id)
			if err := refused(err, http.StatusNotFound, "drafts.send"); err != nil {
				return "", err
			}
			return "", refused(x.a.gmail.Drafts.Delete("me", d.id).Context(ctx).Do(), http.StatusNotFound, "drafts.delete")
		},
	},
	{
		Name: "draft-in-no-conversation", Used: "shared/gmail, refusal (ErrNotFound of drafts.create); shared/sending, way.draft",
		Fact: "A draft for a conversation that is gone is refused with 404, or with 400 and thread_id in the text; or it is put into a new one.",
		Try:  draftInNoConversation,
	},
	{
		Name: "draft-without-recipient", Used: "shared/gmail, refusal (ErrInvalid); shared/sending, way.failed: the draft of a refused mail is deleted",
		Fact: "drafts.send refuses a draft without recipients with 400, and the draft stays.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			d, err := x.draft(ctx, x.a, "", letter{word: "nobody", text: "This draft has no recipient."})
			if err != nil {
				return "", err
			}
			_, err = x.a.sendDraft(ctx, d.Id)
			if err := refused(err, http.StatusBadRequest, "a mail to nobody"); err != nil {
				return "", err
			}
			_, text := answerOf(err)
			_, err = x.a.gmail.Drafts.Get("me", d.Id).Context(ctx).Format("minimal").Do()
			if gone(err) {
				err = contrary("the draft is gone")
			}
			return text, err
		},
	},
}

// firstDraft is a draft to the mailbox itself, and where the mailbox stood before it.
type firstDraft struct {
	cursor uint64
	draft  *gmailapi.Draft
}

func (x *trial) firstDraft(ctx context.Context) (*firstDraft, error) {
	return x.drafted.get("a draft", func() (*firstDraft, error) {
		cursor, err := x.a.cursor(ctx)
		if err != nil {
			return nil, err
		}
		d, err := x.draft(ctx, x.a, "", letter{to: x.a.address, word: "first", text: "The first mail of this run."})
		return &firstDraft{cursor, d}, err
	})
}

// deletedDraft was a draft. Its ids are real ones that name nothing any more.
type deletedDraft struct{ id, message, thread string }

func (x *trial) deletedDraft(ctx context.Context) (*deletedDraft, error) {
	return x.deleted.get("a deleted draft", func() (*deletedDraft, error) {
		d, err := x.draft(ctx, x.a, "", letter{to: x.a.address, word: "deleted", text: "This draft is deleted."})
		if err != nil {
			return nil, err
		}
		return &deletedDraft{d.Id, d.Message.Id, d.Message.ThreadId}, x.a.gmail.Drafts.Delete("me", d.Id).Context(ctx).Do()
	})
}

func draftInNoConversation(ctx context.Context, x *trial) (string, error) {
	gone, err := x.deletedDraft(ctx)
	if err != nil {
		return "", err
	}
	d, err := x.draft(ctx, x.a, gone.thread, letter{to: x.a.address, word: "lost", text: "A draft for a conversation that is gone."})
	if err == nil {
		if d.Message.ThreadId == gone.thread {
			return "taken: the conversation is there again", nil
		}
		return "taken: into a new conversation", nil
	}
	code, text := answerOf(err)
	var open *obstacle
	switch {
	case errors.As(err, &open):
		return "", err
	case code == http.StatusNotFound, code == http.StatusBadRequest && strings.Contains(strings.ToLower(text), "thread_id"):
		return text, nil
	case code == http.StatusBadRequest:
		return "", contrary("it is refused with %s, which the code takes for a mail that can't be sent", text)
	}
	return "", err
}
