//go:build emulators

package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/shared/events"
)

// pushing delivers a subscription's messages as a push subscription does, by the clock of the test. (That Pub/Sub itself pushes is another test's.)
type pushing struct {
	subscription string
	to           string
	http         *http.Client // with connections of its own, which no other test's server closes when it ends
	token        func() string
	now          func() time.Time

	mu      sync.Mutex
	coming  []time.Time // when what is not pulled yet was published
	waiting []waiting
}

type waiting struct {
	push events.Push
	due  time.Time
}

// expect says that a message is about to be published.
func (p *pushing) expect() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.coming = append(p.coming, p.now())
}

// pull takes what has been published, waiting until it can be had.
func (p *pushing) pull(ctx context.Context, g *googleCloud) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for deadline := time.Now().Add(10 * time.Second); len(p.coming) > 0; {
		got, err := g.pull(ctx, p.subscription, time.Until(deadline))
		if err != nil {
			return err
		}
		if len(got) == 0 {
			return errors.New("a notification that was published does not come")
		}
		for _, m := range got {
			published := p.now()
			if len(p.coming) > 0 { // by the test's clock; in which order does not matter
				published, p.coming = p.coming[0], p.coming[1:]
			}
			p.waiting = append(p.waiting, waiting{due: p.now(), push: events.Push{
				Subscription: p.subscription, Message: events.PushMessage{Data: m.Data, MessageID: m.MessageId, PublishTime: published},
			}})
		}
	}
	return nil
}

func (p *pushing) runDue(ctx context.Context, g *googleCloud) (pushed int, err error) {
	if err := p.pull(ctx, g); err != nil {
		return 0, err
	}
	p.mu.Lock()
	all := p.waiting
	p.waiting = nil
	p.mu.Unlock()
	for _, m := range all {
		if m.due.After(p.now()) {
			p.putBack(m)
			continue
		}
		pushed++
		ok, err := p.deliver(ctx, m.push)
		if err != nil {
			return pushed, err
		}
		if !ok {
			m.due = p.now().Add(10 * time.Second)
			p.putBack(m)
		}
	}
	return pushed, nil
}

func (p *pushing) putBack(m waiting) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = append(p.waiting, m)
}

func (p *pushing) deliver(ctx context.Context, m events.Push) (acknowledged bool, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return false, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.to, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+p.token())
	resp, err := p.http.Do(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode/100 == 2, err
}
