package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
)

var historyChecks = []check{
	{
		Name: "history-message-added", Used: "shared/mailsync, digest: new mail is seen by messagesAdded alone",
		Fact: "history.list from a cursor shows a mail that came after it, by messagesAdded with its id, its conversation's, and SENT among its labels.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.sentMail(ctx)
			if err != nil {
				return "", err
			}
			took, err := x.history(ctx, x.a, s.cursor, "messagesAdded of the sent mail", func(h *gmailapi.History) bool {
				return slices.ContainsFunc(h.MessagesAdded, func(c *gmailapi.HistoryMessageAdded) bool {
					return c.Message != nil && c.Message.Id == s.sent.Id && c.Message.ThreadId == s.sent.ThreadId && has(c.Message.LabelIds, "SENT")
				})
			})
			return within(took), err
		},
	},
	{
		Name: "history-draft-is-draft", Used: "shared/mailsync, digest: drafts come and go",
		Fact: "A draft that stands in history.list as added carries DRAFT there.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			cursor, err := x.a.cursor(ctx)
			if err != nil {
				return "", err
			}
			d, err := x.draft(ctx, x.a, "", letter{to: x.a.address, word: "noted", text: "A draft for the history."})
			if err != nil {
				return "", err
			}
			var labels []string
			took, err := x.history(ctx, x.a, cursor, "messagesAdded of the draft", func(h *gmailapi.History) bool {
				for _, c := range h.MessagesAdded {
					if c.Message != nil && c.Message.Id == d.Message.Id {
						labels = c.Message.LabelIds
						return true
					}
				}
				return false
			})
			if err == nil && !has(labels, "DRAFT") {
				err = contrary("its labels there are %q", labels)
			}
			return within(took), err
		},
	},
	{
		Name: "history-in-order", Used: "shared/mailsync, run.pass: the cursor goes to the last record's id",
		Fact: "Records come in the order of their ids, all after the cursor, and listing again from the same cursor shows them again.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			once, err := x.a.records(ctx, s.cursor, 500)
			if err != nil {
				return "", err
			}
			if len(once.ids) == 0 || once.ids[0] <= s.cursor || !slices.IsSorted(once.ids) {
				return "", contrary("%d records, out of order or from before the cursor", len(once.ids))
			}
			again, err := x.a.records(ctx, s.cursor, 500)
			if err == nil && (len(again.ids) < len(once.ids) || !slices.Equal(again.ids[:len(once.ids)], once.ids)) {
				err = contrary("%d records, then %d others", len(once.ids), len(again.ids))
			}
			return "", err
		},
	},
	{
		Name: "history-answer-id", Used: "shared/mailsync, run.advance: the id of an answer is trusted only after two empty ones",
		Fact: "An answer's historyId is not before its last record's.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			page, err := x.a.records(ctx, s.cursor, 500)
			if err != nil {
				return "", err
			}
			if len(page.ids) == 0 {
				return "", excuse("there are no records yet")
			}
			last := page.ids[len(page.ids)-1]
			switch {
			case page.named < last:
				return "", contrary("it is %d before", last-page.named)
			case page.named > last:
				return fmt.Sprintf("%d after the last record", page.named-last), nil
			}
			return "the last record's", nil
		},
	},
	{
		Name: "history-nothing-new", Used: "shared/mailsync, run.advance",
		Fact: "From the mailbox's present id on, history.list shows no record of before, and names a history id.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			now, err := x.a.cursor(ctx)
			if err != nil {
				return "", err
			}
			page, err := x.a.records(ctx, now, 500)
			if err == nil && (page.named < now || slices.ContainsFunc(page.ids, func(id uint64) bool { return id <= now })) {
				err = contrary("there are records of before, or the answer's id is %d and the mailbox's %d", page.named, now)
			}
			return "", err
		},
	},
	{
		Name: "history-pages", Used: "shared/mailsync, run.pass: to the last page",
		Fact: "Small pages of history.list bring the same records as large ones, in the same order.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.readMail(ctx)
			if err != nil {
				return "", err
			}
			small, err := x.a.records(ctx, s.cursor, 2)
			if err != nil {
				return "", err
			}
			whole, err := x.a.records(ctx, s.cursor, 500)
			if err != nil {
				return "", err
			}
			if len(whole.ids) < len(small.ids) || !slices.Equal(whole.ids[:len(small.ids)], small.ids) || (len(whole.ids) > 2 && small.pages < 2) {
				return "", contrary("%d records on %d small pages, %d on large ones", len(small.ids), small.pages, len(whole.ids))
			}
			return fmt.Sprintf("%d records, %d pages, %d of them empty", len(small.ids), small.pages, small.empty), nil
		},
	},
	{
		Name: "history-too-old", Used: "shared/mailsync, run.beginRecovery; shared/gmail, refusal (ErrHistoryExpired)",
		Fact: "history.list from an ancient id answers 404.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			_, err := x.a.records(ctx, 1, 1)
			return "", refused(err, http.StatusNotFound, "history.list from id 1")
		},
	},
	{
		Name: "history-fields", Used: "shared/gmail, historyFields: no word of mail that is not for Hire",
		Fact: "history.list brings only what the fields parameter names.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			s, err := x.sentMail(ctx)
			if err != nil {
				return "", err
			}
			answer, err := x.a.raw(ctx, "history", map[string][]string{
				"startHistoryId": {strconv.FormatUint(s.cursor, 10)}, "fields": {"historyId,nextPageToken,history(id,messagesAdded/message(id,threadId,labelIds))"},
			})
			if err != nil {
				return "", err
			}
			return "", onlyFields(answer, "historyId", "nextPageToken", "history", "id", "messagesAdded", "message", "threadId", "labelIds")
		},
	},
}

// listing is all pages of history from a cursor.
type listing struct {
	records      []*gmailapi.History
	ids          []uint64
	named        uint64 // the id that the last answer names
	pages, empty int
}

// records lists all history after a cursor.
func (a *account) records(ctx context.Context, cursor uint64, perPage int64) (*listing, error) {
	var out listing
	for token := ""; ; {
		call := a.gmail.History.List("me").Context(ctx).StartHistoryId(cursor).MaxResults(perPage)
		if token != "" {
			call.PageToken(token)
		}
		page, err := call.Do()
		if err != nil {
			return nil, err
		}
		out.pages++
		if len(page.History) == 0 {
			out.empty++
		}
		for _, h := range page.History {
			out.records, out.ids = append(out.records, h), append(out.ids, h.Id)
		}
		out.named = page.HistoryId
		if token = page.NextPageToken; token == "" {
			return &out, nil
		}
		if out.pages > 500 {
			return nil, contrary("history.list has no last page")
		}
	}
}

// history waits until a record that is looked for stands in the history after a cursor.
func (x *trial) history(ctx context.Context, a *account, cursor uint64, what string, is func(*gmailapi.History) bool) (time.Duration, error) {
	return x.wait(ctx, what+" in history.list", func() (bool, error) {
		l, err := a.records(ctx, cursor, 500)
		return err == nil && slices.ContainsFunc(l.records, is), err
	})
}

// onlyFields says whether an answer, at any depth, has a field that was not asked for.
func onlyFields(answer any, allowed ...string) error {
	switch v := answer.(type) {
	case map[string]any:
		for name, sub := range v {
			if !slices.Contains(allowed, name) {
				return contrary("there is %s too", name)
			}
			if err := onlyFields(sub, allowed...); err != nil {
				return err
			}
		}
	case []any:
		for _, sub := range v {
			if err := onlyFields(sub, allowed...); err != nil {
				return err
			}
		}
	}
	return nil
}
