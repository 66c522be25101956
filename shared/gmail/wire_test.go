package gmail

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// What each method asks for, and what it makes of Gmail's answer.
func TestWire(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		call   func(ctx context.Context, m *Mailbox) (any, error)
		verb   string
		path   string
		query  url.Values // without alt and prettyPrint
		body   string
		answer string
		want   any
		units  int64
	}{
		{
			name: "profile", call: func(ctx context.Context, m *Mailbox) (any, error) { return m.Profile(ctx) },
			verb: "GET", path: "/gmail/v1/users/me/profile", query: url.Values{"fields": {"emailAddress,historyId"}},
			answer: `{"emailAddress":"rita@acme.example","historyId":"9007199254740993"}`, want: Profile{Address: "rita@acme.example", HistoryID: 9007199254740993}, units: 1,
		},
		{
			name: "labels", call: func(ctx context.Context, m *Mailbox) (any, error) { return m.Labels(ctx) },
			verb: "GET", path: "/gmail/v1/users/me/labels", query: url.Values{"fields": {"labels(id,name,type)"}},
			answer: `{"labels":[{"id":"INBOX","name":"INBOX","type":"system"},{"id":"Label_1","name":"hire","type":"user"}]}`,
			want:   []Label{{ID: "INBOX", Name: "INBOX", System: true}, {ID: "Label_1", Name: "hire"}}, units: 1,
		},
		{
			name: "addresses to send as", call: func(ctx context.Context, m *Mailbox) (any, error) { return m.SendAs(ctx) },
			verb: "GET", path: "/gmail/v1/users/me/settings/sendAs", query: url.Values{"fields": {sendAsFields}},
			answer: `{"sendAs":[
				{"sendAsEmail":"rita@acme.example","displayName":"Rita","signature":"<b>Rita</b>","isPrimary":true,"isDefault":true},
				{"sendAsEmail":"talent@acme.example","displayName":"","treatAsAlias":true,"verificationStatus":"accepted"},
				{"sendAsEmail":"new@acme.example","treatAsAlias":true,"verificationStatus":"pending"},
				{"sendAsEmail":"boss@acme.example","verificationStatus":"accepted"},
				{"sendAsEmail":"rita@home.example","treatAsAlias":true,"verificationStatus":"accepted","smtpMsa":{"host":"smtp.home.example"}},
				{"sendAsEmail":"odd@acme.example","treatAsAlias":true,"verificationStatus":"verificationStatusUnspecified"}]}`,
			want: []SendAs{
				{Address: "rita@acme.example", Name: "Rita", Signature: "<b>Rita</b>", Primary: true, Default: true, Verified: true, Alias: true},
				{Address: "talent@acme.example", Verified: true, Alias: true},
				{Address: "new@acme.example", Alias: true},
				{Address: "boss@acme.example", Verified: true},
				{Address: "rita@home.example", Verified: true},
				{Address: "odd@acme.example", Alias: true},
			}, units: 1,
		},
		{
			name: "create label", call: func(ctx context.Context, m *Mailbox) (any, error) { return m.CreateLabel(ctx, "Hire") },
			verb: "POST", path: "/gmail/v1/users/me/labels", query: url.Values{"fields": {"id,name,type"}},
			body:   `{"labelListVisibility":"labelShow","messageListVisibility":"show","name":"Hire"}`,
			answer: `{"id":"Label_1","name":"Hire","type":"user"}`, want: Label{ID: "Label_1", Name: "Hire"}, units: 5,
		},
		{
			name: "history", call: func(ctx context.Context, m *Mailbox) (any, error) { return m.History(ctx, 7, "next") },
			verb: "GET", path: "/gmail/v1/users/me/history",
			query: url.Values{"startHistoryId": {"7"}, "maxResults": {"500"}, "pageToken": {"next"}, "fields": {historyFields}},
			answer: `{"history":[
				{"id":"8","messagesAdded":[{"message":{"id":"a","threadId":"t","labelIds":["INBOX","Label_1"]}}]},
				{"id":"9","messagesDeleted":[{"message":{"id":"b","threadId":"t"}}]},
				{"id":"10","labelsAdded":[{"message":{"id":"c","threadId":"u","labelIds":["INBOX"]},"labelIds":["INBOX"]}]},
				{"id":"11","labelsRemoved":[{"message":{"id":"c","threadId":"u","labelIds":[]},"labelIds":["INBOX"]}]},
				{"id":"12"}],"nextPageToken":"more","historyId":"40"}`,
			want: HistoryPage{HistoryID: 40, NextPageToken: "more", Records: []HistoryRecord{
				{ID: 8, Added: []MessageRef{{ID: "a", ThreadID: "t", LabelIDs: []string{"INBOX", "Label_1"}}}},
				{ID: 9, Deleted: []MessageRef{{ID: "b", ThreadID: "t"}}},
				{ID: 10, LabelsAdded: []LabelChange{{MessageRef: MessageRef{ID: "c", ThreadID: "u", LabelIDs: []string{"INBOX"}}, Changed: []string{"INBOX"}}}},
				{ID: 11, LabelsRemoved: []LabelChange{{MessageRef: MessageRef{ID: "c", ThreadID: "u"}, Changed: []string{"INBOX"}}}},
				{ID: 12},
			}}, units: 2,
		},
		{
			name: "empty history that goes on", call: func(ctx context.Context, m *Mailbox) (any, error) { return m.History(ctx, 7, "") },
			verb: "GET", path: "/gmail/v1/users/me/history", query: url.Values{"startHistoryId": {"7"}, "maxResults": {"500"}, "fields": {historyFields}},
			answer: `{"nextPageToken":"more","historyId":"40"}`, want: HistoryPage{HistoryID: 40, NextPageToken: "more"}, units: 2,
		},
		{
			name: "thread", call: func(ctx context.Context, m *Mailbox) (any, error) { return m.Thread(ctx, "18b", FormatMinimal) },
			verb: "GET", path: "/gmail/v1/users/me/threads/18b",
			query:  url.Values{"format": {"minimal"}, "fields": {"id,historyId,messages(id,threadId,labelIds,historyId,internalDate)"}},
			answer: `{"id":"18b","historyId":"9","messages":[{"id":"18c","threadId":"18b","labelIds":["SENT"],"historyId":"8","internalDate":"1700000000000"}]}`,
			want: &Thread{ID: "18b", HistoryID: 9, Messages: []*Message{
				{ID: "18c", ThreadID: "18b", LabelIDs: []string{"SENT"}, HistoryID: 8, InternalDate: time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)},
			}}, units: 40,
		},
		{
			name: "threads by label", call: func(ctx context.Context, m *Mailbox) (any, error) { return m.ThreadsByLabel(ctx, "Label_1", "next") },
			verb: "GET", path: "/gmail/v1/users/me/threads",
			query:  url.Values{"labelIds": {"Label_1"}, "maxResults": {"100"}, "pageToken": {"next"}, "fields": {"threads(id,historyId),nextPageToken,resultSizeEstimate"}},
			answer: `{"threads":[{"id":"18b","historyId":"9"}],"nextPageToken":"more","resultSizeEstimate":201}`,
			want:   ThreadPage{Threads: []ThreadRef{{ID: "18b", HistoryID: 9}}, NextPageToken: "more", Estimate: 201}, units: 10,
		},
		{
			name: "messages since", call: func(ctx context.Context, m *Mailbox) (any, error) {
				return m.MessagesSince(ctx, time.Date(2023, 11, 14, 22, 13, 20, 9e8, time.UTC), "next")
			},
			verb: "GET", path: "/gmail/v1/users/me/messages",
			query:  url.Values{"q": {"after:1700000000"}, "maxResults": {"500"}, "pageToken": {"next"}, "fields": {"messages(id,threadId),nextPageToken,resultSizeEstimate"}},
			answer: `{"messages":[{"id":"18c","threadId":"18b"}],"nextPageToken":"more","resultSizeEstimate":201}`,
			want:   MessagePage{Messages: []MessageRef{{ID: "18c", ThreadID: "18b"}}, NextPageToken: "more", Estimate: 201}, units: 5,
		},
		{
			name: "watch", call: func(ctx context.Context, m *Mailbox) (any, error) {
				return m.Watch(ctx, "projects/p/topics/gmail-notifications", nil)
			},
			verb: "POST", path: "/gmail/v1/users/me/watch", body: `{"topicName":"projects/p/topics/gmail-notifications"}`,
			answer: `{"historyId":"40","expiration":"1700000000000"}`, want: Watch{HistoryID: 40, ExpiresAt: time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)}, units: 100,
		},
		{
			name: "watch labels", call: func(ctx context.Context, m *Mailbox) (any, error) {
				return m.Watch(ctx, "projects/p/topics/t", []string{"INBOX"})
			},
			verb: "POST", path: "/gmail/v1/users/me/watch", body: `{"labelFilterBehavior":"include","labelIds":["INBOX"],"topicName":"projects/p/topics/t"}`,
			answer: `{"historyId":"40","expiration":"1700000000000"}`, want: Watch{HistoryID: 40, ExpiresAt: time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)}, units: 100,
		},
		{
			name: "stop", call: func(ctx context.Context, m *Mailbox) (any, error) { return nil, m.StopWatch(ctx) },
			verb: "POST", path: "/gmail/v1/users/me/stop", answer: ``, units: 50,
		},
		{
			name: "draft", call: func(ctx context.Context, m *Mailbox) (any, error) { return m.Draft(ctx, "r-1") },
			verb: "GET", path: "/gmail/v1/users/me/drafts/r-1", query: url.Values{"format": {"minimal"}, "fields": {"id,message(id,threadId,labelIds)"}},
			answer: `{"id":"r-1","message":{"id":"18c","threadId":"18b","labelIds":["DRAFT"]}}`,
			want:   Draft{ID: "r-1", Message: MessageRef{ID: "18c", ThreadID: "18b", LabelIDs: []string{"DRAFT"}}}, units: 20,
		},
		{
			name: "send draft", call: func(ctx context.Context, m *Mailbox) (any, error) { return m.SendDraft(ctx, "r-1") },
			verb: "POST", path: "/gmail/v1/users/me/drafts/send", query: url.Values{"fields": {"id,threadId,labelIds"}}, body: `{"id":"r-1"}`,
			answer: `{"id":"18d","threadId":"18b","labelIds":["SENT"]}`, want: MessageRef{ID: "18d", ThreadID: "18b", LabelIDs: []string{"SENT"}}, units: 100,
		},
		{
			name: "delete draft", call: func(ctx context.Context, m *Mailbox) (any, error) { return nil, m.DeleteDraft(ctx, "r-1") },
			verb: "DELETE", path: "/gmail/v1/users/me/drafts/r-1", answer: ``, units: 10,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, says(tc.answer))
			got, err := tc.call(t.Context(), w.mailbox)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if len(w.requests) != 1 {
				t.Fatalf("requests: %v", w.calls())
			}
			r := w.requests[0]
			query, err := url.ParseQuery(r.query)
			if err != nil {
				t.Fatal(err)
			}
			query.Del("alt")
			query.Del("prettyPrint")
			if diff := cmp.Diff(tc.query, query, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("query (-want +got):\n%s", diff)
			}
			if r.method != tc.verb || r.path != tc.path || strings.TrimSpace(r.body) != tc.body {
				t.Errorf("request %s %s %s", r.method, r.path, r.body)
			}
			if units := w.client.Stats().Units(); units != tc.units {
				t.Errorf("paid %d units, want %d", units, tc.units)
			}
		})
	}
}

// What is not for Hire is not read: no listing asks for a word of mail.
func TestListingsAskForNoContent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, says(`{}`))
	for _, name := range []string{"history.list", "messages.list", "threads.list", "drafts.get", "getProfile", "labels.list"} {
		if err := every[name](t.Context(), w.mailbox); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range w.requests {
		query, err := url.ParseQuery(r.query)
		if err != nil {
			t.Fatal(err)
		}
		fields := query.Get("fields")
		if fields == "" || strings.ContainsAny(fields, "*") {
			t.Errorf("%s asks for everything", r.path)
		}
		for _, content := range []string{"snippet", "payload", "headers", "raw", "body", "parts"} {
			if strings.Contains(fields, content) {
				t.Errorf("%s asks for %s", r.path, content)
			}
		}
		// A message without a mask of its own comes whole.
		for _, message := range []string{"message,", "message)", "messages,", "messages)", "messagesAdded,", "messagesAdded)"} {
			if strings.Contains(fields, message) || strings.HasSuffix(fields, strings.TrimRight(message, ",)")) {
				t.Errorf("%s asks for whole messages: %s", r.path, fields)
			}
		}
	}
}
