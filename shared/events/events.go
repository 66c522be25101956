package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Topics.
const (
	TopicMail          = "hire-mail-events"
	TopicNotifications = "gmail-notifications"
)

// MaxEvent bounds an event in its JSON form, in bytes: what every consumer of CloudEvents must be able to take.
// Source: CloudEvents specification 1.0.2, "Size Limits".
const MaxEvent = 64 << 10

// Errors of a Publisher. Compare with errors.Is.
var (
	ErrTooLarge = errors.New("event too large")
	ErrInvalid  = errors.New("event is not valid") // it lacks an attribute that it needs, or its data is no JSON
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
	Traceparent string // extension attribute "traceparent", by which consumers go on with the trace; "" for none
	Data        json.RawMessage
}

// MarshalJSON gives the structured form of the JSON event format.
func (e Event) MarshalJSON() ([]byte, error) {
	out := map[string]any{
		"specversion": "1.0", "id": e.ID, "type": e.Type, "source": e.Source, "subject": e.Subject,
		"time": e.Time.UTC().Format(time.RFC3339Nano), "datacontenttype": "application/json", "accountid": e.AccountID, "data": e.Data,
	}
	// Source: CloudEvents extension "Distributed Tracing", https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
	if e.Traceparent != "" {
		out["traceparent"] = e.Traceparent
	}
	return json.Marshal(out)
}

// Encode gives the JSON form that is sent, or says why there is none: ErrInvalid, ErrTooLarge. Publishers call it first.
func (e Event) Encode() ([]byte, error) {
	for name, value := range map[string]string{"id": e.ID, "type": e.Type, "source": e.Source, "accountid": e.AccountID} {
		if value == "" {
			return nil, fmt.Errorf("%w: no %s", ErrInvalid, name)
		}
	}
	if e.Time.IsZero() {
		return nil, fmt.Errorf("%w: no time", ErrInvalid)
	}
	if !json.Valid(e.Data) {
		return nil, fmt.Errorf("%w: data is no JSON", ErrInvalid)
	}
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if len(body) > MaxEvent {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(body))
	}
	return body, nil
}

// Publisher sends events out.
type Publisher interface {
	// Publish hands an event over durably. Events of one ordering key that are published one after the other arrive in that order; each at least once, a
	// repetition under the same id. ErrInvalid and ErrTooLarge as Encode says.
	Publish(ctx context.Context, e Event) error
}

// ManyPublisher is a Publisher that takes several events in one go.
type ManyPublisher interface {
	// PublishAll publishes events in their order, as so many calls of Publish would. It ends at the first that is not through: through is how many are, err is about the next.
	PublishAll(ctx context.Context, es []Event) (through int, err error)
}

// PublishAll publishes events in one go where the publisher can, else one by one.
func PublishAll(ctx context.Context, p Publisher, es []Event) (through int, err error) {
	if many, ok := p.(ManyPublisher); ok {
		return many.PublishAll(ctx, es)
	}
	for i, e := range es {
		err := ctx.Err()
		if err == nil {
			err = p.Publish(ctx, e)
		}
		if err != nil {
			return i, err
		}
	}
	return len(es), nil
}
