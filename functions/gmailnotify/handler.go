package gmailnotify

import (
	"net/http"

	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/mailsync"
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
	r := s.EventRouter("gmailnotify")
	r.Handle("POST /{$}", h.notify)
	return r, nil
}

type handler struct {
	*wiring.Services
	engine *mailsync.Engine
}

// notify syncs the mailbox that a push names. An address that is nobody's is acknowledged: it was disconnected meanwhile.
func (h handler) notify(w http.ResponseWriter, r *http.Request) error {
	if err := h.Push.Verify(r); err != nil {
		return err
	}
	n, err := events.DecodeGmailPush(r.Body)
	if err != nil {
		return err
	}
	if !n.PublishedAt.IsZero() {
		h.Metrics.PushLag(r.Context(), h.Now().Sub(n.PublishedAt))
	}
	if err := h.engine.Notified(r.Context(), n.EmailAddress, n.HistoryID, n.PublishedAt); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
