package docs

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"

	"github.com/trakstar/hire-gmail/shared/obs"
)

// Traced makes each transaction of a database a span, under its operation's name.
func Traced(db DB) DB { return traced{db} }

type traced struct{ DB }

// Update implements DB.
func (t traced) Update(ctx context.Context, op string, fn func(ctx context.Context, tx Tx) error) error {
	return transaction(ctx, op, fn, t.DB.Update)
}

// View implements DB.
func (t traced) View(ctx context.Context, op string, fn func(ctx context.Context, tx Tx) error) error {
	return transaction(ctx, op, fn, t.DB.View)
}

// Replace implements DB.
func (t traced) Replace(ctx context.Context, op string, ref Ref, seen Stamp, doc any) (replaced bool, err error) {
	ctx, span := obs.Start(ctx, "store "+op)
	replaced, err = t.DB.Replace(ctx, op, ref, seen, doc)
	span.SetAttributes(attribute.Bool("store.replaced", replaced))
	obs.End(span, err, kindOf(err))
	return replaced, err
}

// transaction runs one, and counts how often its function ran. The function's own refusals (not found, key reused) are no failures of the store.
func transaction(ctx context.Context, op string, fn func(context.Context, Tx) error, run func(context.Context, string, func(context.Context, Tx) error) error) error {
	ctx, span := obs.Start(ctx, "store "+op)
	runs, own := 0, error(nil)
	err := run(ctx, op, func(ctx context.Context, tx Tx) error {
		runs++
		own = fn(ctx, tx)
		return own
	})
	span.SetAttributes(attribute.Int("store.runs", runs))
	if own != nil && errors.Is(err, own) {
		obs.End(span, nil, "")
	} else {
		obs.End(span, err, kindOf(err))
	}
	return err
}

// kindOf is a failure of a database in a word, for a span.
func kindOf(err error) string {
	switch {
	case errors.Is(err, ErrContention):
		return "contention"
	case errors.Is(err, ErrTooLarge):
		return "too_large"
	case errors.Is(err, ErrExists):
		return "exists"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "out_of_time"
	}
	return "failed"
}
