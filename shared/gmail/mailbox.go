package gmail

import (
	"context"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// Mailbox is one mailbox of a Client.
type Mailbox struct {
	client *Client
	sub    string
	token  func(ctx context.Context) (string, error)
}

// Mailbox opens the mailbox of a Google user. It makes no call, and may be made anew for each use: what is remembered of a mailbox is kept in the
// Client by sub. token is asked for an access token at every call; its error comes back wrapped.
func (c *Client) Mailbox(sub string, token func(ctx context.Context) (string, error)) *Mailbox {
	return &Mailbox{client: c, sub: sub, token: token}
}

// Profile is a mailbox's own.
type Profile struct {
	Address   string
	HistoryID int64 // the mailbox's present one
}

// Profile asks whose mailbox it is and where its history stands.
func (m *Mailbox) Profile(ctx context.Context) (Profile, error) {
	p, err := ask(ctx, m, one(getProfile), func(ctx context.Context) (*gmailapi.Profile, error) {
		return m.client.users.GetProfile("me").Context(ctx).Fields(googleapi.Field("emailAddress,historyId")).Do()
	})
	if err != nil {
		return Profile{}, err
	}
	return Profile{Address: p.EmailAddress, HistoryID: int64(p.HistoryId)}, nil
}
