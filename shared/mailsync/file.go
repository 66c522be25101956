package mailsync

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	// commitMessages, commitBytes and commitFiles bound one transaction: each file is a write of its own, and so are some ten records of each message. Firestore
	// has long taken no more than 500 writes.
	commitMessages = 20
	commitBytes    = 4 << 20
	commitFiles    = 250
)

// file prepares fetched messages and commits them, in as many transactions as their size asks for; c carries what goes with the last one.
func (r *run) file(ctx context.Context, c store.ImportCommit, fetched []gmail.MessageResult) error {
	var b bundle
	flush := func(last bool) error {
		next := store.ImportCommit{GmailThreadID: c.GmailThreadID, Labelled: c.Labelled, Ours: c.Ours, Subject: c.Subject, Addresses: c.Addresses}
		if last {
			next = c
		}
		next.Messages, next.Settled = b.messages, append(slices.Clone(next.Settled), b.settled...)
		if !last && len(b.messages) == 0 {
			return nil
		}
		if last && len(next.Messages)+len(next.Excluded)+len(next.Waiting)+len(next.Settled) == 0 && next.Listing == nil {
			return nil
		}
		_, err := r.commit(ctx, next)
		if errors.Is(err, store.ErrTooLarge) && len(b.messages) > 0 {
			err = r.commitSingly(ctx, next)
		}
		b = bundle{}
		return err
	}
	for _, res := range fetched {
		switch {
		case res.Err != nil:
			r.troubled(ctx, &c, res.ID, res.Err)
			continue
		case hire.NeverImported(res.Message.LabelIDs):
			// What lies in the bin, in spam or in the drafts at the time of fetching stays out, whatever the records said.
			if reason := hire.Exclusion(res.Message.LabelIDs); reason != hire.ExcludedDraft {
				c.Excluded = append(c.Excluded, store.Exclusion{GmailID: res.ID, GmailThreadID: c.GmailThreadID, Reason: reason})
			}
			b.settled = append(b.settled, res.ID)
			continue
		}
		in, err := r.prepare(ctx, res.Message)
		if err != nil {
			if stops(err) {
				return err
			}
			r.troubled(ctx, &c, res.ID, err)
			continue
		}
		if !b.takes(in) {
			if err := flush(false); err != nil {
				return err
			}
		}
		b.add(in)
	}
	return flush(true)
}

// bundle is what goes into one transaction.
type bundle struct {
	messages     []store.Incoming
	settled      []string // Gmail ids
	bytes, files int
}

// takes tells whether one more message fits. The first always does: prepare has made it fit by itself.
func (b *bundle) takes(in store.Incoming) bool {
	return len(b.messages) == 0 || (len(b.messages) < commitMessages && b.bytes < commitBytes && b.files+len(in.Message.Attachments) <= commitFiles)
}

func (b *bundle) add(in store.Incoming) {
	b.messages, b.settled = append(b.messages, in), append(b.settled, in.GmailID)
	b.bytes += len(in.Message.Text) + len(in.Message.HTML)
	b.files += len(in.Message.Attachments)
}

// commit files under the lease, which it renews in time. Several may be under way at once.
func (r *run) commit(ctx context.Context, c store.ImportCommit) (store.Imported, error) {
	held, err := r.holding(ctx)
	if err != nil {
		return store.Imported{}, err
	}
	c.Held = held
	done, err := r.Store.CommitImport(ctx, c)
	if err != nil {
		return done, fmt.Errorf("commit import: %w", err)
	}
	r.gather(ctx, done.Due)
	r.tellFiled(ctx, done)
	return done, nil
}

// commitSingly files messages one by one after the database has refused them together; one that it refuses even alone goes to the ledger, so that it
// holds up nothing else.
func (r *run) commitSingly(ctx context.Context, c store.ImportCommit) error {
	messages, settled := c.Messages, c.Settled
	c.Messages, c.Settled = nil, nil
	for _, m := range messages {
		one := store.ImportCommit{GmailThreadID: c.GmailThreadID, Labelled: c.Labelled, Ours: c.Ours, Subject: c.Subject, Addresses: c.Addresses}
		one.Messages, one.Settled = []store.Incoming{m}, []string{m.GmailID}
		_, err := r.commit(ctx, one)
		switch {
		case errors.Is(err, store.ErrTooLarge):
			r.troubled(ctx, &c, m.GmailID, fmt.Errorf("%w: %w", gmail.ErrInvalid, err))
			settled = slices.DeleteFunc(settled, func(id string) bool { return id == m.GmailID })
		case err != nil:
			return err
		}
	}
	c.Settled = settled
	_, err := r.commit(ctx, c)
	return err
}
