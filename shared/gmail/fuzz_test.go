package gmail

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// FuzzAnswers: whatever Gmail answers, a reading call brings something sound or an error of a known kind, within as many tries as are allowed. What it brings has no holes.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{"history":[{"id":"12","messagesAdded":[{"message":{"id":"a","threadId":"t","labelIds":["INBOX"]}}],"labelsAdded":[{"labelIds":["L"],"message":{"id":"b","threadId":"t"}}]}],"historyId":"13","nextPageToken":"n"}`,
		`{"history":[null],"historyId":"13"}`, `{"history":[{"id":"1","messagesAdded":[null]}]}`, `{"history":[{"id":"1","messagesAdded":[{"message":null}],"labelsRemoved":[{}]}]}`,
		`{"history":[{"id":"99999999999999999999"}]}`, `{"history":{"id":1}}`, `{"history":[{"id":12}]}`, `null`, `[]`, `""`, ``, `{`, `{"historyId":"18446744073709551615"}`,
		`{"id":"t","historyId":"5","messages":[{"id":"a","threadId":"t","payload":{"mimeType":"text/plain","headers":[{"name":"From","value":"a@b.example"}],"body":{"data":"eA"}}}]}`,
		`{"id":"t","messages":[null]}`, `{"threads":[null]}`, `{"messages":[null],"nextPageToken":"x"}`, `{"labels":[null]}`, `{"sendAs":[null]}`, `{"drafts":[null]}`, `{"drafts":[{"id":"d","message":null}]}`,
		`{"id":"a","raw":"RnJvbTogYQ"}`, `{"id":"a","raw":"!"}`, `{"id":"a","internalDate":"-9223372036854775808"}`, `{"size":5,"data":"eHh4eHg"}`,
	} {
		f.Add(seed, 200)
		f.Add(seed, 206)
	}
	f.Add(`{"error":{"code":429,"message":"User-rate limit exceeded.  Retry after 9999-12-31T23:59:59.999Z","errors":[{"reason":"userRateLimitExceeded"}]}}`, 429)
	f.Add(`{"error":{"errors":[null],"message":"Retry after 0000-00-00T00:00:00Z"}}`, 403)
	f.Add(`{"error":null}`, 503)
	var body string
	var status int
	w := newWorld(f, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(status)
		_, _ = rw.Write([]byte(body))
	}, unlimited)
	f.Fuzz(func(t *testing.T, answer string, code int) {
		if code < 200 || code > 599 || code == http.StatusNoContent || code == http.StatusNotModified || code/100 == 3 {
			return // no status of an answer with a body
		}
		body, status = answer, code
		w.mu.Lock()
		w.requests, w.waits = nil, nil
		w.mu.Unlock()
		ctx, m := t.Context(), w.mailbox
		page, err := m.History(ctx, 10, "")
		if err == nil {
			for _, r := range page.Records {
				for _, refs := range [][]MessageRef{r.Added, r.Deleted} {
					for _, ref := range refs {
						_ = ref.ID
					}
				}
			}
		}
		for _, format := range []Format{FormatMinimal, FormatMetadata, FormatFull} {
			if th, err := m.Thread(ctx, "t", format); err == nil {
				for _, msg := range th.Messages {
					if msg == nil {
						t.Fatal("a conversation with a hole")
					}
					_ = msg.Header("From")
				}
			}
		}
		for _, format := range []Format{FormatMinimal, FormatFull, FormatRaw} {
			if msg, err := m.Message(ctx, "a", format); err == nil && (msg == nil || format == FormatRaw && msg.Raw == nil) {
				t.Fatal("a message without content is no error")
			}
		}
		_, _ = m.Messages(ctx, []string{"a", "b"}, FormatFull)
		_, _ = m.ThreadsByLabel(ctx, "L", "")
		_, _ = m.ThreadsOf(ctx, []string{"cora@mail.example"}, 10, "")
		_, _ = m.MessagesSince(ctx, w.clock(), "")
		_, _ = m.Labels(ctx)
		_, _ = m.SendAs(ctx)
		_, _ = m.Profile(ctx)
		_, _ = m.DraftsWith(ctx, "X-Hire-Send", w.clock().Add(-time.Hour), w.clock())
		if n := len(w.calls()); n > 20*tries {
			t.Fatalf("%d calls were made", n)
		}
		if err != nil && strings.Contains(err.Error(), answer) && len(answer) > 20 {
			t.Fatalf("the error tells what was answered: %v", err)
		}
	})
}
