package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// budget counts what was asked of the functions and what they have answered.
type budget struct {
	mu     sync.Mutex
	counts map[string]*count // by function
	busy   map[string]int    // requests under way
	last   time.Time         // when one began or ended
	begun  bool
	calm   bool // notifications are lost no more
	lost   int
}

// count is of one function.
type count struct{ requests, failed, refused int }

// begin forgets what was counted so far.
func (b *budget) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts, b.begun = map[string]*count{}, true
}

// lose counts a notification that is lost; it says whether it is.
func (b *budget) lose(hit bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.begun || b.calm || !hit {
		return false
	}
	b.lost++
	return true
}

func (b *budget) loseNoMore() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calm = true
}

// around sees the requests to a function.
func (b *budget) around(function string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.change(function, 1)
		defer b.change(function, -1)
		seen := &seen{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(seen, r)
		b.mu.Lock()
		defer b.mu.Unlock()
		c := b.counts[function]
		if c == nil {
			c = &count{}
			if b.counts == nil {
				b.counts = map[string]*count{}
			}
			b.counts[function] = c
		}
		c.requests++
		switch {
		case seen.status >= 500:
			c.failed++
		case seen.status >= 400:
			c.refused++
		}
	})
}

// seen notes an answer's status.
type seen struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (s *seen) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (s *seen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (b *budget) change(function string, by int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.busy == nil {
		b.busy = map[string]int{}
	}
	b.busy[function] += by
	b.last = time.Now()
}

// atWork are the functions with requests under way.
func (b *budget) atWork() (names []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, n := range b.busy {
		if n > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// quietFor is for how long no request has begun, ended or been under way.
func (b *budget) quietFor() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range b.busy {
		if n > 0 {
			return 0
		}
	}
	return time.Since(b.last)
}

func (b *budget) String() string {
	all := b.all()
	return fmt.Sprintf("%d requests, %d of them failed", all.requests, all.failed)
}

func (b *budget) all() (all count) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.counts {
		all.requests += c.requests
		all.failed += c.failed
		all.refused += c.refused
	}
	return all
}

// print tells how it went. before says what was in the profiles before the last sweep.
func (b *budget) print(out io.Writer, letters []*letter, r reality, before map[string]time.Time, google gmailtest.Stats) {
	fmt.Fprintf(out, "\n| function | requests | failed, and were repeated | refused (4xx) |\n|---|--:|--:|--:|\n")
	b.mu.Lock()
	for _, name := range slices.Sorted(maps.Keys(b.counts)) {
		c := b.counts[name]
		fmt.Fprintf(out, "| %s | %d | %d (%.1f %%) | %d |\n", name, c.requests, c.failed, percent(c.failed, c.requests), c.refused)
	}
	lost := b.lost
	b.mu.Unlock()
	all := b.all()
	fmt.Fprintf(out, "| **in all** | %d | %d (%.1f %%) | %d |\n", all.requests, all.failed, percent(all.failed, all.requests), all.refused)
	var calls int64
	for _, n := range google.Calls {
		calls += n
	}
	fmt.Fprintf(out, "\nGmail's calls: %d, of which %d were broken, with those of its sign-in (%.1f %%); its notifications: %d, and %d that it dropped itself; %d were lost on the way.\n",
		calls, google.Broken, percent(int(google.Broken), int(calls)), google.Pushes, google.PushesDropped, lost)

	states, tries, asked := map[string]int{}, 0, 0
	for _, l := range letters {
		if l.kind == kindSent {
			states[l.state]++
			asked++
			tries += l.tries
		}
	}
	fmt.Fprintf(out, "Mails sent in Hire: %d, by %d requests; ", asked, tries)
	for _, state := range slices.Sorted(maps.Keys(states)) {
		fmt.Fprintf(out, "%d %s; ", states[state], state)
	}
	fmt.Fprintf(out, "drafts left in Gmail: %d. Receipts: %d of %d.\n", r.drafts, r.receipts.Stored, r.receipts.InGmail)

	fmt.Fprintf(out, "\n| until it is in the profile | mails | p50 | p95 | p99 | max | within 60 s | within 15 min | only by the last sweep |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, kind := range []string{kindReply, kindPhone, kindLabelled} {
		var late []time.Duration
		swept := 0
		for _, l := range letters {
			at, there := r.imported[l.text]
			if l.kind != kind || !there {
				continue
			}
			late = append(late, at.Sub(l.at))
			if _, was := before[l.text]; !was {
				swept++
			}
		}
		if len(late) == 0 {
			continue
		}
		slices.Sort(late)
		fmt.Fprintf(out, "| %s | %d | %s | %s | %s | %s | %.1f %% | %.1f %% | %d |\n", kind, len(late), seconds(at(late, 50)), seconds(at(late, 95)), seconds(at(late, 99)), seconds(late[len(late)-1]),
			percent(within(late, time.Minute), len(late)), percent(within(late, 15*time.Minute), len(late)), swept)
	}
	fmt.Fprintln(out)
}

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// at is the percentile of sorted times: the least that so many percent do not exceed.
func at(sorted []time.Duration, percent int) time.Duration {
	return sorted[max((len(sorted)*percent+99)/100-1, 0)]
}

func within(sorted []time.Duration, d time.Duration) (n int) {
	for _, x := range sorted {
		if x <= d {
			n++
		}
	}
	return n
}
