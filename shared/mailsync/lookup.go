package mailsync

import (
	"context"
	"fmt"

	"github.com/trakstar/hire-gmail/shared/store"
)

// tracked reads what is known of conversations, by their Gmail ids; what we have never met is not in it.
func (r *run) tracked(ctx context.Context, threads []string) (map[string]store.Tracked, error) {
	tracked, err := r.Store.Tracked(ctx, r.key.AccountID, r.box.Sub, threads)
	if err != nil {
		return nil, fmt.Errorf("look up conversations: %w", err)
	}
	return tracked, nil
}

// known reads which of the mailbox's messages are stored, and which the rules have left out, by their Gmail ids.
func (r *run) known(ctx context.Context, messages []string) (map[string]store.Alias, map[string]store.Exclusion, error) {
	imported, excluded, err := r.Store.Known(ctx, r.key.AccountID, r.box.Sub, messages)
	if err != nil {
		return nil, nil, fmt.Errorf("look up messages: %w", err)
	}
	return imported, excluded, nil
}
