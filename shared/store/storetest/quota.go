package storetest

import (
	"testing"
	"time"
)

func unitsOfADay(t *testing.T, w *world) {
	today := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	tomorrow := today.Add(24 * time.Hour)
	add := func(day time.Time, units, want int) {
		t.Helper()
		total, err := w.AddUnits(w.ctx, day, units)
		w.ok(err)
		if total != want {
			t.Errorf("%d units are added to make %d, want %d", units, total, want)
		}
	}
	sum := 0
	for n := range 40 { // over all shards
		sum += n + 1
		add(today, n+1, sum)
	}
	add(tomorrow, 7, 7)
	for n := range 40 {
		add(tomorrow, 1, 8+n)
	}
	if total, err := w.UnitsOf(w.ctx, today); err != nil || total >= sum {
		t.Errorf("of the day before %d units are left (%v)", total, err)
	}
	if _, err := w.AddUnits(w.ctx, today, 1000); err != nil {
		t.Error(err)
	}
	if total, err := w.UnitsOf(w.ctx, tomorrow); err != nil || total != 47 {
		t.Errorf("a late count of the day before makes %d units (%v), want 47", total, err)
	}
}

func sweepLease(t *testing.T, w *world) {
	take := func(holder string, want bool) {
		t.Helper()
		taken, err := w.TakeSweep(w.ctx, holder, 2*time.Minute)
		w.ok(err)
		if taken != want {
			t.Errorf("the lease is given to %s: %t, want %t", holder, taken, want)
		}
	}
	take("a", true)
	take("b", false)
	w.ok(w.EndSweep(w.ctx, "b"))
	take("b", false)
	w.clock.Advance(time.Minute)
	take("a", true) // for longer
	w.clock.Advance(90 * time.Second)
	take("b", false)
	w.clock.Advance(time.Minute) // it has died
	take("b", true)
	w.ok(w.EndSweep(w.ctx, "a"))
	take("a", false)
	w.ok(w.EndSweep(w.ctx, "b"))
	take("a", true)
}
