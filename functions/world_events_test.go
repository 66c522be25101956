package functions_test

import (
	"encoding/json"
	"slices"
	"time"
)

// published is how many events of a type were published.
func (w *world) published(kind string) (n int) {
	w.t.Helper()
	published, err := w.platform.published(w.t.Context())
	w.ok(err)
	for _, e := range published {
		var event struct{ Type string }
		w.ok(json.Unmarshal(e, &event))
		if event.Type == kind {
			n++
		}
	}
	return n
}

// messageEvent is what an event about a message says.
type messageEvent struct {
	MessageID      string    `json:"message_id"`
	ReceivedAt     time.Time `json:"received_at"`
	ReplyAddresses []struct {
		UserID  string `json:"user_id"`
		Address string
	} `json:"reply_addresses"`
	AutoReply   bool `json:"auto_reply"`
	Bounce      bool
	Undelivered struct {
		State, Status string
		MessageID     string `json:"message_id"`
		ThreadID      string `json:"thread_id"`
	}
}

// heard are the events of a type, the newest last.
func (w *world) heard(kind string) (out []messageEvent) {
	w.t.Helper()
	published, err := w.platform.published(w.t.Context())
	w.ok(err)
	for _, e := range published {
		var event struct {
			Type string
			Data messageEvent
		}
		w.ok(json.Unmarshal(e, &event))
		if event.Type == kind {
			out = append(out, event.Data)
		}
	}
	slices.SortStableFunc(out, func(a, b messageEvent) int { return a.ReceivedAt.Compare(b.ReceivedAt) })
	return out
}
