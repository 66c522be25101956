package mailsync

import (
	"context"
	"fmt"
	"slices"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

// reading is why a conversation is read whole.
type reading struct {
	labelled bool     // it carries an import label, as far as the records tell
	on       []*fact  // the messages that, as these tell, it was put on
	told     []string // messages of it that Gmail has told of: one that it does not show yet goes to the ledger
	asked    string   // the candidate for whom its user has chosen it; "" where nobody has
}

// whole reads a conversation whole, matches it with the directory, and files what the rules admit of it. It is called under the lease, so that
// what arrives after this reading has its record behind the cursor and is met by a listing that already sees the conversation as tracked.
func (r *run) whole(ctx context.Context, id string, t store.Tracked, rd reading) error {
	defer r.finds(byLabel)()
	th, err := r.thread(ctx, id)
	switch {
	case stops(err), err != nil && rd.asked != "":
		return fmt.Errorf("get thread: %w", err)
	case err != nil:
		return r.wholeTroubled(ctx, id, rd, err)
	}
	if err := r.recall(ctx, id, t, &rd); err != nil {
		return err
	}
	off, err := r.takenOffSince(ctx, th, rd.on, t.Ours)
	if err != nil {
		return err
	}
	if off && !t.Ours && rd.asked == "" {
		return r.leave(ctx, id, t)
	}
	labelled := rd.labelled && !off
	if labelled && !t.Ours && rd.asked == "" && t.State != store.TrackActive {
		if elsewhere, err := r.labelledElsewhere(ctx, th); err != nil {
			return err
		} else if elsewhere {
			return r.leave(ctx, id, t)
		}
	}
	listing, admitted, left, err := r.admit(ctx, th, labelled || t.Labelled || rd.asked != "")
	if err != nil {
		return err
	}
	c := store.ImportCommit{GmailThreadID: id, Labelled: labelled, Ours: rd.asked != "", Asked: rd.asked, HistoryID: th.HistoryID}
	c.Subject, c.Addresses = matchedBy(admitted)
	// First the match alone: the files of a conversation that is in no profile are not ours to keep.
	done, err := r.commit(ctx, c)
	if err != nil {
		return fmt.Errorf("match conversation: %w", err)
	}
	c.Asked = "" // it is the candidate's from here on
	// The row that asks for this reading goes when all is filed, so that one broken off in between is done again.
	c.Settled = []string{wholeRow(id)}
	r.missing(ctx, &c, th, rd.told)
	if done.Tracked.State != store.TrackActive {
		_, waiting := r.retrying[wholeRow(id)]
		if waiting || len(c.Waiting)+len(c.Settled) > 1 {
			_, err = r.commit(ctx, c)
		}
		return err
	}
	fetched, err := r.notStored(ctx, admitted)
	if err != nil {
		return err
	}
	c.Excluded, c.Listing = append(c.Excluded, left...), &listing
	return r.file(ctx, c, fetched)
}

// matchedBy is what a conversation is matched by, and shown as where it matches nobody: its first subject, and all addresses in From, To and Cc. A message whose head can't be
// read goes to the ledger when it is filed; the others may match all the same.
func matchedBy(messages []*gmail.Message) (subject string, addresses []string) {
	for _, m := range messages {
		parsed, err := mime.HeadFromPayload(m.Payload)
		if err != nil {
			continue
		}
		if subject == "" {
			subject = parsed.Subject
		}
		for _, a := range slices.Concat(parsed.From, parsed.To, parsed.Cc) {
			addresses = append(addresses, a.Addr)
		}
	}
	return subject, addresses
}

// notStored leaves those of the messages that are not stored yet.
func (r *run) notStored(ctx context.Context, messages []*gmail.Message) ([]gmail.MessageResult, error) {
	ids := make([]string, len(messages))
	for i, m := range messages {
		ids[i] = m.ID
	}
	imported, _, err := r.known(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []gmail.MessageResult
	for _, m := range messages {
		if _, ok := imported[m.ID]; !ok {
			out = append(out, gmail.MessageResult{ID: m.ID, Message: m})
		}
	}
	return out, nil
}

// missing puts those of the told messages into the ledger that a conversation does not show yet, and settles the rows of those that it shows now.
func (r *run) missing(ctx context.Context, c *store.ImportCommit, th *gmail.Thread, told []string) {
	for _, id := range told {
		switch _, waiting := r.retrying[id]; {
		case !slices.ContainsFunc(th.Messages, func(m *gmail.Message) bool { return m.ID == id }):
			r.troubled(ctx, c, id, gmail.ErrNotFound)
		case waiting:
			c.Settled = append(c.Settled, id)
		}
	}
}

// labelledElsewhere tells whether the import label on a conversation is only the one that Hire has put on what was sent in it from another account: one person
// may work in two with one mailbox. It asks for no import, and what is written in one account is none of the other's.
func (r *run) labelledElsewhere(ctx context.Context, th *gmail.Thread) (bool, error) {
	for _, m := range th.Messages {
		if slices.ContainsFunc(m.LabelIDs, r.box.ImportLabel) && !slices.Contains(m.LabelIDs, hire.LabelSent) {
			return false, nil
		}
	}
	elsewhere, err := r.Store.BegunElsewhere(ctx, r.key.AccountID, r.box.Sub, th.ID)
	if err != nil {
		return false, fmt.Errorf("look up whose conversation it is: %w", err)
	}
	return elsewhere, nil
}

// leave ends what there is of a conversation that turned out to be none of ours.
func (r *run) leave(ctx context.Context, id string, t store.Tracked) error {
	if _, waiting := r.retrying[wholeRow(id)]; !waiting && t.State == "" {
		return nil
	}
	return r.forget(ctx, id, []string{wholeRow(id)})
}

// forget ends what waits in the ledger for a conversation that is not tracked.
func (r *run) forget(ctx context.Context, id string, waiting []string) error {
	if _, err := r.commit(ctx, store.ImportCommit{GmailThreadID: id, Settled: waiting}); err != nil {
		return fmt.Errorf("settle conversation: %w", err)
	}
	if err := r.Store.StopTracking(ctx, *r.held, id); err != nil {
		return fmt.Errorf("forget conversation: %w", err)
	}
	return nil
}

// admit says which messages of a conversation the rules let in. With the label all but spam, bin and drafts; without it also not those
// that an exclusion row keeps out. There are no records to tell here, so a message without such a row is let in.
func (r *run) admit(ctx context.Context, th *gmail.Thread, labelled bool) (l store.Listing, admitted []*gmail.Message, left []store.Exclusion, err error) {
	l = store.Listing{HistoryID: th.HistoryID, Excluded: map[string]int{}}
	ids := make([]string, len(th.Messages))
	for i, m := range th.Messages {
		ids[i] = m.ID
	}
	_, excluded, err := r.known(ctx, ids)
	if err != nil {
		return l, nil, nil, err
	}
	for _, m := range th.Messages {
		reason := hire.Exclusion(m.LabelIDs)
		if row, ok := excluded[m.ID]; reason == "" && ok && row.Reason == hire.ExcludedSkippedInbox && !labelled && !hire.InInboxOrSent(m.LabelIDs) {
			reason = row.Reason
		}
		if reason != "" {
			l.Excluded[string(reason)]++
			if reason != hire.ExcludedDraft { // drafts come and go
				left = append(left, store.Exclusion{GmailID: m.ID, GmailThreadID: th.ID, Reason: reason})
			}
			continue
		}
		l.Admitted = append(l.Admitted, m.ID)
		admitted = append(admitted, m)
	}
	return l, admitted, left, nil
}

// wholeRow is the ledger's key for a conversation that is to be read whole.
func wholeRow(thread string) string { return "thread:" + thread }

// wholeTroubled puts a conversation that could not be read into the ledger, with the messages that Gmail has told of: not readable yet, deleted meanwhile, or Gmail's
// own trouble. One that stays absent is called gone in the end.
func (r *run) wholeTroubled(ctx context.Context, id string, rd reading, trouble error) error {
	old := r.retrying[wholeRow(id)]
	c := store.ImportCommit{GmailThreadID: id, Labelled: rd.labelled}
	gone := isGone(old, trouble, r.Now())
	if gone {
		c.Settled = []string{wholeRow(id)}
	} else {
		c.Waiting = []store.LedgerRow{{GmailID: wholeRow(id), GmailThreadID: id, Reason: reasonOf(trouble), Whole: true, NextTryAt: r.Now().Add(retryDelay(old.Attempts))}}
	}
	for _, m := range rd.told {
		r.troubled(ctx, &c, m, trouble)
	}
	done, err := r.commit(ctx, c)
	if err != nil {
		return fmt.Errorf("note conversation: %w", err)
	}
	if gone && done.Tracked.State == store.TrackUnmatched {
		// Nothing of it was ever seen; a reason to show would be a guess.
		if err := r.Store.StopTracking(ctx, *r.held, id); err != nil {
			return fmt.Errorf("forget conversation: %w", err)
		}
	}
	return nil
}

func (r *run) retryWhole(ctx context.Context, row store.LedgerRow) error {
	tracked, err := r.tracked(ctx, []string{row.GmailThreadID})
	if err != nil {
		return err
	}
	t, known := tracked[row.GmailThreadID]
	if !known { // unlabelled meanwhile, as far as Gmail could say: nothing of it is taken before it is known to be labelled
		return r.forget(ctx, row.GmailThreadID, []string{row.GmailID})
	}
	return r.whole(ctx, row.GmailThreadID, t, reading{labelled: t.Labelled})
}

// lookAt reads the named conversations again: unmatched ones whose address has come into the directory, or those that a send has begun to track.
func (r *run) lookAt(ctx context.Context, threads []string) error {
	if err := r.leaseAnywhere(ctx); err != nil {
		return err
	}
	tracked, err := r.tracked(ctx, threads)
	if err != nil {
		return err
	}
	for _, id := range threads {
		t, known := tracked[id]
		if !known {
			continue // unlabelled meanwhile
		}
		if err := r.whole(ctx, id, t, reading{labelled: t.Labelled}); err != nil {
			return err
		}
	}
	return nil
}
