package main

import (
	"context"
	"slices"
	"strings"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"github.com/trakstar/hire-gmail/shared/hire"
)

var recipientChecks = []check{
	{
		Name: "delivery", Used: "shared/mailsync: a reply is in the profile within a minute",
		Fact: "A mail arrives in the other mailbox, in INBOX.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			c, err := x.crossedMail(ctx)
			if err != nil {
				return "", err
			}
			_, m, _, err := x.soon(ctx, x.b, c.arrived, "Subject")
			if err == nil && !has(m.LabelIds, "INBOX") {
				err = excuse("it carries %s: look into the spam folder", strings.Join(m.LabelIds, ", "))
			}
			return within(c.took), err
		},
	},
	{
		Name: "message-id-at-recipient", Used: "shared/store: one entry in the profile where two users have the same mail",
		Fact: "The recipient's copy has the Message-ID that the sender reads back after the send.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			c, err := x.crossedMail(ctx)
			if err != nil {
				return "", err
			}
			h, _, _, err := x.soon(ctx, x.b, c.arrived)
			if err != nil {
				return "", err
			}
			if h["message-id"] != c.messageID {
				return "", contrary("it has another")
			}
			if h[strings.ToLower(hire.SendHeader)] != "" {
				return "our header arrives too", nil
			}
			return "our header does not arrive", nil
		},
	},
	{
		Name: "second-mail-joins-at-recipient", Used: "shared/sending: one conversation on both sides",
		Fact: "A second mail of a conversation joins the first at the recipient's by References and Subject.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			c, err := x.crossedMail(ctx)
			if err != nil {
				return "", err
			}
			cursor, err := x.b.cursor(ctx)
			if err != nil {
				return "", err
			}
			before, err := x.arrivals(ctx, x.b)
			if err != nil {
				return "", err
			}
			l := letter{to: x.b.address, word: "across", answers: c.messageID, references: c.messageID, text: "A second mail."}
			if _, _, err := x.send(ctx, x.a, c.sent.ThreadId, l); err != nil {
				return "", err
			}
			return x.joins(ctx, x.b, cursor, len(before), c.arrivedIn)
		},
	},
	{
		Name: "recipients-reply-joins", Used: "shared/mailsync, decide: a candidate's reply is known by its conversation",
		Fact: "The recipient's reply, by In-Reply-To and References, joins the sender's conversation, and history.list shows it with INBOX.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			c, err := x.crossedMail(ctx)
			if err != nil {
				return "", err
			}
			cursor, err := x.a.cursor(ctx)
			if err != nil {
				return "", err
			}
			before, err := x.arrivals(ctx, x.a)
			if err != nil {
				return "", err
			}
			l := letter{to: x.a.address, word: "across", answers: c.messageID, references: c.messageID, text: "The answer."}
			if _, _, err := x.send(ctx, x.b, c.arrivedIn, l); err != nil {
				return "", err
			}
			return x.joins(ctx, x.a, cursor, len(before), c.sent.ThreadId)
		},
	},
}

// crossedMail is a mail from one mailbox to the other.
type crossedMail struct {
	sent               *gmailapi.Message
	messageID          string // as the sender reads it back
	arrived, arrivedIn string // the recipient's message and conversation
	took               time.Duration
}

func (x *trial) crossedMail(ctx context.Context) (*crossedMail, error) {
	if x.b == nil {
		return nil, excuse("only with -second, a second mailbox")
	}
	return x.crossed.get("a mail to the second mailbox", func() (*crossedMail, error) {
		_, sent, err := x.send(ctx, x.a, "", letter{to: x.b.address, word: "across", text: "A mail from one mailbox to the other."})
		if err != nil {
			return nil, err
		}
		c := &crossedMail{sent: sent}
		h, _, _, err := x.soon(ctx, x.a, sent.Id, "Message-ID")
		if err != nil {
			return nil, err
		}
		c.messageID = h["message-id"]
		c.took, err = x.wait(ctx, "it arrives", func() (bool, error) {
			l, err := x.b.gmail.Messages.List("me").Context(ctx).Q("subject:" + x.word("across")).IncludeSpamTrash(true).Do()
			if err != nil || len(l.Messages) == 0 {
				return false, err
			}
			c.arrived, c.arrivedIn = l.Messages[0].Id, l.Messages[0].ThreadId
			return true, nil
		})
		return c, err
	})
}

// joins waits until one more mail of those between the mailboxes is in an inbox, and says whether it is in a conversation. before is how many there were.
func (x *trial) joins(ctx context.Context, a *account, cursor uint64, before int, thread string) (string, error) {
	var all []*gmailapi.Message
	took, err := x.wait(ctx, "it arrives", func() (bool, error) {
		var err error
		all, err = x.arrivals(ctx, a)
		return len(all) > before, err
	})
	if err != nil {
		return "", err
	}
	for _, m := range all {
		if m.ThreadId != thread {
			return "", contrary("it is in another conversation")
		}
	}
	_, err = x.history(ctx, a, cursor, "messagesAdded of the new mail", func(h *gmailapi.History) bool {
		return slices.ContainsFunc(h.MessagesAdded, func(c *gmailapi.HistoryMessageAdded) bool {
			return c.Message != nil && c.Message.ThreadId == thread && has(c.Message.LabelIds, "INBOX")
		})
	})
	return within(took), err
}

// arrivals are the mails between the mailboxes that are in an inbox.
func (x *trial) arrivals(ctx context.Context, a *account) ([]*gmailapi.Message, error) {
	l, err := a.gmail.Messages.List("me").Context(ctx).Q("in:inbox subject:" + x.word("across")).Do()
	if err != nil {
		return nil, err
	}
	return l.Messages, nil
}
