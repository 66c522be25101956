package main

import (
	"context"
	"net/http"
	"slices"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
)

var threadChecks = []check{
	{
		Name: "reply-draft-in-conversation", Used: "shared/sending, way.draft",
		Fact: "A draft with threadId, References and the same Subject is in that conversation, and threads.get shows it there with DRAFT.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			r, err := x.replyMail(ctx)
			if err != nil {
				return "", err
			}
			if r.draft.Message.ThreadId != r.to {
				return "", contrary("it is in another conversation")
			}
			return within(r.tookDraft), r.asDraft
		},
	},
	{
		Name: "reply-joins-conversation", Used: "shared/sending, Service.Send: one conversation on both sides",
		Fact: "A reply with threadId, References and the same Subject is in that conversation after its send, and threads.get shows both mails.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			r, err := x.replyMail(ctx)
			if err != nil {
				return "", err
			}
			if r.sent.ThreadId != r.to {
				return "", contrary("it is in another conversation")
			}
			took, err := x.wait(ctx, "the conversation shows both mails", func() (bool, error) {
				th, err := x.a.gmail.Threads.Get("me", r.to).Context(ctx).Format("minimal").Do()
				if err != nil {
					return false, err
				}
				shown := func(id string) bool {
					return slices.ContainsFunc(th.Messages, func(m *gmailapi.Message) bool { return m.Id == id })
				}
				return shown(r.sent.Id) && shown(r.first), nil
			})
			return within(took), err
		},
	},
	{
		Name: "large-reply-keeps-conversation", Used: "shared/gmail, Mailbox.CreateDraft: one multipart upload, whatever the size",
		Fact: "A large reply (6 MB, unless -size says otherwise) by multipart upload keeps its threadId, as a draft and as sent.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.largeMail(ctx)
			if err == nil && (l.draft.Message.ThreadId != l.to || l.sent.ThreadId != l.to) {
				err = contrary("it is in another conversation")
			}
			return "", err
		},
	},
	{
		Name: "thread-minimal", Used: "shared/mailsync, run.reconcile and run.admit",
		Fact: "threads.get with format=minimal gives each message's labels, oldest message first, and the conversation's history id, and no content.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			r, err := x.replyMail(ctx)
			if err != nil {
				return "", err
			}
			var th *gmailapi.Thread
			_, err = x.wait(ctx, "threads.get shows both mails and a history id", func() (bool, error) {
				var err error
				th, err = x.a.gmail.Threads.Get("me", r.to).Context(ctx).Format("minimal").Do()
				return err == nil && th.HistoryId != 0 && len(th.Messages) > 1, err
			})
			if err != nil {
				return "", err
			}
			at := func(id string) int {
				return slices.IndexFunc(th.Messages, func(m *gmailapi.Message) bool { return m.Id == id })
			}
			if at(r.first) > at(r.sent.Id) { // their times may be the same, to the millisecond
				return "", contrary("the reply comes before what it answers")
			}
			before := int64(0)
			for _, m := range th.Messages {
				switch {
				case len(m.LabelIds) == 0:
					return "", contrary("a message has no labels")
				case m.Payload != nil || m.Raw != "":
					return "", contrary("a message has content")
				case m.InternalDate < before:
					return "", contrary("the oldest message is not the first")
				}
				before = m.InternalDate
			}
			return "", nil
		},
	},
	{
		Name: "thread-unknown", Used: "shared/mailsync, run.whole; shared/sending, way.look",
		Fact: "threads.get of a conversation that is gone answers 404.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			d, err := x.draft(ctx, x.a, "", letter{to: x.a.address, word: "alone", text: "This draft is deleted, and its conversation with it."})
			if err != nil {
				return "", err
			}
			if err := x.a.gmail.Drafts.Delete("me", d.Id).Context(ctx).Do(); err != nil {
				return "", err
			}
			_, err = x.a.gmail.Threads.Get("me", d.Message.ThreadId).Context(ctx).Format("minimal").Do()
			return "", refused(err, http.StatusNotFound, "threads.get")
		},
	},
}

// replyMail is a reply to the first mail.
type replyMail struct {
	to, first string // the conversation, and the mail in it that is answered
	draft     *gmailapi.Draft
	asDraft   error         // where the conversation did not show it as a draft
	tookDraft time.Duration // until it did
	sent      *gmailapi.Message
}

// answering is a letter that answers the first mail.
func (x *trial) answering(ctx context.Context, text string) (*readMail, letter, error) {
	m, err := x.readMail(ctx)
	if err != nil {
		return nil, letter{}, err
	}
	id := m.headers["message-id"]
	return m, letter{to: x.a.address, word: "first", answers: id, references: id, text: text}, nil
}

func (x *trial) replyMail(ctx context.Context) (*replyMail, error) {
	m, l, err := x.answering(ctx, "A reply to the first mail.")
	if err != nil {
		return nil, err
	}
	return x.reply.get("a reply", func() (*replyMail, error) {
		r := &replyMail{to: m.sent.ThreadId, first: m.sent.Id}
		var err error
		if r.draft, err = x.draft(ctx, x.a, r.to, l); err != nil {
			return nil, err
		}
		r.tookDraft, r.asDraft = x.wait(ctx, "threads.get shows the draft with DRAFT", func() (bool, error) {
			th, err := x.a.gmail.Threads.Get("me", r.to).Context(ctx).Format("minimal").Do()
			is := func(m *gmailapi.Message) bool { return m.Id == r.draft.Message.Id && has(m.LabelIds, "DRAFT") }
			return err == nil && slices.ContainsFunc(th.Messages, is), err
		})
		r.sent, err = x.a.sendDraft(ctx, r.draft.Id)
		return r, err
	})
}

// changed waits until a conversation's history id in threads.list is another one.
func (x *trial) changed(ctx context.Context, label, thread string, before uint64) (time.Duration, error) {
	return x.wait(ctx, "threads.list has another history id for the conversation", func() (bool, error) {
		now, err := x.historyIDOf(ctx, label, thread)
		return err == nil && now > before, err
	})
}

// historyIDOf is a conversation's history id in threads.list by label; 0 where it is not listed.
func (x *trial) historyIDOf(ctx context.Context, label, thread string) (uint64, error) {
	all, err := x.a.gmail.Threads.List("me").Context(ctx).LabelIds(label).MaxResults(100).Fields("threads(id,historyId),nextPageToken").Do()
	if err != nil {
		return 0, err
	}
	for _, th := range all.Threads {
		if th.Id == thread {
			return th.HistoryId, nil
		}
	}
	return 0, nil
}
