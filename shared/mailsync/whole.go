package mailsync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

// whole reads a conversation whole, matches it with the directory, and files what the rules admit of it. It is called under the lease, so that
// what arrives after this reading has its record behind the cursor and is met by a listing that already sees the conversation as tracked.
func (r *run) whole(ctx context.Context, id string, labelled bool, t store.Tracked) error {
	th, err := r.gmail.Thread(ctx, id, gmail.FormatFull)
	if errors.Is(err, gmail.ErrNotFound) {
		return r.wholeMissing(ctx, id, labelled)
	}
	if err != nil {
		return fmt.Errorf("get thread: %w", err)
	}
	listing, admitted, left, err := r.admit(ctx, th, labelled || t.Labelled)
	if err != nil {
		return err
	}
	c := store.ImportCommit{Held: *r.held, GmailThreadID: id, Labelled: labelled, Settled: []string{wholeRow(id)}}
	for _, m := range admitted {
		parsed, err := mime.FromPayload(m.Payload)
		if err != nil {
			continue // it will go to the ledger below; the others may match all the same
		}
		if c.Subject == "" {
			c.Subject = parsed.Subject
		}
		for _, a := range slices.Concat(parsed.From, parsed.To, parsed.Cc) {
			c.Addresses = append(c.Addresses, a.Addr)
		}
	}
	// First the match alone: the files of a conversation that is in no profile are not ours to keep.
	done, err := r.Store.CommitImport(ctx, c)
	if err != nil {
		return fmt.Errorf("match conversation: %w", err)
	}
	r.Outbox.HandOver(ctx, done.Due)
	if done.Tracked.State != store.TrackActive {
		return nil
	}
	ids := make([]string, len(admitted))
	for i, m := range admitted {
		ids[i] = m.ID
	}
	imported, _, err := r.Store.Known(ctx, r.key.AccountID, r.box.Sub, ids)
	if err != nil {
		return fmt.Errorf("look up messages: %w", err)
	}
	var fetched []gmail.MessageResult
	for _, m := range admitted {
		if _, ok := imported[m.ID]; !ok {
			fetched = append(fetched, gmail.MessageResult{ID: m.ID, Message: m})
		}
	}
	c.Settled, c.Excluded, c.Listing = nil, left, &listing
	return r.file(ctx, c, fetched)
}

// admit says which messages of a conversation the rules let in. With the label all but spam, bin and drafts; without it also not those
// that an exclusion row keeps out. There are no records to tell here, so a message without such a row is let in.
func (r *run) admit(ctx context.Context, th *gmail.Thread, labelled bool) (l store.Listing, admitted []*gmail.Message, left []store.Exclusion, err error) {
	l = store.Listing{HistoryID: th.HistoryID, Excluded: map[string]int{}}
	ids := make([]string, len(th.Messages))
	for i, m := range th.Messages {
		ids[i] = m.ID
	}
	_, excluded, err := r.Store.Known(ctx, r.key.AccountID, r.box.Sub, ids)
	if err != nil {
		return l, nil, nil, fmt.Errorf("look up messages: %w", err)
	}
	for _, m := range th.Messages {
		reason := hire.Exclusion(m.LabelIDs)
		if row, ok := excluded[m.ID]; reason == "" && ok && row.Reason == hire.ExcludedSkippedInbox && !labelled && !hire.InInboxOrSent(m.LabelIDs) {
			reason = row.Reason
		}
		if reason != "" {
			l.Excluded[string(reason)]++
			if reason != hire.ExcludedDraft { // drafts come and go
				left = append(left, store.Exclusion{GmailID: m.ID, GmailThreadID: th.ID, Reason: reason})
			}
			continue
		}
		l.Admitted = append(l.Admitted, m.ID)
		admitted = append(admitted, m)
	}
	return l, admitted, left, nil
}

// wholeRow is the ledger's key for a conversation that is to be read whole.
func wholeRow(thread string) string { return "thread:" + thread }

// wholeMissing notes that a labelled conversation could not be found: not readable yet, or deleted meanwhile.
func (r *run) wholeMissing(ctx context.Context, id string, labelled bool) error {
	old := r.retrying[wholeRow(id)]
	c := store.ImportCommit{Held: *r.held, GmailThreadID: id, Labelled: labelled}
	if old.Attempts >= goneAttempts && r.Now().Sub(old.Since) >= goneAfter {
		c.Settled = []string{wholeRow(id)}
	} else {
		c.Waiting = []store.LedgerRow{{GmailID: wholeRow(id), GmailThreadID: id, Reason: "not_found", Whole: true, NextTryAt: r.Now().Add(retryDelay(old.Attempts))}}
	}
	done, err := r.Store.CommitImport(ctx, c)
	if err != nil {
		return fmt.Errorf("note missing conversation: %w", err)
	}
	r.Outbox.HandOver(ctx, done.Due)
	return nil
}

func (r *run) retryWhole(ctx context.Context, row store.LedgerRow) error {
	tracked, err := r.Store.Tracked(ctx, r.key.AccountID, r.box.Sub, []string{row.GmailThreadID})
	if err != nil {
		return fmt.Errorf("look up conversation: %w", err)
	}
	t := tracked[row.GmailThreadID]
	return r.whole(ctx, row.GmailThreadID, t.Labelled, t)
}

// stillLabelled asks Gmail whether any message of a conversation carries an import label, after it was taken off one of them. Deleting the
// label itself takes it off everything, and is not meant as unlabelling.
func (r *run) stillLabelled(ctx context.Context, id string) error {
	if err := r.refreshLabels(ctx); err != nil {
		return err
	}
	if len(r.box.Labels) == 0 {
		return nil
	}
	th, err := r.gmail.Thread(ctx, id, gmail.FormatMinimal)
	if errors.Is(err, gmail.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("get thread: %w", err)
	}
	for _, m := range th.Messages {
		if slices.ContainsFunc(m.LabelIDs, r.box.ImportLabel) {
			return nil
		}
	}
	if err := r.Store.StopTracking(ctx, *r.held, id); err != nil {
		return fmt.Errorf("stop tracking: %w", err)
	}
	return nil
}

// lookAt reads the named conversations again: unmatched ones whose address has come into the directory, or those that a send has begun to track.
func (r *run) lookAt(ctx context.Context, threads []string) error {
	if err := r.leaseAnywhere(ctx); err != nil {
		return err
	}
	tracked, err := r.Store.Tracked(ctx, r.key.AccountID, r.box.Sub, threads)
	if err != nil {
		return fmt.Errorf("look up conversations: %w", err)
	}
	for _, id := range threads {
		t, known := tracked[id]
		if !known {
			continue // unlabelled meanwhile
		}
		if err := r.whole(ctx, id, t.Labelled, t); err != nil {
			return err
		}
	}
	return nil
}

// leaseAnywhere takes the lease for work that does not depend on where the cursor is. Where another is syncing, the work is queued again.
func (r *run) leaseAnywhere(ctx context.Context) error {
	err := r.lease(ctx)
	switch {
	case errors.Is(err, errMoved):
		return nil
	case errors.Is(err, errBusy):
		if err := r.later(ctx, r.task, r.Now().Add(30*time.Second)); err != nil {
			return err
		}
		return errBusy
	}
	return err
}
