package securityevents

import (
	"errors"
	"io"
	"net/http"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/connection"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/mailboxes"
)

// maxToken bounds a request; a token has about one thousand bytes.
const maxToken = 16 << 10

// endsGrants are the events after which Google may take our tokens no more, with the cause that the user is told. Nothing is to be done about the others that there are: an account that is enabled again gives
// no grant back, a verification is only a trial of the connection, and token-revoked names no user but a piece of a token, of which we keep none.
// Source: https://developers.google.com/identity/protocols/risc#supported_event_types
var endsGrants = map[string]connection.Cause{
	"https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked":                    connection.CauseRemoved,
	"https://schemas.openid.net/secevent/risc/event-type/sessions-revoked":                   connection.CauseSignedOut,
	"https://schemas.openid.net/secevent/risc/event-type/account-disabled":                   connection.CauseDisabled,
	"https://schemas.openid.net/secevent/risc/event-type/account-purged":                     connection.CauseDeleted,
	"https://schemas.openid.net/secevent/risc/event-type/account-credential-change-required": connection.CausePassword,
}

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	boxes, err := mailboxes.Of(s)
	if err != nil {
		return nil, err
	}
	h := handler{s, boxes.Connections}
	r := s.Router("securityevents")
	r.Handle("POST /{$}", h.receive)
	return r, nil
}

type handler struct {
	*wiring.Services
	connections *connection.Service
}

// receive takes a token (RFC 8935), application/secevent+jwt. 202: all that it asks for is done. Google delivers again what is answered with anything else but 400.
func (h handler) receive(w http.ResponseWriter, r *http.Request) error {
	token, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxToken))
	if err != nil {
		return hire.Wrap(hire.CodeBodyTooLarge, err)
	}
	events, err := h.SecurityEvents.Verify(r.Context(), string(token))
	if err != nil {
		return api.SecurityEventProblem(err)
	}
	var errs []error
	for _, e := range events {
		why, ends := endsGrants[e.Type]
		acted := ends && e.Sub != ""
		h.Log.InfoContext(r.Context(), "security event", "type", e.Type, "reason", e.Reason, "event_id", e.ID, "at", e.At, "acted_on", acted)
		if acted {
			errs = append(errs, h.connections.Recheck(r.Context(), e.Sub, why))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}
