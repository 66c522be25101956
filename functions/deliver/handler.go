package deliver

import (
	"net/http"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/sending"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/outgoing"
)

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	sender, err := outgoing.Of(s)
	if err != nil {
		return nil, err
	}
	h := handler{s, sender}
	r := s.EventRouter("deliver")
	r.Handle("POST /{$}", h.run)
	return r, nil
}

type handler struct {
	*wiring.Services
	sending *sending.Service
}

func (h handler) run(w http.ResponseWriter, r *http.Request) error {
	if err := h.Tasks.Verify(r); err != nil {
		return err
	}
	t, err := api.DecodeJSON[store.DeliverTask](w, r, 128<<10)
	if err != nil {
		return err
	}
	if err := t.Check(); err != nil {
		return err
	}
	switch {
	case t.BatchID != "":
		err = h.sending.Spread(r.Context(), t.AccountID, t.BatchID)
	case t.Orphans:
		err = h.sending.ClearOrphans(r.Context(), t.AccountID, t.SendID)
	default:
		err = h.sending.Settle(r.Context(), t.AccountID, t.SendID, t.Turn)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
