package mailsync

import (
	"time"

	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

// States of a connection's token.
const (
	tokenValid   = "valid"   // as far as the last call has shown
	tokenRefused = "refused" // by Google; only its user can mend that
)

// Health is how a mailbox stands.
type Health struct {
	Token     string    // "" where there is no connection
	TokenAt   time.Time // since when
	UnitsLeft int       // of Gmail's quota that may be spent within this minute
}

// HealthOf says how a mailbox stands, of which perMinute units may be spent a minute.
func HealthOf(m store.Mailbox, perMinute int, now time.Time) Health {
	h := Health{UnitsLeft: perMinute}
	for _, s := range m.Spent {
		if now.Sub(s.From) <= time.Minute {
			h.UnitsLeft = max(h.UnitsLeft-s.Units, 0)
		}
	}
	switch {
	case m.State == store.Connected:
		h.Token, h.TokenAt = tokenValid, m.ConnectedAt
	case m.State == store.NeedsReconnect:
		h.Token = tokenRefused
		if m.Problem != nil {
			h.TokenAt = m.Problem.At
		}
	}
	return h
}

// measured is how a mailbox stands, as metrics tell it. Of one that waits for its user to reconnect nothing grows old: it can't be looked at, so its times would only hide how the others are.
func measured(m store.Mailbox, perMinute int, now time.Time) obs.MailboxHealth {
	since := func(t time.Time) time.Duration {
		if t.IsZero() {
			return -1
		}
		return max(now.Sub(t), 0)
	}
	h := HealthOf(m, perMinute, now)
	out := obs.MailboxHealth{
		Token: h.Token, SinceSync: since(m.VerifiedAt), SincePush: since(m.LastPushAt), WatchLeft: -1, LedgerRows: m.LedgerSize, LedgerAge: since(m.LedgerFrom), UnitsLeft: h.UnitsLeft,
	}
	if m.State != store.Connected {
		out.SinceSync, out.SincePush, out.LedgerAge = -1, -1, -1
		return out
	}
	if !m.WatchExpiresAt.IsZero() {
		out.WatchLeft = max(m.WatchExpiresAt.Sub(now), 0)
	}
	return out
}
