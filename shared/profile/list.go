package profile

import (
	"context"
	"slices"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	threadsPage = 30
	receiptPage = 200 // conversations whose receipts are added up at a time
)

// Row is a conversation as the Emails tab lists it.
type Row struct {
	hire.Thread
	From     Person // of its last message
	Receipt  Receipt
	MayReply bool
	Unread   bool // a mail that is not a user's has come since the reader has seen it
}

// List is a page of a candidate's conversations, newest activity first.
type List struct {
	Rows     []Row
	Receipt  Receipt         // of the rows, added up
	Revision int64           // of the profile; what has changed since may be missing
	Next     *store.Position // where the next page goes on; nil at the end
}

// List lists a candidate's conversations that the reader may see.
func (s *Service) List(ctx context.Context, reader hire.User, candidate string, after *store.Position) (List, error) {
	c, err := s.Candidate(ctx, reader, candidate)
	if err != nil {
		return List{}, err
	}
	var out List
	// The revision is read first: a change that comes between is then seen once too often, never missed.
	if out.Revision, err = s.Revision(ctx, c); err != nil {
		return List{}, err
	}
	page, err := s.Store.Threads(ctx, c.AccountID, c.ID, after, threadsPage)
	if err != nil {
		return List{}, err
	}
	out.Next = afterThreads(page, threadsPage)
	if out.Rows, err = s.rows(ctx, reader, c, readableOf(reader, page)); err != nil {
		return List{}, err
	}
	receipts := make([]Receipt, len(out.Rows))
	for i, row := range out.Rows {
		receipts[i] = row.Receipt
	}
	out.Receipt = total(receipts)
	return out, nil
}

// Receipt adds up the receipts of all conversations of a candidate that the reader may see, and counts these. It costs the more the more there are; a page of List has that of
// the page.
func (s *Service) Receipt(ctx context.Context, reader hire.User, candidate string) (Receipt, int, error) {
	c, err := s.Candidate(ctx, reader, candidate)
	if err != nil {
		return Receipt{}, 0, err
	}
	var all []Receipt
	var after *store.Position
	for {
		page, err := s.Store.Threads(ctx, c.AccountID, c.ID, after, receiptPage)
		if err != nil {
			return Receipt{}, 0, err
		}
		after = afterThreads(page, receiptPage)
		page = readableOf(reader, page)
		sources, err := s.Store.Sources(ctx, c.AccountID, page)
		if err != nil {
			return Receipt{}, 0, err
		}
		for _, t := range page {
			all = append(all, receiptOf(t, sources[t.ID]))
		}
		if after == nil {
			return total(all), len(all), nil
		}
	}
}

// afterThreads is where the page after this one goes on; nil where it is the last.
func afterThreads(page []hire.Thread, size int) *store.Position {
	if len(page) < size {
		return nil
	}
	last := page[len(page)-1]
	return &store.Position{At: last.LastAt, ID: last.ID}
}

// readableOf leaves those of the conversations that the reader may see.
func readableOf(reader hire.User, threads []hire.Thread) []hire.Thread {
	return slices.DeleteFunc(threads, func(t hire.Thread) bool { return hire.MayRead(reader, t) != nil })
}

// rows resolves what the rows of the Emails tab show.
func (s *Service) rows(ctx context.Context, reader hire.User, c hire.Candidate, threads []hire.Thread) ([]Row, error) {
	sources, err := s.Store.Sources(ctx, c.AccountID, threads)
	if err != nil {
		return nil, err
	}
	seen, err := s.Store.Seen(ctx, c.AccountID, reader.ID, threads)
	if err != nil {
		return nil, err
	}
	var addresses []string
	for _, t := range threads {
		addresses = append(addresses, t.LastFrom.Addr)
	}
	people, err := s.people(ctx, c, addresses)
	if err != nil {
		return nil, err
	}
	out := make([]Row, len(threads))
	for i, t := range threads {
		out[i] = Row{
			Thread: t, From: people.writer(t.LastFrom, t.LastWay), Receipt: receiptOf(t, sources[t.ID]), MayReply: hire.MaySend(reader, &t) == nil,
			Unread: t.InboundAt.After(seen[t.ID]),
		}
	}
	return out, nil
}
