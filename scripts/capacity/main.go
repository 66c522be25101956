package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "capacity:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	f := flag.NewFlagSet("capacity", flag.ContinueOnError)
	f.Usage = func() {
		fmt.Fprintf(f.Output(), "What a number of mailboxes takes of Google's quotas, and what it costs a month. Run it at the root of the repository.\n\n  go run ./scripts/capacity [flags]\n\n")
		f.PrintDefaults()
	}
	u := typical
	days := f.Bool("day", false, "simulate a day of 100,000 and of 1,000,000 mailboxes, and compare it with the model; say what turning something brings")
	sizes := f.String("mailboxes", "1000,100000,1000000", "numbers of mailboxes, with commas between; the first is itemised")
	readme := f.String("costs", "functions/README.md", "file with the measured costs")
	for name, v := range map[string]struct {
		to   *float64
		what string
	}{
		"notifications": {&u.Notifications, "notifications a day and mailbox, of mail that is not Hire's"},
		"replies":       {&u.Replies, "replies of candidates, a day and mailbox"},
		"files":         {&u.Files, "how many of these bring a file"},
		"labels":        {&u.Labels, "conversations labelled, a day and mailbox"},
		"sends":         {&u.Sends, "mails sent, a day and mailbox"},
		"changed":       {&u.Changed, "labelled conversations that have changed when they are compared, a day and mailbox"},
		"views":         {&u.Views, "profiles opened, a day and mailbox"},
		"sweep":         {&u.Sweep, "minutes between two looks at an idle mailbox"},
		"seconds":       {&u.Seconds, "seconds that an instance is busy with a request"},
		"shared":        {&u.Shared, "requests that an instance works on at once, on average"},
		"peak":          {&u.Peak, "the busiest minute of the day, as a multiple of the average"},
		"log":           {&u.LogBytes, "bytes that a request writes into the log"},
		"sampled":       {&u.Sampled, "share of the requests that are traced"},
		"watch":         {&u.Watch, "days from one renewal of a watch to the next, of which it lasts seven"},
		"look":          {&u.Look, "seconds that the sweep takes to look at a mailbox, of which it looks at 25 at once"},
		"figures":       {&u.FigureBytes, "bytes of figures that an instance tells Cloud Monitoring in a minute"},
	} {
		f.Float64Var(v.to, name, *v.to, v.what)
	}
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%q is not understood: -h says what is", f.Arg(0))
	}
	if u.Sweep <= 0 || u.Shared <= 0 || u.Seconds <= 0 || u.Watch <= 0 || u.Look <= 0 {
		return errors.New("-sweep, -shared, -seconds, -watch and -look must be more than 0")
	}
	var mailboxes []float64
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil || n < 1 {
			return fmt.Errorf("-mailboxes: %q is not a number of mailboxes", s)
		}
		mailboxes = append(mailboxes, n)
	}
	text, err := os.ReadFile(*readme)
	if err != nil {
		return fmt.Errorf("%w: run it at the root of the repository, or say -costs", err)
	}
	costs, err := measured(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", *readme, err)
	}
	each, project, err := works(costs, u)
	if err != nil {
		return fmt.Errorf("%s: %w", *readme, err)
	}
	if *days {
		reportDays(out, each, project, u)
		return nil
	}
	report(out, each, project, u, mailboxes)
	return nil
}

// report writes the tables, as Markdown.
func report(out io.Writer, each []work, project work, u usage, mailboxes []float64) {
	fmt.Fprintf(out, "A mailbox in a day:\n\n| work | times | Gmail's units | documents read | written | deleted | requests |\n|---|--:|--:|--:|--:|--:|--:|\n")
	var sum cost
	var requests float64
	for _, w := range each {
		c := w.each.times(w.times)
		sum, requests = sum.plus(c), requests+w.asks*w.times
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s | %s |\n", w.name, number(w.times), number(c.units), number(c.read), number(c.written), number(c.deleted), number(w.asks*w.times))
	}
	fmt.Fprintf(out, "| **in all** | | %s | %s | %s | %s | %s |\n", number(sum.units), number(sum.read), number(sum.written), number(sum.deleted), number(requests))

	first := loadOf(mailboxes[0], each, project, u)
	fmt.Fprintf(out, "\n%s mailboxes in a month:\n\n| what | arithmetic | US dollars |\n|---|---|--:|\n", number(mailboxes[0]))
	var total float64
	for _, i := range bill(first, u) {
		total += i.dollars
		fmt.Fprintf(out, "| %s | %s | %.2f |\n", i.name, i.arithmetic, i.dollars)
	}
	fmt.Fprintf(out, "| **in all** | | **%.2f** |\n", total)

	fmt.Fprintf(out, "\n| mailboxes | ")
	for _, l := range limits(first, u) {
		fmt.Fprintf(out, "%s, of %s | ", l.name, number(l.given))
	}
	fmt.Fprintf(out, "US dollars a month |\n|--:|%s--:|\n", strings.Repeat("--:|", len(limits(first, u))))
	for _, n := range mailboxes {
		l := loadOf(n, each, project, u)
		fmt.Fprintf(out, "| %s | ", number(n))
		for _, limit := range limits(l, u) {
			mark := ""
			if limit.asked > limit.given {
				mark = " **over**"
			}
			fmt.Fprintf(out, "%s%s | ", number(limit.asked), mark)
		}
		total := 0.0
		for _, i := range bill(l, u) {
			total += i.dollars
		}
		fmt.Fprintf(out, "%s |\n", number(total))
	}
	fmt.Fprintf(out, "\nWhere a limit is hit, and what is turned then:\n\n")
	for i, l := range limits(first, u) {
		fmt.Fprintf(out, "- %s: at %s mailboxes. %s.\n", l.name, number(hitAt(i, each, project, u)), upper(l.turn))
	}
}

// hitAt is the number of mailboxes at which a limit is reached, to two digits.
func hitAt(i int, each []work, project work, u usage) float64 {
	low, high := 1.0, 1e12
	for range 200 {
		middle := math.Sqrt(low * high)
		if l := limits(loadOf(middle, each, project, u), u)[i]; l.asked > l.given {
			high = middle
		} else {
			low = middle
		}
	}
	digits := math.Pow(10, math.Floor(math.Log10(low))-1)
	return math.Floor(low/digits) * digits
}

// number writes a figure as people read it: commas between thousands, and decimals only where it is small.
func number(n float64) string {
	if n < 100 && n != math.Trunc(n) {
		return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64)
	}
	s := strconv.FormatFloat(math.Round(n), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
