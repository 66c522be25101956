package main

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
)

// The model multiplies averages. The simulation lets each mailbox have a day of its own: some have ten times the mail of others, most of it comes in working hours, a push spares
// the sweep its look, and whether an instance knows a token hangs on which instances have met the mailbox within the hour.

const (
	minutes = 24 * 60
	tick    = 5 // minutes between two sweeps
	// unverified is after how many minutes without a verified sync the sweep queues one: store.SweepInterval.
	unverified = 8
	// activity is the spread of how much mail a mailbox has, as the standard deviation of its logarithm: one in six has 1.6 times the average or more, one in six less than a
	// quarter of it.
	activity = 1.0
	// quiet is for how many minutes nothing has come into a mailbox that counts as idle.
	quiet = 120
)

// lookOnly is what the sweep takes of a mailbox that a push has verified since it was due: its row among those due and its own document are read, its next time is written.
var lookOnly = work{name: "looks of the sweep at what a push has verified", each: cost{read: 2, written: 1}, looks: 1}

// turned is what may be turned where a limit is hit.
type turned struct {
	idleSweep int  // minutes between two looks at a mailbox in which nothing has come for two hours; 0: as at any other
	envelope  bool // tokens lie encrypted in Firestore, and Secret Manager keeps the key
}

// simulate lets n mailboxes have a day. The same n has the same day.
func simulate(n int, each []work, project work, u usage, k turned) load {
	works := append(append([]work{}, each...), lookOnly)
	sum := newTally(len(works))
	var wait sync.WaitGroup
	var mu sync.Mutex
	const share = 5000 // mailboxes of one source of chance
	shares := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			t := newTally(len(works))
			for from := range shares {
				random := rand.New(rand.NewPCG(1, uint64(from)))
				for range min(share, n-from) {
					t.mailbox(random, each, u, k)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			sum.add(t)
		})
	}
	for from := 0; from < n; from += share {
		shares <- from
	}
	close(shares)
	wait.Wait()
	return sum.load(n, works, project, u, k)
}

// tally counts what happens.
type tally struct {
	times [][minutes]int32 // by work and minute
	// met counts mailboxes by how many requests an hour had for them, by pool: those that need the mailbox's token.
	met [pools][24][256]int32

	pushed [minutes / tick]int16 // of the mailbox at hand: the last minute before a tick in which something came, and was listed; -1 for none
}

func newTally(works int) *tally { return &tally{times: make([][minutes]int32, works)} }

func (t *tally) add(o *tally) {
	for w := range t.times {
		for m := range minutes {
			t.times[w][m] += o.times[w][m]
		}
	}
	for p := range t.met {
		for h := range t.met[p] {
			for r := range t.met[p][h] {
				t.met[p][h][r] += o.met[p][h][r]
			}
		}
	}
}

// mailbox lets one mailbox have its day.
func (t *tally) mailbox(random *rand.Rand, each []work, u usage, k turned) {
	busy := math.Exp(activity*random.NormFloat64() - activity*activity/2) // 1 on average
	var met [pools][24]int
	for i := range t.pushed {
		t.pushed[i] = -1
	}
	for i, w := range each {
		if w.looks > 0 {
			continue // the sweep decides by itself
		}
		times := w.times
		if !w.even {
			times *= busy
		}
		for range poisson(random, times) {
			m := minuteOf(random, w, u)
			t.times[i][m]++
			if w.pool != noToken {
				met[w.pool][m/60]++
			}
			if next := m / tick; w.pool == notifying || w.pool == sending {
				t.pushed[next] = max(t.pushed[next], int16(m))
			}
		}
	}
	t.sweeps(random, each, k, &met)
	for p := range met {
		for h, r := range met[p] {
			t.met[p][h][min(r, len(t.met[p][h])-1)]++
		}
	}
}

// sweeps lets the sweep look at the mailbox, as shared/mailsync does.
func (t *tally) sweeps(random *rand.Rand, each []work, k turned, met *[pools][24]int) {
	sweep := 0
	for each[sweep].looks == 0 {
		sweep++
	}
	verified, came := -random.IntN(unverified), -quiet
	due := verified + unverified
	for at := tick; at < minutes; at += tick {
		if pushed := int(t.pushed[at/tick-1]); pushed >= 0 {
			verified, came = max(verified, pushed), pushed
		}
		if at < due {
			continue
		}
		every := unverified
		if k.idleSweep > 0 && at-came >= quiet {
			every = k.idleSweep
		}
		if at-verified < every {
			t.times[len(each)][at]++
			due = verified + every
			continue
		}
		t.times[sweep][at]++
		met[syncing][at/60]++
		verified = at
		due = at + every
	}
}

