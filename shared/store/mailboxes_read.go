package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Mailbox reads a mailbox; found is false where the user never connected one.
func (s *Store) Mailbox(ctx context.Context, k MailboxKey) (m Mailbox, found bool, err error) {
	err = s.db.View(ctx, "mailbox", func(ctx context.Context, tx docs.Tx) error {
		doc, err := docs.Get[Mailbox](ctx, tx, mailboxRef(k))
		if err != nil {
			return err
		}
		if found = doc != nil; found {
			m = *doc
			m.stamp = tx.Stamp(mailboxRef(k))
		}
		return nil
	})
	return m, found, err
}

// AddressRemembered is how long the answer of MailboxesOf may be remembered, if it names any.
const AddressRemembered = time.Minute

// MailboxesOf lists the mailboxes that have this Gmail address: one person may work in two accounts.
func (s *Store) MailboxesOf(ctx context.Context, address string) ([]MailboxKey, error) {
	var out []MailboxKey
	err := s.db.View(ctx, "mailboxes_of", func(ctx context.Context, tx docs.Tx) error {
		out = nil
		doc, err := docs.Get[mailboxesRecord](ctx, tx, mailboxesOfRef(address))
		if doc != nil {
			out = doc.Mailboxes
		}
		return err
	})
	return out, err
}

// Mailboxes lists an account's mailboxes by user id, after the given one.
func (s *Store) Mailboxes(ctx context.Context, account, after string, limit int) ([]Mailbox, error) {
	q := docs.Query{Collection: accountRef(account).Under("mailboxes"), Limit: limit}
	if after != "" {
		q.After = &docs.Position{ID: after}
	}
	return list[Mailbox](ctx, s, "mailboxes", q)
}

// Users lists an account's users by id, after the given one.
func (s *Store) Users(ctx context.Context, account, after string, limit int) ([]hire.User, error) {
	q := docs.Query{Collection: accountRef(account).Under("users"), Limit: limit}
	if after != "" {
		q.After = &docs.Position{ID: after}
	}
	return list[hire.User](ctx, s, "users", q)
}

// ConnectionCounts says how many of an account's users have a connection in each state.
type ConnectionCounts struct {
	Users          int
	Connected      int
	NeedsReconnect int
	Disconnecting  int
}

// CountConnections counts an account's connections, in one snapshot and without reading any of them.
func (s *Store) CountConnections(ctx context.Context, account string) (out ConnectionCounts, err error) {
	err = s.db.View(ctx, "connections.count", func(ctx context.Context, tx docs.Tx) (err error) {
		out = ConnectionCounts{}
		if out.Users, err = tx.Count(ctx, accountRef(account).Under("users")); err != nil {
			return err
		}
		boxes := accountRef(account).Under("mailboxes")
		for state, n := range map[State]*int{Connected: &out.Connected, NeedsReconnect: &out.NeedsReconnect, Disconnecting: &out.Disconnecting} {
			if *n, err = tx.Count(ctx, boxes, docs.Equal{Field: "State", Value: string(state)}); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// MailboxesOfUsers reads the mailboxes of users, by user id, in one round trip.
func (s *Store) MailboxesOfUsers(ctx context.Context, account string, users []hire.User) (map[string]Mailbox, error) {
	refs := make([]docs.Ref, len(users))
	for i, u := range users {
		refs[i] = mailboxRef(MailboxKey{account, u.ID})
	}
	out := map[string]Mailbox{}
	err := s.db.View(ctx, "mailboxes_of_users", func(ctx context.Context, tx docs.Tx) error {
		clear(out)
		found, err := docs.GetAll[Mailbox](ctx, tx, refs)
		for _, m := range found {
			if m != nil {
				out[m.UserID] = *m
			}
		}
		return err
	})
	return out, err
}
