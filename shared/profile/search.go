package profile

import (
	"context"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

// What one search looks at, at most; another goes on where it ended. Firestore has no index of words: each message that is looked at is one document read.
const (
	searchMessages = 300
	searchThreads  = 50 // read at a time, the reader's or not
	searchBodies   = 5  // too large for a document, which are up to 10 MB each
	searchMatches  = 50
)

// Place is where a search goes on. It is told by conversations that the reader may see alone: nothing tells of others.
type Place struct {
	After  *store.Position // the last conversation that was looked through; nil: none was
	Within *store.Position // the last message that was looked at in the one after it; nil: none was
}

// Found is what a search has found: the newest conversation first, and in each the newest message.
type Found struct {
	Messages []FoundMessage
	Searched int    // messages looked at
	Next     *Place // where to go on; nil at the end
}

// FoundMessage is a message that was found.
type FoundMessage struct {
	hire.Message
	Writer Person
}

// Search looks through a candidate's mail, conversation by conversation, the newest first, and within each message by message.
func (s *Service) Search(ctx context.Context, reader hire.User, candidate string, words hire.Search, from Place) (Found, error) {
	c, err := s.Candidate(ctx, reader, candidate)
	if err != nil {
		return Found{}, err
	}
	search := searching{Service: s, reader: reader, words: words, at: from}
	over, err := search.run(ctx, c)
	if err != nil {
		return Found{}, err
	}
	out := Found{Searched: search.messages}
	if !over {
		out.Next = &search.at
	}
	var addresses []string
	for _, m := range search.found {
		addresses = append(addresses, senderOf(m).Addr)
	}
	people, err := s.people(ctx, c, addresses)
	if err != nil {
		return Found{}, err
	}
	for _, m := range search.found {
		out.Messages = append(out.Messages, FoundMessage{m, people.writer(senderOf(m), m.Direction)})
	}
	return out, nil
}

func senderOf(m hire.Message) hire.Address {
	if len(m.From) == 0 {
		return hire.Address{}
	}
	return m.From[0]
}

// searching is one search.
type searching struct {
	*Service
	reader hire.User
	words  hire.Search

	at       Place
	messages int
	bodies   int
	found    []hire.Message
}

// run looks through the conversations; over is false where the bounds of this search are reached.
func (s *searching) run(ctx context.Context, c hire.Candidate) (over bool, err error) {
	for at := s.at.After; ; {
		page, err := s.Store.Threads(ctx, c.AccountID, c.ID, at, searchThreads)
		if err != nil {
			return false, err
		}
		for _, t := range page {
			at = &store.Position{At: t.LastAt, ID: t.ID}
			if hire.MayRead(s.reader, t) != nil {
				continue
			}
			if over, err := s.thread(ctx, t); err != nil || !over {
				return false, err
			}
			s.at = Place{After: at}
		}
		if len(page) < searchThreads {
			return true, nil
		}
	}
}

// thread looks through a conversation; over is false where the bounds of this search are reached.
func (s *searching) thread(ctx context.Context, t hire.Thread) (over bool, err error) {
	for {
		page, err := s.Store.Messages(ctx, t.AccountID, t.ID, s.at.Within, messagesPage)
		if err != nil {
			return false, err
		}
		for _, m := range page {
			if s.messages >= searchMessages || s.bodies >= searchBodies || len(s.found) >= searchMatches {
				return false, nil
			}
			s.messages++
			if m.BodyBlob != "" {
				s.bodies++
				if err := blobs.LoadBody(ctx, s.Blobs, &m); err != nil {
					return false, err
				}
			}
			if s.words.Matches(textsOf(m)...) {
				s.found = append(s.found, m)
			}
			s.at.Within = &store.Position{At: m.ReceivedAt, ID: m.ID}
		}
		if len(page) < messagesPage {
			return true, nil
		}
	}
}

// textsOf is what of a message is looked through.
func textsOf(m hire.Message) []string {
	out := []string{m.Subject}
	for _, list := range [][]hire.Address{m.From, m.To, m.Cc} {
		for _, a := range list {
			out = append(out, a.Name, a.Addr)
		}
	}
	for _, a := range m.Attachments {
		out = append(out, a.Filename)
	}
	if m.Text == "" {
		return append(out, mime.TextOf(m.HTML))
	}
	return append(out, m.Text)
}
