package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"github.com/trakstar/hire-gmail/shared/hire"
)

var sendChecks = []check{
	{
		Name: "send-keeps-conversation", Used: "shared/sending, way.look: a send that nobody saw is looked for in its draft's conversation",
		Fact: "The mail that a draft becomes is in the draft's conversation.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.sentMail(ctx)
			if err == nil && s.sent.ThreadId != s.draft.Message.ThreadId {
				err = contrary("it is in another conversation")
			}
			return "", err
		},
	},
	{
		Name: "send-makes-new-message", Used: "shared/sending, way.drive: the id in the answer is the mail's",
		Fact: "The mail that a draft becomes has an id of its own and SENT.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.sentMail(ctx)
			switch {
			case err != nil:
				return "", err
			case s.sent.Id == s.draft.Message.Id:
				return "", contrary("it has the id that the draft's message had")
			case !has(s.sent.LabelIds, "SENT"):
				return "", contrary("the answer's labels are %q", s.sent.LabelIds)
			}
			return strings.Join(s.sent.LabelIds, ", "), nil
		},
	},
	{
		Name: "sent-mail-readable", Used: "shared/gmail, Mailbox.ReadBackAndLabel",
		Fact: "A mail can be read soon after it was sent.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			m, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			return within(m.took), nil
		},
	},
	{
		Name: "send-uses-draft-up", Used: "shared/sending, way.resume: drafts.send may be repeated, and sends once",
		Fact: "A sent draft can't be got, nor sent again: both answer 404, and there is one mail.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			_, err = x.a.gmail.Drafts.Get("me", s.draft.Id).Context(ctx).Do()
			if err := refused(err, http.StatusNotFound, "drafts.get"); err != nil {
				return "", err
			}
			_, err = x.a.sendDraft(ctx, s.draft.Id)
			if err := refused(err, http.StatusNotFound, "a second drafts.send"); err != nil {
				return "", err
			}
			mails, err := x.sentWith(ctx, s.sent.ThreadId, "first")
			if err == nil && mails > 1 {
				err = contrary("there are %d mails", mails)
			}
			return "", err
		},
	},
	{
		Name: "message-id-on-send", Used: "shared/sending, way.finish: the mail's Message-ID is read back",
		Fact: "A sent mail has a Message-ID, ours or one by Gmail.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			id := s.headers["message-id"]
			switch {
			case id == "":
				return "", contrary("there is none")
			case id == x.messageID("first"):
				return "kept", nil
			case s.headers["x-google-original-message-id"] != "":
				return "rewritten, the old one in X-Google-Original-Message-ID", nil
			}
			return "rewritten", nil
		},
	},
	{
		Name: "header-on-send", Used: "shared/sending, way.find: by our header, else by subject and recipients",
		Fact: "A sent mail keeps our X- header, or its Subject and To.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			switch {
			case err != nil:
				return "", err
			case s.headers[strings.ToLower(hire.SendHeader)] == x.token:
				return "the header stays", nil
			case s.headers["subject"] != x.subject("first") || !strings.Contains(s.headers["to"], x.a.address):
				return "", contrary("the header is gone, and Subject or To is another")
			}
			return "the header is gone; Subject and To stay", nil
		},
	},
	{
		Name: "own-mail-arrives", Used: "shared/mailsync, decide: INBOX or SENT makes mail of a tracked conversation count",
		Fact: "Mail to oneself is in INBOX and in SENT, as one message or as two of one conversation.",
		Try:  ownMailArrives,
	},
}

// sentMail is the first draft, sent.
type sentMail struct {
	*firstDraft
	sent *gmailapi.Message // the answer
}

func (x *trial) sentMail(ctx context.Context) (*sentMail, error) {
	d, err := x.firstDraft(ctx)
	if err != nil {
		return nil, err
	}
	return x.sent.get("a sent mail", func() (*sentMail, error) {
		sent, err := x.a.sendDraft(ctx, d.draft.Id)
		return &sentMail{d, sent}, err
	})
}

// readMail is the first mail as it can be read.
type readMail struct {
	*sentMail
	took    time.Duration // until it could be
	message *gmailapi.Message
	headers map[string]string // all, by their names in lower case
}

func (x *trial) readMail(ctx context.Context) (*readMail, error) {
	s, err := x.sentMail(ctx)
	if err != nil {
		return nil, err
	}
	return x.read.get("a sent mail that can be read", func() (*readMail, error) {
		h, m, took, err := x.soon(ctx, x.a, s.sent.Id)
		return &readMail{sentMail: s, took: took, message: m, headers: h}, err
	})
}

// sentWith counts the sent mails with a word in their subject, in a conversation and elsewhere: a search may not know yet what a conversation shows.
func (x *trial) sentWith(ctx context.Context, thread, word string) (int, error) {
	th, err := x.a.gmail.Threads.Get("me", thread).Context(ctx).Format("minimal").Do()
	if err != nil {
		return 0, err
	}
	ids := map[string]bool{}
	for _, m := range th.Messages {
		if has(m.LabelIds, "SENT") {
			ids[m.Id] = true
		}
	}
	found, err := x.a.search(ctx, "in:sent subject:"+x.word(word), 100)
	if err != nil {
		return 0, err
	}
	for _, id := range found.ids {
		ids[id] = true
	}
	return len(ids), nil
}

func ownMailArrives(ctx context.Context, x *trial) (string, error) {
	s, err := x.readMail(ctx)
	if err != nil {
		return "", err
	}
	count := 0
	took, err := x.wait(ctx, "it is in INBOX and SENT", func() (bool, error) {
		th, err := x.a.gmail.Threads.Get("me", s.sent.ThreadId).Context(ctx).Format("minimal").Do()
		if err != nil {
			return false, err
		}
		inbox, sent := false, false
		for _, m := range th.Messages {
			inbox, sent = inbox || has(m.LabelIds, "INBOX"), sent || has(m.LabelIds, "SENT")
		}
		count = len(th.Messages)
		return inbox && sent, nil
	})
	if err != nil {
		return "", err
	}
	if count == 1 {
		return within(took) + ", one message", nil
	}
	return within(took) + ", several messages", nil
}