// minuteOf says when something happens: what people do about noon, so that the busiest minute is u.Peak times the average one.
func minuteOf(random *rand.Rand, w work, u usage) int {
	if w.even || u.Peak < 1.5 {
		return random.IntN(minutes)
	}
	spread := minutes / (u.Peak * math.Sqrt(2*math.Pi))
	return min(max(int(minutes/2+random.NormFloat64()*spread), 0), minutes-1)
}

// poisson is how often something happens that happens so many times on average.
func poisson(random *rand.Rand, mean float64) int {
	if mean > 30 { // near enough, and quicker
		return max(0, int(math.Round(mean+math.Sqrt(mean)*random.NormFloat64())))
	}
	n := 0
	for left := random.Float64(); ; n++ {
		if left -= math.Exp(float64(n)*math.Log(mean) - mean - logFactorial(n)); left <= 0 || n > 200 {
			return n
		}
	}
}

func logFactorial(n int) float64 {
	out, _ := math.Lgamma(float64(n + 1))
	return out
}

// load adds up what the day has asked of Google.
func (t *tally) load(n int, works []work, project work, u usage, k turned) load {
	l := load{mailboxes: float64(n), secrets: float64(n)}
	var requests [24]float64 // of an hour
	for m := range minutes {
		var minute asked
		for i, w := range works {
			minute = minute.plus(w, float64(t.times[i][m]))
		}
		if m%tick == 0 {
			minute = minute.plus(project, 1)
		}
		requests[m/60] += minute.requests
		l.day = l.day.sum(minute)
	}
	l.busiestSecond = t.busiest(works)
	l.instances = max(1, l.busiestSecond.requests*u.Seconds/u.Shared)
	for h := range 24 {
		reads := 0.0
		for p := notifying; p < pools; p++ {
			in := 0.0 // requests of this pool
			for r, mailboxes := range t.met[p][h] {
				in += float64(r) * float64(mailboxes)
			}
			instances := max(1, in/3600*u.Seconds/u.Shared)
			for r, mailboxes := range t.met[p][h] {
				// Of so many instances, each request meets one by chance: so many have met the mailbox.
				reads += float64(mailboxes) * instances * (1 - math.Pow(1-1/instances, float64(r)))
			}
		}
		l.accesses += reads
		l.busiestReads = max(l.busiestReads, reads/60)
	}
	if k.envelope {
		l.day.read += l.accesses // the sealed tokens
		hours := 0.0
		for h := range 24 {
			hours += max(1, requests[h]/3600*u.Seconds/u.Shared)
		}
		l.secrets, l.accesses, l.busiestReads = 1, hours, l.instances/60
	}
	return l
}

// busiest is the busiest second: the busiest minute of what people do; and of the sweep, whose work is spread over the time until the next sweep, the average.
func (t *tally) busiest(works []work) (out asked) {
	var sweeps asked
	for i, w := range works {
		if w.looks > 0 {
			for m := range minutes {
				sweeps = sweeps.plus(w, float64(t.times[i][m]))
			}
		}
	}
	for m := range minutes {
		var minute asked
		for i, w := range works {
			if w.looks == 0 {
				minute = minute.plus(w, float64(t.times[i][m]))
			}
		}
		out = out.most(minute.by(60).sum(sweeps.by(minutes * 60)))
	}
	return out
}

func (a asked) sum(b asked) asked {
	return asked{a.cost.plus(b.cost), a.requests + b.requests, a.tasks + b.tasks, a.messages + b.messages, a.looks + b.looks}
}

func (a asked) by(n float64) asked {
	return asked{a.cost.times(1 / n), a.requests / n, a.tasks / n, a.messages / n, a.looks / n}
}

// most takes the greater one of each figure.
func (a asked) most(b asked) asked {
	return asked{
		cost{max(a.units, b.units), max(a.trips, b.trips), max(a.read, b.read), max(a.written, b.written), max(a.deleted, b.deleted)},
		max(a.requests, b.requests), max(a.tasks, b.tasks), max(a.messages, b.messages), max(a.looks, b.looks),
	}
}

