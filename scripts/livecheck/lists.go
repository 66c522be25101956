package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
)

var listChecks = []check{
	{
		Name: "messages-list-after", Used: "shared/gmail, Mailbox.MessagesSince: recovery",
		Fact: "messages.list with q=after: and seconds shows what came since, and nothing of before.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			at := time.UnixMilli(s.message.InternalDate)
			took, err := x.wait(ctx, "the sent mail is listed", func() (bool, error) {
				l, err := x.a.search(ctx, fmt.Sprintf("after:%d subject:%s", at.Add(-time.Minute).Unix(), x.token), 100)
				return err == nil && slices.Contains(l.ids, s.sent.Id), err
			})
			if err != nil {
				return "", err
			}
			l, err := x.a.search(ctx, fmt.Sprintf("after:%d subject:%s", at.Add(time.Hour).Unix(), x.token), 100)
			if err == nil && slices.Contains(l.ids, s.sent.Id) {
				err = contrary("it is listed among what comes an hour later")
			}
			return within(took), err
		},
	},
	{
		Name: "messages-list-by-label", Used: "shared/mailsync, run.walkLabelled: conversations are asked for in the same way",
		Fact: "messages.list by a label's id shows the messages that carry it.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			label, err := x.ownLabel(ctx)
			if err != nil {
				return "", err
			}
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			if _, err := x.a.gmail.Messages.Modify("me", s.sent.Id, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{label.Id}}).Context(ctx).Do(); err != nil {
				return "", err
			}
			took, err := x.wait(ctx, "the message is listed by its label", func() (bool, error) {
				shown := false
				err := x.a.gmail.Messages.List("me").LabelIds(label.Id).Pages(ctx, func(page *gmailapi.ListMessagesResponse) error {
					shown = shown || slices.ContainsFunc(page.Messages, func(m *gmailapi.Message) bool { return m.Id == s.sent.Id })
					return nil
				})
				return shown, err
			})
			return within(took), err
		},
	},
	{
		Name: "messages-list-pages", Used: "shared/mailsync, run.recover",
		Fact: "Small pages of messages.list bring each message once, the same as one large page.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			if _, err := x.replyMail(ctx); err != nil {
				return "", err
			}
			q := "subject:" + x.token
			var small, whole *found
			// What a search finds may still grow.
			_, err := x.wait(ctx, "small pages bring what a large one does", func() (bool, error) {
				var err error
				if small, err = x.a.search(ctx, q, 1); err != nil {
					return false, err
				}
				whole, err = x.a.search(ctx, q, 500)
				return err == nil && slices.Equal(small.ids, whole.ids) && small.pages > 1, err
			})
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("%d messages", len(small.ids)), nil
		},
	},
	{
		Name: "page-token-refused", Used: "shared/mailsync, run.recover: the listing begins anew",
		Fact: "messages.list with a page token that is none answers 400.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			_, err := x.a.gmail.Messages.List("me").Context(ctx).Q("subject:" + x.token).PageToken("not a page token").Do()
			return "", refused(err, http.StatusBadRequest, "messages.list")
		},
	},
	{
		Name: "threads-list-fields", Used: "shared/gmail, Mailbox.ThreadsByLabel: no snippet",
		Fact: "threads.list brings only what the fields parameter names.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.labelledThread(ctx)
			if err != nil {
				return "", err
			}
			answer, err := x.a.raw(ctx, "threads", map[string][]string{"labelIds": {l.label}, "fields": {"threads(id,historyId),nextPageToken,resultSizeEstimate"}})
			if err != nil {
				return "", err
			}
			if answer["threads"] == nil {
				return "", contrary("no conversation is listed")
			}
			return "", onlyFields(answer, "threads", "id", "historyId", "nextPageToken", "resultSizeEstimate")
		},
	},
}

// found is all pages of a search.
type found struct {
	ids   []string
	pages int
}

// search lists what a search finds, spam and bin left out.
func (a *account) search(ctx context.Context, q string, perPage int64) (*found, error) {
	var out found
	for token := ""; ; {
		call := a.gmail.Messages.List("me").Context(ctx).Q(q).MaxResults(perPage)
		if token != "" {
			call.PageToken(token)
		}
		page, err := call.Do()
		if err != nil {
			return nil, err
		}
		out.pages++
		for _, m := range page.Messages {
			out.ids = append(out.ids, m.Id)
		}
		if token = page.NextPageToken; token == "" {
			return &out, nil
		}
		if out.pages > 500 {
			return nil, contrary("messages.list has no last page")
		}
	}
}
