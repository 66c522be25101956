package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/trakstar/hire-gmail/shared/events"
)

// pusher stands for a topic with one push subscription. What its receiver refuses is lost, as Gmail's notifications may be.
type pusher struct {
	url   string // "" delivers nothing
	out   io.Writer
	http  *http.Client
	queue chan events.Push
	made  int
}

func newPusher(url string, out io.Writer) *pusher {
	return &pusher{url: url, out: out, http: &http.Client{Timeout: 30 * time.Second}, queue: make(chan events.Push, 1000)}
}

// publish takes a notification. It is called while a request to Gmail's API waits, and never waits itself.
func (p *pusher) publish(_ context.Context, topic string, data []byte) {
	if p.url == "" {
		return
	}
	select {
	case p.queue <- events.Push{Message: events.PushMessage{Data: data, PublishTime: time.Now()}, Subscription: topic + "/simulated"}:
	default:
		fmt.Fprintln(p.out, "A notification was lost: the receiver is too slow.")
	}
}

// run delivers, one after the other, until ctx ends.
func (p *pusher) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case push := <-p.queue:
			p.made++
			push.Message.MessageID = strconv.Itoa(p.made)
			if err := p.deliver(ctx, push); err != nil && ctx.Err() == nil {
				fmt.Fprintf(p.out, "A notification was lost: %v\n", err)
			}
		}
	}
}

func (p *pusher) deliver(ctx context.Context, push events.Push) error {
	body, err := json.Marshal(push)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s answers %s", p.url, resp.Status)
	}
	return nil
}
