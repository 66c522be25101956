package events_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// push is the body of a push request whose message has this data.
func push(data string) string {
	return `{"message":{"attributes":{},"data":"` + base64.StdEncoding.EncodeToString([]byte(data)) +
		`","messageId":"2070443601311540","message_id":"2070443601311540","publishTime":"2026-11-02T09:00:00.123Z","publish_time":"2026-11-02T09:00:00.123Z"},` +
		`"subscription":"projects/p/subscriptions/s"}`
}

func TestDecodeGmailPush(t *testing.T) {
	t.Parallel()
	published := time.Date(2026, 11, 2, 9, 0, 0, 123e6, time.UTC)
	for _, c := range []struct {
		name, body string
		want       events.GmailNotification
		code       hire.Code
	}{
		{"as Gmail sends it", push(`{"emailAddress":"rita@acme.example","historyId":9876543210}`), events.GmailNotification{EmailAddress: "rita@acme.example", HistoryID: 9876543210, PublishedAt: published}, ""},
		{"the id as a string", push(`{"emailAddress":"rita@acme.example","historyId":"9876543210"}`), events.GmailNotification{EmailAddress: "rita@acme.example", HistoryID: 9876543210, PublishedAt: published}, ""},
		{"the largest id", push(`{"emailAddress":"rita@acme.example","historyId":9223372036854775807}`), events.GmailNotification{EmailAddress: "rita@acme.example", HistoryID: 9223372036854775807, PublishedAt: published}, ""},
		{"more than we know", push(`{"emailAddress":"Rita@Acme.example","historyId":1,"more":{"a":[1]}}`), events.GmailNotification{EmailAddress: "Rita@Acme.example", HistoryID: 1, PublishedAt: published}, ""},
		{"with white space", strings.Replace(push(`{"emailAddress":"rita@acme.example","historyId":7}`), `,"messageId"`, `,   "messageId"`, 1), events.GmailNotification{EmailAddress: "rita@acme.example", HistoryID: 7, PublishedAt: published}, ""},
		{"no time", `{"message":{"data":"` + base64.StdEncoding.EncodeToString([]byte(`{"emailAddress":"rita@acme.example","historyId":7}`)) + `"}}`, events.GmailNotification{EmailAddress: "rita@acme.example", HistoryID: 7}, ""},
		{"nothing", "", events.GmailNotification{}, hire.CodeMalformedJSON},
		{"no JSON", "<html>", events.GmailNotification{}, hire.CodeMalformedJSON},
		{"an array", "[]", events.GmailNotification{}, hire.CodeMalformedJSON},
		{"two values", push("{}") + push("{}"), events.GmailNotification{}, hire.CodeMalformedJSON},
		{"no message", "{}", events.GmailNotification{}, hire.CodeMalformedJSON},
		{"no data", `{"message":{"messageId":"1"}}`, events.GmailNotification{}, hire.CodeMalformedJSON},
		{"data no base64", `{"message":{"data":"%%%"}}`, events.GmailNotification{}, hire.CodeMalformedJSON},
		{"data no JSON", push("hello"), events.GmailNotification{}, hire.CodeMalformedJSON},
		{"data null", push("null"), events.GmailNotification{}, hire.CodeInvalidRequest},
		{"no address", push(`{"historyId":7}`), events.GmailNotification{}, hire.CodeInvalidRequest},
		{"an address that is none", push(`{"emailAddress":"rita","historyId":7}`), events.GmailNotification{}, hire.CodeInvalidRequest},
		{"an address of another type", push(`{"emailAddress":7,"historyId":7}`), events.GmailNotification{}, hire.CodeMalformedJSON},
		{"no id", push(`{"emailAddress":"rita@acme.example"}`), events.GmailNotification{}, hire.CodeInvalidRequest},
		{"id null", push(`{"emailAddress":"rita@acme.example","historyId":null}`), events.GmailNotification{}, hire.CodeInvalidRequest},
		{"id negative", push(`{"emailAddress":"rita@acme.example","historyId":-7}`), events.GmailNotification{}, hire.CodeInvalidRequest},
		{"id with a fraction", push(`{"emailAddress":"rita@acme.example","historyId":7.5}`), events.GmailNotification{}, hire.CodeInvalidRequest},
		{"id beyond 64 bits", push(`{"emailAddress":"rita@acme.example","historyId":99999999999999999999}`), events.GmailNotification{}, hire.CodeInvalidRequest},
		{"id an empty string", push(`{"emailAddress":"rita@acme.example","historyId":""}`), events.GmailNotification{}, hire.CodeInvalidRequest},
		{"id an object", push(`{"emailAddress":"rita@acme.example","historyId":{"a":1}}`), events.GmailNotification{}, hire.CodeInvalidRequest},
		{"too large", push(`{"emailAddress":"rita@acme.example","historyId":7,"x":"` + strings.Repeat("x", 64<<10) + `"}`), events.GmailNotification{}, hire.CodeBodyTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := events.DecodeGmailPush(strings.NewReader(c.body))
			if hire.CodeOf(err) != c.code {
				t.Errorf("error %v, want code %q", err, c.code)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A body that breaks off may come whole the next time, so it is not called malformed.
func TestDecodeGmailPushOfABrokenBody(t *testing.T) {
	t.Parallel()
	_, err := events.DecodeGmailPush(io.MultiReader(strings.NewReader(`{"message":`), iotest.ErrReader(errors.New("reset"))))
	if hire.CodeOf(err) != hire.CodeUnavailable {
		t.Errorf("error %v", err)
	}
}

// What the broker of one machine sends is what the function reads.
func TestPushIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	body, err := json.Marshal(events.Push{
		Message: events.PushMessage{Data: []byte(`{"emailAddress":"rita@acme.example","historyId":7}`), MessageID: "1", PublishTime: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := events.DecodeGmailPush(strings.NewReader(string(body)))
	if err != nil || got != (events.GmailNotification{EmailAddress: "rita@acme.example", HistoryID: 7, PublishedAt: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}) {
		t.Errorf("%+v (%v)", got, err)
	}
}
