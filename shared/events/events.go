package events

import (
	"context"
	"encoding/json"
	"time"
)

// Topics.
const (
	TopicMail          = "hire-mail-events"
	TopicNotifications = "gmail-notifications"
)

// Event is a CloudEvent (specification 1.0.2) about an account's mail.
type Event struct {
	ID          string // the same for a repetition
	Type        string // com.trakstar.hire.mail.message.imported.v1, ...
	Source      string
	Subject     string
	Time        time.Time
	AccountID   string // extension attribute "accountid"
	OrderingKey string // events of one key arrive in order
	Data        json.RawMessage
}

// MarshalJSON gives the structured form of the JSON event format.
func (e Event) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{
		"specversion": "1.0", "id": e.ID, "type": e.Type, "source": e.Source, "subject": e.Subject,
		"time": e.Time.UTC().Format(time.RFC3339Nano), "datacontenttype": "application/json", "accountid": e.AccountID, "data": e.Data,
	})
}

// Publisher sends events out.
type Publisher interface {
	Publish(ctx context.Context, e Event) error
}
