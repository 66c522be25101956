package mailsync

import (
	"context"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/store"
)

// resyncBatch is how many conversations of a resync are compared under one lease: what is new is not kept waiting for long.
const resyncBatch = 10

// resync compares all tracked conversations with Gmail, whether anything has happened to them or not, and fetches what is missing. Where it stands is read under each
// lease, so that two tasks share the work; over is false where a task goes on later.
func (r *run) resync(ctx context.Context) (over bool, err error) {
	defer r.finds(byComparison)()
	deadline := r.Now().Add(budget)
	for {
		if err := r.leaseAnywhere(ctx); err != nil {
			return false, err
		}
		over, err := r.resyncMore(ctx)
		r.release(ctx)
		if err != nil || over {
			return over, err
		}
		if r.Now().After(deadline) {
			return false, r.later(ctx, r.task, r.Now().Add(time.Second))
		}
	}
}

// resyncMore compares the next conversations, under the lease. What was compared before something went wrong is noted all the same: it is paid for.
func (r *run) resyncMore(ctx context.Context) (over bool, err error) {
	if !r.box.Resyncing() {
		return true, nil
	}
	now := *r.box.Resync
	page, err := r.Store.AllTracked(ctx, r.key.AccountID, r.box.Sub, now.After, resyncBatch)
	if err != nil {
		return false, fmt.Errorf("list tracked conversations: %w", err)
	}
	for _, t := range page {
		r.repaired = 0
		switch t.State {
		case store.TrackActive:
			err = r.reconcile(ctx, t.GmailThreadID, t, nil)
		case store.TrackUnmatched:
			err = r.whole(ctx, t.GmailThreadID, t, reading{labelled: t.Labelled})
		}
		if err != nil {
			break
		}
		now.After, now.Done, now.Repaired = t.GmailThreadID, now.Done+1, now.Repaired+r.repaired
	}
	if err == nil && len(page) < resyncBatch {
		now.EndedAt = r.Now()
	}
	if now != *r.box.Resync {
		if serr := r.Store.SetResync(ctx, *r.held, now); serr != nil && err == nil {
			err = fmt.Errorf("note resync: %w", serr)
		}
	}
	return err == nil && !now.EndedAt.IsZero(), err
}
