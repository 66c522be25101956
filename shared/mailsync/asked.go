package mailsync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

// importablePage is how many conversations are looked at for one page: a fifteenth of what a mailbox may spend in a minute, at most.
const importablePage = 10

// shownHeaders are all that is read of a message to show its conversation: what tells whether it is with the candidate, and what its user recognises it by.
var shownHeaders = []string{"From", "To", "Cc", "Subject", "Date"}

// Importable is a conversation that its user can have imported. It is shown, and kept nowhere.
type Importable struct {
	GmailThreadID   string
	Subject         string
	Participants    []hire.Address // besides the mailbox itself
	Messages        int            // that an import would bring
	FirstAt, LastAt time.Time
	Stopped         bool // in the profile up to when its label was taken off
}

// ImportablePage is a page of them. It may be empty and have others behind it.
type ImportablePage struct {
	Conversations []Importable
	NextPageToken string // "" on the last page
}

// Importable looks in a mailbox for conversations with one of a candidate's addresses that are not imported, because its user asks for it: newest first, page by page. Of
// conversations that are imported nothing is read. Its errors are fit for the caller.
func (e *Engine) Importable(ctx context.Context, m store.Mailbox, c hire.Candidate, family []string, pageToken string) (out ImportablePage, err error) {
	ctx = gmail.WithPriority(ctx, gmail.PriorityBackfill)
	box := e.Connections.Gmail(m)
	box.SpentElsewhere(m.Spent)
	if until := m.ReadBlockedUntil; e.Now().Before(until) {
		return out, unavailable(until, nil)
	}
	err = e.Connections.WithLivingToken(ctx, m, func(ctx context.Context) (err error) {
		out, err = e.importable(ctx, box, m, c, family, pageToken)
		return err
	})
	var limit *gmail.RateLimit
	switch {
	case err == nil || hire.CodeOf(err) != hire.CodeInternal:
		return out, err
	case errors.As(err, &limit):
		if err := e.Connections.Limited(ctx, m, limit); err != nil {
			return out, err
		}
		return out, unavailable(limit.Until, err)
	case errors.Is(err, gmail.ErrInvalid) && pageToken != "":
		e := hire.Err(hire.CodeInvalidRequest, "page_token is not one that this list has given, or too old. Leave it out to begin at the first page.")
		e.Fields, e.Err = map[string]string{"page_token": "not valid"}, err
		return out, e
	}
	parked, perr := e.Connections.Refused(ctx, m, err)
	switch {
	case perr != nil:
		return out, perr
	case parked:
		return out, hire.Wrap(hire.CodeReconnectRequired, err)
	}
	return out, hire.Wrap(hire.CodeGmailUnavailable, err)
}

func unavailable(until time.Time, cause error) error {
	e := hire.Wrap(hire.CodeGmailUnavailable, cause)
	e.RetryAfter = until
	return e
}

func (e *Engine) importable(ctx context.Context, box Gmail, m store.Mailbox, c hire.Candidate, family []string, pageToken string) (out ImportablePage, err error) {
	page, err := box.ThreadsOf(ctx, c.Addresses(), importablePage, pageToken)
	if err != nil {
		return out, fmt.Errorf("list conversations: %w", err)
	}
	out.NextPageToken = page.NextPageToken
	ids := make([]string, len(page.Threads))
	for i, t := range page.Threads {
		ids[i] = t.ID
	}
	tracked, err := e.Store.Tracked(ctx, m.AccountID, m.Sub, ids)
	if err != nil {
		return out, fmt.Errorf("look up conversations: %w", err)
	}
	ids = slices.DeleteFunc(ids, func(id string) bool {
		t, known := tracked[id]
		return known && !(t.State == store.TrackStopped && slices.Contains(family, t.CandidateID))
	})
	read, err := box.ThreadHeaders(ctx, ids, shownHeaders)
	if err != nil {
		return out, fmt.Errorf("get headers: %w", err)
	}
	for _, th := range read {
		if th.Err != nil {
			if !errors.Is(th.Err, gmail.ErrNotFound) { // deleted since it was listed
				return out, fmt.Errorf("get headers: %w", th.Err)
			}
			continue
		}
		if shown, ok := importableOf(th.Thread, m, c); ok {
			_, shown.Stopped = tracked[th.ID]
			out.Conversations = append(out.Conversations, shown)
		}
	}
	return out, nil
}

// importableOf is what its user is shown of a conversation; false where it is not one with the candidate: Gmail's search finds more than exact addresses.
func importableOf(th *gmail.Thread, m store.Mailbox, c hire.Candidate) (out Importable, ok bool) {
	out.GmailThreadID = th.ID
	own := c.Addresses()
	for _, msg := range th.Messages {
		if hire.Exclusion(msg.LabelIDs) != "" {
			continue
		}
		parsed, err := mime.FromPayload(msg.Payload)
		if err != nil {
			continue
		}
		out.Messages++
		if out.Messages == 1 {
			out.Subject, out.FirstAt = cut(parsed.Subject, maxSubject), msg.InternalDate
		}
		out.LastAt = msg.InternalDate
		for _, a := range addresses(slices.Concat(parsed.From, parsed.To, parsed.Cc)) {
			n := hire.NormalizeAddress(a.Addr)
			ok = ok || slices.Contains(own, n)
			i := slices.IndexFunc(out.Participants, func(p hire.Address) bool { return hire.SameAddress(p.Addr, n) })
			switch {
			case n == "" || hire.SameAddress(n, m.Address):
			case i >= 0:
				out.Participants[i].Name = cmp.Or(out.Participants[i].Name, a.Name)
			case len(out.Participants) < maxParticipants:
				out.Participants = append(out.Participants, a)
			}
		}
	}
	return out, ok
}

// maxParticipants is how many of those on a conversation its user is shown.
const maxParticipants = 50

// importAsked reads the conversations that the user has asked for in a candidate's profile, one after the other, and notes what became of each. One that can't be read for
// now is tried again with the task.
func (r *run) importAsked(ctx context.Context, candidate string) error {
	ctx = gmail.WithPriority(ctx, gmail.PriorityBackfill)
	deadline := r.Now().Add(budget)
	asked, err := r.Store.AskedImports(ctx, r.key, candidate, r.box.Sub)
	if err != nil {
		return fmt.Errorf("read what was asked for: %w", err)
	}
	for _, c := range asked.Conversations {
		if !c.EndedAt.IsZero() {
			continue
		}
		if r.Now().After(deadline) {
			return r.later(ctx, r.task, r.Now().Add(time.Second))
		}
		if err := r.importOne(ctx, candidate, c.GmailThreadID); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) importOne(ctx context.Context, candidate, id string) error {
	if err := r.leaseAnywhere(ctx); err != nil {
		return err
	}
	defer r.release(ctx)
	tracked, err := r.tracked(ctx, []string{id})
	if err != nil {
		return err
	}
	err = r.whole(ctx, id, tracked[id], reading{labelled: tracked[id].Labelled, asked: candidate})
	miss := store.MissOf(err)
	switch {
	case errors.Is(err, gmail.ErrNotFound):
		miss = hire.MissGone
	case errors.Is(err, gmail.ErrInvalid):
		r.Log.WarnContext(ctx, "a conversation that was asked for can't be read", "error", err)
		miss = hire.MissUnreadable
	case err != nil && miss == "":
		return err
	}
	if err := r.Store.EndAsked(ctx, r.key, candidate, r.box.Sub, id, miss); err != nil {
		return fmt.Errorf("note what became of a conversation: %w", err)
	}
	return nil
}
