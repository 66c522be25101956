package mailsync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	// overlap is how far before the last verified sync a recovery begins to compare: clocks differ, and Gmail's search is by the second.
	overlap = time.Hour
	// budget is how long recovery and import go on in one call before a task takes over.
	budget = 4 * time.Minute
)

// beginRecovery notes that Gmail has forgotten the history at the cursor. The new cursor is read first: what arrives from now on is in the
// history, and what lies before is compared by ids.
func (r *run) beginRecovery(ctx context.Context) error {
	if err := r.lease(ctx); err != nil {
		return err
	}
	p, err := r.gmail.Profile(ctx)
	if err != nil {
		return fmt.Errorf("read new cursor: %w", err)
	}
	id, err := r.Store.NewID()
	if err != nil {
		return err
	}
	m, due, err := r.Store.BeginRecovery(ctx, *r.held, p.HistoryID, id)
	if err != nil {
		return fmt.Errorf("begin recovery: %w", err)
	}
	r.box = m
	r.due = append(r.due, due...) // the task that goes on finds the lease free
	r.Log.InfoContext(ctx, "history expired, recovery begun", "since", m.Recovery.Since)
	return nil
}

// recover compares everything since the last verified sync with what is stored, page by page, and fetches what is missing. The lease is taken for
// each page anew, so that new mail is not kept waiting; where it was broken off, the next call goes on.
func (r *run) recover(ctx context.Context) error {
	defer r.finds(byComparison)()
	rec := *r.box.Recovery
	deadline := r.Now().Add(budget)
	for {
		page, err := r.gmail.MessagesSince(ctx, rec.Since.Add(-overlap), rec.PageToken)
		if errors.Is(err, gmail.ErrInvalid) && rec.PageToken != "" {
			rec.PageToken, rec.Listed, rec.Total = "", 0, 0 // page tokens die sooner or later: once more from the begin; what is stored is not fetched again
			continue
		}
		if err != nil {
			return fmt.Errorf("list messages: %w", err)
		}
		r.release(ctx)
		if err := r.leaseAnywhere(ctx); err != nil {
			return err
		}
		if err := r.compare(ctx, page.Messages); err != nil {
			return err
		}
		rec.PageToken, rec.Listed = page.NextPageToken, rec.Listed+len(page.Messages)
		rec.Total = max(rec.Listed, page.Estimate)
		var next *store.Recovery
		if rec.PageToken != "" {
			next = &rec
		}
		if err := r.Store.SetRecovery(ctx, *r.held, rec.ID, next); err != nil {
			return fmt.Errorf("note recovery: %w", err)
		}
		r.release(ctx)
		if next == nil {
			return nil
		}
		if r.Now().After(deadline) {
			return r.later(ctx, r.task, r.Now().Add(time.Second))
		}
	}
}

// compare fetches those of the listed messages that belong to tracked conversations and are not stored.
func (r *run) compare(ctx context.Context, refs []gmail.MessageRef) error {
	listed := map[string][]string{} // messages by conversation
	var order []string
	for _, m := range refs {
		if listed[m.ThreadID] == nil {
			order = append(order, m.ThreadID)
		}
		listed[m.ThreadID] = append(listed[m.ThreadID], m.ID)
	}
	tracked, err := r.tracked(ctx, order)
	if err != nil {
		return err
	}
	var ids []string
	for _, id := range order {
		if tracked[id].State == store.TrackActive {
			ids = append(ids, listed[id]...)
		}
	}
	imported, excluded, err := r.known(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range order {
		t := tracked[id]
		switch t.State {
		case store.TrackUnmatched:
			err = r.whole(ctx, id, t, reading{labelled: t.Labelled})
		case store.TrackActive:
			missing := slices.DeleteFunc(listed[id], func(m string) bool {
				_, stored := imported[m]
				return stored || excluded[m].Reason == hire.ExcludedSkippedInbox
			})
			if len(missing) > 0 {
				err = r.reconcile(ctx, id, t, missing)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
