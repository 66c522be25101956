package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
)

// cleanUpFor bounds the clean-up, which goes on after Ctrl-C.
const cleanUpFor = 2 * time.Minute

// cleanUp takes away what this run has made, and says what it could not take away.
func (x *trial) cleanUp(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpFor)
	defer cancel()
	var said []string
	for _, a := range []*account{x.a, x.b} {
		if a != nil {
			said = append(said, x.cleanUpIn(ctx, a)...)
		}
	}
	return said
}

func (x *trial) cleanUpIn(ctx context.Context, a *account) (said []string) {
	name := "first mailbox"
	if a == x.b {
		name = "second mailbox"
	}
	failed := func(what string, err error) {
		_, text := answerOf(err)
		if text == "" {
			text = short(err.Error())
		}
		said = append(said, fmt.Sprintf("Clean-up of the %s: %s: %s. Look for %s there.", name, what, text, x.token))
	}
	if a.made.watch {
		if err := a.gmail.Stop("me").Context(ctx).Do(); err != nil {
			failed("the watch is left", err)
		}
	}
	drafts, mails, labels := 0, 0, 0
	for _, id := range a.made.drafts {
		switch err := a.gmail.Drafts.Delete("me", id).Context(ctx).Do(); {
		case err == nil:
			drafts++
		case !gone(err): // sent, or deleted by its check
			failed("a draft is left", err)
		}
	}
	for _, id := range a.made.mails {
		switch _, err := a.gmail.Messages.Trash("me", id).Context(ctx).Do(); {
		case err == nil:
			mails++
		case !gone(err):
			failed("a mail is left", err)
		}
	}
	// Whatever else carries this run's token: mails received, and what a call has made whose answer was lost.
	l, err := a.search(ctx, "subject:"+x.token, 500)
	if err != nil {
		failed("the mails are left", err)
		l = &found{}
	}
	for _, id := range l.ids {
		binned, err := x.discard(ctx, a, id)
		switch {
		case err != nil && !gone(err):
			failed("a mail is left", err)
		case binned:
			mails++
		}
	}
	for _, id := range a.made.labels {
		switch err := a.gmail.Labels.Delete("me", id).Context(ctx).Do(); {
		case err == nil:
			labels++
		case !gone(err):
			failed("a label is left", err)
		}
	}
	return append(said, fmt.Sprintf("Cleaned up in the %s: %d drafts and %d labels deleted, %d mails put into the bin. The permission that you gave does not allow to delete mail for ever: "+
		"Gmail empties the bin after 30 days.", name, drafts, labels, mails))
}

// discard puts a message into the bin, or deletes it where it is a draft; first it makes sure that it is of this run, since a search may find more than was asked.
func (x *trial) discard(ctx context.Context, a *account, id string) (binned bool, err error) {
	h, m, err := a.headers(ctx, id, "Subject")
	if err != nil || !strings.Contains(h["subject"], x.token) {
		return false, err
	}
	if has(m.LabelIds, "DRAFT") {
		var d *gmailapi.Draft
		if d, err = a.draftOf(ctx, m); err == nil && d != nil {
			return false, a.gmail.Drafts.Delete("me", d.Id).Context(ctx).Do()
		}
	}
	if err == nil {
		_, err = a.gmail.Messages.Trash("me", id).Context(ctx).Do()
	}
	return err == nil, err
}
