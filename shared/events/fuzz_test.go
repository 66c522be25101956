package events

import (
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// FuzzDecodeGmailPush: a push is a notification with an address and an id, or it is refused as what delivering it again would not better.
func FuzzDecodeGmailPush(f *testing.F) {
	for _, seed := range []string{
		`{"message":{"data":"eyJlbWFpbEFkZHJlc3MiOiJhQGIuZXhhbXBsZSIsImhpc3RvcnlJZCI6MTIzfQ==","messageId":"1","publishTime":"2026-11-02T09:00:00Z"},"subscription":"s"}`,
		`{"message":{"data":"eyJlbWFpbEFkZHJlc3MiOiJhQGIuZXhhbXBsZSIsImhpc3RvcnlJZCI6IjEyMyJ9"}}`, `{"message":null}`, `{"message":{"data":null}}`, `{"message":{"data":"bnVsbA=="}}`, `null`, `[]`, ``, `{"message":{"data":"!"}}`,
		`{"specversion":"1.0","type":"google.cloud.pubsub.topic.v1.messagePublished","data":{"message":{"data":"e30="}}}`, `{"message":{"data":"eyJoaXN0b3J5SWQiOi0xfQ=="}}`, strings.Repeat("[", 10000),
		`{"message":{"data":"e30=","publishTime":"yesterday"}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		n, err := DecodeGmailPush(strings.NewReader(body))
		switch {
		case err == nil && (n.HistoryID < 0 || !strings.Contains(n.EmailAddress, "@")):
			t.Fatalf("%+v", n)
		case err != nil && hire.CodeOf(err) == hire.CodeInternal:
			t.Fatalf("no code: %v", err)
		}
	})
}
