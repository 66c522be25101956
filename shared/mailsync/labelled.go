package mailsync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

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
	for _, label := range r.box.Labels {
		if state.LabelID > label.ID {
			continue
		}
		if state.LabelID != label.ID {
			state.LabelID, state.PageToken, state.Before = label.ID, "", state.Done
		}
		over, err := r.walkLabel(ctx, state, deadline)
		if err != nil {
			return err
		}
		if !over {
			return r.later(ctx, r.task, r.Now().Add(time.Second))
		}
	}
	if err := r.Store.SetImport(ctx, r.key, r.box.Generation, nil); err != nil {
		return fmt.Errorf("note import: %w", err)
	}
	return nil
}

// walkLabel goes on with the conversations of state's label, page by page, and notes after each how far it is. over is false where the deadline has come before the end.
func (r *run) walkLabel(ctx context.Context, state *store.Import, deadline time.Time) (over bool, err error) {
	for {
		page, err := r.gmail.ThreadsByLabel(ctx, state.LabelID, state.PageToken)
		switch {
		case (errors.Is(err, gmail.ErrNotFound) || errors.Is(err, gmail.ErrInvalid)) && state.PageToken != "":
			state.PageToken, state.Done = "", state.Before // page tokens die sooner or later: this label once more from its begin
			continue
		case errors.Is(err, gmail.ErrNotFound) || errors.Is(err, gmail.ErrInvalid):
			return true, nil // the label was deleted meanwhile
		case err != nil:
			return false, fmt.Errorf("list labelled conversations: %w", err)
		}
		if err := r.walkPage(ctx, page.Threads); err != nil {
			return false, err
		}
		state.Done += len(page.Threads)
		state.Total = max(state.Done, state.Before+page.Estimate)
		if state.PageToken = page.NextPageToken; state.PageToken == "" {
			return true, nil
		}
		if err := r.Store.SetImport(ctx, r.key, r.box.Generation, state); err != nil {
			return false, fmt.Errorf("note import: %w", err)
		}
		if r.Now().After(deadline) {
			return false, nil
		}
	}
}

// walkPage goes through conversations of a page, some at a time: the lease is held for those that are read in one round trip.
func (r *run) walkPage(ctx context.Context, refs []gmail.ThreadRef) error {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.ID
	}
	tracked, err := r.tracked(ctx, ids)
	if err != nil {
		return err
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
