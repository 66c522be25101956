package gmail

import (
	"context"

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
		return nil, noID(threadsGet)
	case format == FormatRaw:
		return nil, &Error{Method: threadsGet.name, Reason: "raw_format", kind: ErrInvalid}
	}
	var th *gmailapi.Thread
	err := m.do(ctx, one(threadsGet), func(ctx context.Context) (err error) {
		th, err = m.client.users.Threads.Get("me", id).Context(ctx).Format(string(format)).
			Fields(googleapi.Field("id,historyId,messages(" + format.mask() + ")")).Do()
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &Thread{ID: th.Id, HistoryID: int64(th.HistoryId), Messages: make([]*Message, 0, len(th.Messages))}
	for _, msg := range th.Messages {
		out.Messages = append(out.Messages, messageOf(msg))
	}
	return out, nil
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
		return ThreadPage{}, noID(threadsList) // without it the whole mailbox would be listed
	}
	var page *gmailapi.ListThreadsResponse
	err := m.do(ctx, one(threadsList), func(ctx context.Context) (err error) {
		call := m.client.users.Threads.List("me").Context(ctx).LabelIds(labelID).MaxResults(threadsPage).
			Fields(googleapi.Field("threads(id,historyId),nextPageToken,resultSizeEstimate"))
		if pageToken != "" {
			call.PageToken(pageToken)
		}
		page, err = call.Do()
		return err
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
