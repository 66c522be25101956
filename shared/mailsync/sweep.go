package mailsync

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

// importEvery is how often all labelled conversations are gone through as a safety net.
const importEvery = 24 * time.Hour

const (
	// sweepPage is how many mailboxes are looked at in one page; memory does not grow with their number.
	sweepPage = 200
	// sweepTTL is for how long the lease of the sweep is taken; it is taken for longer with each page. A crash is over by the next call of the scheduler.
	sweepTTL = 2 * time.Minute
	// sweepWorkers is how many mailboxes of a page are looked at at once, at most, and sweepEach for how many of them there is one worker.
	sweepWorkers = 25
	sweepEach    = 8
	// The syncs that a sweep queues are spread over a time that grows with their number, by chance, so that they don't come all at once.
	spreadEach = 10 * time.Millisecond
	spreadMost = 90 * time.Second
	// agedAfter is how old a row of the ledger gets before somebody has to look.
	agedAfter = 24 * time.Hour
)

// Swept counts what a sweep has done.
type Swept struct {
	Elsewhere bool // another is sweeping; nothing was done
	Looked    int  // mailboxes that were due
	Queued    int  // of them, queued for a sync
}

// sweep is one sweep.
type sweep struct {
	*Engine
	holder string
	taken  time.Time // the lease, last

	mu     sync.Mutex
	failed [store.Shards]map[store.MailboxKey]bool // half a page of each shard at most, and one page
	out    Swept
}

// Sweep queues a sync for each mailbox that has had no verified sync for store.SweepInterval. It takes a lease, so that a doubled call of the scheduler does nothing; task
// names carry the time slot, so that one just after queues nothing twice. It goes on until nothing is due or ctx ends; what is left is due at the next call.
func (e *Engine) Sweep(ctx context.Context) (Swept, error) {
	holder, err := e.Store.NewID()
	if err != nil {
		return Swept{}, err
	}
	s := &sweep{Engine: e, holder: holder}
	if taken, err := s.take(ctx); err != nil || !taken {
		return Swept{Elsewhere: err == nil}, err
	}
	defer func() {
		if err := e.Store.EndSweep(context.WithoutCancel(ctx), holder); err != nil {
			e.Log.WarnContext(ctx, "lease of the sweep is left to run out", "error", err)
		}
	}()
	return s.out, s.all(ctx)
}

// all goes on until nothing is due, with a page of each shard in turn: where the time does not reach, it is short for all shards alike, and what is due the longest goes first in each.
func (s *sweep) all(ctx context.Context) error {
	var errs []error
	open := make([]int, store.Shards)
	for i := range open {
		open[i] = i
	}
	for len(open) > 0 && ctx.Err() == nil {
		if taken, err := s.take(ctx); err != nil || !taken {
			return errors.Join(append(errs, err)...) // another goes on with what is due
		}
		open = slices.DeleteFunc(open, func(shard int) bool {
			more, err := s.shard(ctx, shard)
			errs = append(errs, err)
			return !more
		})
	}
	return errors.Join(errs...)
}

// take takes the lease, or takes it for longer.
func (s *sweep) take(ctx context.Context) (bool, error) {
	now := s.Now()
	if now.Sub(s.taken) < sweepTTL/4 {
		return true, nil
	}
	taken, err := s.Store.TakeSweep(ctx, s.holder, sweepTTL)
	if err != nil {
		return false, fmt.Errorf("lease sweep: %w", err)
	}
	s.taken = now
	return taken, nil
}

// shard looks at one page of a shard, and says whether there may be more. What has failed is still due and leads every page that follows: it is looked at once in a sweep, and those
// behind it all the same, unless it fills half a page: then the trouble is no mailbox's own.
func (s *sweep) shard(ctx context.Context, shard int) (more bool, err error) {
	keys, err := s.Store.DueMailboxes(ctx, shard, sweepPage)
	if err != nil {
		return false, fmt.Errorf("list due mailboxes: %w", err)
	}
	full := len(keys) == sweepPage
	keys = slices.DeleteFunc(keys, func(k store.MailboxKey) bool { return s.failed[shard][k] })
	err = s.page(ctx, shard, keys)
	return full && len(s.failed[shard]) <= sweepPage/2, err
}

