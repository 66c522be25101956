package syncmailbox

import (
	"net/http"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/mailsync"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/syncing"
)

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	engine, err := syncing.Of(s)
	if err != nil {
		return nil, err
	}
	h := handler{s, engine}
	r := s.EventRouter("syncmailbox")
	r.Handle("POST /{$}", h.run)
	return r, nil
}

type handler struct {
	*wiring.Services
	engine *mailsync.Engine
}

func (h handler) run(w http.ResponseWriter, r *http.Request) error {
	if err := h.Tasks.Verify(r); err != nil {
		return err
	}
	t, err := api.DecodeJSON[store.SyncTask](w, r, 128<<10)
	if err != nil {
		return err
	}
	if err := t.Check(); err != nil {
		return err
	}
	if err := h.engine.Sync(r.Context(), t); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
