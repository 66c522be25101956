package store

import (
	"context"
	"maps"
	"slices"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// readStored looks up which of the listed messages are in the profile: the receipt counts what is there, not what should be.
func (f *filing) readStored(ctx context.Context) error {
	f.stored = map[string]bool{}
	if f.c.Listing == nil {
		return nil
	}
	refs := make([]docs.Ref, len(f.c.Listing.Admitted))
	for i, id := range f.c.Listing.Admitted {
		refs[i] = aliasRef(f.account, f.box.Sub, id)
	}
	found, err := docs.GetAll[Alias](ctx, f.tx, refs)
	for i, a := range found {
		if a != nil {
			f.stored[f.c.Listing.Admitted[i]] = true
		}
	}
	return err
}

// writeExclusions keeps the rows of what the rules leave out. A row that is there keeps its age.
func (f *filing) writeExclusions() error {
	for i, e := range f.c.Excluded {
		e.Since = f.now
		if old := f.excluded[i]; old != nil {
			if old.Reason == e.Reason {
				continue
			}
			e.Since = old.Since
		}
		if err := f.tx.Set(exclusionRef(f.account, f.box.Sub, e.GmailID), &e); err != nil {
			return err
		}
	}
	return nil
}

// receipt counts the conversation: what Gmail has that the rules admit, how much of it is in the profile, and what is excluded. A listing counts anew; anything
// else is added to what was counted before.
func (f *filing) receipt() {
	if !f.files() {
		return
	}
	t := &f.tracked
	t.Excluded = maps.Clone(t.Excluded)
	if t.Excluded == nil {
		t.Excluded = map[string]int{}
	}
	if f.c.Listing != nil {
		f.countListing()
	} else {
		f.countChanges()
	}
	maps.DeleteFunc(t.Excluded, func(_ string, n int) bool { return n <= 0 })
	t.Stored = max(t.Stored, 0)
	t.InGmail = max(t.InGmail, t.Stored)
}

func (f *filing) countListing() {
	t, l := &f.tracked, f.c.Listing
	t.Excluded = map[string]int{}
	maps.Copy(t.Excluded, l.Excluded)
	t.InGmail, t.Stored, t.CheckedAt, t.HistoryID = 0, 0, f.now, l.HistoryID
	for _, l := range f.letters {
		f.stored[l.in.GmailID] = true
	}
	for _, id := range l.Admitted {
		// What was admitted by the listing and had to be left out when it was fetched.
		if i := slices.IndexFunc(f.c.Excluded, func(e Exclusion) bool { return e.GmailID == id }); i >= 0 && !f.stored[id] {
			t.Excluded[string(f.c.Excluded[i].Reason)]++
			continue
		}
		t.InGmail++
		if f.stored[id] {
			t.Stored++
		}
	}
}

func (f *filing) countChanges() {
	t := &f.tracked
	seen := map[string]bool{}
	for i, l := range f.letters {
		if seen[l.in.GmailID] {
			continue
		}
		seen[l.in.GmailID] = true
		if out := f.outs[i]; out != nil {
			t.Excluded[string(out.Reason)]--
		}
		if !l.known {
			t.Stored++
			t.InGmail++
		}
	}
	for i := range f.c.Waiting {
		if f.counts(i) {
			t.InGmail++
		}
		if old := f.ledger.waiting[i]; old != nil && old.Counted {
			t.InGmail--
		}
	}
	for _, row := range f.ledger.settled {
		if row != nil && row.Counted { // from now on it counts as filed, or not at all
			t.InGmail--
		}
	}
	for i, e := range f.c.Excluded {
		switch old := f.excluded[i]; {
		case old != nil && old.Reason == e.Reason:
			continue
		case old != nil:
			t.Excluded[string(old.Reason)]--
		}
		t.Excluded[string(e.Reason)]++
	}
}
