package main

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

func measuredWorks(t *testing.T) (each []work, project work) {
	t.Helper()
	text, err := os.ReadFile(costsFile)
	if err != nil {
		t.Fatal(err)
	}
	costs, err := measured(string(text))
	if err != nil {
		t.Fatal(err)
	}
	each, project, err = works(costs, typical)
	if err != nil {
		t.Fatal(err)
	}
	return each, project
}

// The model on paper and the simulated day are near each other, as the list of what is compared says.
func TestTheModelHoldsOnASimulatedDay(t *testing.T) {
	t.Parallel()
	each, project := measuredWorks(t)
	const n = 100_000
	model, day := loadOf(n, each, project, typical), simulate(n, each, project, typical, turned{})
	for _, c := range compared {
		asked, said := c.of(day, typical), c.of(model, typical)
		if ratio := asked / said; ratio < c.from || ratio > c.to {
			t.Errorf("%s: %f simulated, %f by the model: %.3f of it, want %.2f to %.2f", c.name, asked, said, ratio, c.from, c.to)
		}
	}
}

// An idle mailbox is swept every ten minutes, since the sweep comes every five and takes those that are due for eight; one that is pushed meanwhile is only looked at.
func TestSweepsOfADay(t *testing.T) {
	t.Parallel()
	each := []work{{name: "sweep", looks: 1}}
	for name, tt := range map[string]struct {
		turned         turned
		pushedEvery    int // minutes; 0: never
		synced, looked [2]int32
	}{
		"idle":              {turned{}, 0, [2]int32{143, 144}, [2]int32{0, 1}},
		"idle, seldom":      {turned{idleSweep: 60}, 0, [2]int32{23, 24}, [2]int32{0, 1}},
		"pushed":            {turned{}, 5, [2]int32{0, 1}, [2]int32{140, 150}},
		"pushed, and often": {turned{idleSweep: 60}, 5, [2]int32{0, 1}, [2]int32{140, 150}},
	} {
		tally := newTally(2)
		for i := range tally.pushed {
			tally.pushed[i] = -1
			if tt.pushedEvery > 0 {
				tally.pushed[i] = int16(i*tick + tick - 1)
			}
		}
		var met [pools][24]int
		tally.sweeps(rand.New(rand.NewPCG(1, 1)), each, tt.turned, &met)
		var synced, looked int32
		for m := range minutes {
			synced, looked = synced+tally.times[0][m], looked+tally.times[1][m]
		}
		if synced < tt.synced[0] || synced > tt.synced[1] || looked < tt.looked[0] || looked > tt.looked[1] {
			t.Errorf("%s: %d synced and %d looked at, want %v and %v", name, synced, looked, tt.synced, tt.looked)
		}
	}
}

// The simulation's chance is even: it has the averages and the peak that were asked for, and the same day again.
func TestChance(t *testing.T) {
	t.Parallel()
	w := work{name: "mail", times: 12, each: cost{units: 1}, asks: 1, pool: notifying}
	sweep := work{name: "sweep", looks: 1}
	u := typical
	const n = 50_000
	day := simulate(n, []work{w, sweep}, work{}, u, turned{})
	if got := day.day.units / n; math.Abs(got-12) > 0.2 {
		t.Errorf("%f mails a mailbox, want 12", got)
	}
	if got := day.busiestSecond.units / (day.day.units / 86400); math.Abs(got-u.Peak) > 0.3 {
		t.Errorf("the busiest minute has %f times the average, want %f", got, u.Peak)
	}
	if again := simulate(n, []work{w, sweep}, work{}, u, turned{}); again != day {
		t.Errorf("the same day again is another: %+v and %+v", again, day)
	}
}
