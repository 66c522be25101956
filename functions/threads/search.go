package threads

import (
	"context"
	"net/http"
	"strings"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
	mailmime "github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

// What one search looks at, at most; where it ends, a page token goes on. Firestore has no index of words: each message that is looked at is one document read.
const (
	searchMessages = 300
	searchThreads  = 50 // read at a time, the caller's or not
	searchBodies   = 5  // too large for a document, which are up to 10 MB each
	searchMatches  = 50
)

// search looks through a candidate's mail, conversation by conversation, the newest first, and within each message by message.
func (h handler) search(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	body, err := api.DecodeJSON[api.SearchMail](w, r, 8<<10)
	if err != nil {
		return err
	}
	words, err := hire.ParseSearch(body.Q)
	if err != nil {
		return err
	}
	ctx := r.Context()
	candidate, err := h.Store.Candidate(ctx, user.AccountID, r.PathValue("candidate_id"))
	if err != nil {
		return err
	}
	s := searching{handler: h, user: user, words: words}
	if body.PageToken != "" {
		if err := s.begin(body.PageToken); err != nil {
			return err
		}
	}
	if err := s.run(ctx, candidate); err != nil {
		return err
	}
	out := api.MailFound{Messages: []api.FoundMessage{}, Searched: s.messages, NextPageToken: s.token}
	var addresses []string
	for _, m := range s.found {
		addresses = append(addresses, senderOf(m).Addr)
	}
	people, err := h.people(ctx, candidate, addresses)
	if err != nil {
		return err
	}
	for _, m := range s.found {
		out.Messages = append(out.Messages, api.FoundMessage{
			ThreadID: m.ThreadID, ID: m.ID, Subject: m.Subject, Snippet: m.Snippet, From: people.writer(senderOf(m), m.Direction), ReceivedAt: m.ReceivedAt, Direction: string(m.Direction),
		})
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

func senderOf(m hire.Message) hire.Address {
	if len(m.From) == 0 {
		return hire.Address{}
	}
	return m.From[0]
}

// searching is one search. Where it goes on is said by conversations that the caller may see alone: nothing tells of others.
type searching struct {
	handler
	user  hire.User
	words hire.Search

	after    *store.Position // the last conversation that was looked through
	within   *store.Position // the last message that was looked at in the one after it
	messages int
	bodies   int
	found    []hire.Message
	token    string
}

// begin takes the search up where another has ended.
func (s *searching) begin(token string) error {
	after, within, _ := strings.Cut(token, "~")
	for part, at := range map[string]**store.Position{after: &s.after, within: &s.within} {
		if part == "" {
			continue
		}
		t, id, err := api.DecodePageToken(part)
		if err != nil {
			return err
		}
		*at = &store.Position{At: t, ID: id}
	}
	return nil
}

// end is the token by which another search goes on.
func (s *searching) end() {
	part := func(p *store.Position) string {
		if p == nil {
			return ""
		}
		return api.PageToken(p.At, p.ID)
	}
	s.token = part(s.after) + "~" + part(s.within)
}

func (s *searching) run(ctx context.Context, c hire.Candidate) error {
	for at := s.after; ; {
		page, err := s.Store.Threads(ctx, s.user.AccountID, c.ID, at, searchThreads)
		if err != nil {
			return err
		}
		for _, t := range page {
			at = &store.Position{At: t.LastAt, ID: t.ID}
			if hire.MayRead(s.user, t) != nil {
				continue
			}
			over, err := s.thread(ctx, t)
			if err != nil {
				return err
			}
			if !over {
				s.end()
				return nil
			}
			s.after, s.within = at, nil
		}
		if len(page) < searchThreads {
			return nil
		}
	}
}

// thread looks through a conversation; over is false where the bounds of this search are reached.
func (s *searching) thread(ctx context.Context, t hire.Thread) (over bool, err error) {
	for {
		page, err := s.Store.Messages(ctx, s.user.AccountID, t.ID, s.within, messagesPage)
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
			s.within = &store.Position{At: m.ReceivedAt, ID: m.ID}
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
		return append(out, mailmime.TextOf(m.HTML))
	}
	return append(out, m.Text)
}
