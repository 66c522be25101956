package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	size
	only    *regexp.Regexp
	stores  []string
	out     string
	data    string
	update  bool
	compare bool
	verbose bool
	profile string
	files   []string // to be compared
}

// size is how much is measured.
type size struct {
	messages  int   // that are imported, in all mailboxes of a run together
	cloud     int   // the same on the emulators
	mailboxes []int // of the runs
	arrivals  int   // of the steady stream
	sends     int
	news      int // notifications with nothing for Hire
	label     int // messages of a label import
	recovery  int // messages of the mailbox that is recovered
}

var (
	whole = size{messages: 10_000, cloud: 1_000, mailboxes: []int{1, 10, 100}, arrivals: 200, sends: 60, news: 60, label: 500, recovery: 200_000}
	quick = size{messages: 60, cloud: 20, mailboxes: []int{1, 3}, arrivals: 6, sends: 2, news: 2, label: 20, recovery: 600}
)

// bound is how long the program runs at most.
const bound = 15 * time.Minute

func main() {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(play(role))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program; its answer is the exit code.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	o, code := parse(args, errs)
	if code >= 0 {
		return code
	}
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	var err error
	if o.compare {
		err = compareFiles(o.files[0], o.files[1], out)
	} else {
		err = bench(ctx, o, out, errs)
	}
	if err != nil {
		fmt.Fprintln(errs, "bench:", err)
		return 1
	}
	return 0
}

// parse reads the flags; code is the exit code where the program is not to run, else -1.
func parse(args []string, errs io.Writer) (o options, code int) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(errs)
	small := f.Bool("quick", false, "a smoke run of a few messages; its figures mean nothing")
	only := f.String("only", "", "measure only what this regular `expression` finds, such as replies/embedded/10/50ms; the names are in the table's commands")
	stores := f.String("stores", "embedded,firestore", "`stores`, with a comma between: embedded, and firestore for Google's emulators")
	f.StringVar(&o.out, "out", "", "`folder` that bench.md, bench.json and bench.svg are written into")
	f.StringVar(&o.data, "data", "", "`folder` for the embedded store's files, which are removed at the end; by default that for temporary files. What a write costs is its disk's matter")
	f.StringVar(&o.profile, "profile", "", "`folder` that a processor and an allocation profile of the service is written into for each throughput run")
	f.BoolVar(&o.update, "update", false, "write the table and the plot beside scripts/bench/README.md; at the root of the repository")
	f.BoolVar(&o.compare, "compare", false, "compare two result files: -compare old.json new.json")
	f.BoolVar(&o.verbose, "v", false, "show what the service logs")
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return o, 0
	case err != nil:
		return o, 2
	}
	o.size = whole
	if *small {
		o.size = quick
	}
	wrong := func(format string, args ...any) (options, int) {
		fmt.Fprintf(errs, format+"\nbench -h says more\n", args...)
		return o, 2
	}
	var err error
	if o.only, err = regexp.Compile(*only); err != nil {
		return wrong("-only: %v", err)
	}
	for s := range strings.SplitSeq(*stores, ",") {
		if s != onEmbedded && s != onFirestore {
			return wrong("-stores are embedded and firestore, not %q", s)
		}
		o.stores = append(o.stores, s)
	}
	if o.files = f.Args(); o.compare && len(o.files) != 2 {
		return wrong("-compare takes two files of results: the old one and the new one")
	}
	if !o.compare && len(o.files) > 0 {
		return wrong("there are no arguments, only flags: %s", strings.Join(o.files, " "))
	}
	return o, -1
}

// bench measures and reports.
func bench(ctx context.Context, o options, out, errs io.Writer) error {
	if o.update {
		if _, err := os.Stat(readme); err != nil {
			return fmt.Errorf("%w: -update is for the root of the repository", err)
		}
	}
	if o.out != "" {
		if err := os.MkdirAll(o.out, 0o755); err != nil {
			return err
		}
	}
	b := &benches{options: o, errs: errs, say: func(format string, args ...any) { fmt.Fprintf(errs, format+"\n", args...) }}
	results, err := b.all(ctx)
	if err != nil {
		return err
	}
	fmt.Fprint(out, results.markdown())
	if o.out != "" {
		if err := results.write(o.out); err != nil {
			return err
		}
	}
	if o.update {
		return results.update(readme, filepath.Join(filepath.Dir(readme), "bench.svg"))
	}
	return nil
}

// readme is where -update writes the table.
const readme = "scripts/bench/README.md"
