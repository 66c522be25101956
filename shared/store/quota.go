package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// unitsRecord is a part of what all processes have spent of Gmail's quota on a day. There are several, so that none is written by all; each is used again the next day.
type unitsRecord struct {
	Day   time.Time // when it began
	Units int
}

// AddUnits adds to the count of a day, and says what it is then. A commit that is repeated although it had succeeded counts twice: it is an estimate.
func (s *Store) AddUnits(ctx context.Context, day time.Time, units int) (total int, err error) {
	id, err := s.NewID()
	if err != nil {
		return 0, err
	}
	ref := unitsRef(shardOf(id))
	err = s.db.Update(ctx, "quota.add", func(ctx context.Context, tx docs.Tx) error {
		r, err := docs.Get[unitsRecord](ctx, tx, ref)
		if err != nil {
			return err
		}
		switch {
		case r == nil || r.Day.Before(day):
			r = &unitsRecord{Day: day.UTC()}
		case r.Day.After(day):
			return nil // of a day that nobody asks for any more
		}
		r.Units += units
		return tx.Set(ref, r)
	})
	if err != nil {
		return 0, err
	}
	return s.UnitsOf(ctx, day)
}

// UnitsOf is what was spent on a day, as far as it was told.
func (s *Store) UnitsOf(ctx context.Context, day time.Time) (total int, err error) {
	refs := make([]docs.Ref, shards)
	for i := range refs {
		refs[i] = unitsRef(shardName(i))
	}
	err = s.db.View(ctx, "quota.sum", func(ctx context.Context, tx docs.Tx) error {
		total = 0
		found, err := docs.GetAll[unitsRecord](ctx, tx, refs)
		for _, r := range found {
			if r != nil && r.Day.Equal(day) {
				total += r.Units
			}
		}
		return err
	})
	return total, err
}
