package store

import (
	"errors"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// ErrLeaseLost: the lease that a commit relies on ran out or is somebody else's. Nothing was stored.
var ErrLeaseLost = errors.New("lease lost")

// Lease is the right to work on something, of one at a time: a mailbox's sync, a Google user's grant, a send, the sweep. Fence rises with each lease given, so that a commit under
// an older one is refused.
type Lease struct {
	Holder    string // random; read back, since a client may repeat a commit that had succeeded
	Fence     int64
	ExpiresAt time.Time
}

// Held tells whether the lease is somebody's now.
func (l Lease) Held(now time.Time) bool { return l.Holder != "" && now.Before(l.ExpiresAt) }

func (l Lease) heldBy(holder string, now time.Time) bool { return l.Held(now) && l.Holder == holder }

// free tells whether holder may take the lease, or take it for longer.
func (l Lease) free(holder string, now time.Time) bool { return !l.Held(now) || l.Holder == holder }

// takenBy is the lease once holder has taken it.
func (l Lease) takenBy(holder string, now time.Time, ttl time.Duration) Lease {
	return Lease{Holder: holder, Fence: l.Fence + 1, ExpiresAt: now.Add(ttl)}
}

// letGo is the lease once its holder needs it no more.
func (l Lease) letGo() Lease { return Lease{Fence: l.Fence} }

// broken is the lease once it was taken away: whoever has it commits nothing more.
func (l Lease) broken() Lease { return Lease{Fence: l.Fence + 1} }

// Held is a lease on a mailbox's sync: every commit made under it names it.
type Held struct {
	Key        MailboxKey
	Generation int64
	Holder     string
	Fence      int64
	// Spent is what the mailbox has spent of Gmail's quota of late, as far as the holder knows. It is noted when the lease is let go of.
	Spent []Spent
}

func (h Held) check(m *Mailbox, now time.Time) error {
	switch {
	case m == nil || m.Generation != h.Generation || m.State != Connected:
		return hire.Err(hire.CodeStaleConnection)
	case !m.Lease.heldBy(h.Holder, now) || m.Lease.Fence != h.Fence:
		return fmt.Errorf("mailbox sync: %w", ErrLeaseLost)
	}
	return nil
}
