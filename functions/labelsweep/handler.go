package labelsweep

import (
	"errors"
	"net/http"

	"github.com/trakstar/hire-gmail/shared/mailsync"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/syncing"
)

// outboxRows is how many rows a sweep hands over at most; what is left is for the next one.
const outboxRows = 2000

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	engine, err := syncing.Of(s)
	if err != nil {
		return nil, err
	}
	h := handler{s, engine}
	r := s.EventRouter("labelsweep")
	r.Handle("POST /{$}", h.sweep)
	return r, nil
}

type handler struct {
	*wiring.Services
	engine *mailsync.Engine
}

func (h handler) sweep(w http.ResponseWriter, r *http.Request) error {
	if err := h.Scheduler.Verify(r); err != nil {
		return err
	}
	handed, oerr := h.Outbox.Sweep(r.Context(), outboxRows)
	swept, serr := h.engine.Sweep(r.Context())
	perr := h.Purge(r.Context())
	h.collect(r)
	h.Log.InfoContext(r.Context(), "swept", "mailboxes_due", swept.Looked, "mailboxes_queued", swept.Queued, "elsewhere", swept.Elsewhere, "outbox_rows", handed)
	if err := errors.Join(oerr, serr, perr); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// collect removes blobs that nothing refers to, in its turn. It comes last, and its trouble is its own: it may not have the sweep called again.
func (h handler) collect(r *http.Request) {
	swept, err := h.CollectBlobs(r.Context())
	if err != nil {
		h.Log.ErrorContext(r.Context(), "blobs that nothing refers to can't all be removed", "error", err)
	}
	if swept.Seen > 0 {
		h.Log.InfoContext(r.Context(), "blobs swept", "blobs_seen", swept.Seen, "blobs_removed", swept.Removed)
	}
}
