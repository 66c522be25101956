package deliver

import (
	"net/http"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// New makes the function's handler.
func New(s *wiring.Services) http.Handler {
	h := handler{s}
	r := s.EventRouter("deliver")
	r.Handle("POST /{$}", h.run)
	return r
}

type handler struct{ *wiring.Services }

func (h handler) run(w http.ResponseWriter, r *http.Request) error {
	if err := h.Tasks.Verify(r); err != nil {
		return err
	}
	t, err := api.DecodeJSON[store.DeliverTask](w, r, 128<<10)
	if err != nil {
		return err
	}
	switch {
	case t.BatchID != "":
		err = h.Sending.Spread(r.Context(), t.AccountID, t.BatchID)
	case t.Orphans:
		err = h.Sending.ClearOrphans(r.Context(), t.AccountID, t.SendID)
	default:
		err = h.Sending.Settle(r.Context(), t.AccountID, t.SendID, t.Turn)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