// page looks at mailboxes, several at once where there are many.
func (s *sweep) page(ctx context.Context, shard int, keys []store.MailboxKey) error {
	var errs []error
	look := func(k store.MailboxKey) {
		queued, err := s.look(ctx, k)
		s.mu.Lock()
		defer s.mu.Unlock()
		if err != nil {
			errs = append(errs, err)
			if s.failed[shard] == nil {
				s.failed[shard] = map[store.MailboxKey]bool{}
			}
			s.failed[shard][k] = true
		}
		s.out.Looked++
		if queued {
			s.out.Queued++
		}
	}
	if len(keys) <= sweepEach {
		for _, k := range keys {
			look(k)
		}
		return errors.Join(errs...)
	}
	var g errgroup.Group
	g.SetLimit(min(len(keys)/sweepEach+1, sweepWorkers))
	for _, k := range keys {
		g.Go(func() error {
			look(k)
			return nil
		})
	}
	g.Wait() //nolint:errcheck // none fails: errors are gathered
	return errors.Join(errs...)
}

// look sees whether a mailbox is to be synced, and tells how it stands.
func (s *sweep) look(ctx context.Context, k store.MailboxKey) (queued bool, err error) {
	now := s.Now()
	ctx = obs.WithMailbox(obs.Quietly(ctx), k.AccountID, k.UserID) // there may be a hundred thousand mailboxes
	m, found, err := s.Store.Mailbox(ctx, k)
	if err != nil {
		return false, fmt.Errorf("read mailbox: %w", err)
	}
	if found && m.State != store.Disconnected {
		s.Metrics.Mailbox(ctx, measured(m, s.PerMinute, now))
	}
	if !m.LedgerFrom.IsZero() && now.Sub(m.LedgerFrom) >= agedAfter && m.State == store.Connected {
		s.Log.ErrorContext(ctx, "mail waits in the retry ledger", "alert", "ledger_row_aged", "account_id", m.AccountID, "user_id", m.UserID,
			"rows", m.LedgerSize, "age_seconds", int(now.Sub(m.LedgerFrom).Seconds()))
	}
	next := now.Add(store.SweepInterval)
	switch {
	case !found || m.State == store.Disconnected:
		next = now.Add(30 * 24 * time.Hour)
	case m.State != store.Connected:
		next = now.Add(time.Hour) // nothing can be read; reconnecting sets it anew
	case now.Before(m.VerifiedAt.Add(store.SweepInterval)) && !m.WatchEndsSoon(now) && now.Before(m.Imported.Add(importEvery)):
		next = m.VerifiedAt.Add(store.SweepInterval)
	default:
		t := store.SyncTask{AccountID: k.AccountID, UserID: k.UserID, Generation: m.Generation, Reason: "sweep", Import: !now.Before(m.Imported.Add(importEvery))}
		slot := now.Unix() / int64(store.SweepInterval/time.Second/2)
		t.AskedAt = now.Add(s.spread(k, slot))
		// Each of many syncs is a trace of its own.
		if err := s.Queue.Sync(obs.Apart(ctx), hire.Digest("sweep", k.AccountID, k.UserID, fmt.Sprint(slot)), t, t.AskedAt); err != nil {
			return false, fmt.Errorf("queue sync: %w", err)
		}
		queued = true
	}
	if err := s.Store.LookAgain(ctx, k, next); err != nil {
		return queued, fmt.Errorf("set next look: %w", err)
	}
	return queued, nil
}

// spread is how long a sync waits, so that many don't come at once: by chance, which is the same when the call is repeated, and nothing where there are few.
func (s *sweep) spread(k store.MailboxKey, slot int64) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	over := min(time.Duration(s.out.Queued)*spreadEach, spreadMost)
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%s/%d", k.AccountID, k.UserID, slot)
	return time.Duration(float64(over) * float64(h.Sum64()>>11) / (1 << 53)).Truncate(time.Second)
}
