package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// TakeSweep takes the lease of the sweep over the mailboxes, or takes it for longer; false if another holds it.
func (s *Store) TakeSweep(ctx context.Context, holder string, ttl time.Duration) (taken bool, err error) {
	err = s.db.Update(ctx, "sweep.take", func(ctx context.Context, tx docs.Tx) error {
		taken = false
		l, err := docs.Get[Lease](ctx, tx, sweepRef)
		if err != nil {
			return err
		}
		if l == nil {
			l = &Lease{}
		}
		now := s.clock()
		if !l.free(holder, now) {
			return nil
		}
		mine := l.takenBy(holder, now, ttl)
		taken = true
		return tx.Set(sweepRef, &mine)
	})
	return taken, err
}

// EndSweep lets go of the lease of the sweep. It does nothing if another has it.
func (s *Store) EndSweep(ctx context.Context, holder string) error {
	return s.db.Update(ctx, "sweep.end", func(ctx context.Context, tx docs.Tx) error {
		l, err := docs.Get[Lease](ctx, tx, sweepRef)
		if err != nil || l == nil || l.Holder != holder {
			return err
		}
		nobodys := l.letGo()
		return tx.Set(sweepRef, &nobodys)
	})
}
