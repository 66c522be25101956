package operate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Round asks something of mailboxes, one after the other, at a pace.
type Round struct {
	*Service
	Mailboxes iter.Seq2[store.Mailbox, error]
	Quota     gmail.Quota
	Cost      func(gmail.Quota, Conversations) Units
	// Ask asks one mailbox, and gives what that has made due: nothing where it is not connected.
	Ask       func(ctx context.Context, k store.MailboxKey, c Conversations) (store.Mailbox, []store.OutboxRow, error)
	PerMinute int // units of Gmail's quota that what is asked may take a minute, on average
	State     *State
	DryRun    bool
	Out       io.Writer

	asked, parked, gone int
	total               Units
	conversations       int
	longest             time.Duration
}

// Run goes through the mailboxes. Stopped or failed, it says how to go on.
func (r *Round) Run(ctx context.Context) error {
	err := r.all(ctx)
	r.sum()
	if err == nil {
		r.State.Done = true
		if !r.DryRun {
			err = r.State.save()
		}
		return err
	}
	if ctx.Err() != nil {
		err = errors.New("stopped")
	}
	if r.DryRun || r.State.After == (store.MailboxKey{}) {
		return err
	}
	again := "-after " + Name(r.State.After)
	if r.State.file != "" {
		again = "-state " + r.State.file
	}
	return fmt.Errorf("%w\nWhat was asked for goes on by itself. For the rest run it again with %s", err, again)
}

func (r *Round) all(ctx context.Context) error {
	var pause time.Duration
	for m, err := range r.Mailboxes {
		if err != nil {
			return err
		}
		switch m.State {
		case store.Connected:
		case store.NeedsReconnect:
			r.parked++
			fmt.Fprintf(r.Out, "%s  left out: it can't be read until its user connects it anew\n", Name(m.Key()))
			continue
		default:
			r.gone++
			continue
		}
		c, err := r.Count(ctx, m)
		if err != nil {
			return err
		}
		units := r.Cost(r.Quota, c)
		if !r.DryRun {
			if err := r.pause(ctx, pause); err != nil {
				return err
			}
			if err := r.ask(ctx, m, c); err != nil {
				return err
			}
		}
		r.note(m, c, units)
		pause = at(r.PerMinute, units.Most)
	}
	return nil
}

func (r *Round) pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	return r.Wait(ctx, d)
}

// ask asks one mailbox. The position is kept once its task is in the outbox: that can't be lost any more.
func (r *Round) ask(ctx context.Context, m store.Mailbox, c Conversations) error {
	_, due, err := r.Ask(ctx, m.Key(), c)
	if err != nil {
		return fmt.Errorf("ask %s: %w", Name(m.Key()), err)
	}
	if r.HandOver != nil {
		r.HandOver(ctx, due)
	}
	r.State.After, r.State.Asked = m.Key(), r.State.Asked+1
	return r.State.save()
}

func (r *Round) note(m store.Mailbox, c Conversations, u Units) {
	r.asked++
	r.conversations += c.Compared()
	r.total = r.total.plus(u)
	r.longest = max(r.longest, alone(r.Quota, u.Most))
	fmt.Fprintf(r.Out, "%d  %s  %d conversations", max(r.State.Asked, r.asked), Name(m.Key()), c.Compared())
	if c.Unmatched > 0 {
		fmt.Fprintf(r.Out, ", %d of them in no profile", c.Unmatched)
	}
	fmt.Fprintf(r.Out, ": %s\n", u)
}

func (r *Round) sum() {
	verb := "asked"
	if r.DryRun {
		verb = "would be asked"
	}
	fmt.Fprintf(r.Out, "%d mailboxes %s, %d need their user first, %d are not connected\n", r.asked, verb, r.parked, r.gone)
	if r.asked == 0 {
		return
	}
	fmt.Fprintf(r.Out, "%d conversations: %s of Gmail's quota, at most %.2g %% of the project's day; a message that is missing takes %d more, a labelled conversation not known yet %d\n",
		r.conversations, r.total, 100*float64(r.total.Most)/float64(r.Quota.ProjectPerDay), r.Quota.Units["messages.get"], r.Quota.Units["threads.get"])
	if r.DryRun {
		fmt.Fprintf(r.Out, "It would take %s at %d units a minute; the largest mailbox takes %s by itself\n", roughly(max(at(r.PerMinute, r.total.Most), r.longest)), r.PerMinute, roughly(r.longest))
	}
}

// roughly is a time in words that promise no more than an estimate can.
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "a minute"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", (d+time.Minute-1)/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", (d+time.Hour-1)/time.Hour)
	}
	return fmt.Sprintf("%d days", (d+24*time.Hour-1)/(24*time.Hour))
}
