package mailboxes

import (
	"context"
	"log/slog"
	"time"

	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

// projectDay keeps in the store what all processes spend of the project's quota for a day.
type projectDay struct {
	store   *store.Store
	perDay  int
	metrics *obs.Metrics
	log     *slog.Logger
}

// AddUnits implements gmail.Days.
func (p projectDay) AddUnits(ctx context.Context, day time.Time, units int) (total int, err error) {
	if total, err = p.store.AddUnits(ctx, day, units); err != nil {
		p.log.WarnContext(ctx, "quota units of the day can't be added up; they are with the next ones", "units", units, "error", err)
		return 0, err
	}
	p.metrics.ProjectLeft(ctx, max(p.perDay-total, 0))
	return total, nil
}
