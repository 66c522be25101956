package gmail

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

func TestDecodeMessage(t *testing.T) {
	t.Parallel()
	payload := &gmailapi.MessagePart{MimeType: "text/plain", Headers: []*gmailapi.MessagePartHeader{{Name: "Subject", Value: "Hello"}}}
	for _, tc := range []struct {
		name, body string
		format     Format
		want       *Message
		unreadable bool
	}{
		{
			name: "all", format: FormatFull,
			body: `{"id":"18c","threadId":"18b","labelIds":["INBOX","Label_1"],"historyId":"9007199254740993","internalDate":"1700000000123","snippet":"Hi","payload":{"mimeType":"text/plain","headers":[{"name":"Subject","value":"Hello"}]}}`,
			want: &Message{
				ID: "18c", ThreadID: "18b", LabelIDs: []string{"INBOX", "Label_1"}, HistoryID: 9007199254740993,
				InternalDate: time.Date(2023, 11, 14, 22, 13, 20, 123e6, time.UTC), Payload: payload,
			},
		},
		{name: "raw", format: FormatRaw, body: `{"id":"18c","raw":"U3ViamVjdDog8J-YgA0KDQo_"}`, want: &Message{ID: "18c", Raw: []byte("Subject: 😀\r\n\r\n?"), InternalDate: time.UnixMilli(0).UTC()}},
		{name: "raw padded", format: FormatRaw, body: `{"id":"18c","raw":"aGk="}`, want: &Message{ID: "18c", Raw: []byte("hi"), InternalDate: time.UnixMilli(0).UTC()}},
		{name: "raw escaped", format: FormatRaw, body: `{"id":"18c","raw":"aGk\u003d"}`, want: &Message{ID: "18c", Raw: []byte("hi"), InternalDate: time.UnixMilli(0).UTC()}},
		{name: "raw empty", format: FormatRaw, body: `{"id":"18c","raw":""}`, want: &Message{ID: "18c", Raw: []byte{}, InternalDate: time.UnixMilli(0).UTC()}},
		{name: "raw missing", format: FormatRaw, body: `{"id":"18c"}`, unreadable: true},
		{name: "raw null", format: FormatRaw, body: `{"id":"18c","raw":null}`, unreadable: true},
		{name: "raw no base64", format: FormatRaw, body: `{"id":"18c","raw":"a*b*"}`, unreadable: true},
		{name: "raw a number", format: FormatRaw, body: `{"id":"18c","raw":1234}`, unreadable: true},
		{name: "no id", format: FormatFull, body: `{"threadId":"18b"}`, unreadable: true},
		{name: "no JSON", format: FormatFull, body: `<html>`, unreadable: true},
		{name: "date is no number", format: FormatFull, body: `{"id":"18c","internalDate":"today"}`, unreadable: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := decodeMessage([]byte(tc.body), tc.format)
			if tc.unreadable {
				if err == nil || !undecodable(err) {
					t.Errorf("got %+v, %v", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}

// What is decoded must not lie in the buffer it was decoded from: a batch uses that again for its next part.
func TestDecodedMessageKeepsNothingOfItsBuffer(t *testing.T) {
	t.Parallel()
	body := []byte(`{"id":"18c","raw":"aGVsbG8gd29ybGQ","payload":{"mimeType":"text/plain"}}`)
	m, err := decodeMessage(body, FormatRaw)
	if err != nil {
		t.Fatal(err)
	}
	for i := range body {
		body[i] = 'x'
	}
	if m.ID != "18c" || string(m.Raw) != "hello world" || m.Payload.MimeType != "text/plain" {
		t.Errorf("message changed with its buffer: %+v", m)
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	m := &Message{Payload: &gmailapi.MessagePart{Headers: []*gmailapi.MessagePartHeader{{Name: "message-id", Value: "<a@b>"}, {Name: "To", Value: "first"}, {Name: "TO", Value: "second"}}}}
	if m.Header("Message-ID") != "<a@b>" || m.Header("to") != "first" || m.Header("Cc") != "" || (&Message{}).Header("To") != "" {
		t.Error("wrong header")
	}
}

// The raw mail's field must stay the one of Gmail's type, by which answers are decoded elsewhere.
func TestWireMessageShadowsRaw(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(&gmailapi.Message{Id: "18c", Raw: "aGk=", ServerResponse: googleapi.ServerResponse{}})
	if err != nil {
		t.Fatal(err)
	}
	var w wireMessage
	if err := json.Unmarshal(text, &w); err != nil || string(w.Raw) != "hi" || w.Message.Raw != "" {
		t.Errorf("decoded %q and %q, %v", w.Raw, w.Message.Raw, err)
	}
	if errors.Is(json.Unmarshal([]byte(`{"raw":"***"}`), &w), nil) {
		t.Error("corrupt base64 is accepted")
	}
}
