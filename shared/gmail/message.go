package gmail

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
)

// Format says how much of a message is asked for. A call costs the same in every format.
type Format string

// The formats. Each also brings ids, labels, history id and date; none brings the snippet, which nobody here needs.
const (
	FormatMinimal  Format = "minimal"  // no more than that
	FormatMetadata Format = "metadata" // and the headers
	FormatFull     Format = "full"     // and the parsed parts, larger attachments by id alone
	FormatRaw      Format = "raw"      // and the whole mail as it came, attachments included; single messages only
)

// mask names the fields of a message that a format needs.
func (f Format) mask() string {
	const always = "id,threadId,labelIds,historyId,internalDate"
	switch f {
	case FormatMetadata:
		return always + ",payload/headers"
	case FormatFull:
		return always + ",payload"
	case FormatRaw:
		return always + ",raw"
	default:
		return always
	}
}

// Message is a message as far as its format brought it.
type Message struct {
	ID, ThreadID string
	LabelIDs     []string
	HistoryID    int64     // of the last change to the message
	InternalDate time.Time // when Gmail accepted it, in UTC
	Raw          []byte    // FormatRaw: RFC 5322
	Payload      *gmailapi.MessagePart
}

// Header is the value of the first header of this name, compared without case; "" if there is none, or the format brought no headers.
func (m *Message) Header(name string) string {
	if m.Payload == nil {
		return ""
	}
	for _, h := range m.Payload.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// MessageRef names a message. Its labels are those that it had when the answer was made, and empty where the call doesn't tell.
type MessageRef struct {
	ID, ThreadID string
	LabelIDs     []string
}

// refFields are those of a MessageRef.
const refFields = "id,threadId,labelIds"

func refOf(m *gmailapi.Message) MessageRef {
	if m == nil {
		return MessageRef{}
	}
	return MessageRef{ID: m.Id, ThreadID: m.ThreadId, LabelIDs: m.LabelIds}
}

func messageOf(m *gmailapi.Message) *Message {
	return &Message{
		ID: m.Id, ThreadID: m.ThreadId, LabelIDs: m.LabelIds, HistoryID: int64(m.HistoryId),
		InternalDate: time.UnixMilli(m.InternalDate).UTC(), Payload: m.Payload,
	}
}

// Message gets one message. It fails with ErrNotFound, ErrInvalid where Gmail's answer can't be read, or what concerns the whole mailbox.
func (m *Mailbox) Message(ctx context.Context, id string, format Format) (*Message, error) {
	return m.message(ctx, id, reading{format: format})
}

// reading says how much of a message is asked for.
type reading struct {
	format  Format
	headers []string // those that FormatMetadata is to bring; nil for all
}

func (m *Mailbox) message(ctx context.Context, id string, how reading) (*Message, error) {
	if id == "" {
		return nil, misuse(messagesGet, reasonNoID)
	}
	var out *Message
	err := m.do(ctx, one(messagesGet), func(ctx context.Context) error {
		resp, err := m.client.send(ctx, http.MethodGet, messagePath(id, how), "", nil)
		if err != nil {
			return err
		}
		defer closeBody(resp)
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		out, err = decodeMessage(body, how.format)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// messagePath is the path of messages.get.
func messagePath(id string, how reading) string {
	query := url.Values{"format": {string(how.format)}, "fields": {how.format.mask()}, "alt": {"json"}, "prettyPrint": {"false"}, "metadataHeaders": how.headers}
	return "/gmail/v1/users/me/messages/" + url.PathEscape(id) + "?" + query.Encode()
}

// wireMessage is Gmail's message, its raw mail decoded in one step.
type wireMessage struct {
	gmailapi.Message
	Raw urlBase64 `json:"raw"` // shadows the string
}

// decodeMessage reads a message. It keeps nothing of body.
func decodeMessage(body []byte, format Format) (*Message, error) {
	var w wireMessage
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, err
	}
	if w.Id == "" || (format == FormatRaw && w.Raw == nil) {
		return nil, fmt.Errorf("%w: message without id or content", errUnreadable)
	}
	out := messageOf(&w.Message)
	out.Raw = w.Raw
	return out, nil
}

// urlBase64 is base64 with the URL's alphabet (RFC 4648 section 5), padded or not, decoded straight out of the JSON around it.
type urlBase64 []byte

// UnmarshalJSON implements json.Unmarshaler.
func (b *urlBase64) UnmarshalJSON(text []byte) error {
	switch {
	case string(text) == "null":
		return nil
	case text[0] != '"':
		return base64.CorruptInputError(0)
	case bytes.IndexByte(text, '\\') >= 0: // "=" may come as \u003d
		var s string
		if err := json.Unmarshal(text, &s); err != nil {
			return err
		}
		text = []byte(s)
	default:
		text = text[1 : len(text)-1]
	}
	text = bytes.TrimRight(text, "=")
	out := make([]byte, base64.RawURLEncoding.DecodedLen(len(text)))
	n, err := base64.RawURLEncoding.Decode(out, text)
	*b = out[:n]
	return err
}
