package main

import (
	"context"
	"slices"
)

var binChecks = []check{{
	Name: "bin", Used: "shared/hire, Exclusion: what is in the bin is not imported; and the clean-up here",
	Fact: "messages.trash puts TRASH on a message and takes INBOX off, and messages.list does not show it any more.",
	Try: func(ctx context.Context, x *trial) (string, error) {
		r, err := x.replyMail(ctx)
		if err != nil {
			return "", err
		}
		if _, _, _, err := x.soon(ctx, x.a, r.sent.Id, "Subject"); err != nil {
			return "", err
		}
		if _, err := x.a.gmail.Messages.Trash("me", r.sent.Id).Context(ctx).Do(); err != nil {
			return "", err
		}
		_, m, err := x.a.headers(ctx, r.sent.Id, "Subject")
		if err != nil {
			return "", err
		}
		if !has(m.LabelIds, "TRASH") || has(m.LabelIds, "INBOX") {
			return "", contrary("it carries %q", m.LabelIds)
		}
		took, err := x.wait(ctx, "it is not listed any more", func() (bool, error) {
			l, err := x.a.search(ctx, "subject:"+x.token, 500)
			return err == nil && !slices.Contains(l.ids, r.sent.Id), err
		})
		return within(took), err
	},
}}
