package mailsync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/store"
)

// leaseTTL is how long a run has its mailbox to itself, unless it renews that.
const leaseTTL = 5 * time.Minute

// errBusy: another instance is syncing the mailbox.
var errBusy = errors.New("mailbox is being synced")

// errMoved: the mailbox has moved since it was read; look again.
var errMoved = errors.New("mailbox has moved")

// lease takes the mailbox for this run, if it has not yet. It fails with errMoved where the cursor is not the one that the listing began at, or another held the
// lease since: what they began to track, this listing may have taken for not ours.
func (r *run) lease(ctx context.Context) error {
	if r.held != nil {
		return nil
	}
	holder, err := r.Store.NewID()
	if err != nil {
		return err
	}
	m, held, err := r.Store.Lease(ctx, r.key, r.box.Generation, holder, leaseTTL)
	if err != nil {
		return fmt.Errorf("lease mailbox: %w", err)
	}
	if held == nil {
		return errBusy
	}
	moved := m.Cursor != r.box.Cursor || held.Fence != r.box.Lease.Fence+1
	r.held, r.box, r.since = held, m, r.Now()
	if moved {
		return errMoved
	}
	return nil
}

// renew takes the lease for longer when half its time is over.
func (r *run) renew(ctx context.Context) error {
	now := r.Now()
	if now.Sub(r.since) < leaseTTL/2 {
		return nil
	}
	m, held, err := r.Store.Lease(ctx, r.key, r.box.Generation, r.held.Holder, leaseTTL)
	if err != nil {
		return fmt.Errorf("renew lease: %w", err)
	}
	if held == nil {
		return errBusy // it had run out
	}
	r.held, r.box.Lease, r.since = held, m.Lease, now // the rest of box stays as the listing saw it
	return nil
}

func (r *run) release(ctx context.Context) {
	defer r.handOver(ctx)
	if r.held == nil {
		return
	}
	// The work may have ended because ctx did; the lease should not outlive it all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	r.held.Spent = r.gmail.Spent()
	if err := r.Store.Release(ctx, *r.held); err != nil {
		r.Log.WarnContext(ctx, "lease is left to run out", "error", err)
	}
	r.held = nil
}

// leaseAnywhere takes the lease for work that does not depend on where the cursor is. Where another is syncing it fails with errBusy, and the work is queued again.
func (r *run) leaseAnywhere(ctx context.Context) error {
	err := r.lease(ctx)
	if errors.Is(err, errMoved) {
		return nil
	}
	return err
}

// holding renews the lease in time, and gives it.
func (r *run) holding(ctx context.Context) (store.Held, error) {
	r.filing.Lock()
	defer r.filing.Unlock()
	if err := r.renew(ctx); err != nil {
		return store.Held{}, err
	}
	return *r.held, nil
}
