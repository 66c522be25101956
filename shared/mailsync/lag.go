package mailsync

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

// finding is how messages that are filed were found.
type finding int

const (
	byListing    finding = iota // a record of the history tells of them, in a tracked conversation
	byLedger                    // the same, at another try
	byLabel                     // their conversation is read whole, since it is labelled or tracked since just now
	byComparison                // they are in Gmail and not stored
)

// finds says how what is filed until the returned function is called was found. What a comparison finds stays so, whatever it has read for that.
func (r *run) finds(f finding) (done func()) {
	was := r.found
	if was != byComparison {
		r.found = f
	}
	return func() { r.found = was }
}

// trigger is what has asked for a sync, in the figures' words.
func trigger(t store.SyncTask) string {
	switch t.Reason {
	case "pushed":
		return obs.TriggerPush
	case "sweep":
		return obs.TriggerSweep
	}
	return obs.TriggerTask
}

// tellLag tells how long after it was asked for the listing was committed.
func (r *run) tellLag(ctx context.Context) {
	if !r.task.AskedAt.IsZero() {
		r.Metrics.SyncLag(ctx, trigger(r.task), r.Now().Sub(r.task.AskedAt))
	}
}

// tellFiled tells how long the messages that a commit has put into the profile have taken, and of the sends that were settled by it.
func (r *run) tellFiled(ctx context.Context, done store.Imported) {
	now := r.Now()
	for range done.Settled {
		r.Metrics.SendEnded(ctx, obs.OutcomeSent)
	}
	for _, m := range done.New {
		switch r.found {
		case byLabel:
			r.Metrics.ArrivalLag(ctx, obs.FoundByLabel, now.Sub(r.begun))
		case byComparison:
			r.Metrics.ArrivalLag(ctx, obs.FoundByRecovery, now.Sub(m.ReceivedAt))
		default:
			by := obs.FoundBySweep
			if !r.task.PushedAt.IsZero() {
				by = obs.FoundByPush
			}
			r.Metrics.ArrivalLag(ctx, by, now.Sub(m.ReceivedAt))
			if m.Direction == hire.Inbound {
				r.Metrics.ReplyLag(ctx, by, now.Sub(r.couldBeSeen(m)))
			}
		}
	}
}

// couldBeSeen is from when on a mail might have been in the profile: since Gmail's push, or without one since it came. No earlier than the connection was made, and, as the
// listing before has not shown it, than that began: a mail that was taken out of spam lay there before. One that was in the ledger had been shown, so it counts since it came.
func (r *run) couldBeSeen(m hire.Message) time.Time {
	out := later(m.ReceivedAt, r.box.ConnectedAt)
	switch {
	case r.found == byLedger:
	case !r.task.PushedAt.IsZero():
		out = later(out, r.task.PushedAt)
	default:
		out = later(out, r.box.ListedAt)
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
