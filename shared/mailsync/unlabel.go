package mailsync

import (
	"context"
	"fmt"
	"slices"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// withoutUnlabelled stops tracking conversations that are no longer labelled, before any more of them is read. One of our own goes on, without what only the label
// let in.
func (r *run) withoutUnlabelled(ctx context.Context, jobs []work) (left []work, err error) {
	for _, w := range jobs {
		stopped := false
		if len(w.unlabel) > 0 {
			if stopped, err = r.stopIfUnlabelled(ctx, w.id, w.unlabel, w.tracked.Ours); err != nil {
				return nil, err
			}
		}
		switch {
		case !stopped:
			left = append(left, w)
		case w.tracked.Ours:
			left = append(left, w.unlabelled())
		}
	}
	return left, nil
}

// stopIfUnlabelled asks Gmail whether any message of a conversation still carries an import label, after some were taken off, and stops tracking it if none does.
// Deleting the label itself takes it off everything, and is not meant as unlabelling.
func (r *run) stopIfUnlabelled(ctx context.Context, id string, takenOff []string, ours bool) (stopped bool, err error) {
	if exist, err := r.exist(ctx, takenOff); err != nil || !exist {
		return false, err
	}
	switch labelled, err := r.labelled(ctx, id, ours); {
	case stops(err):
		return false, err
	case err != nil:
		return true, r.askAgain(ctx, id, err)
	case labelled:
		return false, nil
	}
	if err := r.Store.StopTracking(ctx, *r.held, id); err != nil {
		return false, fmt.Errorf("stop tracking: %w", err)
	}
	return true, nil
}

// takenOffSince tells whether the labels that were put on messages of a conversation were gone again when it was read. What came to it after that was never labelled;
// the record of the unlabelling may be further down the listing, or in the next one. A message that is not shown may have been deleted with its label, or not be readable yet.
func (r *run) takenOffSince(ctx context.Context, th *gmail.Thread, on []*fact, ours bool) (bool, error) {
	if len(on) == 0 || r.carriesLabel(th, ours) {
		return false, nil
	}
	var labels []string
	for _, f := range on {
		if !slices.ContainsFunc(th.Messages, func(m *gmail.Message) bool { return m.ID == f.id }) {
			return false, nil
		}
		labels = append(labels, f.on...)
	}
	return r.exist(ctx, labels)
}

// exist asks Gmail whether any of the labels is still one of the mailbox: a label that is deleted goes from everything that carried it.
func (r *run) exist(ctx context.Context, labels []string) (bool, error) {
	if err := r.refreshLabels(ctx); err != nil {
		return false, err
	}
	return slices.ContainsFunc(labels, func(id string) bool { return r.Engine.labels.kind(r.mailboxName(), id) != labelUnknown }), nil
}

// carriesLabel tells whether any message of a conversation carries an import label. In one of our own, that on what was sent is the one that we put there.
func (r *run) carriesLabel(th *gmail.Thread, ours bool) bool {
	return slices.ContainsFunc(th.Messages, func(m *gmail.Message) bool {
		return slices.ContainsFunc(m.LabelIDs, r.box.ImportLabel) && !(ours && slices.Contains(m.LabelIDs, hire.LabelSent))
	})
}

// labelled asks Gmail whether any message of a conversation carries an import label.
func (r *run) labelled(ctx context.Context, id string, ours bool) (bool, error) {
	th, err := r.gmail.Thread(ctx, id, gmail.FormatMinimal)
	if err != nil {
		return false, fmt.Errorf("get thread: %w", err)
	}
	return r.carriesLabel(th, ours), nil
}

// unlabelRow is the ledger's key for a conversation of which it is to be asked whether it carries the label still.
func unlabelRow(thread string) string { return "label:" + thread }

// askAgain notes in the ledger that Gmail could not say whether a conversation is still labelled. Nothing more of it is taken until Gmail can; if the label is on it
// still, all of it is read then. One that stays absent was deleted: there is nothing left to ask.
func (r *run) askAgain(ctx context.Context, id string, trouble error) error {
	old := r.retrying[unlabelRow(id)]
	if isGone(old, trouble, r.Now()) {
		return r.forget(ctx, id, []string{unlabelRow(id)})
	}
	row := store.LedgerRow{GmailID: unlabelRow(id), GmailThreadID: id, Reason: reasonOf(trouble), Whole: true, NextTryAt: r.Now().Add(retryDelay(old.Attempts))}
	if _, err := r.commit(ctx, store.ImportCommit{GmailThreadID: id, Waiting: []store.LedgerRow{row}}); err != nil {
		return fmt.Errorf("note conversation: %w", err)
	}
	if err := r.Store.StopTracking(ctx, *r.held, id); err != nil {
		return fmt.Errorf("stop tracking: %w", err)
	}
	return nil
}

// retryUnlabelled asks once more whether a conversation is still labelled. If so it is read whole, for what has come meanwhile.
func (r *run) retryUnlabelled(ctx context.Context, id string) error {
	tracked, err := r.tracked(ctx, []string{id})
	if err != nil {
		return err
	}
	labelled, err := r.labelled(ctx, id, tracked[id].Ours)
	switch {
	case stops(err):
		return err
	case err != nil:
		return r.askAgain(ctx, id, err)
	case labelled:
		if err := r.whole(ctx, id, tracked[id], reading{labelled: true}); err != nil {
			return err
		}
		if _, err := r.commit(ctx, store.ImportCommit{GmailThreadID: id, Settled: []string{unlabelRow(id)}}); err != nil {
			return fmt.Errorf("settle conversation: %w", err)
		}
		return nil
	}
	return r.forget(ctx, id, []string{unlabelRow(id)})
}
