package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// Push is the body of a Pub/Sub push request.
// Source: https://cloud.google.com/pubsub/docs/push#properties_of_a_push_subscription
type Push struct {
	Message      PushMessage `json:"message"`
	Subscription string      `json:"subscription"`
}

// PushMessage is the message of a push.
type PushMessage struct {
	Data        []byte            `json:"data"` // base64 in JSON
	Attributes  map[string]string `json:"attributes,omitempty"`
	MessageID   string            `json:"messageId"`
	PublishTime time.Time         `json:"publishTime"`
	OrderingKey string            `json:"orderingKey,omitempty"`
}

// GmailNotification is the data of a message on Gmail's topic.
// Source: https://developers.google.com/workspace/gmail/api/guides/push
type GmailNotification struct {
	EmailAddress string
	HistoryID    int64
	PublishedAt  time.Time // by Gmail, as Pub/Sub tells; zero where it does not
}

// maxPush bounds a push request; Gmail's are a few hundred bytes.
const maxPush = 64 << 10

// DecodeGmailPush reads a push request that carries a Gmail notification. What can't be read is a hire.Error and will not get better by being
// delivered again.
func DecodeGmailPush(r io.Reader) (GmailNotification, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxPush+1))
	if err != nil {
		return GmailNotification{}, hire.Wrap(hire.CodeUnavailable, err)
	}
	if len(body) > maxPush {
		return GmailNotification{}, hire.Err(hire.CodeBodyTooLarge)
	}
	var p Push
	if err := json.Unmarshal(body, &p); err != nil {
		return GmailNotification{}, hire.Wrap(hire.CodeMalformedJSON, err)
	}
	var n struct {
		EmailAddress string          `json:"emailAddress"`
		HistoryID    json.RawMessage `json:"historyId"`
	}
	if err := json.Unmarshal(p.Message.Data, &n); err != nil {
		return GmailNotification{}, hire.Wrap(hire.CodeMalformedJSON, errors.New("message.data is not Gmail's notification"))
	}
	// Google writes the id as a number; its other ids of 64 bits are strings.
	id, err := strconv.ParseInt(string(bytes.Trim(n.HistoryID, `"`)), 10, 64)
	if err != nil || id < 0 || !strings.Contains(n.EmailAddress, "@") {
		return GmailNotification{}, hire.Err(hire.CodeInvalidRequest, "The notification lacks emailAddress or historyId.")
	}
	return GmailNotification{EmailAddress: n.EmailAddress, HistoryID: id, PublishedAt: p.Message.PublishTime}, nil
}
