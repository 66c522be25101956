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
		if _, err := x.a.gmail.Messages.Trash("me", r.sent.Id).Context(ctx).Do(); err != nil {
			return "", err
		}
		labels, err := x.a.labels(ctx, r.sent.Id)
		if err != nil {
			return "", err
		}
		if !has(labels, "TRASH") || has(labels, "INBOX") {
			return "", contrary("it carries %q", labels)
		}
		took, err := x.wait(ctx, "it is not listed any more", func() (bool, error) {
			l, err := x.a.search(ctx, "subject:"+x.token, 500)
			return err == nil && !slices.Contains(l.ids, r.sent.Id), err
		})
		return within(took), err
	},
}}
