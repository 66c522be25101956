package gmail

import (
	"context"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// HistoryPage is a page of what has happened in a mailbox.
type HistoryPage struct {
	Records []HistoryRecord // oldest first; may be empty on a page that isn't the last
	// HistoryID is the mailbox's present one. The records may lag behind it.
	HistoryID     int64
	NextPageToken string // "" on the last page
}

// HistoryRecord is one change in a mailbox.
type HistoryRecord struct {
	ID            int64
	Added         []MessageRef
	Deleted       []MessageRef
	LabelsAdded   []LabelChange
	LabelsRemoved []LabelChange
}

// LabelChange is a message whose labels were changed.
type LabelChange struct {
	MessageRef          // with its labels after the change
	Changed    []string // the labels put on or taken off
}

// historyFields brings ids and labels alone: what is not for Hire is told apart without a word of it.
const historyFields = "historyId,nextPageToken,history(id," +
	"messagesAdded/message(" + refFields + "),messagesDeleted/message(" + refFields + ")," +
	"labelsAdded(labelIds,message(" + refFields + ")),labelsRemoved(labelIds,message(" + refFields + ")))"

// History lists what has happened after a history id, 500 records a page. It fails with ErrHistoryExpired where Gmail has forgotten what came after it.
func (m *Mailbox) History(ctx context.Context, start int64, pageToken string) (HistoryPage, error) {
	page, err := ask(ctx, m, one(historyList), func(ctx context.Context) (*gmailapi.ListHistoryResponse, error) {
		call := m.client.users.History.List("me").Context(ctx).StartHistoryId(uint64(max(start, 0))).MaxResults(500).Fields(googleapi.Field(historyFields))
		if pageToken != "" {
			call.PageToken(pageToken)
		}
		return call.Do()
	})
	if err != nil {
		return HistoryPage{}, err
	}
	out := HistoryPage{Records: make([]HistoryRecord, len(page.History)), HistoryID: int64(page.HistoryId), NextPageToken: page.NextPageToken}
	for i, h := range page.History {
		out.Records[i] = recordOf(h)
	}
	return out, nil
}

func recordOf(h *gmailapi.History) HistoryRecord {
	r := HistoryRecord{ID: int64(h.Id)}
	for _, a := range h.MessagesAdded {
		r.Added = append(r.Added, refOf(a.Message))
	}
	for _, d := range h.MessagesDeleted {
		r.Deleted = append(r.Deleted, refOf(d.Message))
	}
	for _, l := range h.LabelsAdded {
		r.LabelsAdded = append(r.LabelsAdded, LabelChange{MessageRef: refOf(l.Message), Changed: l.LabelIds})
	}
	for _, l := range h.LabelsRemoved {
		r.LabelsRemoved = append(r.LabelsRemoved, LabelChange{MessageRef: refOf(l.Message), Changed: l.LabelIds})
	}
	return r
}
