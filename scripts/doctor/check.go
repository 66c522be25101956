package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// verdict of a check.
type verdict string

const (
	ok         verdict = "ok"
	failed     verdict = "FAILED"
	notChecked verdict = "NOT CHECKED"
)

// check is one thing to be looked at.
type check struct {
	name string
	look func(ctx context.Context, r *report)
}

// checks of a project on Google Cloud, in the order in which one mends them: what comes first is what later ones need.
func (c *cloud) checks() []check {
	all := []check{
		{"clock", c.clock},
		{"project", c.checkProject},
		{"apis", c.apis},
		{"functions", c.checkFunctions},
		{"environment", c.checkEnvironment},
		{"addresses", c.addresses},
		{"callers", c.callers},
		{"answers", c.answers},
		{"oauth client", c.oauthClient},
		{"oauth redirect", c.oauthRedirect},
		{"consent screen", c.consentScreen},
		{"gmail topic", c.gmailTopic},
		{"gmail publisher", c.gmailPublisher},
		{"push", c.push},
		{"events", c.events},
		{"dead letters", c.deadLetters},
		{"dead letters waiting", c.deadLettersWaiting},
		{"queues", c.queues},
		{"sweep", c.sweep},
		{"firestore", c.database},
		{"firestore indexes", c.indexes},
		{"firestore expiry", c.expiry},
		{"firestore rules", c.rules},
		{"secrets", c.secrets},
		{"tokens", c.tokens},
		{"bucket", c.bucket},
		{"overdue", c.overdue},
		{"mailboxes", c.mailboxes},
	}
	if c.mailbox != "" {
		all = append(all, check{"mailbox", c.checkMailbox})
	}
	return all
}

// report is what a check has found.
type report struct {
	name    string
	wrong   []problem
	unknown []string // what could not be looked at, and why
	fact    string   // what was found, where nothing is wrong
}

// problem is one thing that is wrong.
type problem struct {
	What string `json:"what"`
	Cure string `json:"cure"` // a command, or a page of Google's console
}

// fail notes what is wrong, and how to mend it.
func (r *report) fail(cure, what string, args ...any) {
	r.wrong = append(r.wrong, problem{What: fmt.Sprintf(what, args...), Cure: cure})
}

// skip notes what could not be looked at.
func (r *report) skip(why string, args ...any) {
	if why := fmt.Sprintf(why, args...); !slices.Contains(r.unknown, why) {
		r.unknown = append(r.unknown, why)
	}
}

func (r *report) found(fact string, args ...any) { r.fact = fmt.Sprintf(fact, args...) }

func (r *report) verdict() verdict {
	switch {
	case len(r.wrong) > 0:
		return failed
	case len(r.unknown) > 0:
		return notChecked
	}
	return ok
}

// atOnce is how many checks are under way at the same time.
const atOnce = 8

// examine makes the checks, and gives what they found in their order.
func examine(ctx context.Context, all []check) []*report {
	out := make([]*report, len(all))
	var g errgroup.Group
	g.SetLimit(atOnce)
	for i, c := range all {
		out[i] = &report{name: c.name}
		g.Go(func() error {
			c.look(ctx, out[i])
			return nil
		})
	}
	_ = g.Wait() // no check gives an error
	return out
}

// only picks checks by name.
func only(all []check, names []string) ([]check, error) {
	if len(names) == 0 {
		return all, nil
	}
	known := make([]string, len(all))
	for i, c := range all {
		known[i] = c.name
	}
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if !slices.Contains(known, names[i]) {
			return nil, fmt.Errorf("there is no check %q; there are: %s", names[i], strings.Join(known, ", "))
		}
	}
	return slices.DeleteFunc(all, func(c check) bool { return !slices.Contains(names, c.name) }), nil
}

// show prints what was found: a line for each check, and below those that failed what is wrong and its cure.
func show(out io.Writer, reports []*report, asJSON bool) error {
	if asJSON {
		return showJSON(out, reports)
	}
	count := map[verdict]int{}
	for _, r := range reports {
		count[r.verdict()]++
		line := func(text string) { fmt.Fprintf(out, "%-12s%-22s%s\n", r.verdict(), r.name, text) }
		switch r.verdict() {
		case ok:
			line(r.fact)
		case notChecked:
			line(strings.Join(r.unknown, "; "))
		case failed:
			for _, p := range r.wrong {
				line(p.What)
				fmt.Fprintf(out, "%12s→ %s\n", "", p.Cure)
			}
			if len(r.unknown) > 0 {
				fmt.Fprintf(out, "%-12s%-22s%s\n", notChecked, r.name, strings.Join(r.unknown, "; "))
			}
		}
	}
	_, err := fmt.Fprintf(out, "\n%d ok, %d failed, %d not checked\n", count[ok], count[failed], count[notChecked])
	return err
}

func showJSON(out io.Writer, reports []*report) error {
	type row struct {
		Check      string    `json:"check"`
		Status     verdict   `json:"status"`
		Wrong      []problem `json:"wrong,omitempty"`
		NotChecked []string  `json:"not_checked,omitempty"`
		Fact       string    `json:"fact,omitempty"`
	}
	rows := make([]row, len(reports))
	for i, r := range reports {
		rows[i] = row{Check: r.name, Status: r.verdict(), Wrong: r.wrong, NotChecked: r.unknown}
		if r.verdict() == ok {
			rows[i].Fact = r.fact
		}
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(rows)
}
