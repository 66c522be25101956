package functions_test

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/clocktest"
)

// clock is the time of a scenario: of the service, of Gmail and of the tokens alike.
type clock struct {
	*clocktest.Clock // stands still but for the words below; nil is the machine's own time, which they cannot move
}

func (c clock) Now() time.Time {
	if c.Clock == nil {
		return time.Now()
	}
	return c.Clock.Now()
}

func (c clock) Advance(d time.Duration) {
	if c.Clock != nil {
		c.Clock.Advance(d)
	}
}

// sleep lets time go by at once.
func (c clock) sleep(_ context.Context, d time.Duration) error {
	c.Advance(d)
	return nil
}

// settle lets everything happen that is due: notifications are pushed and tasks run until nothing is left for now.
func (w *world) settle() {
	w.t.Helper()
	for range 50 {
		done, err := w.platform.runDue(w.t.Context())
		w.ok(err)
		if done == 0 {
			return
		}
	}
	w.t.Fatalf("notifications and tasks don't come to rest\n%s", w.logs)
}

// pass lets time go by, doing what falls due on the way.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	for step := time.Second; d > 0; d -= step {
		step = min(d, 5*time.Second)
		w.clock.Advance(step)
		w.settle()
	}
}

// sweep is one call of Cloud Scheduler, and what it sets off.
func (w *world) sweep() {
	w.t.Helper()
	c := w.config.Callers
	w.service(c.SchedulerAudience, c.SchedulerServiceAccount, "/labelsweep/", nil).into(204, nil)
	w.settle()
}

// skip lets time go by at once, and what has become due by then be done.
func (w *world) skip(d time.Duration) {
	w.t.Helper()
	w.clock.Advance(d)
	w.settle()
}

// swept lets the sweep make up for notifications that were lost.
func (w *world) swept() {
	w.t.Helper()
	w.clock.Advance(10 * time.Minute)
	w.sweep()
	w.pass(time.Minute)
}

// aDayLater lets what is done once a day be done.
func (w *world) aDayLater() {
	w.t.Helper()
	w.clock.Advance(25 * time.Hour)
	w.sweep()
	w.pass(time.Minute)
}

// fiveMinutesLater lets what is tried again within minutes be done, and Cloud Scheduler call once.
func (w *world) fiveMinutesLater() {
	w.t.Helper()
	w.pass(5 * time.Minute)
	w.sweep()
}
