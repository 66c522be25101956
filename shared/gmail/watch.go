package gmail

import (
	"context"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
)

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