// compared are the figures of a load that the model and the simulation both have, and how near they must be: the simulated day may ask for so much of what the model says, from a
// part to a part. The model leaves out that a push spares the sweep a look and a process the reading of a token, so it is the higher one.
var compared = []struct {
	name     string
	of       func(load, usage) float64
	from, to float64
}{
	{"Gmail's units a day", func(l load, _ usage) float64 { return l.day.units }, 0.85, 1.02},
	{"documents read a day", func(l load, _ usage) float64 { return l.day.read }, 0.85, 1.02},
	{"documents written a day", func(l load, _ usage) float64 { return l.day.written }, 0.75, 1.02},
	{"requests a day", func(l load, _ usage) float64 { return l.day.requests }, 0.75, 1.02},
	{"notifications a second, at most", func(l load, u usage) float64 { return l.busiestSecond.messages }, 0.9, 1.1},
	{"looks of the sweep a second", func(l load, _ usage) float64 { return l.busiestSecond.looks }, 0.9, 1.1},
	{"tasks a second, at most", func(l load, _ usage) float64 { return l.busiestSecond.tasks }, 0.6, 1.02},
	{"instances, at most", func(l load, _ usage) float64 { return l.instances }, 0.85, 1.02},
	{"Secret Manager, reads a day", func(l load, _ usage) float64 { return l.accesses }, 0.4, 1.02},
	{"US dollars a month", func(l load, u usage) float64 { return dollars(l, u) }, 0.7, 1.02},
}

func dollars(l load, u usage) (sum float64) {
	for _, i := range bill(l, u) {
		sum += i.dollars
	}
	return sum
}

// reportDays writes what days have been like, as Markdown.
func reportDays(out io.Writer, each []work, project work, u usage) {
	sizes := []int{100_000, 1_000_000}
	fmt.Fprintf(out, "| a day of | %s mailboxes: the model | simulated | | %s mailboxes: the model | simulated | |\n|---|--:|--:|--:|--:|--:|--:|\n", number(float64(sizes[0])), number(float64(sizes[1])))
	simulated := make([]load, len(sizes))
	for i, n := range sizes {
		simulated[i] = simulate(n, each, project, u, turned{})
	}
	for _, c := range compared {
		fmt.Fprintf(out, "| %s |", c.name)
		for i, n := range sizes {
			model, day := c.of(loadOf(float64(n), each, project, u), u), c.of(simulated[i], u)
			fmt.Fprintf(out, " %s | %s | %.2f |", number(model), number(day), day/model)
		}
		fmt.Fprintln(out)
	}

	fmt.Fprintf(out, "\nWhat turning something brings, on the simulated day of %s mailboxes:\n\n| turned | Gmail's units a day | Secret Manager, reads a day | tasks a second | instances | documents read a day | US dollars a month |\n|---|--:|--:|--:|--:|--:|--:|\n", number(float64(sizes[0])))
	row := func(name string, l load, u usage) {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s | %s |\n", name, number(l.day.units), number(l.accesses), number(l.busiestSecond.tasks), number(l.instances), number(l.day.read), number(dollars(l, u)))
	}
	row("nothing", simulated[0], u)
	for _, x := range turns {
		changed, works := u, each
		if x.usage != nil {
			x.usage(&changed)
			works = append([]work{}, each...)
			for i := range works {
				if works[i].name == "watch renewed" {
					works[i].times = 1 / changed.Watch
				}
			}
		}
		row(x.name, simulate(sizes[0], works, project, changed, x.turned), changed)
	}
}

// turns are what may be turned, one at a time, and then all.
var turns = []struct {
	name   string
	usage  func(*usage)
	turned turned
}{
	{"mailboxes in which nothing has come for two hours are swept every hour", nil, turned{idleSweep: 60}},
	{"watches are renewed every six days", func(u *usage) { u.Watch = 6 }, turned{}},
	{"an instance works on four requests at once", func(u *usage) { u.Shared = 4 }, turned{}},
	{"tokens lie encrypted in Firestore, and Secret Manager keeps the key", nil, turned{envelope: true}},
	{"all of these", func(u *usage) { u.Watch, u.Shared = 6, 4 }, turned{idleSweep: 60, envelope: true}},
}
