package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/trakstar/hire-gmail/scripts/site"
)

const help = `Walks through the set-up of terraform/SETUP.md on Google's emulators, step by step.

	go run ./scripts/walkthrough              # the functions from this checkout, built once
	go run ./scripts/walkthrough -staged      # each built from the zip that it is deployed from

The emulators are those that FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST name, each host:port of this machine; else it starts them by gcloud (components
cloud-firestore-emulator and pubsub-emulator, and Java). Nothing is installed, and nothing reaches Google.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// options are the flags.
type options struct {
	staged  bool
	verbose bool
}

// run is the program; its answer is the exit code: 0 all steps went well, 1 one failed or was stopped, 2 called wrongly.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	var o options
	f := flag.NewFlagSet("walkthrough", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() {
		fmt.Fprint(errs, help)
		f.PrintDefaults()
	}
	f.BoolVar(&o.staged, "staged", false, "build each function from its staged source; minutes where nothing is built yet")
	f.BoolVar(&o.verbose, "v", false, "show what the functions log")
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case f.NArg() > 0:
		fmt.Fprintf(errs, "there are no arguments, only flags: %s\nwalkthrough -h says more\n", strings.Join(f.Args(), " "))
		return 2
	}
	if err := walk(ctx, o, out, errs); err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	return 0
}

// stepTime is how long a step may take; building is bounded by what it builds.
const stepTime = 2 * time.Minute

// walk takes the steps, until one fails.
func walk(ctx context.Context, o options, out, errs io.Writer) (err error) {
	var also io.Writer
	if o.verbose {
		also = errs
	}
	s := site.New(site.Options{Name: "walkthrough", Staged: o.staged}, out, also)
	defer func() { err = errors.Join(err, s.End()) }()
	for n, step := range steps {
		fmt.Fprintf(out, "\n%2d  %s  (%s)\n", n+1, step.title, step.of)
		begun := time.Now()
		within, cancel := context.WithTimeout(ctx, stepTime)
		if step.builds {
			cancel()
			within, cancel = context.WithCancel(ctx)
		}
		serr := step.do(within, s)
		cancel()
		if serr == nil {
			fmt.Fprintf(out, "    ok, %.1f s\n", time.Since(begun).Seconds())
			continue
		}
		fmt.Fprintf(out, "    FAILED: %v\n", serr)
		if ctx.Err() != nil {
			return errors.New("stopped")
		}
		if tail := s.Logs.Tail(30); tail != "" && !o.verbose {
			fmt.Fprintf(out, "\nThe functions said last:\n%s", tail)
		}
		return fmt.Errorf("step %d failed; %d were not reached", n+1, len(steps)-n-1)
	}
	fmt.Fprintf(out, "\nAll %d steps went well.\n\nWhat only real Google Cloud can show:\n", len(steps))
	for _, what := range onlyReal {
		fmt.Fprintln(out, "  -", what)
	}
	return nil
}
