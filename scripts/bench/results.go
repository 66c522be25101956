package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// results are what a run has measured, as they stand in bench.json.
type results struct {
	At      time.Time `json:"at"`
	Go      string    `json:"go"`
	System  string    `json:"system"`
	CPUs    int       `json:"cpus"`
	Missing []string  `json:"missing,omitempty"` // what could not be measured, and why
	Rows    []row     `json:"rows"`
}

// row is one figure.
type row struct {
	Name      string  `json:"name"` // -only takes it
	Work      string  `json:"work"`
	Store     string  `json:"store"`
	Mailboxes int     `json:"mailboxes"`
	CallMS    int64   `json:"call_ms"` // how long a call of Gmail takes
	Unit      string  `json:"unit"`    // of work
	Units     int     `json:"units"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms,omitempty"`
	P95       float64 `json:"p95_ms,omitempty"`
	P99       float64 `json:"p99_ms,omitempty"`

	// Each by unit of work.
	GmailUnits float64 `json:"gmail_units"`
	RoundTrips float64 `json:"round_trips"` // to Gmail and Google's OAuth
	Counted    bool    `json:"documents_counted"`
	Read       float64 `json:"documents_read"`
	Written    float64 `json:"documents_written"` // deleted ones too
	CPUMS      float64 `json:"cpu_ms"`            // of the service, without that of Gmail and of the emulators; 0 where the system does not tell
	GmailCPUMS float64 `json:"gmail_cpu_ms"`      // of the simulated Gmail, where it is a process of its own

	MemoryMB float64 `json:"memory_mb"` // the most that a process of the service has held since it was started
	GrownMB  float64 `json:"grown_mb"`  // by how much that rose in this work

	took []time.Duration
}

// withTimes lets a row tell how long its units took, which is known when they are done.
func (r row) withTimes(took []time.Duration) row {
	r.took = took
	return r
}

// fill notes what lies between two moments.
func (r *row) fill(d time.Duration, before, after spent) {
	n := float64(r.Units)
	r.Seconds = round(d.Seconds(), 3)
	r.PerSecond = round(n/d.Seconds(), 1)
	r.GmailUnits = round(float64(after.gmail.Units-before.gmail.Units)/n, 3)
	r.RoundTrips = round(float64(after.gmail.HTTP-before.gmail.HTTP)/n, 3)
	r.Counted = after.counted
	r.Read = round(float64(after.docs.Read-before.docs.Read)/n, 2)
	r.Written = round(float64(after.docs.Written+after.docs.Deleted-before.docs.Written-before.docs.Deleted)/n, 2)
	r.CPUMS = round(float64((after.usage.CPU-before.usage.CPU).Microseconds())/1000/n, 3)
	r.GmailCPUMS = round(float64((after.simulator.CPU-before.simulator.CPU).Microseconds())/1000/n, 3)
	r.MemoryMB = round(float64(after.usage.Memory)/(1<<20), 1)
	r.GrownMB = round(float64(after.usage.Memory-before.usage.Memory)/(1<<20), 1)
	if len(r.took) > 0 {
		sorted := slices.Sorted(slices.Values(r.took))
		r.P50, r.P95, r.P99 = percentile(sorted, 50), percentile(sorted, 95), percentile(sorted, 99)
	}
}

// percentile is the smallest of the sorted times, in milliseconds, that so many of a hundred do not exceed.
func percentile(sorted []time.Duration, p int) float64 {
	i := (len(sorted)*p+99)/100 - 1
	return round(float64(sorted[max(i, 0)].Microseconds())/1000, 1)
}

func round(f float64, digits int) float64 {
	m := math.Pow(10, float64(digits))
	return math.Round(f*m) / m
}

// String tells a figure on one line.
func (r row) String() string {
	return fmt.Sprintf("%-32s %8.1f %ss/s, %.2f ms of processor each, %s", r.Name, r.PerSecond, r.Unit, r.CPUMS, r.times())
}

func (r row) times() string {
	if r.P50 == 0 {
		return fmt.Sprintf("%.1f s", r.Seconds)
	}
	return fmt.Sprintf("%.1f / %.1f / %.1f ms", r.P50, r.P95, r.P99)
}

// rate is the throughput where there is one: what is done one by one, or at a pace that is set, has none.
func (r row) rate() string {
	if r.P50 > 0 {
		return ""
	}
	return fmt.Sprintf("%.0f", r.PerSecond)
}

// command measures the figure again.
func (r row) command() string { return "-only '^" + r.Name + "$'" }

// markdown is the table.
func (r *results) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %d processors, %s. Each row again: `go run ./scripts/bench` with what stands at its end.\n\n", r.At.Format(time.DateTime+" MST"), r.System, r.CPUs, r.Go)
	b.WriteString("| work | store | mailboxes | a call, ms | a second | took; or p50 / p95 / p99 | Gmail's units | round trips | documents read | written | CPU ms, and Gmail's | memory, MB | |\n")
	b.WriteString("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n")
	for _, x := range r.Rows {
		read, written := "–", "–"
		if x.Counted {
			read, written = number(x.Read), number(x.Written)
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %s | %s | %s | %s | %s | %s | %s + %s | %.0f (+%.0f) | `%s` |\n",
			x.Work, x.Store, x.Mailboxes, x.CallMS, x.rate(), x.times(), number(x.GmailUnits), number(x.RoundTrips), read, written, number(x.CPUMS), number(x.GmailCPUMS), x.MemoryMB, x.GrownMB, x.command())
	}
	for _, m := range r.Missing {
		fmt.Fprintf(&b, "\n%s\n", m)
	}
	return b.String()
}

// number is a figure with as many digits as say something.
func number(f float64) string {
	switch {
	case f == math.Trunc(f):
		return fmt.Sprintf("%.0f", f)
	case f < 1:
		return fmt.Sprintf("%.3f", f)
	default:
		return fmt.Sprintf("%.1f", f)
	}
}

// write writes the table, the figures and the plot into a folder.
func (r *results) write(folder string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	for name, content := range map[string]string{"bench.json": string(text) + "\n", "bench.md": r.markdown(), "bench.svg": r.svg()} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// The table's place in the README.
const (
	tableBegins = "<!-- bench -->\n\n"
	tableEnds   = "\n<!-- /bench -->"
)

// update puts the table into a README, and the plot beside it.
func (r *results) update(readme, plot string) error {
	text, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	before, rest, begun := strings.Cut(string(text), tableBegins)
	_, after, ended := strings.Cut(rest, tableEnds)
	if !begun || !ended {
		return fmt.Errorf("%s has no place for the table, between %q and %q", readme, tableBegins, tableEnds)
	}
	return errors.Join(
		os.WriteFile(readme, []byte(before+tableBegins+r.markdown()+tableEnds+after), 0o644),
		os.WriteFile(plot, []byte(r.svg()), 0o644),
	)
}
