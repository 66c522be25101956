package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
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
		said = append(said, fmt.Sprintf("Clean-up of the %s: %s: %s. Look for %s there.", name, what, textOf(err), x.token))
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
	binned := map[string]bool{} // by id; false for what is no mail of this run, and for drafts
	for _, id := range a.made.mails {
		if err := x.bin(ctx, a, id); err != nil {
			failed("a mail is left", err)
		}
		binned[id] = true
	}
	// Whatever else carries this run's token: mails received, and what a call has made whose answer was lost. More may be found a moment later.
	for range 3 {
		l, err := a.search(ctx, "subject:"+x.token, 500)
		if err != nil {
			failed("the mails are left", err)
			break
		}
		fresh := slices.DeleteFunc(l.ids, func(id string) bool {
			_, looked := binned[id]
			return looked
		})
		if len(fresh) == 0 {
			break
		}
		for _, id := range fresh {
			ours, err := x.discard(ctx, a, id)
			if err != nil {
				failed("a mail is left", err)
			}
			binned[id] = ours
		}
	}
	for _, ours := range binned {
		if ours {
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
	h, m, _, err := x.soon(ctx, a, id, "Subject")
	if err != nil || !strings.Contains(h["subject"], x.token) {
		return false, err
	}
	if has(m.LabelIds, "DRAFT") {
		d, err := a.draftOf(ctx, m)
		if err != nil {
			return false, err
		}
		if d != nil {
			return false, a.gmail.Drafts.Delete("me", d.Id).Context(ctx).Do()
		}
	}
	return true, x.bin(ctx, a, id)
}

// bin puts a mail of this run into the bin, as soon as it can be found: it may have been sent a moment ago.
func (x *trial) bin(ctx context.Context, a *account, id string) error {
	_, err := x.wait(ctx, "the mail can be put into the bin", func() (bool, error) {
		_, err := a.gmail.Messages.Trash("me", id).Context(ctx).Do()
		if gone(err) {
			return false, nil
		}
		return err == nil, err
	})
	return err
}
