package gmail

import "context"

// Priority says how much of a mailbox's quota a call may use up. Where little is left, what a person waits for goes first.
type Priority int

// The priorities.
const (
	// PrioritySync is catching up with new mail, and the default.
	PrioritySync Priority = iota
	// PriorityBackfill is the import of old mail and reconciliation.
	PriorityBackfill
	// PrioritySend is sending; the calls that send have it by themselves.
	PrioritySend
)

// Share is how much of a limit, in percent, calls of this priority may fill.
func (p Priority) Share() int {
	switch p {
	case PriorityBackfill:
		return 80
	case PrioritySend:
		return 100
	default:
		return 90
	}
}

type priorityKey struct{}

// WithPriority sets the priority of the calls made with the returned context.
func WithPriority(ctx context.Context, p Priority) context.Context {
	return context.WithValue(ctx, priorityKey{}, p)
}

func priorityOf(ctx context.Context) Priority {
	p, _ := ctx.Value(priorityKey{}).(Priority)
	return p
}
