package pubsub

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/repeat"
)

// Attributes of a message. A subscription filters by them: attributes.type = "com.trakstar.hire.mail.message.imported.v1" AND attributes.accountid = "acme".
// Source of the first: https://github.com/googleapis/google-cloudevents/blob/main/docs/spec/pubsub.md, section 3.2.1
const (
	AttributeContentType = "content-type"
	AttributeType        = "type"
	AttributeAccountID   = "accountid"
	AttributeID          = "id"
	// AttributeTraceparent is where Google's clients look for the trace that a message belongs to.
	// Source: https://cloud.google.com/pubsub/docs/open-telemetry-tracing
	AttributeTraceparent = "googclient_traceparent"
)

// contentType is what the data of a message is.
const contentType = "application/cloudevents+json"

// maxAttribute bounds an attribute's value and an ordering key, in bytes.
// Source: https://cloud.google.com/pubsub/quotas#resource_limits
const maxAttribute = 1024

// Publisher is an events.Publisher on a topic of Pub/Sub.
//
// It calls Publish of the API itself, and not through the client's own publisher: that one sends from goroutines of its own under a context of its own, so that a call
// given up would go on after the request has been answered, where a function has no CPU; and it stops an ordering key after a failure until it is told to go on.
// So there is nothing to flush and no key to resume. The order of a key is that of the calls.
type Publisher struct {
	client *pubsub.Client
	topic  string
}

var (
	_ events.Publisher     = (*Publisher)(nil)
	_ events.ManyPublisher = (*Publisher)(nil)
)

// topicName is a full name or an id alone. How long an id may be is not in it: so many repetitions would take more to compile than all else here.
var topicName = regexp.MustCompile(`^(?:projects/[^/]+/topics/)?([A-Za-z][A-Za-z0-9._~%+-]+)$`)

// New makes a Publisher. topic is an id in the client's project, or a full name: projects/…/topics/…. It makes no call, and leaves closing the client to the caller.
func New(client *pubsub.Client, topic string) (*Publisher, error) {
	if client == nil {
		return nil, errors.New("pubsub: a client is needed")
	}
	m := topicName.FindStringSubmatch(topic)
	if m == nil || len(m[1]) < 3 || len(m[1]) > 255 {
		return nil, fmt.Errorf("pubsub: %q is no topic", topic)
	}
	if topic == m[1] {
		topic = fmt.Sprintf("projects/%s/topics/%s", client.Project(), topic)
	}
	return &Publisher{client: client, topic: topic}, nil
}

// patience is how long Publish tries. What is not through by then is left in the outbox, for the sweep.
const patience = 15 * time.Second

// again says what is tried again: whatever may be over in a moment. A message that is published twice is a repetition under the same id.
var again = repeat.On(codes.Aborted, codes.Internal, codes.ResourceExhausted, codes.Unavailable)

// Publish implements events.Publisher.
func (p *Publisher) Publish(ctx context.Context, e events.Event) error {
	_, err := p.PublishAll(ctx, []events.Event{e})
	return err
}

// Bounds of one request. The API takes 1,000 messages and 10 MB, all of one ordering key.
// Source: https://cloud.google.com/pubsub/quotas#resource_limits
const (
	maxMessages = 100
	maxBytes    = 5 << 20
)

// PublishAll implements events.ManyPublisher: those of one ordering key that follow each other share a request.
func (p *Publisher) PublishAll(ctx context.Context, es []events.Event) (through int, err error) {
	for through < len(es) {
		var request []*pubsubpb.PubsubMessage
		var broken error
		bytes := 0
		for _, e := range es[through:] {
			if len(request) > 0 && (e.OrderingKey != request[0].OrderingKey || len(request) >= maxMessages) {
				break
			}
			m, err := message(e)
			if err != nil {
				broken = err
				break
			}
			if bytes += len(m.Data); len(request) > 0 && bytes > maxBytes {
				break
			}
			request = append(request, m)
		}
		if len(request) > 0 {
			if err := p.publish(ctx, request); err != nil {
				return through, err
			}
			through += len(request)
		}
		if broken != nil {
			return through, broken
		}
	}
	return through, nil
}

func (p *Publisher) publish(ctx context.Context, messages []*pubsubpb.PubsubMessage) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := p.client.TopicAdminClient.Publish(ctx, &pubsubpb.PublishRequest{Topic: p.topic, Messages: messages}, again)
	switch {
	case err == nil:
		return nil
	case status.Code(err) == codes.InvalidArgument:
		return fmt.Errorf("publish event: %w: %w", events.ErrInvalid, err)
	}
	return fmt.Errorf("publish event: %w", err)
}

// message makes an event's message, or says why Pub/Sub could not take it.
func message(e events.Event) (*pubsubpb.PubsubMessage, error) {
	data, err := e.Encode()
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"type": e.Type, "account id": e.AccountID, "id": e.ID, "ordering key": e.OrderingKey} {
		if len(value) > maxAttribute {
			return nil, fmt.Errorf("%w: its %s has %d bytes, more than %d", events.ErrInvalid, name, len(value), maxAttribute)
		}
		if !utf8.ValidString(value) {
			return nil, fmt.Errorf("%w: its %s is no UTF-8", events.ErrInvalid, name)
		}
	}
	m := &pubsubpb.PubsubMessage{
		Data: data, OrderingKey: e.OrderingKey,
		Attributes: map[string]string{AttributeContentType: contentType, AttributeType: e.Type, AttributeAccountID: e.AccountID, AttributeID: e.ID},
	}
	if e.Traceparent != "" {
		m.Attributes[AttributeTraceparent] = e.Traceparent
	}
	return m, nil
}
