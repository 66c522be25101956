package mailsync

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

// What the records tell of conversations that are not tracked is kept nowhere. One that begins to be tracked may have a message that Gmail has told of a moment ago, and does
// not show yet: nobody would miss it. So the history of that moment is listed once more.

const (
	// latelyPages bounds that listing. A page has up to 500 records, and the mailbox of a person has no more in two minutes.
	latelyPages = 5
	// passedMost is how many messages of the pages before are remembered in a run, half of them at least.
	passedMost = 2000
)

// passed remembers the messages that the last pages of a run have told of in conversations that are not tracked.
type passed struct {
	now, before map[string][]string // by conversation
	n           int
}

func (p *passed) add(c *conversation) {
	if p.n >= passedMost/2 || p.now == nil {
		p.before, p.now, p.n = p.now, map[string][]string{}, 0
	}
	ids := c.shown()
	p.now[c.id], p.n = append(p.now[c.id], ids...), p.n+len(ids)
}

// recall adds to what a reading must show: the messages of a conversation that has not been compared yet, of which the history has told within the last minute.
func (r *run) recall(ctx context.Context, id string, t store.Tracked, rd *reading) error {
	if t.State == store.TrackActive && !t.CheckedAt.IsZero() {
		return nil
	}
	if err := r.listLately(ctx); err != nil {
		return err
	}
	for _, ids := range [][]string{r.passed.before[id], r.passed.now[id], r.lately[id]} {
		for _, m := range ids {
			if !slices.Contains(rd.told, m) {
				rd.told = append(rd.told, m)
			}
		}
	}
	return nil
}

// listLately lists what was listed within the last minute by the runs before this one and beside it: once, as long as the cursor stays. A walk over many conversations holds
// the lease for some at a time, and in between others list on.
func (r *run) listLately(ctx context.Context) error {
	if r.lately != nil && r.latelyAt == r.box.Cursor {
		return nil
	}
	r.lately, r.latelyAt = map[string][]string{}, r.box.Cursor
	from, any := r.box.Lately(r.Now())
	if !any {
		return nil
	}
	token := ""
	for range latelyPages {
		page, err := r.gmail.History(ctx, from, token)
		if errors.Is(err, gmail.ErrHistoryExpired) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list history once more: %w", err)
		}
		for _, c := range digest(page.Records, r.box.ImportLabel) {
			r.lately[c.id] = append(r.lately[c.id], c.shown()...)
		}
		if token = page.NextPageToken; token == "" {
			return nil
		}
	}
	return nil
}
