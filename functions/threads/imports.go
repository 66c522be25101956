package threads

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// importsAtOnce is how many conversations one request asks for.
const importsAtOnce = 20

// gmailID is what Gmail's ids look like, and a little more: up to maxGmailID characters.
var gmailID = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)

const maxGmailID = 64

// importer is a caller whose mailbox conversations can be imported from into the candidate's profile.
func (h handler) importer(w http.ResponseWriter, r *http.Request) (user hire.User, candidate hire.Candidate, box store.Mailbox, err error) {
	caller, err := h.Caller(w, r)
	if err != nil {
		return user, candidate, box, err
	}
	account, user, err := h.Store.Member(r.Context(), caller.AccountID, caller.UserID)
	if err != nil {
		return user, candidate, box, err
	}
	if err := hire.MayRead(user, hire.Thread{}); err != nil {
		return user, candidate, box, err
	}
	if candidate, err = h.Store.Candidate(r.Context(), account.ID, r.PathValue("candidate_id")); err != nil {
		return user, candidate, box, err
	}
	if err := hire.MayConnect(account, user); err != nil {
		return user, candidate, box, err
	}
	if box, err = h.sending.Connected(r.Context(), account, user); err != nil {
		return user, candidate, box, err
	}
	if !hire.SameAddress(user.Email, box.Address) {
		return user, candidate, box, hire.Err(hire.CodeWrongAccount)
	}
	return user, candidate, box, nil
}

func (h handler) importable(w http.ResponseWriter, r *http.Request) error {
	user, candidate, box, err := h.importer(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	token := r.URL.Query().Get("page_token")
	if len(token) > 1000 {
		return api.BadPageToken()
	}
	out := api.ImportableList{Conversations: []api.Importable{}}
	if len(candidate.Addresses()) == 0 {
		api.WriteJSON(w, http.StatusOK, out)
		return nil
	}
	family, err := h.Store.Family(ctx, user.AccountID, candidate.ID)
	if err != nil {
		return err
	}
	asked, err := h.Store.AskedImports(ctx, box.Key(), candidate.ID, box.Sub)
	if err != nil {
		return err
	}
	page, err := h.engine.Importable(ctx, box, candidate, family, token)
	if err != nil {
		return err
	}
	out.NextPageToken = page.NextPageToken
	for _, c := range page.Conversations {
		one := api.Importable{
			GmailThreadID: c.GmailThreadID, Subject: c.Subject, Participants: api.Addresses(c.Participants), Messages: c.Messages, FirstAt: c.FirstAt, LastAt: c.LastAt, State: "new",
		}
		waits := func(a store.AskedImport) bool { return a.GmailThreadID == c.GmailThreadID && a.EndedAt.IsZero() }
		switch {
		case slices.ContainsFunc(asked.Conversations, waits):
			one.State = "waiting"
		case c.Stopped:
			one.State = "stopped"
		}
		out.Conversations = append(out.Conversations, one)
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

func (h handler) startImports(w http.ResponseWriter, r *http.Request) error {
	_, candidate, box, err := h.importer(w, r)
	if err != nil {
		return err
	}
	body, err := api.DecodeJSON[api.StartImports](w, r, 16<<10)
	if err != nil {
		return err
	}
	ids := slices.Clone(body.GmailThreadIDs)
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 || len(ids) > importsAtOnce || slices.ContainsFunc(ids, func(id string) bool { return len(id) > maxGmailID || !gmailID.MatchString(id) }) {
		return hire.Invalid("gmail_thread_ids", "not valid", "Name 1 to "+strconv.Itoa(importsAtOnce)+" conversations by the ids that the list of importable conversations gives.")
	}
	asked, due, err := h.Store.AskImport(r.Context(), box.Key(), box.Generation, candidate.ID, ids)
	if err != nil {
		return err
	}
	h.Outbox.HandOver(r.Context(), due)
	api.WriteJSON(w, http.StatusAccepted, importsOf(asked))
	return nil
}

func (h handler) imports(w http.ResponseWriter, r *http.Request) error {
	user, candidate, err := h.profile(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	key := store.MailboxKey{AccountID: user.AccountID, UserID: user.ID}
	box, _, err := h.Store.Mailbox(ctx, key)
	if err != nil {
		return err
	}
	asked, err := h.Store.AskedImports(ctx, key, candidate.ID, box.Sub)
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, importsOf(asked))
	return nil
}

var notImported = map[hire.MissReason]string{
	hire.MissNoCandidate:      "None of the candidate's addresses is on this conversation any more. Add the address to the profile, then import it again.",
	hire.MissLoginAddress:     missDetail[hire.MissLoginAddress],
	hire.MissCandidateDeleted: missDetail[hire.MissCandidateDeleted],
	hire.MissOtherCandidate:   "This conversation is in another candidate's profile, who has the same address.",
	hire.MissGone:             "This conversation is not in your mailbox any more.",
	hire.MissUnreadable:       "Gmail could not show this conversation. Import it again later; if that does not help, open it in Gmail and put the label Hire on it.",
}

// importsOf shows what a user has asked for, the newest first.
func importsOf(a store.AskedImports) api.Imports {
	out := api.Imports{Imports: []api.Import{}}
	for _, c := range slices.Backward(a.Conversations) {
		one := api.Import{GmailThreadID: c.GmailThreadID, State: "waiting", AskedAt: c.AskedAt, EndedAt: c.EndedAt}
		switch {
		case c.EndedAt.IsZero():
		case c.Miss == "":
			one.State, one.ThreadID = "imported", c.ThreadID
		default:
			one.State, one.Reason, one.Detail = "not_imported", string(c.Miss), notImported[c.Miss]
		}
		out.Imports = append(out.Imports, one)
	}
	return out
}
