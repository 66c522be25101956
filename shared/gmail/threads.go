package gmail

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// Thread is a conversation as one mailbox has it.
type Thread struct {
	ID        string
	HistoryID int64      // of the last change to any of its messages
	Messages  []*Message // oldest first; drafts and what lies in the bin included
}

// Thread gets a conversation with all its messages; FormatRaw is not possible. It costs as much as two messages.
func (m *Mailbox) Thread(ctx context.Context, id string, format Format) (*Thread, error) {
	switch {
	case id == "":
		return nil, misuse(threadsGet, reasonNoID)
	case format == FormatRaw:
		return nil, misuse(threadsGet, reasonRawThread)
	}
	th, err := ask(ctx, m, one(threadsGet), func(ctx context.Context) (*gmailapi.Thread, error) {
		return m.client.users.Threads.Get("me", id).Context(ctx).Format(string(format)).
			Fields(googleapi.Field("id,historyId,messages(" + format.mask() + ")")).Do()
	})
	if err != nil {
		return nil, err
	}
	return threadOf(th), nil
}

func threadOf(th *gmailapi.Thread) *Thread {
	out := &Thread{ID: th.Id, HistoryID: int64(th.HistoryId), Messages: make([]*Message, 0, len(th.Messages))}
	for _, msg := range th.Messages {
		out.Messages = append(out.Messages, messageOf(msg))
	}
	return out
}

// ThreadPage is a page of a listing of conversations.
type ThreadPage struct {
	Threads       []ThreadRef
	NextPageToken string // "" on the last page
	Estimate      int    // of how many there are on all pages, as Gmail guesses
}

// ThreadRef names a conversation.
type ThreadRef struct {
	ID        string
	HistoryID int64 // of the last change to any of its messages
}

// threadsPage is how many conversations a page lists: few enough that all of them can be read within a minute's quota.
const threadsPage = 100

// ThreadsByLabel lists the conversations that have a message with the label, spam and bin left out, 100 a page.
func (m *Mailbox) ThreadsByLabel(ctx context.Context, labelID, pageToken string) (ThreadPage, error) {
	if labelID == "" {
		return ThreadPage{}, misuse(threadsList, reasonNoID) // without it the whole mailbox would be listed
	}
	return m.threads(ctx, threadsPage, pageToken, func(call *gmailapi.UsersThreadsListCall) { call.LabelIds(labelID) })
}

// threads lists a page of the conversations that narrow leaves.
func (m *Mailbox) threads(ctx context.Context, limit int64, pageToken string, narrow func(*gmailapi.UsersThreadsListCall)) (ThreadPage, error) {
	page, err := ask(ctx, m, one(threadsList), func(ctx context.Context) (*gmailapi.ListThreadsResponse, error) {
		call := m.client.users.Threads.List("me").Context(ctx).MaxResults(limit).Fields(googleapi.Field("threads(id,historyId),nextPageToken,resultSizeEstimate"))
		if narrow(call); pageToken != "" {
			call.PageToken(pageToken)
		}
		return call.Do()
	})
	if err != nil {
		return ThreadPage{}, err
	}
	out := ThreadPage{Threads: make([]ThreadRef, 0, len(page.Threads)), NextPageToken: page.NextPageToken, Estimate: int(page.ResultSizeEstimate)}
	for _, th := range page.Threads {
		out.Threads = append(out.Threads, ThreadRef{ID: th.Id, HistoryID: int64(th.HistoryId)})
	}
	return out, nil
}

// ThreadsOf lists the conversations that have a message from, to or with a copy to one of the addresses, spam, bin and drafts left out, newest first, at most limit a page.
// Gmail finds more than that: whether an address is one of the message's own, its headers tell.
// Source: https://support.google.com/mail/answer/7190
func (m *Mailbox) ThreadsOf(ctx context.Context, addresses []string, limit int, pageToken string) (ThreadPage, error) {
	var terms []string
	for _, a := range addresses {
		if a = strings.NewReplacer(`"`, "", `\`, "").Replace(a); a != "" {
			terms = append(terms, fmt.Sprintf(`from:"%s" to:"%[1]s" cc:"%[1]s"`, a))
		}
	}
	if len(terms) == 0 {
		return ThreadPage{}, misuse(threadsList, reasonNoID) // without them the whole mailbox would be listed
	}
	query := "{" + strings.Join(terms, " ") + "} -in:draft"
	return m.threads(ctx, int64(limit), pageToken, func(call *gmailapi.UsersThreadsListCall) { call.Q(query) })
}

// ThreadResult is one of several conversations asked for: Thread, or Err saying why it isn't there.
type ThreadResult struct {
	ID     string
	Thread *Thread
	Err    error
}

// ThreadHeaders gets the named headers of all messages of up to 25 conversations in one round trip, in the order of ids. Each costs what Thread does. Err of a result
// concerns that conversation, or is passing; the error returned concerns the mailbox, and then there are no results.
func (m *Mailbox) ThreadHeaders(ctx context.Context, ids, headers []string) ([]ThreadResult, error) {
	return m.someThreads(ctx, ids, FormatMetadata, headers)
}

// Threads gets conversations with all their messages in one round trip, in the order of ids: as many of the first 25 as the mailbox's quota pays for now, and one at least. Results and
// errors are as those of ThreadHeaders.
func (m *Mailbox) Threads(ctx context.Context, ids []string, format Format) ([]ThreadResult, error) {
	if format == FormatRaw {
		return nil, misuse(threadsGet, reasonRawThread)
	}
	n := min(len(ids), maxBatch, m.client.ledger.affordable(m.sub, priorityOf(ctx), threadsGet, m.client.now()))
	return m.someThreads(ctx, ids[:n], format, nil)
}

func (m *Mailbox) someThreads(ctx context.Context, ids []string, format Format, headers []string) ([]ThreadResult, error) {
	if len(ids) > maxBatch {
		return nil, misuse(threadsGet, reasonTooMany)
	}
	out := make([]ThreadResult, len(ids))
	parts := make([]part, len(ids))
	query := url.Values{
		"format": {string(format)}, "metadataHeaders": headers, "fields": {"id,historyId,messages(" + format.mask() + ")"}, "alt": {"json"}, "prettyPrint": {"false"},
	}
	for i, id := range ids {
		if id == "" {
			return nil, misuse(threadsGet, reasonNoID)
		}
		out[i].ID = id
		parts[i] = part{method: threadsGet, verb: http.MethodGet, path: "/gmail/v1/users/me/threads/" + url.PathEscape(id) + "?" + query.Encode()}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	errs, err := m.batch(ctx, parts, func(i int, body []byte) error {
		var th *gmailapi.Thread
		if err := json.Unmarshal(body, &th); err != nil {
			return err
		}
		if !sound(th) {
			return errUnreadable
		}
		out[i].Thread = threadOf(th)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, err := range errs {
		out[i].Err = err
	}
	return out, nil
}
