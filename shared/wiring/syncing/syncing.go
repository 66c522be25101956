package syncing

import (
	"github.com/trakstar/hire-gmail/shared/connection"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/mailsync"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/mailboxes"
)

// Of makes the sync engine of a process, once. It makes no call.
func Of(s *wiring.Services) (*mailsync.Engine, error) {
	boxes, err := mailboxes.Of(s)
	if err != nil {
		return nil, err
	}
	return wiring.Once(s, func() (*mailsync.Engine, error) {
		return mailsync.New(mailsync.Options{
			Store: s.Store, Connections: connections{boxes.Connections}, Outbox: s.Outbox, Queue: tasks.Syncs{Enqueuer: s.Adapters.Tasks}, Blobs: s.Blobs,
			Metrics: s.Metrics, PerMinute: boxes.Quota.UserPerMinute, Now: s.Now, Log: s.Log,
		})
	})
}

// connections are the connections as the sync engine sees them.
type connections struct{ *connection.Service }

func (c connections) Gmail(m store.Mailbox) mailsync.Gmail { return mailbox{c.Mailbox(m)} }

// mailbox tells what a mailbox has spent in the store's terms.
type mailbox struct{ *gmail.Mailbox }

func (m mailbox) Spent() (out []store.Spent) {
	for _, s := range m.Mailbox.Spent() {
		out = append(out, store.Spent(s))
	}
	return out
}

func (m mailbox) SpentElsewhere(known []store.Spent) {
	out := make([]gmail.Spent, len(known))
	for i, s := range known {
		out[i] = gmail.Spent(s)
	}
	m.Mailbox.SpentElsewhere(out)
}
