package connect

import (
	"net/http"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/connection"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/mailboxes"
)

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	boxes, err := mailboxes.Of(s)
	if err != nil {
		return nil, err
	}
	h := handler{s, boxes.Connections}
	r := s.Router("connect")
	r.Handle("POST /v1/connect", h.start)
	return r, nil
}

type handler struct {
	*wiring.Services
	connections *connection.Service
}

func (h handler) start(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	body, err := api.DecodeJSON[api.StartConnect](w, r, 4<<10)
	if err != nil {
		return err
	}
	startURL, expires, err := h.connections.Start(r.Context(), store.MailboxKey{AccountID: caller.AccountID, UserID: caller.UserID}, body.ReturnTo)
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusCreated, api.ConnectStarted{StartURL: startURL, ExpiresAt: expires})
	return nil
}
