package mailsync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	// overlap is how far before the last verified sync a recovery begins to compare: clocks differ, and Gmail's search is by the second.
	overlap = time.Hour
	// budget is how long recovery and import go on in one call before a task takes over.
	budget = 4 * time.Minute
	// onItsWay is how long a message may take until it counts as missing where a comparison does not find it.
	onItsWay = 15 * time.Minute
	// importEvery is how often all labelled conversations are gone through as a safety net.
	importEvery = 24 * time.Hour
)

// beginRecovery notes that Gmail has forgotten the history at the cursor. The new cursor is read first: what arrives from now on is in the
// history, and what lies before is compared by ids.
func (r *run) beginRecovery(ctx context.Context) error {
	if err := r.lease(ctx); err != nil {
		return err
	}
	p, err := r.gmail.Profile(ctx)
	if err != nil {
		return fmt.Errorf("read new cursor: %w", err)
	}
	id, err := r.Store.NewID()
	if err != nil {
		return err
	}
	m, due, err := r.Store.BeginRecovery(ctx, *r.held, p.HistoryID, id)
	if err != nil {
		return fmt.Errorf("begin recovery: %w", err)
	}
	r.box = m
	r.due = append(r.due, due...) // the task that goes on finds the lease free
	r.Log.InfoContext(ctx, "history expired, recovery begun", "since", m.Recovery.Since)
	return nil
}

// recover compares everything since the last verified sync with what is stored, page by page, and fetches what is missing. The lease is taken for
// each page anew, so that new mail is not kept waiting; where it was broken off, the next call goes on.
func (r *run) recover(ctx context.Context) error {
	defer r.finds(byComparison)()
	rec := *r.box.Recovery
	deadline := r.Now().Add(budget)
	for {
		page, err := r.gmail.MessagesSince(ctx, rec.Since.Add(-overlap), rec.PageToken)
		if errors.Is(err, gmail.ErrInvalid) && rec.PageToken != "" {
			rec.PageToken, rec.Listed, rec.Total = "", 0, 0 // page tokens die sooner or later: once more from the begin; what is stored is not fetched again
			continue
		}
		if err != nil {
			return fmt.Errorf("list messages: %w", err)
		}
		r.release(ctx)
		if err := r.leaseAnywhere(ctx); err != nil {
			return err
		}
		if err := r.compare(ctx, page.Messages); err != nil {
			return err
		}
		rec.PageToken, rec.Listed = page.NextPageToken, rec.Listed+len(page.Messages)
		rec.Total = max(rec.Listed, page.Estimate)
		var next *store.Recovery
		if rec.PageToken != "" {
			next = &rec
		}
		if err := r.Store.SetRecovery(ctx, *r.held, rec.ID, next); err != nil {
			return fmt.Errorf("note recovery: %w", err)
		}
		r.release(ctx)
		if next == nil {
			return nil
		}
		if r.Now().After(deadline) {
			return r.later(ctx, r.task, r.Now().Add(time.Second))
		}
	}
}

