package operate

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"net/url"
	"strings"

	"github.com/trakstar/hire-gmail/shared/store"
)

// page is how many records are read at once.
const page = 200

// Name is a mailbox's key in one word: ACCOUNT/USER, with what else is in an id than letters, digits and plain signs written as in an address.
func Name(k store.MailboxKey) string {
	return url.PathEscape(k.AccountID) + "/" + url.PathEscape(k.UserID)
}

// ParseName is the key of a Name.
func ParseName(s string) (k store.MailboxKey, err error) {
	account, user, ok := strings.Cut(s, "/")
	if k.AccountID, err = url.PathUnescape(account); err == nil {
		k.UserID, err = url.PathUnescape(user)
	}
	if !ok || err != nil || k.AccountID == "" || k.UserID == "" || strings.Contains(user, "/") {
		return k, fmt.Errorf("%q is no mailbox; want ACCOUNT/USER, both ids, with %%2F for a / within one", s)
	}
	return k, nil
}

// ReadNames reads mailboxes, a Name on each line. Empty lines, and those that begin with #, are passed over.
func ReadNames(r io.Reader) (keys []store.MailboxKey, err error) {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, err := ParseName(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		keys = append(keys, k)
	}
	return keys, lines.Err()
}

// All are all mailboxes there ever were, or those of one account, in the order of their ids, after the given one.
func (s *Service) All(ctx context.Context, account string, after store.MailboxKey) iter.Seq2[store.Mailbox, error] {
	return func(yield func(store.Mailbox, error) bool) {
		more := func(m store.Mailbox, err error) bool { return yield(m, err) && err == nil }
		if account != "" {
			s.of(ctx, account, after.UserID, more)
			return
		}
		// The account that was being gone through comes once more, from the mailbox after the given one on.
		if after.AccountID != "" && !s.of(ctx, after.AccountID, after.UserID, more) {
			return
		}
		for from := after.AccountID; ; {
			ids, err := s.Store.AccountIDs(ctx, from, page)
			if err != nil {
				yield(store.Mailbox{}, fmt.Errorf("list accounts: %w", err))
				return
			}
			for _, id := range ids {
				if from = id; !s.of(ctx, id, "", more) {
					return
				}
			}
			if len(ids) < page {
				return
			}
		}
	}
}

// of gives the mailboxes of an account; false if no more are wanted.
func (s *Service) of(ctx context.Context, account, after string, yield func(store.Mailbox, error) bool) bool {
	for {
		list, err := s.Store.Mailboxes(ctx, account, after, page)
		if err != nil {
			yield(store.Mailbox{}, fmt.Errorf("list mailboxes: %w", err))
			return false
		}
		for _, m := range list {
			if after = m.UserID; !yield(m, nil) {
				return false
			}
		}
		if len(list) < page {
			return true
		}
	}
}

// These are the mailboxes with these keys, in this order, after the given one. One that is not there fails.
func (s *Service) These(ctx context.Context, keys []store.MailboxKey, after store.MailboxKey) iter.Seq2[store.Mailbox, error] {
	return func(yield func(store.Mailbox, error) bool) {
		met := after == store.MailboxKey{}
		for _, k := range keys {
			if !met {
				met = k == after
				continue
			}
			m, found, err := s.Store.Mailbox(ctx, k)
			if err == nil && !found {
				err = fmt.Errorf("there is no mailbox %s: its user has never connected one, or an id is wrong", Name(k))
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
		if !met {
			yield(store.Mailbox{}, fmt.Errorf("the list has no mailbox %s to go on after", Name(after)))
		}
	}
}

// OfGoogleUser are the keys of the mailboxes of a Google user: one for each account that they work in.
func (s *Service) OfGoogleUser(ctx context.Context, sub string) (keys []store.MailboxKey, err error) {
	g, err := s.Store.GoogleUser(ctx, sub)
	if err != nil {
		return nil, fmt.Errorf("read google user: %w", err)
	}
	for _, c := range g.Connections {
		keys = append(keys, store.MailboxKey{AccountID: c.AccountID, UserID: c.UserID})
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("no mailbox of the Google user %s is connected; -sub is Google's id of the user, of digits only", sub)
	}
	return keys, nil
}

// Conversations counts the conversations of a mailbox that Hire knows of.
type Conversations struct {
	Filed     int // in a profile, and compared
	Unmatched int // in none
	Labelled  int // of both, those that carry or may carry an import label
}

// Compared are those that a comparison reads.
func (c Conversations) Compared() int { return c.Filed + c.Unmatched }

// Count counts a mailbox's conversations. It reads each of their records.
func (s *Service) Count(ctx context.Context, m store.Mailbox) (c Conversations, err error) {
	for after := ""; ; {
		list, err := s.Store.AllTracked(ctx, m.AccountID, m.Sub, after, page)
		if err != nil {
			return c, fmt.Errorf("count conversations: %w", err)
		}
		for _, t := range list {
			after = t.GmailThreadID
			switch t.State {
			case store.TrackActive:
				c.Filed++
			case store.TrackUnmatched:
				c.Unmatched++
			}
			if t.Labelled || t.Ours { // what Hire sends is given the label too
				c.Labelled++
			}
		}
		if len(list) < page {
			return c, nil
		}
	}
}
