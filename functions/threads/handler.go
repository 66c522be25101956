package threads

import (
	"net/http"
	"strconv"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/profile"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/outgoing"
	"github.com/trakstar/hire-gmail/shared/wiring/syncing"
)

const (
	// longestWait bounds a call that waits for changes; pollEvery is how often it looks.
	longestWait = 25 * time.Second
	pollEvery   = 500 * time.Millisecond
)

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	sender, err := outgoing.Of(s)
	if err != nil {
		return nil, err
	}
	engine, err := syncing.Of(s)
	if err != nil {
		return nil, err
	}
	profiles, err := profile.New(profile.Options{Store: s.Store, Sending: sender, Mailboxes: engine, Outbox: s.Outbox, Blobs: s.Blobs})
	if err != nil {
		return nil, err
	}
	h := handler{s, profiles}
	r := s.Router("threads")
	r.Handle("GET /v1/candidates/{candidate_id}/threads", h.list)
	r.Handle("GET /v1/candidates/{candidate_id}/changes", h.changes)
	r.Handle("GET /v1/candidates/{candidate_id}/receipt", h.receipt)
	r.Handle("GET /v1/candidates/{candidate_id}/importable", h.importable)
	r.Handle("GET /v1/candidates/{candidate_id}/imports", h.imports)
	r.Handle("POST /v1/candidates/{candidate_id}/imports", h.startImports)
	r.Handle("POST /v1/candidates/{candidate_id}/search", h.search)
	r.Handle("GET /v1/threads/{thread_id}", h.thread)
	r.Handle("PUT /v1/threads/{thread_id}/seen", h.setSeen)
	r.Handle("PUT /v1/threads/{thread_id}/privacy", h.setPrivacy)
	r.Handle("GET /v1/threads/{thread_id}/messages/{message_id}/attachments/{part_id}", h.attachment)
	r.Handle("GET /v1/threads/{thread_id}/messages/{message_id}/original", h.original)
	r.Handle("GET /v1/unmatched", h.unmatched)
	r.Handle("GET /v1/export", h.export)
	return r, nil
}

type handler struct {
	*wiring.Services
	profiles *profile.Service
}

// reader is a caller who may see candidates' mail at all.
func (h handler) reader(w http.ResponseWriter, r *http.Request) (hire.User, error) {
	caller, err := h.Caller(w, r)
	if err != nil {
		return hire.User{}, err
	}
	return h.profiles.Reader(r.Context(), caller.AccountID, caller.UserID)
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	after, err := pageOf(r)
	if err != nil {
		return err
	}
	page, err := h.profiles.List(r.Context(), user, r.PathValue("candidate_id"), after)
	if err != nil {
		return err
	}
	out := api.CandidateThreads{Threads: []api.ThreadSummary{}, Receipt: api.Receipt(page.Receipt), Revision: page.Revision, NextPageToken: tokenOf(page.Next)}
	for _, row := range page.Rows {
		out.Threads = append(out.Threads, summary(row))
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

func (h handler) receipt(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	receipt, threads, err := h.profiles.Receipt(r.Context(), user, r.PathValue("candidate_id"))
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, api.CandidateReceipt{Threads: threads, Receipt: api.Receipt(receipt)})
	return nil
}

func (h handler) changes(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	candidate, err := h.profiles.Candidate(r.Context(), user, r.PathValue("candidate_id"))
	if err != nil {
		return err
	}
	since, err := number(r, "since")
	if err != nil {
		return err
	}
	wait, err := number(r, "wait")
	if err != nil {
		return err
	}
	// This waits for real time to pass, whatever the service's clock says.
	timeout := time.NewTimer(min(time.Duration(wait)*time.Second, longestWait))
	defer timeout.Stop()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		revision, err := h.profiles.Revision(r.Context(), candidate)
		if err != nil {
			return err
		}
		if revision > since || wait == 0 {
			api.WriteJSON(w, http.StatusOK, api.Changes{Revision: revision})
			return nil
		}
		select {
		case <-r.Context().Done():
			return hire.Wrap(hire.CodeUnavailable, r.Context().Err())
		case <-timeout.C:
			wait = 0
		case <-tick.C:
		}
	}
}

