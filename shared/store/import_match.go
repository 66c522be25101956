package store

import (
	"context"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// match says whose conversation it is: the candidate's that it had, or one who has its addresses now.
func (f *filing) match(ctx context.Context) error {
	if f.c.Asked != "" {
		return f.matchAsked(ctx)
	}
	defer f.markRead()
	if f.tracked.CandidateID != "" {
		return f.rematch(ctx)
	}
	others := f.others()
	f.tracked.Addresses = others
	f.recognise()
	candidates, err := candidatesByAddress(ctx, f.tx, f.account, others)
	if err != nil {
		return err
	}
	owner, err := f.owner(ctx, candidates)
	if err != nil {
		return err
	}
	id, ambiguous, ok := hire.Match(candidates, owner)
	switch {
	case !hire.SameAddress(f.user.Email, f.box.Address):
		f.tracked.State, f.tracked.Miss = TrackUnmatched, hire.MissLoginAddress
	case len(others) == 0:
		f.tracked.State, f.tracked.Miss = TrackUnmatched, hire.MissNoParticipants
	case !ok:
		f.tracked.State, f.tracked.Miss = TrackUnmatched, hire.MissNoCandidate
	default:
		f.tracked.State, f.tracked.Miss = TrackActive, ""
		f.tracked.CandidateID, f.tracked.Ambiguous = id, ambiguous
		f.family, err = family(ctx, f.tx, f.account, id)
	}
	return err
}

// markRead notes of an unmatched conversation how it was when it was read. Once it matches it has to be compared: nothing of it is filed yet.
func (f *filing) markRead() {
	switch {
	case f.tracked.State == TrackUnmatched && f.c.HistoryID > 0:
		f.tracked.HistoryID = f.c.HistoryID
	case f.was == TrackUnmatched && f.tracked.State != TrackUnmatched:
		f.tracked.HistoryID = 0
	}
}

// maxOthers bounds how many addresses of a conversation are looked up and kept.
const maxOthers = 1000

// others are the addresses of those on the conversation besides the mailbox itself.
func (f *filing) others() []string {
	self := hire.NormalizeAddress(f.box.Address)
	out := slices.DeleteFunc(normalized(slices.Concat(f.tracked.Addresses, f.c.Addresses)), func(a string) bool { return a == self })
	return out[:min(len(out), maxOthers)]
}

// recognise keeps by what a person knows an unmatched conversation.
func (f *filing) recognise() {
	if f.tracked.Subject == "" {
		f.tracked.Subject = new(fitting).text(f.c.Subject)
	}
}

// rematch sees whether the candidate of a conversation is still there. Mail for one who was deleted is no longer taken in; if they come back, their address
// finds the conversation. A conversation that is no longer tracked stays so, until it is labelled or answered again.
func (f *filing) rematch(ctx context.Context) error {
	f.family = []string{f.tracked.CandidateID}
	c, err := root(ctx, f.tx, f.account, f.tracked.CandidateID)
	switch {
	case err != nil:
		return err
	case c == nil || c.Deleted:
		f.tracked.Addresses = f.others()
		f.tracked.State, f.tracked.Miss = TrackUnmatched, hire.MissCandidateDeleted
		f.recognise()
	case f.tracked.State != TrackStopped || f.c.Labelled || f.c.Ours:
		f.tracked.State, f.tracked.Miss = TrackActive, ""
	}
	return nil
}

// owner finds the one of several candidates who has a mail of this conversation already, through another mailbox: the same mail must not
// go into two profiles.
func (f *filing) owner(ctx context.Context, candidates []hire.Candidate) (string, error) {
	ids := slices.Clone(f.c.MessageIDs)
	for _, m := range f.c.Messages {
		ids = append(ids, m.Message.MessageID)
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
	if len(candidates) < 2 || len(ids) == 0 {
		return "", nil
	}
	refs := make([]docs.Ref, 0, len(candidates)*len(ids))
	for _, c := range candidates {
		for _, id := range ids {
			refs = append(refs, rfcIDRef(f.account, c.ID, id))
		}
	}
	found, err := docs.GetAll[rfcIDRecord](ctx, f.tx, refs)
	if err != nil {
		return "", err
	}
	for i, r := range found {
		if c := candidates[i/len(ids)]; r != nil && len(r.Threads) > 0 && !c.Deleted && c.MergedInto == "" {
			return c.ID, nil
		}
	}
	return "", nil
}
