package wiring

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
)

// How blobs that nothing refers to are looked for: turn by turn, so that no request is kept long, and all of them over and over again. Each old blob costs a query each
// time, so a day passes from the end to the next beginning.
const (
	collectEvery = time.Hour
	collectAnew  = 24 * time.Hour
	collectBlobs = 5000 // in one turn, at most
	collectFor   = time.Minute
)

// CollectBlobs removes blobs that nothing refers to, as far as a turn goes, if it is time for one.
func (s *Services) CollectBlobs(ctx context.Context) (blobs.Swept, error) {
	after, due, err := s.Store.BeginBlobSweep(ctx, s.Now().Add(collectEvery))
	if err != nil {
		return blobs.Swept{}, fmt.Errorf("collect blobs: %w", err)
	}
	if !due {
		return blobs.Swept{}, nil
	}
	within, cancel := context.WithTimeout(ctx, collectFor)
	defer cancel()
	swept, err := s.Adapters.Blobs.Collect(within, blobs.Sweep{After: after, Limit: collectBlobs, Referenced: s.Store.Referenced})
	again := collectEvery
	switch {
	case err == nil && swept.Next == "":
		again = collectAnew
	case swept.Seen > 0 && within.Err() != nil && ctx.Err() == nil:
		err = nil // the turn is over
	}
	return swept, errors.Join(err, s.Store.EndBlobSweep(ctx, swept.Next, s.Now().Add(again)))
}
