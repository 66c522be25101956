package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/golden"
)

const costsFile = "../../functions/README.md"

// The README shows what the program says; with -update it is written anew.
func TestREADME(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run([]string{"-costs", costsFile}, &out); err != nil {
		t.Fatal(err)
	}
	golden.Part(t, "README.md", "capacity", out.String())
	out.Reset()
	if err := run([]string{"-costs", costsFile, "-day"}, &out); err != nil {
		t.Fatal(err)
	}
	golden.Part(t, "README.md", "day", out.String())
}

// A bill is checked here by hand, for costs and a usage that make that easy.
func TestArithmetic(t *testing.T) {
	t.Parallel()
	w := work{name: "work", times: 10, each: cost{units: 2, read: 3, written: 1}, asks: 1, tasks: 1, events: 2}
	u := usage{Seconds: 0.5, Shared: 2, Peak: 4, LogBytes: 1 << 20, Sampled: 1, FigureBytes: 1 << 20}
	l := loadOf(864_000, []work{w}, work{}, u)
	want := load{
		mailboxes: 864_000, accesses: 8_640_000, busiestReads: 24_000, secrets: 864_000, instances: 100,
		day:           asked{cost{units: 17_280_000, read: 25_920_000, written: 8_640_000}, 8_640_000, 8_640_000, 17_280_000, 0},
		busiestSecond: asked{cost{units: 800, read: 1200, written: 400}, 400, 400, 800, 0},
	}
	if l != want {
		t.Errorf("load %+v\nwant %+v", l, want)
	}
	for name, dollars := range map[string]float64{
		"Secret Manager, tokens": 51_840, "Secret Manager, reads": 777.6, "Firestore, reads": 466.56, "Firestore, writes": 466.56, "Cloud Run, requests": 103.68,
		"Cloud Run, instances": 64_800_000 * 0.0000265, "Cloud Tasks": 207.36, "Cloud Logging": (259_200_000.0/1024 - 50) * 0.5, "Cloud Trace": (259.2*6 - 2.5) * 0.2,
		"Cloud Monitoring, figures": 99_850*0.258 + 150_000*0.151 + (64_800_000/60+5*43_200-250_000)*0.061,
	} {
		found := false
		for _, i := range bill(l, u) {
			if i.name == name {
				found = true
				if math.Abs(i.dollars-dollars) > dollars/1e9 {
					t.Errorf("%s: %f, want %f", name, i.dollars, dollars)
				}
			}
		}
		if !found {
			t.Errorf("no %s in the bill", name)
		}
	}
	w.even = true
	if got := loadOf(864_000, []work{w}, work{}, u).busiestSecond.requests; got != 100 {
		t.Errorf("%f requests in the busiest second, want 100: this goes on at all hours alike", got)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(empty, []byte("<!-- costs -->\n\n| work | |\n\n<!-- /costs -->"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"no number":      {[]string{"-costs", costsFile, "-mailboxes", "1000,many"}, `"many" is not a number`},
		"no sweep":       {[]string{"-costs", costsFile, "-sweep", "0"}, "more than 0"},
		"elsewhere":      {[]string{"-costs", "nowhere.md"}, "root of the repository"},
		"a word":         {[]string{"-costs", costsFile, "more"}, `"more" is not understood`},
		"costs are gone": {[]string{"-costs", empty}, "has no line"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := run(tt.args, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}
