package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestMain lets the program's processes be this one's program.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(play(role))
	}
	os.Exit(m.Run())
}

// A smoke run measures all that there is on the embedded store. What it counts is what the whole run counts; its times mean nothing.
func TestQuick(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"-quick", "-stores", "embedded", "-out", folder, "-data", folder}, &out, &errs); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	got, err := read(filepath.Join(folder, "bench.json"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	byName := map[string]row{}
	for _, r := range got.Rows {
		names, byName[r.Name] = append(names, r.Name), r
		if r.Seconds <= 0 || r.PerSecond <= 0 || r.GmailUnits <= 0 || r.RoundTrips <= 0 || !r.Counted || r.Read <= 0 || r.Written <= 0 {
			t.Errorf("%s has no figures: %+v", r.Name, r)
		}
	}
	want := []string{
		"import/embedded/1/0ms", "replies/embedded/1/0ms", "import/embedded/1/50ms", "replies/embedded/1/50ms",
		"import/embedded/3/0ms", "replies/embedded/3/0ms", "import/embedded/3/50ms", "replies/embedded/3/50ms",
		"arrival/embedded/20/0ms", "nothing-of-1/embedded/1/0ms", "nothing-of-20/embedded/1/0ms", "send/embedded/1/0ms", "label/embedded/1/0ms",
		"arrival/embedded/20/50ms", "nothing-of-1/embedded/1/50ms", "nothing-of-20/embedded/1/50ms", "send/embedded/1/50ms", "label/embedded/1/50ms",
		"recovery/embedded/1/0ms",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
	// What a piece of work takes of Gmail and of the store does not depend on how much there is of it.
	type cost struct{ Units, Trips, Read, Written float64 }
	for name, want := range map[string]cost{
		"nothing-of-1/embedded/1/0ms":   {2, 1, 2, 1},
		"nothing-of-20/embedded/1/50ms": {2, 1, 21, 1},
	} {
		r := byName[name]
		got := cost{r.GmailUnits, r.RoundTrips, r.Read, r.Written}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	// A look at the mailbox, some seconds after the sends, may fall into their time or not.
	if r := byName["send/embedded/1/50ms"]; math.Floor(r.RoundTrips) != 3 {
		t.Errorf("a send takes %v round trips, want 3", r.RoundTrips)
	}

	table, err := os.ReadFile(filepath.Join(folder, "bench.md"))
	if err != nil {
		t.Fatal(err)
	}
	if string(table) != out.String() {
		t.Errorf("bench.md is not what was printed:\n%s\n%s", table, &out)
	}
	for _, n := range names {
		if strings.Count(out.String(), "-only '^"+n+"$'") != 1 {
			t.Errorf("the table does not say how %s is measured:\n%s", n, &out)
		}
	}
	left, err := filepath.Glob(filepath.Join(folder, "hire-bench-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestOnly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"-quick", "-only", "^send/embedded/1/0ms$", "-out", folder, "-stores", "embedded"}, &out, &errs); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	got, err := read(filepath.Join(folder, "bench.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Rows) != 1 || got.Rows[0].Name != "send/embedded/1/0ms" || got.Rows[0].Units != quick.sends {
		t.Errorf("measured: %+v", got.Rows)
	}
}

// made are results as a run might have them.
func made() *results {
	return &results{
		At: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), Go: "go1.26", System: "linux/amd64", CPUs: 2, Missing: []string{"Not measured on Firestore."},
		Rows: []row{
			{Name: "import/embedded/10/0ms", Work: "import", Store: "embedded", Mailboxes: 10, Unit: "message", Units: 100, Seconds: 0.5, PerSecond: 200, GmailUnits: 8, RoundTrips: 0.2, Counted: true, Read: 24, Written: 12.5, CPUMS: 1.25, GmailCPUMS: 0.5, MemoryMB: 80, GrownMB: 20},
			{Name: "replies/firestore/1/50ms", Work: "replies <by> push", Store: "firestore", Mailboxes: 1, CallMS: 50, Unit: "message", Units: 10, Seconds: 1, PerSecond: 10, GmailUnits: 22, RoundTrips: 2},
			{Name: "send/embedded/1/0ms", Work: "a mail sent", Store: "embedded", Mailboxes: 1, Unit: "send", Units: 10, Seconds: 1, PerSecond: 10, P50: 9, P95: 12, P99: 15, GmailUnits: 135, RoundTrips: 3, Counted: true, Read: 19, Written: 18},
		},
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	r := made()
	wantTable := "2026-11-02 09:00:00 UTC, linux/amd64, 2 processors, go1.26. Each row again: `go run ./scripts/bench` with what stands at its end.\n\n" +
		"| work | store | mailboxes | a call, ms | a second | took; or p50 / p95 / p99 | Gmail's units | round trips | documents read | written | CPU ms, and Gmail's | memory, MB | |\n" +
		"|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n" +
		"| import | embedded | 10 | 0 | 200 | 0.5 s | 8 | 0.200 | 24 | 12.5 | 1.2 + 0.500 | 80 (+20) | `-only '^import/embedded/10/0ms$'` |\n" +
		"| replies <by> push | firestore | 1 | 50 | 10 | 1.0 s | 22 | 2 | – | – | 0 + 0 | 0 (+0) | `-only '^replies/firestore/1/50ms$'` |\n" +
		"| a mail sent | embedded | 1 | 0 |  | 9.0 / 12.0 / 15.0 ms | 135 | 3 | 19 | 18 | 0 + 0 | 0 (+0) | `-only '^send/embedded/1/0ms$'` |\n" +
		"\nNot measured on Firestore.\n"
	if diff := cmp.Diff(wantTable, r.markdown()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	plot := r.svg()
	bars := strings.Count(plot, "<rect") - 1 // the ground
	if bars != 2 {
		t.Errorf("%d bars, want one for each figure that is a throughput:\n%s", bars, plot)
	}
	for d := xml.NewDecoder(strings.NewReader(plot)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the plot is no XML: %v\n%s", err, plot)
		}
	}
	folder := t.TempDir()
	if err := r.write(folder); err != nil {
		t.Fatal(err)
	}
	again, err := read(filepath.Join(folder, "bench.json"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again, cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "README.md")
	plot := filepath.Join(filepath.Dir(file), "bench.svg")
	if err := os.WriteFile(file, []byte("Before.\n\n"+tableBegins+"old"+tableEnds+"\n\nAfter.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := made()
	for range 2 {
		if err := r.update(file, plot); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("Before.\n\n"+tableBegins+r.markdown()+tableEnds+"\n\nAfter.\n", string(got)); diff != "" {
		t.Errorf("README (-want +got):\n%s", diff)
	}
	if drawn, err := os.ReadFile(plot); err != nil || string(drawn) != r.svg() {
		t.Errorf("the plot is not there: %v", err)
	}
	if err := os.WriteFile(file, []byte("No place."), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := r.update(file, plot); err == nil {
		t.Error("a README without a place for the table is taken")
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	old, fresh := made(), made()
	fresh.Rows[0].PerSecond, fresh.Rows[0].CPUMS = 300, 0.5
	fresh.Rows[1].Name = "replies/firestore/10/50ms"
	files := map[string]*results{"old.json": old, "new.json": fresh}
	for name, r := range files {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"-compare", filepath.Join(folder, "old.json"), filepath.Join(folder, "new.json")}, &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	want := "| figure | a second | p95, ms | CPU ms | Gmail's units | round trips | documents read | written | memory, MB |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n" +
		"| import/embedded/10/0ms | 200 → 300 (+50 %) |  | 1.2 → 0.500 (-60 %) | 8 | 0.200 | 24 | 12.5 | 80 |\n" +
		"| replies/firestore/10/50ms | only in the new one | | | | | | | |\n" +
		"| send/embedded/1/0ms | 10 | 12 |  | 135 | 3 | 19 | 18 |  |\n" +
		"| replies/firestore/1/50ms | only in the old one | | | | | | | |\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	errs.Reset()
	if code := run(t.Context(), []string{"-compare", filepath.Join(folder, "old.json"), filepath.Join(folder, "none.json")}, &out, &errs); code != 1 || !strings.Contains(errs.String(), "none.json") {
		t.Errorf("a file that is not there: %d, %s", code, &errs)
	}
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(i+1)*time.Millisecond)
	}
	for _, c := range []struct {
		times []time.Duration
		p     int
		want  float64
	}{{hundred, 50, 50}, {hundred, 95, 95}, {hundred, 99, 99}, {hundred[:1], 95, 1}, {hundred[:10], 95, 10}, {hundred[:10], 50, 5}} {
		if got := percentile(c.times, c.p); got != c.want {
			t.Errorf("p%d of %d times: %v, want %v", c.p, len(c.times), got, c.want)
		}
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	u := usageOf(os.Getpid())
	if runtime.GOOS != "linux" {
		if u != (usage{}) {
			t.Errorf("%+v is told where there is no /proc to read it from", u)
		}
		return
	}
	if u.Memory < 1<<20 {
		t.Errorf("this process has held %d bytes at most", u.Memory)
	}
}

func TestSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"help", []string{"-h"}, 0, "-compare"},
		{"an argument", []string{"all"}, 2, "only flags"},
		{"one file to compare", []string{"-compare", "a.json"}, 2, "two files"},
		{"a store that is none", []string{"-stores", "paper"}, 2, "paper"},
		{"an expression that is none", []string{"-only", "("}, 2, "-only"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if code := run(t.Context(), c.args, &out, &out); code != c.code || !strings.Contains(out.String(), c.says) {
				t.Errorf("%d, want %d and %q:\n%s", code, c.code, c.says, &out)
			}
		})
	}
}
