package offboard

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
	r := s.EventRouter("offboard")
	r.Handle("POST /{$}", h.run)
	return r, nil
}

type handler struct {
	*wiring.Services
	connections *connection.Service
}

func (h handler) run(w http.ResponseWriter, r *http.Request) error {
	if err := h.Tasks.Verify(r); err != nil {
		return err
	}
	t, err := api.DecodeJSON[store.OffboardTask](w, r, 128<<10)
	if err != nil {
		return err
	}
	if err := t.Check(); err != nil {
		return err
	}
	if err := h.connections.Offboard(r.Context(), t); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
