package store

import (
	"context"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Where a candidate is merged into another, their mail stays filed under the id it had, and the other's profile shows it with their own: nothing is moved, so
// nothing can be lost or doubled on the way, and a merge that was a mistake can be undone.

// mergedRecord lists the candidates whose mail belongs to a candidate since they were merged, over however many steps.
type mergedRecord struct{ IDs []string }

// merges bounds how many steps of merging are followed.
const merges = 10

// root reads the candidate who stands for another after all merges; nil if there is none.
func root(ctx context.Context, tx docs.Tx, account, candidate string) (*hire.Candidate, error) {
	for range merges {
		c, err := docs.Get[hire.Candidate](ctx, tx, candidateRef(account, candidate))
		if err != nil || c == nil || c.MergedInto == "" {
			return c, err
		}
		candidate = c.MergedInto
	}
	return nil, nil
}

// family gives a candidate's id, and those of all who were merged into them.
func family(ctx context.Context, tx docs.Tx, account, candidate string) ([]string, error) {
	merged, err := docs.Get[mergedRecord](ctx, tx, mergedRef(account, candidate))
	if err != nil || merged == nil {
		return []string{candidate}, err
	}
	return append([]string{candidate}, merged.IDs...), nil
}

// Family gives a candidate's id, and those of all who were merged into them.
func (s *Store) Family(ctx context.Context, account, candidate string) (ids []string, err error) {
	err = s.db.View(ctx, "family", func(ctx context.Context, tx docs.Tx) (err error) {
		ids, err = family(ctx, tx, account, candidate)
		return err
	})
	return ids, err
}

// merging is the change of mergedRecords that a candidate's new record makes.
type merging map[docs.Ref]*mergedRecord

// readMerging finds out whose mergedRecords change: all those on the way from the old and from the new place of the candidate and of
// those merged into them.
func readMerging(ctx context.Context, tx docs.Tx, old *hire.Candidate, c hire.Candidate) (merging, error) {
	from, to := "", c.MergedInto
	if old != nil {
		from = old.MergedInto
	}
	if from == to {
		return nil, nil
	}
	moved, err := family(ctx, tx, c.AccountID, c.ID)
	if err != nil {
		return nil, err
	}
	out := merging{}
	walk := func(id string, change func(*mergedRecord)) error {
		for range merges {
			if id == "" || id == c.ID {
				return nil
			}
			ref := mergedRef(c.AccountID, id)
			if out[ref] == nil {
				rec, err := docs.Get[mergedRecord](ctx, tx, ref)
				if err != nil {
					return err
				}
				if rec == nil {
					rec = &mergedRecord{}
				}
				out[ref] = rec
			}
			change(out[ref])
			next, err := docs.Get[hire.Candidate](ctx, tx, candidateRef(c.AccountID, id))
			if err != nil || next == nil {
				return err
			}
			id = next.MergedInto
		}
		return nil
	}
	err = walk(from, func(r *mergedRecord) {
		r.IDs = slices.DeleteFunc(r.IDs, func(id string) bool { return slices.Contains(moved, id) })
	})
	if err != nil {
		return nil, err
	}
	err = walk(to, func(r *mergedRecord) {
		for _, id := range moved {
			if !slices.Contains(r.IDs, id) {
				r.IDs = append(r.IDs, id)
			}
		}
	})
	return out, err
}

func (m merging) write(tx docs.Tx) error {
	for ref, rec := range m {
		if err := tx.Set(ref, rec); err != nil {
			return err
		}
	}
	return nil
}