// compare fetches those of the listed messages that belong to tracked conversations and are not stored.
func (r *run) compare(ctx context.Context, refs []gmail.MessageRef) error {
	listed := map[string][]string{} // messages by conversation
	var order []string
	for _, m := range refs {
		if listed[m.ThreadID] == nil {
			order = append(order, m.ThreadID)
		}
		listed[m.ThreadID] = append(listed[m.ThreadID], m.ID)
	}
	tracked, err := r.Store.Tracked(ctx, r.key.AccountID, r.box.Sub, order)
	if err != nil {
		return fmt.Errorf("look up conversations: %w", err)
	}
	var ids []string
	for _, id := range order {
		if tracked[id].State == store.TrackActive {
			ids = append(ids, listed[id]...)
		}
	}
	imported, excluded, err := r.Store.Known(ctx, r.key.AccountID, r.box.Sub, ids)
	if err != nil {
		return fmt.Errorf("look up messages: %w", err)
	}
	for _, id := range order {
		t := tracked[id]
		switch t.State {
		case store.TrackUnmatched:
			err = r.whole(ctx, id, t, reading{labelled: t.Labelled})
		case store.TrackActive:
			missing := slices.DeleteFunc(listed[id], func(m string) bool {
				_, stored := imported[m]
				return stored || excluded[m].Reason == hire.ExcludedSkippedInbox
			})
			if len(missing) > 0 {
				err = r.reconcile(ctx, id, t, missing)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// walkLabelled goes through all conversations that carry an import label: those unknown are imported, those that have changed in Gmail since they
// were last compared are compared again, message by message. It is the first import, and once a day the proof that nothing is missing.
func (r *run) walkLabelled(ctx context.Context) error {
	if err := r.refreshLabels(ctx); err != nil {
		return err
	}
	state := r.box.Import
	if state == nil {
		id, err := r.Store.NewID()
		if err != nil {
			return err
		}
		state = &store.Import{ID: id, StartedAt: r.Now()}
	}
	deadline := r.Now().Add(budget)
	for _, l := range r.box.Labels {
		if state.LabelID > l.ID {
			continue
		}
		if state.LabelID != l.ID {
			state.LabelID, state.PageToken, state.Before = l.ID, "", state.Done
		}
		for {
			page, err := r.gmail.ThreadsByLabel(ctx, l.ID, state.PageToken)
			if errors.Is(err, gmail.ErrNotFound) || errors.Is(err, gmail.ErrInvalid) {
				if state.PageToken != "" {
					state.PageToken, state.Done = "", state.Before // page tokens die sooner or later: this label once more from its begin
					continue
				}
				break // the label was deleted meanwhile
			}
			if err != nil {
				return fmt.Errorf("list labelled conversations: %w", err)
			}
			if err := r.walkPage(ctx, page.Threads); err != nil {
				return err
			}
			state.Done += len(page.Threads)
			state.Total = max(state.Done, state.Before+page.Estimate)
			if state.PageToken = page.NextPageToken; state.PageToken == "" {
				break
			}
			if err := r.Store.SetImport(ctx, r.key, r.box.Generation, state); err != nil {
				return fmt.Errorf("note import: %w", err)
			}
			if r.Now().After(deadline) {
				return r.later(ctx, r.task, r.Now().Add(time.Second))
			}
		}
	}
	if err := r.Store.SetImport(ctx, r.key, r.box.Generation, nil); err != nil {
		return fmt.Errorf("note import: %w", err)
	}
	return nil
}

// walkPage goes through conversations of a page, some at a time: the lease is held for those that are read in one round trip.
func (r *run) walkPage(ctx context.Context, refs []gmail.ThreadRef) error {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.ID
	}
	tracked, err := r.Store.Tracked(ctx, r.key.AccountID, r.box.Sub, ids)
	if err != nil {
		return fmt.Errorf("look up conversations: %w", err)
	}
	refs = slices.DeleteFunc(refs, func(ref gmail.ThreadRef) bool { return unchanged(tracked[ref.ID], ref) })
	for some := range slices.Chunk(refs, ahead) {
		if err := r.walkSome(ctx, some, tracked); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) walkSome(ctx context.Context, refs []gmail.ThreadRef, tracked map[string]store.Tracked) error {
	if err := r.leaseAnywhere(ctx); err != nil {
		return err
	}
	var whole []string
	for _, ref := range refs {
		if tracked[ref.ID].State != store.TrackActive {
			whole = append(whole, ref.ID)
		}
	}
	if err := r.readAhead(ctx, whole); err != nil {
		return err
	}
	defer func() { r.threads = nil }()
	for _, ref := range refs {
		t, known := tracked[ref.ID]
		// On a conversation of our own the label is the one that we put on what we sent; it makes no labelled thread.
		labelled := !known || !t.Ours || t.Labelled
		var err error
		if known && t.State == store.TrackActive {
			err = r.reconcile(ctx, ref.ID, t, nil)
		} else {
			err = r.whole(ctx, ref.ID, t, reading{labelled: labelled})
		}
		if err != nil {
			return err
		}
	}
	r.release(ctx)
	return nil
}

// unchanged tells whether nothing has happened to a conversation since it was last compared, or read without a match, and nothing of it was missing then. A profile that
// gets an address asks for what waits for it by itself.
func unchanged(t store.Tracked, ref gmail.ThreadRef) bool {
	return t.HistoryID == ref.HistoryID && (t.State == store.TrackUnmatched || t.State == store.TrackActive && t.Stored >= t.InGmail)
}

// reconcile compares a conversation with Gmail by ids, fetches what is missing, and writes the receipt. told are messages of it that Gmail has told of and that are not
// stored: one that it does not show yet goes to the ledger. Where there are such, the whole is read at once: that costs as much as its ids alone.
func (r *run) reconcile(ctx context.Context, id string, t store.Tracked, told []string) error {
	defer r.finds(byComparison)()
	format := gmail.FormatMinimal
	if len(told) > 0 {
		format = gmail.FormatFull
	}
	th, err := r.gmail.Thread(ctx, id, format)
	switch {
	case stops(err):
		return fmt.Errorf("get thread: %w", err)
	case err != nil && len(told) > 0:
		return r.file(ctx, store.ImportCommit{GmailThreadID: id}, pick(nil, told, err))
	case errors.Is(err, gmail.ErrNotFound):
		return nil // deleted in Gmail; what is imported stays
	case err != nil:
		r.Log.WarnContext(ctx, "conversation can't be compared; its receipt stays as it is", "error", err)
		return nil
	}
	// A label that was put on while no history told of it still shows on the messages. On what was sent in a conversation of our own it is the one that we put there.
	labelled := t.Labelled || r.carriesLabel(th, t.Ours)
	listing, _, left, err := r.admit(ctx, th, labelled)
	if err != nil {
		return err
	}
	imported, _, err := r.Store.Known(ctx, r.key.AccountID, r.box.Sub, listing.Admitted)
	if err != nil {
		return fmt.Errorf("look up messages: %w", err)
	}
	var missing []string
	overdue := 0 // what has just come, or is being sent, is on its way
	for _, m := range th.Messages {
		if _, ok := imported[m.ID]; ok || !slices.Contains(listing.Admitted, m.ID) {
			continue
		}
		missing = append(missing, m.ID)
		if r.Now().Sub(m.InternalDate) > onItsWay && len(told) == 0 {
			overdue++
		}
	}
	if overdue > 0 {
		r.Log.WarnContext(ctx, "reconciliation found messages missing", "missing", overdue)
		r.Metrics.Repaired(ctx, overdue)
		r.repaired += overdue
	}
	fetched := pick(th, missing, nil)
	if format == gmail.FormatMinimal {
		if fetched, err = r.fetchOf(ctx, id, missing); err != nil {
			return err
		}
	}
	c := store.ImportCommit{GmailThreadID: id, Labelled: labelled, Excluded: left, Listing: &listing}
	r.missing(ctx, &c, th, told)
	return r.file(ctx, c, fetched)
}
