package threads

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/profile"
	"github.com/trakstar/hire-gmail/shared/store"
)

// importsAtOnce is how many conversations one request asks for.
const importsAtOnce = 20

// gmailID is what Gmail's ids look like, and a little more: up to maxGmailID characters.
var gmailID = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)

const maxGmailID = 64

// importer is a caller from whose mailbox conversations can be imported into the candidate's profile.
func (h handler) importer(w http.ResponseWriter, r *http.Request) (profile.Importer, error) {
	caller, err := h.Caller(w, r)
	if err != nil {
		return profile.Importer{}, err
	}
	return h.profiles.Importer(r.Context(), caller.AccountID, caller.UserID, r.PathValue("candidate_id"))
}

func (h handler) importable(w http.ResponseWriter, r *http.Request) error {
	importer, err := h.importer(w, r)
	if err != nil {
		return err
	}
	token := r.URL.Query().Get("page_token")
	if len(token) > 1000 {
		return api.BadPageToken()
	}
	list, next, err := importer.Importable(r.Context(), token)
	if err != nil {
		return err
	}
	out := api.ImportableList{Conversations: []api.Importable{}, NextPageToken: next}
	for _, c := range list {
		one := api.Importable{
			GmailThreadID: c.GmailThreadID, Subject: c.Subject, Participants: api.Addresses(c.Participants), Messages: c.Messages, FirstAt: c.FirstAt, LastAt: c.LastAt, State: "new",
		}
		switch {
		case c.Waiting:
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
	importer, err := h.importer(w, r)
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
	asked, err := importer.Ask(r.Context(), ids)
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusAccepted, importsOf(asked))
	return nil
}

func (h handler) imports(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	asked, err := h.profiles.Imports(r.Context(), user, r.PathValue("candidate_id"))
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, importsOf(asked))
	return nil
}

// notImported says what to do about a conversation that was chosen and not imported.
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
