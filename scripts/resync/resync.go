package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/trakstar/hire-gmail/scripts/operate"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// resync asks for what the options say, and shows how it goes until all is done.
func resync(ctx context.Context, s *operate.Service, o options, in io.Reader, out io.Writer) error {
	keys, err := o.keys(ctx, s, in)
	if err != nil {
		return err
	}
	state, err := o.Begin(s, "resync "+hire.Digest(names(keys)...))
	if err != nil {
		return err
	}
	w := watch{Service: s, out: out, every: o.every}
	round := operate.Round{
		Service: s, Mailboxes: s.These(ctx, keys, state.After), Quota: o.Quota, Cost: operate.Resync, PerMinute: o.PerMinute, State: state, DryRun: o.DryRun, Out: out,
		Ask: func(ctx context.Context, k store.MailboxKey, c operate.Conversations) (store.Mailbox, []store.OutboxRow, error) {
			m, due, err := s.Store.AskResync(ctx, k, c.Compared())
			if err == nil {
				w.add(m)
			}
			return m, due, err
		},
	}
	if err := round.Run(ctx); err != nil || o.DryRun {
		return err
	}
	if s.HandOver == nil && len(w.open) > 0 {
		fmt.Fprintln(out, "The next sweep queues it, within seven minutes")
	}
	if o.noWait {
		return nil
	}
	return w.untilDone(ctx)
}

func (o options) keys(ctx context.Context, s *operate.Service, in io.Reader) ([]store.MailboxKey, error) {
	switch {
	case o.sub != "":
		return s.OfGoogleUser(ctx, o.sub)
	case o.list == "":
		return []store.MailboxKey{o.mailbox}, nil
	case o.list != "-":
		f, err := os.Open(o.list)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return operate.ReadNames(in)
}

func names(keys []store.MailboxKey) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = operate.Name(k)
	}
	return out
}

// watch shows how resyncs go.
type watch struct {
	*operate.Service
	out    io.Writer
	every  time.Duration
	open   []watched
	failed int
}

// watched is a mailbox whose resync is not done, as far as is known.
type watched struct {
	key    store.MailboxKey
	resync string    // its id
	walked time.Time // when the last walk over the labelled conversations had ended before
	said   string
}

// add watches a mailbox that was just asked.
func (w *watch) add(m store.Mailbox) {
	if m.Resyncing() {
		w.open = append(w.open, watched{key: m.Key(), resync: m.Resync.ID, walked: m.Imported})
	}
}

// untilDone shows what changes until each is done, or needs something that does not come by itself.
func (w *watch) untilDone(ctx context.Context) error {
	for len(w.open) > 0 {
		var left []watched
		for _, x := range w.open {
			over, err := w.look(ctx, &x)
			if ctx.Err() != nil {
				return errors.New("stopped; what was asked for goes on by itself")
			}
			if err != nil {
				return err
			}
			if !over {
				left = append(left, x)
			}
		}
		if w.open = left; len(left) == 0 {
			break
		}
		if err := w.Wait(ctx, w.every); err != nil {
			return errors.New("stopped; what was asked for goes on by itself")
		}
	}
	if w.failed > 0 {
		return fmt.Errorf("%d of them are not done, see above", w.failed)
	}
	return nil
}

// look says how a resync stands, if it has not been said. It is over when it has ended and the labelled conversations were gone through too, or can't be waited for.
func (w *watch) look(ctx context.Context, x *watched) (over bool, err error) {
	m, found, err := w.Store.Mailbox(ctx, x.key)
	if err != nil {
		return false, fmt.Errorf("read mailbox: %w", err)
	}
	say := func(format string, args ...any) {
		if line := operate.Name(x.key) + "  " + fmt.Sprintf(format, args...); line != x.said {
			x.said = line
			fmt.Fprintln(w.out, line)
		}
	}
	switch {
	case !found || m.Resync == nil || m.Resync.ID != x.resync:
		w.failed++
		say("not done: the mailbox was connected with another Google account, or another resync was asked for")
		return true, nil
	case m.State == store.NeedsReconnect:
		w.failed++
		say("not done: its user has to connect it anew, and then it goes on")
		return true, nil
	case m.State != store.Connected:
		w.failed++
		say("not done: it was disconnected")
		return true, nil
	}
	r, waiting := *m.Resync, ""
	if m.LedgerSize > 0 {
		waiting = fmt.Sprintf("; %d could not be read yet and are tried again", m.LedgerSize)
	}
	switch {
	case !r.EndedAt.IsZero() && m.Imported.After(x.walked):
		say("done: %d conversations compared, %d messages were missing%s", r.Done, r.Repaired, waiting)
		return true, nil
	case w.Now().Before(m.ReadBlockedUntil):
		say("%d of %d conversations compared; Gmail lets the mailbox be read again at %s", r.Done, max(r.Total, r.Done), m.ReadBlockedUntil.UTC().Format(time.TimeOnly))
	case m.Recovery != nil:
		say("a forgotten history is made up for first: %d of %d messages compared%s", m.Recovery.Listed, m.Recovery.Total, waiting)
	case r.EndedAt.IsZero():
		say("%d of %d conversations compared, %d messages were missing%s", r.Done, max(r.Total, r.Done), r.Repaired, waiting)
	case m.Import != nil:
		say("all compared; %d of %d labelled conversations gone through%s", m.Import.Done, m.Import.Total, waiting)
	default:
		say("all compared; the labelled conversations are gone through%s", waiting)
	}
	return false, nil
}
