package gmail

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/trakstar/hire-gmail/shared/obs"
)

// method is a method of the Gmail API.
type method struct {
	name string // as in Google's table of quota units
	// again: the call may be repeated where nobody knows what became of it. It only reads, or doing it twice is doing it once.
	again bool
	// reads: the call changes nothing, so that an answer that can't be read is the fault of what it shows.
	reads bool
	// long: the call carries attachments and is bounded by its caller's context alone.
	long bool
}

var (
	getProfile     = method{name: "getProfile", again: true, reads: true}
	labelsList     = method{name: "labels.list", again: true, reads: true}
	labelsCreate   = method{name: "labels.create"}
	sendAsList     = method{name: "settings.sendAs.list", again: true, reads: true}
	historyList    = method{name: "history.list", again: true, reads: true}
	messagesList   = method{name: "messages.list", again: true, reads: true}
	messagesGet    = method{name: "messages.get", again: true, reads: true}
	messagesModify = method{name: "messages.modify", again: true}
	attachmentsGet = method{name: "attachments.get", again: true, reads: true, long: true}
	threadsList    = method{name: "threads.list", again: true, reads: true}
	threadsGet     = method{name: "threads.get", again: true, reads: true}
	draftsList     = method{name: "drafts.list", again: true, reads: true}
	draftsCreate   = method{name: "drafts.create", long: true}
	draftsGet      = method{name: "drafts.get", again: true, reads: true}
	draftsSend     = method{name: "drafts.send", again: true} // Gmail uses the draft up: a second call finds it gone
	draftsDelete   = method{name: "drafts.delete", again: true}
	watchMailbox   = method{name: "watch", again: true}
	stopMailbox    = method{name: "stop", again: true}
)

// order is what one round trip does: one call, or the parts of a batch.
type order struct {
	method          // for its name in errors, and how it may be handled
	parts  []method // what is paid for
}

func one(m method) order { return order{method: m, parts: []method{m}} }

const (
	// tries is how often a call is made at most.
	tries = 4
	// backoff is the longest wait before the second try; it doubles with each further one.
	backoff = 400 * time.Millisecond
	// patience is how far ahead a time to try again may lie to be waited for here. Beyond, the caller has better things to do.
	patience = 5 * time.Second
	// attemptTimeout bounds one try of a call that carries no attachments, so that a dead connection doesn't hold it for ever.
	attemptTimeout = time.Minute
)

// do makes a call: it pays for it, makes it with the mailbox's token, says by kind what went wrong, and repeats it where that is safe and promises to
// help. attempt must make the call anew each time it is called, with the ctx it is given.
func (m *Mailbox) do(ctx context.Context, o order, attempt func(ctx context.Context) error) (err error) {
	c := m.client
	ctx, span := obs.Start(ctx, "gmail "+o.name)
	made := 0
	defer func() {
		span.SetAttributes(attribute.Int("gmail.calls", len(o.parts)), attribute.Int("gmail.units", made*c.counter.cost(o.parts)), attribute.Int("gmail.tries", made))
		obs.End(span, err, kindOf(err))
	}()
	token, err := m.token(ctx)
	if err != nil {
		return fmt.Errorf("gmail: %s: get access token: %w", o.name, err)
	}
	defer c.report(ctx)
	signed := context.WithValue(ctx, tokenKey{}, token)
	for try := 1; ; try++ {
		if limit := c.ledger.spend(m.sub, priorityOf(ctx), o.parts, c.now()); limit != nil {
			return limit
		}
		made = try
		c.counter.count(o.parts)
		if c.spent != nil {
			for _, part := range o.parts {
				c.spent(ctx, part.name, c.counter.units[part.name])
			}
		}
		err := once(signed, o, attempt)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("gmail: %s: %w", o.name, ctx.Err())
		}
		err = m.explain(o.method, err)
		wait, again := c.again(err, try)
		if !again || !o.again {
			return err
		}
		if serr := c.sleep(ctx, wait); serr != nil {
			return fmt.Errorf("%w; not tried again: %w", err, serr)
		}
	}
}

// once makes one try.
func once(ctx context.Context, o order, attempt func(ctx context.Context) error) error {
	if o.long {
		return attempt(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	return attempt(ctx)
}

// again says whether an error promises to be gone at another try, and how long to wait for that. Waits grow and are spread, so that those who failed
// together don't come back together.
func (c *Client) again(err error, try int) (wait time.Duration, ok bool) {
	if try >= tries {
		return 0, false
	}
	longest := backoff << (try - 1)
	wait = longest/2 + time.Duration(c.jitter()*float64(longest/2))
	var limit *RateLimit
	var e *Error
	switch {
	case errors.As(err, &limit):
		left := limit.Until.Sub(c.now())
		if limit.Sending || limit.Daily || left > patience {
			return 0, false
		}
		if limit.named {
			wait = max(wait, left)
		}
		return wait, true
	case errors.As(err, &e) && e.passing && e.retryAfter <= patience:
		return max(wait, e.retryAfter), true
	}
	return 0, false
}

// passing tells whether the same call may succeed in a moment.
func (c *Client) passing(err error) bool {
	_, ok := c.again(err, 1)
	return ok
}
