package gmail

import (
	"context"
	"iter"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// Profile is a mailbox's own.
type Profile struct {
	Address   string
	HistoryID int64 // the mailbox's present one
}

// Profile asks whose mailbox it is and where its history stands.
func (m *Mailbox) Profile(ctx context.Context) (Profile, error) {
	p, err := ask(ctx, m, one(getProfile), func(ctx context.Context) (*gmailapi.Profile, error) {
		return m.client.users.GetProfile("me").Context(ctx).Fields(googleapi.Field("emailAddress,historyId")).Do()
	})
	if err != nil {
		return Profile{}, err
	}
	return Profile{Address: p.EmailAddress, HistoryID: int64(p.HistoryId)}, nil
}

// Label is a label of a mailbox.
type Label struct {
	ID     string
	Name   string
	System bool // Gmail's own, such as INBOX
}

// Names are the names of labels, by id.
func Names(labels []Label) iter.Seq2[string, string] {
	return func(yield func(id, name string) bool) {
		for _, l := range labels {
			if !yield(l.ID, l.Name) {
				return
			}
		}
	}
}

func labelOf(l *gmailapi.Label) Label {
	return Label{ID: l.Id, Name: l.Name, System: l.Type == "system"}
}

// Labels lists all labels of the mailbox.
func (m *Mailbox) Labels(ctx context.Context) ([]Label, error) {
	all, err := ask(ctx, m, one(labelsList), func(ctx context.Context) (*gmailapi.ListLabelsResponse, error) {
		return m.client.users.Labels.List("me").Context(ctx).Fields(googleapi.Field("labels(id,name,type)")).Do()
	})
	if err != nil {
		return nil, err
	}
	out := make([]Label, len(all.Labels))
	for i, l := range all.Labels {
		out[i] = labelOf(l)
	}
	return out, nil
}

// CreateLabel makes a label that is shown in Gmail's list and on messages. It fails with ErrLabelExists where there is one of this name, in whatever
// case. It is never repeated.
func (m *Mailbox) CreateLabel(ctx context.Context, name string) (Label, error) {
	l, err := ask(ctx, m, one(labelsCreate), func(ctx context.Context) (*gmailapi.Label, error) {
		label := &gmailapi.Label{Name: name, LabelListVisibility: "labelShow", MessageListVisibility: "show"}
		return m.client.users.Labels.Create("me", label).Context(ctx).Fields(googleapi.Field("id,name,type")).Do()
	})
	if err != nil {
		return Label{}, err
	}
	return labelOf(l), nil
}

// Watch is the registration for Gmail's notifications.
type Watch struct {
	HistoryID int64     // the mailbox's present one: what comes after it will be notified
	ExpiresAt time.Time // seven days ahead, in UTC
}

// Watch makes Gmail notify a Pub/Sub topic (projects/…/topics/…) of changes, or renews that; with labels, only of changes to messages that carry one of
// them. Two calls at once, or another topic, are refused with ErrInvalid: callers make sure that there is one at a time.
// Source: https://developers.google.com/workspace/gmail/api/guides/push
func (m *Mailbox) Watch(ctx context.Context, topic string, labelIDs []string) (Watch, error) {
	request := &gmailapi.WatchRequest{TopicName: topic, LabelIds: labelIDs}
	if len(labelIDs) > 0 {
		request.LabelFilterBehavior = "include"
	}
	w, err := ask(ctx, m, one(watchMailbox), func(ctx context.Context) (*gmailapi.WatchResponse, error) {
		return m.client.users.Watch("me", request).Context(ctx).Do()
	})
	if err != nil {
		return Watch{}, err
	}
	return Watch{HistoryID: int64(w.HistoryId), ExpiresAt: time.UnixMilli(w.Expiration).UTC()}, nil
}

// StopWatch ends notifications, of every connection of this Google user. That there are none is no error.
func (m *Mailbox) StopWatch(ctx context.Context) error {
	return m.do(ctx, one(stopMailbox), func(ctx context.Context) error {
		return m.client.users.Stop("me").Context(ctx).Do()
	})
}
