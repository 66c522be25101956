package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// rfcIDRecord says which of a candidate's threads hold a mail of one Message-ID, at most maxHolders of them.
type rfcIDRecord struct {
	Threads  []string
	Messages []string       // the first one in each of Threads
	Early    *hire.Delivery // a report on a mail that is not filed yet
}

// with is the record with one thread more.
func (r rfcIDRecord) with(thread, message string) rfcIDRecord {
	out := rfcIDRecord{Threads: append(slices.Clone(r.Threads), thread), Messages: slices.Clone(r.Messages)}
	for len(out.Messages) < len(r.Threads) {
		out.Messages = append(out.Messages, "")
	}
	out.Messages = append(out.Messages, message)
	return out
}

const maxHolders = 8

type revisionRecord struct{ Revision int64 }

// Threads lists a candidate's threads, those of candidates merged into them included, newest activity first; after is the last one of the page before.
func (s *Store) Threads(ctx context.Context, account, candidate string, after *Position, limit int) ([]hire.Thread, error) {
	var out []hire.Thread
	err := s.db.View(ctx, "threads", func(ctx context.Context, tx docs.Tx) error {
		out = nil
		ids, err := family(ctx, tx, account, candidate)
		if err != nil {
			return err
		}
		for _, id := range ids {
			q := docs.Query{
				Collection: accountRef(account).Under("threads"), Where: []docs.Equal{{Field: "CandidateID", Value: id}},
				OrderBy: "LastAt", Desc: true, Limit: limit,
			}
			if after != nil {
				q.After = &docs.Position{Value: after.At, ID: after.ID}
			}
			page, err := docs.List[hire.Thread](ctx, tx, q)
			if err != nil {
				return err
			}
			for _, t := range page {
				out = append(out, *t)
			}
		}
		return nil
	})
	// In the order that each of the pages has.
	slices.SortStableFunc(out, func(a, b hire.Thread) int {
		return cmp.Or(b.LastAt.Compare(a.LastAt), cmp.Compare(docs.Escape(b.ID), docs.Escape(a.ID)))
	})
	return out[:min(len(out), limit)], err
}

// AllThreads lists an account's threads by their ids, after the given one.
func (s *Store) AllThreads(ctx context.Context, account, after string, limit int) ([]hire.Thread, error) {
	q := docs.Query{Collection: accountRef(account).Under("threads"), Limit: limit}
	if after != "" {
		q.After = &docs.Position{ID: after}
	}
	return list[hire.Thread](ctx, s, "threads.all", q)
}

// Position is a place in a list ordered by time.
type Position struct {
	At time.Time
	ID string
}

// Thread reads a thread; hire.CodeUnknownThread if there is none.
func (s *Store) Thread(ctx context.Context, account, thread string) (hire.Thread, error) {
	if !docs.IsID(thread) {
		return hire.Thread{}, hire.Err(hire.CodeUnknownThread)
	}
	return read[hire.Thread](ctx, s, "thread", threadRef(account, thread), hire.CodeUnknownThread)
}

// Messages lists a thread's messages, newest first; after is the last one of the page before.
func (s *Store) Messages(ctx context.Context, account, thread string, after *Position, limit int) ([]hire.Message, error) {
	q := docs.Query{Collection: threadRef(account, thread).Under("messages"), OrderBy: "ReceivedAt", Desc: true, Limit: limit}
	if after != nil {
		q.After = &docs.Position{Value: after.At, ID: after.ID}
	}
	return list[hire.Message](ctx, s, "messages", q)
}

// Message reads a message of a thread; hire.CodeNotFound if there is none.
func (s *Store) Message(ctx context.Context, account, thread, message string) (hire.Message, error) {
	if !docs.IsID(thread) || !docs.IsID(message) {
		return hire.Message{}, hire.Err(hire.CodeNotFound)
	}
	return read[hire.Message](ctx, s, "message", messageRef(account, thread, message), hire.CodeNotFound)
}

// Revision counts the changes of a candidate's mail, that of candidates merged into them included; it rises with each.
func (s *Store) Revision(ctx context.Context, account, candidate string) (int64, error) {
	var n int64
	err := s.db.View(ctx, "revision", func(ctx context.Context, tx docs.Tx) error {
		n = 0
		ids, err := family(ctx, tx, account, candidate)
		if err != nil {
			return err
		}
		refs := make([]docs.Ref, len(ids))
		for i, id := range ids {
			refs[i] = revisionRef(account, id)
		}
		found, err := docs.GetAll[revisionRecord](ctx, tx, refs)
		for _, r := range found {
			if r != nil {
				n += r.Revision
			}
		}
		return err
	})
	return n, err
}

// Sources reads the Gmail conversations that are in the threads, in one round trip, by GmailThreadID within each thread's id.
func (s *Store) Sources(ctx context.Context, account string, threads []hire.Thread) (map[string][]Tracked, error) {
	var refs []docs.Ref
	var owner []string
	for _, t := range threads {
		for _, src := range t.Sources {
			refs = append(refs, trackedRef(account, src.Sub, src.GmailThreadID))
			owner = append(owner, t.ID)
		}
	}
	out := map[string][]Tracked{}
	err := s.db.View(ctx, "sources", func(ctx context.Context, tx docs.Tx) error {
		clear(out)
		found, err := docs.GetAll[Tracked](ctx, tx, refs)
		for i, t := range found {
			if t != nil {
				out[owner[i]] = append(out[owner[i]], *t)
			}
		}
		return err
	})
	return out, err
}

// SetPrivate marks a thread as private or not.
func (s *Store) SetPrivate(ctx context.Context, account, thread, by string, private bool) (hire.Thread, error) {
	var out hire.Thread
	err := s.db.Update(ctx, "thread.private", func(ctx context.Context, tx docs.Tx) error {
		t, err := docs.Get[hire.Thread](ctx, tx, threadRef(account, thread))
		if err != nil {
			return err
		}
		if t == nil {
			return hire.Err(hire.CodeUnknownThread)
		}
		revision, err := docs.Get[revisionRecord](ctx, tx, revisionRef(account, t.CandidateID))
		if err != nil {
			return err
		}
		if revision == nil {
			revision = &revisionRecord{}
		}
		if out = *t; t.Private == private {
			return nil
		}
		t.Private = private
		out = *t
		action := AuditMadePrivate
		if !private {
			action = AuditMadeVisible
		}
		if err := s.audit(tx, account, AuditEntry{UserID: by, Action: action, Target: thread, CandidateID: t.CandidateID}); err != nil {
			return err
		}
		revision.Revision++
		if err := tx.Set(revisionRef(account, t.CandidateID), revision); err != nil {
			return err
		}
		return tx.Set(threadRef(account, thread), t)
	})
	return out, err
}
