package mailsync

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// retryDelay is the wait before the next try of a ledger row, by the tries made.
func retryDelay(attempts int) time.Duration {
	steps := []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}
	return steps[min(attempts, len(steps)-1)]
}

// goneAfter is how long, and how often, a message must not be found before it is called gone: a fresh one may not be readable yet.
const (
	goneAfter    = 2 * time.Minute
	goneAttempts = 3
)

// troubled puts a message that could not be read into the ledger, or calls it gone.
func (r *run) troubled(ctx context.Context, c *store.ImportCommit, gmailID string, err error) {
	old := r.retrying[gmailID]
	gone := isGone(old, err, r.Now())
	r.Log.InfoContext(ctx, "message can't be read", "gmail_id", gmailID, "gmail_thread_id", c.GmailThreadID, "reason", reasonOf(err), "attempts", old.Attempts+1, "gone", gone)
	if gone {
		c.Excluded = append(c.Excluded, store.Exclusion{GmailID: gmailID, GmailThreadID: c.GmailThreadID, Reason: hire.ExcludedGone})
		c.Settled = append(c.Settled, gmailID)
		return
	}
	c.Settled = slices.DeleteFunc(c.Settled, func(id string) bool { return id == gmailID })
	c.Waiting = append(c.Waiting, store.LedgerRow{
		GmailID: gmailID, GmailThreadID: c.GmailThreadID, Reason: reasonOf(err), NextTryAt: r.Now().Add(retryDelay(old.Attempts)),
	})
}

// isGone tells whether what was not found again may be called gone.
func isGone(old store.LedgerRow, err error, now time.Time) bool {
	return errors.Is(err, gmail.ErrNotFound) && old.Attempts >= goneAttempts && now.Sub(old.Since) >= goneAfter
}

// reasonOf is a trouble in the ledger's words.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, gmail.ErrNotFound):
		return "not_found"
	case errors.Is(err, gmail.ErrUnavailable):
		return "unavailable"
	}
	return "unreadable"
}

// retryLedger tries again what is due in the ledger.
func (r *run) retryLedger(ctx context.Context) error {
	rows, err := r.Store.Ledger(ctx, r.key.AccountID, r.box.Sub, 100)
	if err != nil {
		return fmt.Errorf("read ledger: %w", err)
	}
	r.retrying = map[string]store.LedgerRow{}
	threads := map[string][]string{}
	for _, row := range rows {
		r.retrying[row.GmailID] = row
		var err error
		switch {
		case row.GmailID == unlabelRow(row.GmailThreadID):
			err = r.retryUnlabelled(ctx, row.GmailThreadID)
		case row.Whole:
			err = r.retryWhole(ctx, row)
		default:
			threads[row.GmailThreadID] = append(threads[row.GmailThreadID], row.GmailID)
		}
		if err != nil {
			return err
		}
	}
	order := slices.Sorted(maps.Keys(threads))
	tracked, err := r.tracked(ctx, order)
	if err != nil {
		return err
	}
	var ids []string
	for _, thread := range order {
		if _, known := tracked[thread]; known {
			ids = append(ids, threads[thread]...)
		}
	}
	results, stopped := r.fetch(ctx, ids)
	for _, thread := range order {
		if err := r.retried(ctx, thread, threads[thread], tracked, results, stopped != nil); err != nil {
			return err
		}
	}
	return stopped
}

// retried files what another try has brought of the waiting messages of one conversation.
func (r *run) retried(ctx context.Context, thread string, waiting []string, tracked map[string]store.Tracked, results []gmail.MessageResult, stopped bool) error {
	defer r.finds(byLedger)()
	t, known := tracked[thread]
	if !known { // unlabelled meanwhile: none of ours
		return r.forget(ctx, thread, waiting)
	}
	fetched := slices.DeleteFunc(slices.Clone(results), func(res gmail.MessageResult) bool { return !slices.Contains(waiting, res.ID) })
	if t.State != store.TrackUnmatched || !slices.ContainsFunc(fetched, func(res gmail.MessageResult) bool { return res.Message != nil }) {
		return r.file(ctx, store.ImportCommit{GmailThreadID: thread}, fetched)
	}
	if stopped {
		return nil
	}
	return r.whole(ctx, thread, t, reading{labelled: t.Labelled, told: waiting}) // it may bring the address that matches
}
