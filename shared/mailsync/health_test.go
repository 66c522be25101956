package mailsync

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

func TestMeasured(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	box := func(change func(*store.Mailbox)) store.Mailbox {
		m := store.Mailbox{
			State: store.Connected, VerifiedAt: now.Add(-9 * time.Minute), LastPushAt: now.Add(-time.Hour), WatchExpiresAt: now.Add(72 * time.Hour),
			LedgerSize: 2, LedgerFrom: now.Add(-7 * time.Hour),
		}
		change(&m)
		return m
	}
	tests := []struct {
		name string
		box  store.Mailbox
		want obs.MailboxHealth
	}{
		{"connected", box(func(*store.Mailbox) {}), obs.MailboxHealth{
			Token: "valid", SinceSync: 9 * time.Minute, SincePush: time.Hour, WatchLeft: 72 * time.Hour, LedgerRows: 2, LedgerAge: 7 * time.Hour, UnitsLeft: 6000,
		}},
		{"without notifications", box(func(m *store.Mailbox) { m.LastPushAt, m.WatchExpiresAt = time.Time{}, time.Time{} }), obs.MailboxHealth{
			Token: "valid", SinceSync: 9 * time.Minute, SincePush: -1, WatchLeft: -1, LedgerRows: 2, LedgerAge: 7 * time.Hour, UnitsLeft: 6000,
		}},
		{"its watch has ended", box(func(m *store.Mailbox) { m.WatchExpiresAt = now.Add(-time.Hour) }), obs.MailboxHealth{
			Token: "valid", SinceSync: 9 * time.Minute, SincePush: time.Hour, WatchLeft: 0, LedgerRows: 2, LedgerAge: 7 * time.Hour, UnitsLeft: 6000,
		}},
		{"waits for its user to reconnect", box(func(m *store.Mailbox) { m.State = store.NeedsReconnect }), obs.MailboxHealth{
			Token: "refused", SinceSync: -1, SincePush: -1, WatchLeft: -1, LedgerRows: 2, LedgerAge: -1, UnitsLeft: 6000,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, measured(tt.box, 6000, now)); diff != "" {
				t.Errorf("measured (-want +got):\n%s", diff)
			}
		})
	}
}
