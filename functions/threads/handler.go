package threads

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mailsync"
	"github.com/trakstar/hire-gmail/shared/sending"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/outgoing"
	"github.com/trakstar/hire-gmail/shared/wiring/syncing"
)

const (
	threadsPage  = 30
	receiptPage  = 200 // threads whose receipts are added up at a time
	messagesPage = 50
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
	h := handler{s, sender, engine}
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
	sending *sending.Service
	engine  *mailsync.Engine
}

// reader is a caller who may see candidates' mail at all.
func (h handler) reader(w http.ResponseWriter, r *http.Request) (hire.User, error) {
	caller, err := h.Caller(w, r)
	if err != nil {
		return hire.User{}, err
	}
	_, user, err := h.Store.Member(r.Context(), caller.AccountID, caller.UserID)
	if err != nil {
		return hire.User{}, err
	}
	return user, hire.MayRead(user, hire.Thread{})
}

// profile reads the candidate that the path names, for a caller who may see candidates' mail.
func (h handler) profile(w http.ResponseWriter, r *http.Request) (user hire.User, candidate hire.Candidate, err error) {
	if user, err = h.reader(w, r); err != nil {
		return user, candidate, err
	}
	candidate, err = h.Store.Candidate(r.Context(), user.AccountID, r.PathValue("candidate_id"))
	return user, candidate, err
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	user, candidate, err := h.profile(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	after, err := pageOf(r)
	if err != nil {
		return err
	}
	// The revision is read first: a change that comes between is then seen once too often, never missed.
	revision, err := h.Store.Revision(ctx, user.AccountID, candidate.ID)
	if err != nil {
		return err
	}
	page, err := h.Store.Threads(ctx, user.AccountID, candidate.ID, after, threadsPage)
	if err != nil {
		return err
	}
	out := api.CandidateThreads{Threads: []api.ThreadSummary{}, Revision: revision}
	if len(page) == threadsPage {
		last := page[threadsPage-1]
		out.NextPageToken = api.PageToken(last.LastAt, last.ID)
	}
	page = readableOf(user, page)
	summaries, err := h.summaries(ctx, user, candidate, page)
	if err != nil {
		return err
	}
	out.Threads = append(out.Threads, summaries...)
	out.Receipt = total(out.Threads)
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

// readableOf leaves those of the threads that the user may see.
func readableOf(user hire.User, threads []hire.Thread) []hire.Thread {
	return slices.DeleteFunc(threads, func(t hire.Thread) bool { return hire.MayRead(user, t) != nil })
}

// receipt adds up the receipts of all threads of a candidate that the caller may see. It costs the more the more there are; a page of them has that of the page.
func (h handler) receipt(w http.ResponseWriter, r *http.Request) error {
	user, candidate, err := h.profile(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	var all []api.ThreadSummary
	var after *store.Position
	for more := true; more; {
		page, err := h.Store.Threads(ctx, user.AccountID, candidate.ID, after, receiptPage)
		if err != nil {
			return err
		}
		if more = len(page) == receiptPage; more {
			after = &store.Position{At: page[receiptPage-1].LastAt, ID: page[receiptPage-1].ID}
		}
		page = readableOf(user, page)
		sources, err := h.Store.Sources(ctx, user.AccountID, page)
		if err != nil {
			return err
		}
		for _, t := range page {
			all = append(all, api.ThreadSummary{Receipt: receiptOf(t, sources[t.ID])})
		}
	}
	api.WriteJSON(w, http.StatusOK, api.CandidateReceipt{Threads: len(all), Receipt: total(all)})
	return nil
}

func pageOf(r *http.Request) (*store.Position, error) {
	token := r.URL.Query().Get("page_token")
	if token == "" {
		return nil, nil
	}
	at, id, err := api.DecodePageToken(token)
	return &store.Position{At: at, ID: id}, err
}

// summaries resolves what the rows of the Emails tab show.
func (h handler) summaries(ctx context.Context, user hire.User, candidate hire.Candidate, page []hire.Thread) ([]api.ThreadSummary, error) {
	sources, err := h.Store.Sources(ctx, user.AccountID, page)
	if err != nil {
		return nil, err
	}
	seen, err := h.Store.Seen(ctx, user.AccountID, user.ID, page)
	if err != nil {
		return nil, err
	}
	var addresses []string
	for _, t := range page {
		addresses = append(addresses, t.LastFrom.Addr)
	}
	people, err := h.people(ctx, candidate, addresses)
	if err != nil {
		return nil, err
	}
	out := make([]api.ThreadSummary, len(page))
	for i, t := range page {
		out[i] = api.ThreadSummary{
			ID: t.ID, CandidateID: t.CandidateID, Subject: t.Subject, Snippet: t.Snippet, Messages: t.Messages, FirstAt: t.FirstAt, LastAt: t.LastAt,
			LastFrom: people.writer(t.LastFrom, t.LastWay), Private: t.Private, OwnerID: t.OwnerID, UserIDs: t.UserIDs, AlsoMatches: t.Ambiguous,
			MayReply: hire.MaySend(user, &t) == nil, Receipt: receiptOf(t, sources[t.ID]), LastActivity: string(t.LastWay),
			Unread: t.InboundAt.After(seen[t.ID]), InboundAt: t.InboundAt,
		}
	}
	return out, nil
}

func (h handler) changes(w http.ResponseWriter, r *http.Request) error {
	user, candidate, err := h.profile(w, r)
	if err != nil {
		return err
	}
	since, err := number(r, "since", 0)
	if err != nil {
		return err
	}
	wait, err := number(r, "wait", 0)
	if err != nil {
		return err
	}
	// This waits for real time to pass, whatever the service's clock says.
	timeout := time.NewTimer(min(time.Duration(wait)*time.Second, longestWait))
	defer timeout.Stop()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		revision, err := h.Store.Revision(r.Context(), user.AccountID, candidate.ID)
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

func number(r *http.Request, name string, otherwise int64) (int64, error) {
	s := r.URL.Query().Get(name)
	if s == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, hire.Invalid(name, "not a number", name+" must be a number, 0 or more.")
	}
	return n, nil
}

// opened reads a thread whose content the caller is to be shown. That somebody reads a private one that they are not on is noted before they see it.
func (h handler) opened(ctx context.Context, user hire.User, id string) (hire.Thread, error) {
	t, err := h.readable(ctx, user, id)
	if err != nil || !t.Private || t.HasUser(user.ID) {
		return t, err
	}
	return t, h.Store.AuditView(ctx, user.AccountID, user.ID, t.ID)
}

// readable reads a thread that the caller may see.
func (h handler) readable(ctx context.Context, user hire.User, id string) (hire.Thread, error) {
	t, err := h.Store.Thread(ctx, user.AccountID, id)
	if err != nil {
		return t, err
	}
	return t, hire.MayRead(user, t)
}

func (h handler) thread(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	t, err := h.opened(ctx, user, r.PathValue("thread_id"))
	if err != nil {
		return err
	}
	candidate, err := h.Store.Candidate(ctx, user.AccountID, t.CandidateID)
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
	messages, err := h.Store.Messages(ctx, user.AccountID, t.ID, after, messagesPage)
	if err != nil {
		return err
	}
	summaries, err := h.summaries(ctx, user, candidate, []hire.Thread{t})
	if err != nil {
		return err
	}
	out := api.Thread{ThreadSummary: summaries[0], MessageList: []api.Message{}}
	if len(messages) == messagesPage {
		last := messages[messagesPage-1]
		out.NextPageToken = api.PageToken(last.ReceivedAt, last.ID)
	}
	var addresses []string
	for _, m := range messages {
		for _, a := range slices.Concat(m.From, m.To, m.Cc) {
			addresses = append(addresses, a.Addr)
		}
	}
	people, err := h.people(ctx, candidate, addresses)
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(messages) {
		shown, err := h.message(ctx, people, m, remote)
		if err != nil {
			return err
		}
		out.MessageList = append(out.MessageList, shown)
	}
	rec, err := h.sending.ReplyRecipients(ctx, user, candidate, messages)
	if err != nil {
		return err
	}
	out.ReplyTo, out.ReplyCc, out.LeftOut = api.Addresses(rec.To), api.Addresses(rec.Cc), api.Addresses(rec.LeftOut)
	api.WriteJSON(w, http.StatusOK, out)
	return nil
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
	t, err := h.readable(r.Context(), user, r.PathValue("thread_id"))
	if err != nil {
		return err
	}
	at, err := h.Store.SetSeen(r.Context(), user.AccountID, user.ID, t.ID, body.UpTo.UTC().Truncate(time.Microsecond))
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, api.Seen{SeenUpTo: at, Unread: t.InboundAt.After(at)})
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

func (h handler) setPrivacy(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	body, err := api.DecodeJSON[api.SetPrivacy](w, r, 4<<10)
	if err != nil {
		return err
	}
	ctx := r.Context()
	t, err := h.readable(ctx, user, r.PathValue("thread_id"))
	if err != nil {
		return err
	}
	if !t.HasUser(user.ID) && user.Role != hire.RoleSuperAdmin {
		return hire.Err(hire.CodeForbidden, "Only people on the conversation, or a Super Admin, can change who sees it.")
	}
	if t, err = h.Store.SetPrivate(ctx, user.AccountID, t.ID, user.ID, body.Private); err != nil {
		return err
	}
	candidate, err := h.Store.Candidate(ctx, user.AccountID, t.CandidateID)
	if err != nil {
		return err
	}
	summaries, err := h.summaries(ctx, user, candidate, []hire.Thread{t})
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, summaries[0])
	return nil
}

var missDetail = map[hire.MissReason]string{
	hire.MissNoCandidate:      "No candidate has one of these addresses. Add the address to the candidate's profile; the conversation then appears by itself.",
	hire.MissNoParticipants:   "Nobody but you is on this conversation.",
	hire.MissLoginAddress:     "This mailbox is no longer the one of your login address. Connect the one that is.",
	hire.MissCandidateDeleted: "The candidate was deleted.",
}

func (h handler) unmatched(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	out := api.UnmatchedList{Conversations: []api.Unmatched{}}
	box, found, err := h.Store.Mailbox(ctx, store.MailboxKey{AccountID: user.AccountID, UserID: user.ID})
	if err != nil {
		return err
	}
	if !found {
		api.WriteJSON(w, http.StatusOK, out)
		return nil
	}
	position, err := pageOf(r)
	if err != nil {
		return err
	}
	var after *store.Tracked
	if position != nil {
		after = &store.Tracked{Since: position.At, GmailThreadID: position.ID}
	}
	page, err := h.Store.Unmatched(ctx, user.AccountID, box.Sub, after, threadsPage)
	if err != nil {
		return err
	}
	for _, t := range page {
		u := api.Unmatched{GmailThreadID: t.GmailThreadID, Subject: t.Subject, Participants: []api.Address{}, Reason: string(t.Miss), Detail: missDetail[t.Miss], Since: t.Since}
		for _, a := range t.Addresses {
			u.Participants = append(u.Participants, api.Address{Email: a})
		}
		out.Conversations = append(out.Conversations, u)
	}
	if len(page) == threadsPage {
		last := page[threadsPage-1]
		out.NextPageToken = api.PageToken(last.Since, last.GmailThreadID)
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}
