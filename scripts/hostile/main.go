package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/mime/mimetest"
	"github.com/trakstar/hire-gmail/shared/safehtml"
)

func main() {
	size := flag.Int("size", 4<<20, "about how many `bytes` each mail has")
	flag.Parse()
	measure(os.Stdout, *size)
}

// measure prints a table.
func measure(out io.Writer, size int) {
	fmt.Fprintf(out, "| mail | KB | heap at most, KB | times its size | allocations | allocated, KB | time, of a newsletter's of its size |\n|---|--:|--:|--:|--:|--:|--:|\n")
	mails := mimetest.Hostile(size)
	delete(mails, "one byte")
	delete(mails, "NULs")
	var rows []row
	for name, raw := range mails {
		rows = append(rows, rowOf(name, raw))
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(b.times(), a.times()), cmp.Compare(a.name, b.name)) })
	print := func(r row) {
		fmt.Fprintf(out, "| %s | %d | %d | %.1f | %d | %d | %.1f |\n", r.name, r.size>>10, r.peak>>10, r.times(), r.allocations, r.allocated>>10, r.time)
	}
	print(rowOf("**an ordinary newsletter**", mimetest.Newsletter(size)))
	print(rowOf("**an ordinary picture**", mimetest.Ordinary(size)))
	others, most := 0, row{}
	for _, r := range rows {
		if r.times() > dear || r.time > dear {
			print(r)
			continue
		}
		others++
		most.size, most.peak, most.allocations, most.allocated, most.time = max(most.size, r.size), max(most.peak, r.peak), max(most.allocations, r.allocations), max(most.allocated, r.allocated), max(most.time, r.time)
	}
	most.name = fmt.Sprintf("%d other kinds, each at most", others)
	print(most)
}

// dear is what is shown in a row of its own: so many times its size, or the time of an ordinary mail.
const dear = 1.5

type row struct {
	name        string
	size        int
	peak        uint64 // bytes of heap at most, besides the mail itself
	allocations uint64
	allocated   uint64 // bytes
	time        float64
}

func (r row) times() float64 { return float64(r.peak) / float64(r.size) }

func rowOf(name string, raw []byte) row {
	r := row{name: name, size: len(raw)}
	r.peak, r.allocations, r.allocated = cost(raw)
	r.time = float64(fastest(raw)) / float64(fastest(mimetest.Newsletter(len(raw))))
	return r
}

// handle does with a mail what becomes of it on its way into a profile and onto a page.
func handle(raw []byte) any {
	m, err := mime.Parse(raw)
	if err != nil {
		return err
	}
	fresh, quoted := mime.QuotedSplit(m.Text)
	shown, _ := safehtml.Shown(m.HTML, false)
	return []any{m, fresh, quoted, shown}
}

// fastest of three.
func fastest(raw []byte) time.Duration {
	best := time.Duration(1<<63 - 1)
	for range 3 {
		runtime.GC()
		begun := time.Now()
		runtime.KeepAlive(handle(raw))
		best = min(best, time.Since(begun))
	}
	return best
}

// cost is what handling allocates, and what is alive of it at most: with a collector that runs all the time, looked at every fifth of a millisecond.
func cost(raw []byte) (peak, allocations, allocated uint64) {
	defer debug.SetGCPercent(debug.SetGCPercent(2))
	runtime.GC()
	base := alive()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	end, ended := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			most = max(most, alive())
			select {
			case <-end:
				ended <- most
				return
			case <-time.After(200 * time.Microsecond):
			}
		}
	}()
	kept := handle(raw)
	close(end)
	peak = max(<-ended, alive())
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	return peak - min(base, peak), after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc
}

// alive are the bytes of objects in the heap, dead ones that are not swept yet included.
func alive() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
