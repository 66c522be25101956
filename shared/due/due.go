package due

import (
	"context"
	"sync"
	"time"

	"github.com/googleapis/gax-go/v2"
)

// Runner runs pieces of work as their time comes; all fields are needed.
type Runner[T any] struct {
	// List gives pieces that are due, the earliest first and at most limit, and when the next one is; zero where there is none or it was not met. Those that are under way are still due.
	List func(ctx context.Context, limit int) (ready []T, next time.Time, err error)
	// ID names a piece.
	ID func(T) string
	// Do does a piece, after which it is due no longer, or at another time. With an error it is still due, since that could not be noted.
	Do func(ctx context.Context, piece T) error
	// Failed is told what went wrong with listing or noting; it is tried again a second later.
	Failed func(ctx context.Context, err error)
	// Wake tells that something new may be due.
	Wake <-chan struct{}
	Now  func() time.Time
	// Parallel is how many are under way at once, at most.
	Parallel int
}

// Run runs until ctx ends, and returns when nothing is under way any more.
func (r Runner[T]) Run(ctx context.Context) {
	var work sync.WaitGroup
	defer work.Wait()
	done := make(chan string, r.Parallel) // has room for all: nobody who is done waits
	under := map[string]bool{}
	for ctx.Err() == nil {
		wait := time.Minute
		if len(under) < r.Parallel {
			// So many that those under way can't hide all others.
			ready, next, err := r.List(ctx, 2*r.Parallel)
			if err != nil && ctx.Err() == nil {
				r.Failed(ctx, err)
				wait = time.Second
			} else if !next.IsZero() {
				wait = max(next.Sub(r.Now()), 10*time.Millisecond)
			}
			for _, piece := range ready {
				id := r.ID(piece)
				if under[id] || len(under) >= r.Parallel {
					continue
				}
				under[id] = true
				work.Go(func() {
					if err := r.Do(ctx, piece); err != nil {
						r.Failed(ctx, err)
						_ = gax.Sleep(ctx, time.Second)
					}
					done <- id
				})
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-r.Wake:
		case id := <-done:
			delete(under, id)
		}
		timer.Stop()
	}
}
