package threads

import (
	"net/http"
	"strings"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/profile"
	"github.com/trakstar/hire-gmail/shared/store"
)

// search looks through a candidate's mail.
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
	from, err := placeOf(body.PageToken)
	if err != nil {
		return err
	}
	found, err := h.profiles.Search(r.Context(), user, r.PathValue("candidate_id"), words, from)
	if err != nil {
		return err
	}
	out := api.MailFound{Messages: []api.FoundMessage{}, Searched: found.Searched}
	if found.Next != nil {
		out.NextPageToken = tokenOf(found.Next.After) + "~" + tokenOf(found.Next.Within)
	}
	for _, m := range found.Messages {
		out.Messages = append(out.Messages, api.FoundMessage{
			ThreadID: m.ThreadID, ID: m.ID, Subject: m.Subject, Snippet: m.Snippet, From: api.Person(m.Writer), ReceivedAt: m.ReceivedAt, Direction: string(m.Direction),
		})
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

// placeOf is where a search goes on that another has ended with this token; "" for the begin.
func placeOf(token string) (profile.Place, error) {
	first, second, _ := strings.Cut(token, "~")
	after, err := api.DecodePageToken(first)
	if err != nil {
		return profile.Place{}, err
	}
	within, err := api.DecodePageToken(second)
	return profile.Place{After: (*store.Position)(after), Within: (*store.Position)(within)}, err
}
