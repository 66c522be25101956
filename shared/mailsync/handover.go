package mailsync

import (
	"context"

	"github.com/trakstar/hire-gmail/shared/store"
)

// dueTogether is how many rows of the outbox a run lets gather before it hands them over. They are safe meanwhile, but nobody is told yet.
const dueTogether = 100

// gather keeps rows of the outbox until there are enough of them. They are handed over in the order of the commits of each candidate.
func (r *run) gather(ctx context.Context, rows []store.OutboxRow) {
	r.filing.Lock()
	defer r.filing.Unlock()
	if r.due = append(r.due, rows...); len(r.due) >= dueTogether {
		r.handOver(ctx)
	}
}

// handOver hands over what the run's commits have made due: when the lease is let go, at the latest.
func (r *run) handOver(ctx context.Context) {
	if len(r.due) > 0 {
		r.Outbox.HandOver(ctx, r.due)
		r.due = nil
	}
}
