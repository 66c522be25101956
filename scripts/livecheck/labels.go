package main

import (
	"context"
	"slices"

	gmailapi "google.golang.org/api/gmail/v1"
)

var labelChecks = []check{
	{
		Name: "label-reaches-conversation", Used: "shared/mailsync, run.whole: a labelled conversation",
		Fact: "A label put on a conversation is then on each message that it has, drafts excepted.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.labelledThread(ctx)
			if err != nil {
				return "", err
			}
			th, err := x.a.gmail.Threads.Get("me", l.thread).Context(ctx).Format("minimal").Do()
			if err != nil {
				return "", err
			}
			for _, m := range th.Messages {
				if !has(m.LabelIds, l.label) && !has(m.LabelIds, "DRAFT") {
					return "", contrary("a message does not carry it")
				}
			}
			return "", nil
		},
	},
	{
		Name: "threads-list-by-label", Used: "shared/mailsync, run.walkLabelled",
		Fact: "threads.list by a label's id shows the conversation with a history id.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.labelledThread(ctx)
			if err != nil {
				return "", err
			}
			took, err := x.changed(ctx, l.label, l.thread, 0)
			return within(took), err
		},
	},
	{
		Name: "thread-history-id-moves", Used: "shared/mailsync, run.walkPage: only what has changed is compared again",
		Fact: "A change to a message moves its conversation's history id in threads.list, to that of threads.get.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.labelledThread(ctx)
			if err != nil {
				return "", err
			}
			before, err := x.historyIDOf(ctx, l.label, l.thread)
			if err != nil {
				return "", err
			}
			if _, err = x.a.gmail.Messages.Modify("me", l.message, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{"STARRED"}}).Context(ctx).Do(); err != nil {
				return "", err
			}
			took, err := x.changed(ctx, l.label, l.thread, before)
			if err != nil {
				return "", err
			}
			_, err = x.wait(ctx, "threads.get has the same history id as threads.list", func() (bool, error) {
				th, err := x.a.gmail.Threads.Get("me", l.thread).Context(ctx).Format("minimal").Do()
				if err != nil {
					return false, err
				}
				now, err := x.historyIDOf(ctx, l.label, l.thread)
				return err == nil && now == th.HistoryId, err
			})
			return within(took), err
		},
	},
	{
		Name: "labels-are-per-message", Used: "shared/mailsync, decide: a conversation once labelled is tracked by its id",
		Fact: "A later mail of a labelled conversation does not carry the label.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.labelledThread(ctx)
			if err != nil {
				return "", err
			}
			_, later, err := x.answering(ctx, "A later mail of a labelled conversation.")
			if err != nil {
				return "", err
			}
			_, sent, err := x.send(ctx, x.a, l.thread, later)
			if err != nil {
				return "", err
			}
			if sent.ThreadId != l.thread {
				return "", excuse("the later mail is in another conversation")
			}
			_, m, _, err := x.soon(ctx, x.a, sent.Id, "Subject")
			if err == nil && has(m.LabelIds, l.label) {
				err = contrary("it carries it")
			}
			return "", err
		},
	},
	{
		Name: "history-label-added", Used: "shared/mailsync, digest: a label put on a conversation imports it",
		Fact: "history.list shows a label that was put on, by labelsAdded with the label's id, the message's and its conversation's.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.labelledThread(ctx)
			if err != nil {
				return "", err
			}
			took, err := x.history(ctx, x.a, l.cursor, "labelsAdded", func(h *gmailapi.History) bool {
				return slices.ContainsFunc(h.LabelsAdded, func(c *gmailapi.HistoryLabelAdded) bool {
					return c.Message != nil && c.Message.Id == l.message && c.Message.ThreadId == l.thread && has(c.LabelIds, l.label)
				})
			})
			return within(took), err
		},
	},
	{
		Name: "history-label-removed", Used: "shared/mailsync, run.stopIfUnlabelled",
		Fact: "history.list shows a label that was taken off, by labelsRemoved with the label's id, the message's and its conversation's.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.labelledThread(ctx)
			if err != nil {
				return "", err
			}
			cursor, err := x.a.cursor(ctx)
			if err != nil {
				return "", err
			}
			m, err := x.a.gmail.Messages.Modify("me", l.message, &gmailapi.ModifyMessageRequest{RemoveLabelIds: []string{l.label}}).Context(ctx).Do()
			if err != nil {
				return "", err
			}
			if has(m.LabelIds, l.label) {
				return "", contrary("messages.modify has not taken it off")
			}
			took, err := x.history(ctx, x.a, cursor, "labelsRemoved", func(h *gmailapi.History) bool {
				return slices.ContainsFunc(h.LabelsRemoved, func(c *gmailapi.HistoryLabelRemoved) bool {
					return c.Message != nil && c.Message.Id == l.message && c.Message.ThreadId == l.thread && has(c.LabelIds, l.label)
				})
			})
			return within(took), err
		},
	},
}

// labelledThread is the first mail's conversation, with this run's label on it.
type labelledThread struct {
	cursor                 uint64 // before the label
	label, thread, message string
}

func (x *trial) labelledThread(ctx context.Context) (*labelledThread, error) {
	r, err := x.replyMail(ctx)
	if err != nil {
		return nil, err
	}
	label, err := x.ownLabel(ctx)
	if err != nil {
		return nil, err
	}
	return x.labelled.get("a labelled conversation", func() (*labelledThread, error) {
		cursor, err := x.a.cursor(ctx)
		if err != nil {
			return nil, err
		}
		l := &labelledThread{cursor: cursor, label: label.Id, thread: r.to, message: r.first}
		_, err = x.a.gmail.Threads.Modify("me", l.thread, &gmailapi.ModifyThreadRequest{AddLabelIds: []string{l.label}}).Context(ctx).Do()
		return l, err
	})
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