// number reads a number, 0 or more, of the query; 0 where it is not there.
func number(r *http.Request, name string) (int64, error) {
	s := r.URL.Query().Get(name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, hire.Invalid(name, "not a number", name+" must be a number, 0 or more.")
	}
	return n, nil
}

func (h handler) thread(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	after, err := pageOf(r)
	if err != nil {
		return err
	}
	remote, err := remoteImages(r)
	if err != nil {
		return err
	}
	c, err := h.profiles.Open(r.Context(), user, r.PathValue("thread_id"), after, remote)
	if err != nil {
		return err
	}
	out := api.Thread{
		ThreadSummary: summary(c.Row), MessageList: []api.Message{}, NextPageToken: tokenOf(c.Next),
		ReplyTo: api.Addresses(c.Reply.To), ReplyCc: api.Addresses(c.Reply.Cc), LeftOut: api.Addresses(c.Reply.LeftOut),
	}
	for _, m := range c.Messages {
		out.MessageList = append(out.MessageList, message(m))
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

// remoteImages tells whether the caller asks for the images of other servers.
func remoteImages(r *http.Request) (bool, error) {
	switch r.URL.Query().Get("images") {
	case "":
		return false, nil
	case "remote":
		return true, nil
	}
	return false, hire.Invalid("images", "not valid", "images can be remote, or left out.")
}

func (h handler) setSeen(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	body, err := api.DecodeJSON[api.SetSeen](w, r, 4<<10)
	if err != nil {
		return err
	}
	if body.UpTo.IsZero() {
		return hire.Invalid("up_to", "missing", "Send inbound_at of the conversation as up_to.")
	}
	at, unread, err := h.profiles.SetSeen(r.Context(), user, r.PathValue("thread_id"), body.UpTo)
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, api.Seen{SeenUpTo: at, Unread: unread})
	return nil
}

func (h handler) setPrivacy(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	body, err := api.DecodeJSON[api.SetPrivacy](w, r, 4<<10)
	if err != nil {
		return err
	}
	row, err := h.profiles.SetPrivate(r.Context(), user, r.PathValue("thread_id"), body.Private)
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, summary(row))
	return nil
}

func (h handler) unmatched(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	after, err := pageOf(r)
	if err != nil {
		return err
	}
	page, next, err := h.profiles.Unmatched(r.Context(), user, after)
	if err != nil {
		return err
	}
	out := api.UnmatchedList{Conversations: []api.Unmatched{}, NextPageToken: tokenOf(next)}
	for _, t := range page {
		u := api.Unmatched{GmailThreadID: t.GmailThreadID, Subject: t.Subject, Participants: []api.Address{}, Reason: string(t.Miss), Detail: missDetail[t.Miss], Since: t.Since}
		for _, a := range t.Addresses {
			u.Participants = append(u.Participants, api.Address{Email: a})
		}
		out.Conversations = append(out.Conversations, u)
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

// missDetail says what to do about a labelled conversation that is in no profile.
var missDetail = map[hire.MissReason]string{
	hire.MissNoCandidate:      "No candidate has one of these addresses. Add the address to the candidate's profile; the conversation then appears by itself.",
	hire.MissNoParticipants:   "Nobody but you is on this conversation.",
	hire.MissLoginAddress:     "This mailbox is no longer the one of your login address. Connect the one that is.",
	hire.MissCandidateDeleted: "The candidate was deleted.",
}

// pageOf is where the page that the caller asks for goes on; nil for the first.
func pageOf(r *http.Request) (*store.Position, error) {
	after, err := api.DecodePageToken(r.URL.Query().Get("page_token"))
	return (*store.Position)(after), err
}

// tokenOf is the page token of a position; "" for none.
func tokenOf(p *store.Position) string {
	if p == nil {
		return ""
	}
	return api.PageToken(p.At, p.ID)
}
