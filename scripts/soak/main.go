package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/trakstar/hire-gmail/scripts/site"
)

const help = `Plays an hour's mail within minutes, while functions are killed, Gmail fails and Firestore stands still.

	./scripts/soak.sh faults                    # an hour of 40 mailboxes in 10 minutes
	./scripts/soak.sh faults -quick             # a few mailboxes in half a minute

It starts Google's emulators of Firestore and Pub/Sub by gcloud (components cloud-firestore-emulator and pubsub-emulator, and Java), since it pauses one of them.
It ends with 0 if nothing was lost or doubled, 1 if something was or it was stopped, 2 if called wrongly.

`

// options are the flags.
type options struct {
	minutes   float64
	mailboxes int
	seed      uint64
	verbose   bool
}

func main() {
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
	if err := soak(ctx, o, out, errs); err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	return 0
}

// parse reads the flags; code is the exit code where the program is not to run, else -1.
func parse(args []string, errs io.Writer) (o options, code int) {
	f := flag.NewFlagSet("soak", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() {
		fmt.Fprint(errs, help)
		f.PrintDefaults()
	}
	f.Float64Var(&o.minutes, "minutes", 10, "how many `minutes` the hour is pressed into")
	f.IntVar(&o.mailboxes, "mailboxes", 40, "`number` of mailboxes")
	f.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "where chance comes from: what happens, but not when, is the same for the same seed")
	quick := f.Bool("quick", false, "6 mailboxes in half a minute")
	f.BoolVar(&o.verbose, "v", false, "show what the functions log")
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return o, 0
	case err != nil:
		return o, 2
	case f.NArg() > 0:
		fmt.Fprintf(errs, "there are no arguments, only flags: %s\nsoak -h says more\n", strings.Join(f.Args(), " "))
		return o, 2
	case o.minutes <= 0 || o.mailboxes < 1:
		fmt.Fprintln(errs, "-minutes and -mailboxes are above 0")
		return o, 2
	}
	if *quick {
		o.minutes, o.mailboxes = 0.5, 6
	}
	return o, -1
}

// soak plays it all.
func soak(ctx context.Context, o options, out, errs io.Writer) (err error) {
	var also io.Writer
	if o.verbose {
		also = errs
	}
	begun := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(out, "%4.0f s  %s\n", time.Since(begun).Seconds(), fmt.Sprintf(format, args...))
	}
	b := &budget{}
	chance := &dice{r: rand.New(rand.NewPCG(o.seed, 1))}
	s := site.New(site.Options{Name: "soak", Own: true, Around: b.around, Callers: 8, Loses: func() bool { return b.lose(chance.hit(losesOf)) }}, io.Discard, also)
	defer func() { err = errors.Join(err, s.End()) }()
	for _, step := range []func(context.Context, *site.Site) error{site.Emulators, site.LaySecrets, site.Messaging, site.Build, site.Serve} {
		if err := step(ctx, s); err != nil {
			return err
		}
	}
	t := &traffic{s: s, b: b, chance: rand.New(rand.NewPCG(o.seed, 2)), say: say}
	if err := t.furnish(ctx, o.mailboxes); err != nil {
		return err
	}
	say("%d mailboxes are connected; seed %d", o.mailboxes, o.seed)

	b.begin()
	f := &faults{s: s, b: b, dice: chance, say: say}
	end := f.begin(ctx)
	err = t.hour(ctx, time.Duration(o.minutes*float64(time.Minute)))
	err = errors.Join(err, end())
	if err != nil {
		return err
	}
	say("%d mails, %d sends; %s. Nothing fails any more", t.count(), t.sends(), f)
	if err := t.rest(ctx); err != nil {
		return err
	}
	before, err := t.found(ctx)
	if err != nil {
		return err
	}
	say("everything has come to rest; one sweep")
	if err := t.lastSweep(ctx); err != nil {
		return err
	}
	r, err := t.look(ctx)
	if err != nil {
		return err
	}
	problems := judge(t.letters, r)
	b.print(out, t.letters, r, before, s.Sim.Stats())
	if len(problems) > 0 {
		return fmt.Errorf("%d things are wrong:\n  %s\n\nThe functions said last:\n%s", len(problems), strings.Join(problems, "\n  "), s.Logs.Tail(60))
	}
	say("nothing is lost, nothing is doubled, nothing was read that is not Hire's")
	return nil
}
