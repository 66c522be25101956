package mailsync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

// onItsWay is how long a message may take until it counts as missing where a comparison does not find it.
const onItsWay = 15 * time.Minute

// reconcile compares a conversation with Gmail by ids, fetches what is missing, and writes the receipt. told are messages of it that Gmail has told of and that are not
// stored: one that it does not show yet goes to the ledger. Where there are such, the whole is read at once: that costs as much as its ids alone.
func (r *run) reconcile(ctx context.Context, id string, t store.Tracked, told []string) error {
	defer r.finds(byComparison)()
	format := gmail.FormatMinimal
	if len(told) > 0 {
		format = gmail.FormatFull
	}
	th, err := r.gmail.Thread(ctx, id, format)
	switch {
	case stops(err):
		return fmt.Errorf("get thread: %w", err)
	case err != nil && len(told) > 0:
		return r.file(ctx, store.ImportCommit{GmailThreadID: id}, pick(nil, told, err))
	case errors.Is(err, gmail.ErrNotFound):
		return nil // deleted in Gmail; what is imported stays
	case err != nil:
		r.Log.WarnContext(ctx, "conversation can't be compared; its receipt stays as it is", "error", err)
		return nil
	}
	// A label that was put on while no history told of it still shows on the messages. On what was sent in a conversation of our own it is the one that we put there.
	labelled := t.Labelled || r.carriesLabel(th, t.Ours)
	listing, _, left, err := r.admit(ctx, th, labelled)
	if err != nil {
		return err
	}
	imported, _, err := r.known(ctx, listing.Admitted)
	if err != nil {
		return err
	}
	var missing []string
	overdue := 0 // what has just come, or is being sent, is on its way
	for _, m := range th.Messages {
		if _, ok := imported[m.ID]; ok || !slices.Contains(listing.Admitted, m.ID) {
			continue
		}
		missing = append(missing, m.ID)
		if r.Now().Sub(m.InternalDate) > onItsWay && len(told) == 0 {
			overdue++
		}
	}
	if overdue > 0 {
		r.Log.WarnContext(ctx, "reconciliation found messages missing", "missing", overdue)
		r.Metrics.Repaired(ctx, overdue)
		r.repaired += overdue
	}
	fetched := pick(th, missing, nil)
	if format == gmail.FormatMinimal {
		if fetched, err = r.fetchOf(ctx, id, missing); err != nil {
			return err
		}
	}
	c := store.ImportCommit{GmailThreadID: id, Labelled: labelled, Excluded: left, Listing: &listing}
	r.missing(ctx, &c, th, told)
	return r.file(ctx, c, fetched)
}
