package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// compareFiles shows what has changed between two files of results.
func compareFiles(old, fresh string, out io.Writer) error {
	a, err := read(old)
	if err != nil {
		return err
	}
	b, err := read(fresh)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, compare(a, b))
	return err
}

func read(file string) (*results, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var r results
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s is no file of results: %w", file, err)
	}
	if len(r.Rows) == 0 {
		return nil, errors.New(file + " has no results")
	}
	return &r, nil
}

// compare is the table of two runs: each figure of both with its change, and those that only one of them has.
func compare(old, fresh *results) string {
	was := map[string]row{}
	for _, r := range old.Rows {
		was[r.Name] = r
	}
	out := "| figure | a second | p95, ms | CPU ms | Gmail's units | round trips | documents read | written | memory, MB |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n"
	for _, n := range fresh.Rows {
		o, both := was[n.Name]
		delete(was, n.Name)
		if !both {
			out += fmt.Sprintf("| %s | only in the new one | | | | | | | |\n", n.Name)
			continue
		}
		out += fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", n.Name, change(o.PerSecond, n.PerSecond), change(o.P95, n.P95), change(o.CPUMS, n.CPUMS),
			change(o.GmailUnits, n.GmailUnits), change(o.RoundTrips, n.RoundTrips), change(o.Read, n.Read), change(o.Written, n.Written), change(o.MemoryMB, n.MemoryMB))
	}
	for _, r := range old.Rows {
		if _, left := was[r.Name]; left {
			out += fmt.Sprintf("| %s | only in the old one | | | | | | | |\n", r.Name)
		}
	}
	return out
}

// change is a figure before and after, with what it has changed by.
func change(old, fresh float64) string {
	switch {
	case old == fresh && fresh == 0:
		return ""
	case old == fresh:
		return number(fresh)
	case old == 0:
		return fmt.Sprintf("0 → %s", number(fresh))
	}
	return fmt.Sprintf("%s → %s (%+.0f %%)", number(old), number(fresh), (fresh/old-1)*100)
}
