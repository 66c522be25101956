package mailsync

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/shared/store"
)

// addressCache remembers which mailboxes an address has, so that a notification reads one document before it asks Gmail. It is bounded: at its limit it begins
// anew. That an address has none is not remembered: its first connection must not wait.
type addressCache struct {
	mu    sync.Mutex
	limit int
	known map[string]remembered
}

type remembered struct {
	keys  []store.MailboxKey
	until time.Time
}

func newAddressCache(limit int) *addressCache {
	return &addressCache{limit: limit, known: map[string]remembered{}}
}

func (c *addressCache) get(address string, now time.Time) []store.MailboxKey {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.known[address]; now.Before(r.until) {
		return r.keys
	}
	return nil
}

func (c *addressCache) set(address string, keys []store.MailboxKey, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= c.limit {
		clear(c.known)
	}
	c.known[address] = remembered{keys: keys, until: until}
}

// mailboxesOf finds the mailboxes of an address.
func (e *Engine) mailboxesOf(ctx context.Context, address string) ([]store.MailboxKey, error) {
	now := e.Now()
	if keys := e.addresses.get(address, now); len(keys) > 0 {
		return keys, nil
	}
	keys, err := e.Store.MailboxesOf(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("find mailboxes: %w", err)
	}
	if len(keys) > 0 {
		e.addresses.set(address, keys, now.Add(store.AddressRemembered))
	}
	return keys, nil
}
