package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// result is one line of the table.
type result struct {
	Name    string  `json:"name"`
	Fact    string  `json:"fact"`
	Used    string  `json:"relied_on_by"`
	Verdict verdict `json:"verdict"`
	Note    string  `json:"note,omitempty"`
	Units   int     `json:"quota_units"`
	Millis  int64   `json:"milliseconds"`
}

// report is the outcome of a run. It names no address and no token.
type report struct {
	Server   string    `json:"server"`
	Began    time.Time `json:"began"`
	Results  []result  `json:"results"`
	Hold     int       `json:"hold"`
	DoNot    int       `json:"do_not_hold"`
	NotTried int       `json:"could_not_be_tried"`
	Units    int       `json:"quota_units"` // clean-up and set-up included
	Calls    int       `json:"calls"`
	Cleaned  []string  `json:"clean_up"`
}

func (r *report) add(x result) {
	r.Results = append(r.Results, x)
	switch x.Verdict {
	case holds:
		r.Hold++
	case doesNot:
		r.DoNot++
	default:
		r.NotTried++
	}
}

// line is a row of the table. Rows are printed as they come, so that one sees what is being waited for.
func (x *result) line(out io.Writer) {
	fmt.Fprintf(out, "%-18s  %-32s %5d  %s\n", x.Verdict, x.Name, x.Units, x.Note)
	if x.Verdict == doesNot {
		fmt.Fprintf(out, "%20sfact: %s\n%20srelied on by %s\n", "", x.Fact, "", x.Used)
	}
}

func heading(out io.Writer) {
	fmt.Fprintf(out, "%-18s  %-32s %5s  %s\n%s\n", "RESULT", "CHECK", "UNITS", "SEEN", strings.Repeat("-", 100))
}

// print writes what comes below the table.
func (r *report) print(out io.Writer) {
	fmt.Fprintf(out, "\n%d hold, %d do not hold, %d could not be tried. %d calls, %d units of quota (Gmail gives a mailbox 6,000 a minute).\n",
		r.Hold, r.DoNot, r.NotTried, r.Calls, r.Units)
	for _, s := range r.Cleaned {
		fmt.Fprintln(out, s)
	}
}
