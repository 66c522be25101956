package mailsync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// sweepPage is how many mailboxes are looked at in one page; memory does not grow with their number.
const sweepPage = 200

// Swept counts what a sweep has done.
type Swept struct {
	Looked int // mailboxes that were due
	Queued int // of them, queued for a sync
}

// Sweep queues a sync for each mailbox that has had no verified sync for store.SweepInterval. Task names carry the time slot, so that a doubled
// call of the scheduler queues nothing twice. It goes on until nothing is due or ctx ends; what is left is due at the next call.
func (e *Engine) Sweep(ctx context.Context) (Swept, error) {
	var out Swept
	var errs []error
	for shard := range store.Shards {
		errs = append(errs, e.sweepShard(ctx, shard, &out))
	}
	return out, errors.Join(errs...)
}

func (e *Engine) sweepShard(ctx context.Context, shard int, out *Swept) error {
	for ctx.Err() == nil {
		keys, err := e.Store.DueMailboxes(ctx, shard, sweepPage)
		if err != nil {
			return fmt.Errorf("list due mailboxes: %w", err)
		}
		var errs []error
		for _, k := range keys {
			queued, err := e.sweepOne(ctx, k)
			if err != nil {
				errs = append(errs, err)
			}
			out.Looked++
			if queued {
				out.Queued++
			}
		}
		// One that failed is still due, and would come again with every page.
		if len(keys) < sweepPage || len(errs) > 0 {
			return errors.Join(errs...)
		}
	}
	return nil
}

func (e *Engine) sweepOne(ctx context.Context, k store.MailboxKey) (queued bool, err error) {
	now := e.Now()
	m, found, err := e.Store.Mailbox(ctx, k)
	if err != nil {
		return false, fmt.Errorf("read mailbox: %w", err)
	}
	next := now.Add(store.SweepInterval)
	switch {
	case !found || m.State == store.Disconnected:
		next = now.Add(30 * 24 * time.Hour)
	case m.State != store.Connected:
		next = now.Add(time.Hour) // nothing can be read; reconnecting sets it anew
	case now.Before(m.VerifiedAt.Add(store.SweepInterval)) && m.WatchExpiresAt.After(now.Add(48*time.Hour)) && now.Before(m.Imported.Add(importEvery)):
		next = m.VerifiedAt.Add(store.SweepInterval)
	default:
		t := store.SyncTask{AccountID: k.AccountID, UserID: k.UserID, Generation: m.Generation, Reason: "sweep", Import: !now.Before(m.Imported.Add(importEvery))}
		slot := now.Unix() / int64(store.SweepInterval/time.Second/2)
		if err := e.Queue.Sync(ctx, hire.Digest("sweep", k.AccountID, k.UserID, fmt.Sprint(slot)), t, now); err != nil {
			return false, fmt.Errorf("queue sync: %w", err)
		}
		queued = true
	}
	if err := e.Store.LookAgain(ctx, k, next); err != nil {
		return queued, fmt.Errorf("set next look: %w", err)
	}
	return queued, nil
}
