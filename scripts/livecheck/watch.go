package main

import (
	"context"
	"fmt"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
)

var watchChecks = []check{
	{
		Name: "watch", Used: "shared/connection, Service.watch",
		Fact: "watch names the mailbox's history id, and an end at most seven days ahead.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			w, err := x.watch(ctx)
			if err != nil {
				return "", err
			}
			left := time.Until(time.UnixMilli(w.Expiration))
			if w.HistoryId == 0 || left <= 24*time.Hour || left > 7*24*time.Hour+time.Minute {
				return "", contrary("history id %d, it ends in %s", w.HistoryId, left.Round(time.Minute))
			}
			return fmt.Sprintf("ends in %s", left.Round(time.Minute)), nil
		},
	},
	{
		Name: "watch-renews", Used: "shared/connection, Service.RenewWatch",
		Fact: "watch with the same topic renews: it is not refused, and its end is no earlier.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			first, err := x.watch(ctx)
			if err != nil {
				return "", err
			}
			second, err := x.a.gmail.Watch("me", &gmailapi.WatchRequest{TopicName: x.server.topic}).Context(ctx).Do()
			if err == nil && second.Expiration < first.Expiration {
				err = contrary("it ends earlier")
			}
			return "", err
		},
	},
	{
		Name: "stop", Used: "shared/connection, letGo; shared/gmail, Mailbox.StopWatch: that there is none is no error",
		Fact: "stop ends the watch, and a second one is not refused.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			if _, err := x.watch(ctx); err != nil {
				return "", err
			}
			for range 2 {
				if err := x.a.gmail.Stop("me").Context(ctx).Do(); err != nil {
					return "", err
				}
			}
			x.a.made.watch = false
			return "that notifications end is not tried here", nil
		},
	},
}

// watch is the first watch; it goes at the clean-up. A refusal speaks of the topic or of a watch on another one, not of what Gmail does.
func (x *trial) watch(ctx context.Context) (*gmailapi.WatchResponse, error) {
	if x.server.topic == "" {
		return nil, excuse("only with GMAIL_TOPIC, a Pub/Sub topic of the client's project that Gmail may publish to")
	}
	return x.watched.get("a watch", func() (*gmailapi.WatchResponse, error) {
		w, err := x.a.gmail.Watch("me", &gmailapi.WatchRequest{TopicName: x.server.topic}).Context(ctx).Do()
		if code, text := answerOf(err); code >= 400 && code < 500 {
			return nil, excuse("the topic can't be used: %s", text)
		}
		x.a.made.watch = err == nil
		return w, err
	})
}
