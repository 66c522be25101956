package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/trakstar/hire-gmail/scripts/site"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

const (
	brokenOf = 0.10 // of Gmail's calls, and of those of its token endpoint
	losesOf  = 0.05 // of Gmail's notifications

	killEvery   = 4 * time.Second // on average
	pauseEvery  = 60 * time.Second
	pauseLeast  = 2 * time.Second
	pauseMost   = 20 * time.Second
	sweepsEvery = time.Minute // Cloud Scheduler has five; the hour is pressed too
)

// dice are safe for concurrent use.
type dice struct {
	mu sync.Mutex
	r  *rand.Rand
}

func (d *dice) hit(of float64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.r.Float64() < of
}

// about is a time of this length on average, such as lies between two things that happen by chance.
func (d *dice) about(mean time.Duration) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Duration(d.r.ExpFloat64() * float64(mean))
}

func (d *dice) between(least, most time.Duration) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return least + time.Duration(d.r.Int64N(int64(most-least)))
}

func (d *dice) pick(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.r.IntN(n)
}

// faults are what goes wrong.
type faults struct {
	s    *site.Site
	b    *budget
	dice *dice
	say  func(format string, args ...any)

	kills, pauses int
	paused        time.Duration
}

func (f *faults) String() string {
	return fmt.Sprintf("%d functions were killed, Firestore stood still %d times for %.0f s in all", f.kills, f.pauses, f.paused.Seconds())
}

// ways in which a call of Gmail's fails. Each has the same share.
var ways = []gmailtest.FaultRule{
	{Status: http.StatusServiceUnavailable},
	{Status: http.StatusInternalServerError, After: true},
	{Status: http.StatusTooManyRequests, Reason: "rateLimitExceeded", RetryIn: 3 * time.Second},
	{Status: http.StatusForbidden, Reason: "userRateLimitExceeded"}, // names no time
	{Reset: true},
	{Reset: true, After: true},
}

// addFaults breaks a share of Gmail's calls. Each rule is asked about the calls that those before it let through.
func addFaults(sim *gmailtest.Server) {
	share, left := brokenOf/float64(len(ways)), 1.0
	for _, way := range ways {
		way.Method, way.Probability = "*", share/left
		left -= share
		sim.AddFault(way)
	}
}

// begin lets things go wrong until end is called.
func (f *faults) begin(ctx context.Context) (end func() error) {
	addFaults(f.s.Sim)
	ctx, cancel := context.WithCancel(ctx)
	var g sync.WaitGroup
	var failed error
	g.Go(func() { f.kill(ctx) })
	g.Go(func() { failed = f.pause(ctx) })
	return func() error {
		cancel()
		g.Wait()
		f.s.Sim.ClearFaults()
		f.b.loseNoMore()
		return failed
	}
}

// kill ends functions as kill -9 does: one that is at work where there is one, else any.
func (f *faults) kill(ctx context.Context) {
	for site.Pause(ctx, f.dice.about(killEvery)) == nil {
		names := f.b.atWork()
		if len(names) == 0 {
			names = slices.Clone(f.s.Code.Functions)
		}
		f.s.Instances[names[f.dice.pick(len(names))]].Kill()
		f.kills++
	}
}

// pause stops the emulator of Firestore, and lets it go on.
func (f *faults) pause(ctx context.Context) (err error) {
	const firestore = "FIRESTORE_EMULATOR_HOST"
	for site.Pause(ctx, f.dice.about(pauseEvery)) == nil {
		if err := f.s.Signal(firestore, syscall.SIGSTOP); err != nil {
			return err
		}
		begun := time.Now()
		_ = site.Pause(ctx, f.dice.between(pauseLeast, pauseMost)) // it goes on at once where the hour has ended
		if err := f.s.Signal(firestore, syscall.SIGCONT); err != nil {
			return err
		}
		f.pauses++
		f.paused += time.Since(begun)
	}
	return nil
}
