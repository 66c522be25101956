package outgoing

import (
	"crypto/rand"

	"github.com/trakstar/hire-gmail/shared/sending"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/mailboxes"
)

// Of makes the sending of a process, once. It makes no call.
func Of(s *wiring.Services) (*sending.Service, error) {
	boxes, err := mailboxes.Of(s)
	if err != nil {
		return nil, err
	}
	return wiring.Once(s, func() (*sending.Service, error) {
		return sending.New(sending.Options{
			Store: s.Store, Connections: boxes.Connections, Outbox: s.Outbox, Blobs: s.Blobs, Metrics: s.Metrics, Now: s.Now, Rand: rand.Reader, Log: s.Log,
			Limits: sending.Limits{Recipients: s.Config.Limits.MaxRecipients, Attachments: s.Config.Limits.MaxAttachmentBytes},
		})
	})
}
