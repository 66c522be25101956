package store

import (
	"context"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Many fills a database with n idle mailboxes of accounts of a thousand, each last verified at a time and due for the sweep since. It writes what the sweep reads, as the
// operations would have written it, and nothing else: by the operations themselves a million would take hours.
func Many(ctx context.Context, db docs.DB, n int, verified time.Time) error {
	const together = 2000 // in a transaction
	for from := 0; from < n; from += together {
		err := db.Update(ctx, "fill", func(_ context.Context, tx docs.Tx) error {
			for i := from; i < min(from+together, n); i++ {
				m := Mailbox{
					AccountID: fmt.Sprintf("account-%05d", i/1000), UserID: fmt.Sprintf("user-%07d", i), Generation: 1, State: Connected,
					Sub: fmt.Sprintf("1%020d", i), Address: fmt.Sprintf("recruiter-%07d@customer.example", i), TokenVersion: "1", ConnectedAt: verified.Add(-24 * time.Hour),
					Labels: []Label{{ID: "Label_1", Name: "Hire"}}, WatchExpiresAt: verified.Add(6 * 24 * time.Hour), WatchRenewedAt: verified.Add(-24 * time.Hour), Cursor: 1_000_000,
					Ahead: Ahead{Cursor: 1_000_000, HistoryID: 1_000_001, SeenAt: verified}, LastSyncAt: verified, ListedAt: verified, VerifiedAt: verified, Imported: verified,
					Lease: Lease{Fence: 12}, Spent: []Spent{{From: verified, Units: 2}},
				}
				if err := tx.Set(mailboxRef(m.Key()), &m); err != nil {
					return err
				}
				if err := tx.Set(dueRef(m.Key()), &dueRecord{AccountID: m.AccountID, UserID: m.UserID, DueAt: verified.Add(SweepInterval)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("fill from %d: %w", from, err)
		}
	}
	return nil
}
