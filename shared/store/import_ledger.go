package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// ledgerState is what the ledger has of a commit's rows, and what it has besides.
type ledgerState struct {
	waiting []*LedgerRow          // for c.Waiting
	stored  []bool                // for c.Waiting: it is in the profile all the same, by a send
	settled map[string]*LedgerRow // for c.Settled; nil where there is no row
	next    time.Time             // earliest next try of the rows that the commit does not touch; zero where there are none
	from    time.Time             // age of the oldest of them
}

// readLedger reads the rows that the commit changes, and what its figures in the mailbox need to know of the others.
func (f *filing) readLedger(ctx context.Context) error {
	f.ledger.settled = map[string]*LedgerRow{}
	if len(f.c.Waiting) == 0 && len(f.c.Settled) == 0 {
		return nil
	}
	var refs []docs.Ref
	touched := map[string]bool{}
	for _, w := range f.c.Waiting {
		refs = append(refs, ledgerRef(f.account, f.box.Sub, w.GmailID))
		touched[w.GmailID] = true
	}
	for _, id := range f.c.Settled {
		refs = append(refs, ledgerRef(f.account, f.box.Sub, id))
		touched[id] = true
	}
	found, err := docs.GetAll[LedgerRow](ctx, f.tx, refs)
	if err != nil {
		return err
	}
	f.ledger.waiting = found[:len(f.c.Waiting)]
	refs = nil
	for _, w := range f.c.Waiting {
		refs = append(refs, aliasRef(f.account, f.box.Sub, w.GmailID))
	}
	aliases, err := docs.GetAll[Alias](ctx, f.tx, refs)
	if err != nil {
		return err
	}
	for _, a := range aliases {
		f.ledger.stored = append(f.ledger.stored, a != nil)
	}
	for i, id := range f.c.Settled {
		f.ledger.settled[id] = found[len(f.c.Waiting)+i]
	}
	first := func(order string) (*LedgerRow, error) {
		page, err := docs.List[LedgerRow](ctx, f.tx, docs.Query{Collection: gmailRef(f.account, f.box.Sub).Under("ledger"), OrderBy: order, Limit: len(touched) + 1})
		if err != nil {
			return nil, err
		}
		for _, row := range page {
			if !touched[row.GmailID] {
				return row, nil
			}
		}
		return nil, nil
	}
	soonest, err := first("NextTryAt")
	if err != nil || soonest == nil {
		return err
	}
	oldest, err := first("Since")
	if err != nil {
		return err
	}
	f.ledger.next, f.ledger.from = soonest.NextTryAt, oldest.Since
	return nil
}

// writeLedger keeps the rows, and the figures about them in the mailbox, and queues the next try.
func (f *filing) writeLedger(rs *rows) error {
	if len(f.c.Waiting) == 0 && len(f.c.Settled) == 0 {
		return nil
	}
	size, next, from := f.box.LedgerSize, f.ledger.next, f.ledger.from
	var soonest time.Time // of the rows of this commit
	for i, w := range f.c.Waiting {
		w.Since, w.Attempts = f.now, 1
		if old := f.ledger.waiting[i]; old != nil {
			w.Since, w.Attempts = old.Since, old.Attempts+1
		} else {
			size++
		}
		w.Counted = f.counts(i)
		soonest, next, from = earlier(soonest, w.NextTryAt), earlier(next, w.NextTryAt), earlier(from, w.Since)
		if err := f.tx.Set(ledgerRef(f.account, f.box.Sub, w.GmailID), &w); err != nil {
			return err
		}
	}
	for id, row := range f.ledger.settled {
		if row == nil {
			continue
		}
		size--
		if err := f.tx.Delete(ledgerRef(f.account, f.box.Sub, id)); err != nil {
			return err
		}
	}
	if next.IsZero() {
		size = 0
	}
	same := len(f.c.Waiting) == 0 && size == f.box.LedgerSize && next.Equal(f.box.LedgerNext) && from.Equal(f.box.LedgerFrom)
	f.box.LedgerSize, f.box.LedgerNext, f.box.LedgerFrom = size, next, from
	if !soonest.IsZero() {
		key := f.c.Held.Key
		t := SyncTask{AccountID: key.AccountID, UserID: key.UserID, Generation: f.c.Held.Generation, Reason: "retry"}
		if err := rs.sync(t, fmt.Sprintf("retry-%s-%d", key.UserID, soonest.Unix()), soonest); err != nil {
			return err
		}
	}
	if same {
		return nil // commits of several conversations would else wait for each other; that the lease is held, they have read
	}
	return f.tx.Set(mailboxRef(f.c.Held.Key), &f.box)
}

// counts tells whether a row of the commit is to be in the receipt.
func (f *filing) counts(i int) bool {
	w, old := f.c.Waiting[i], f.ledger.waiting[i]
	switch {
	case w.Whole || !f.files() || f.ledger.stored[i]:
		return false
	case f.c.Listing != nil:
		return slices.Contains(f.c.Listing.Admitted, w.GmailID)
	}
	return old == nil || old.Counted
}

// earlier of two times, of which a zero one is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
