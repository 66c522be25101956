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
)

// options are the flags.
type options struct {
	addr      string
	data      string
	gmail     string
	email     string
	candidate string
	verbose   bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program; its answer is the exit code.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	o, err := parse(args, errs)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	p, err := start(ctx, o, out)
	if err != nil {
		fmt.Fprintln(errs, "\n"+err.Error())
		return 1
	}
	<-ctx.Done()
	fmt.Fprintln(out, "\nStopping …")
	if err := p.stop(); err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	return 0
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("dev", flag.ContinueOnError)
	f.SetOutput(errs)
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "`address` to serve at; the machine itself is the only one that reaches a loopback address")
	f.StringVar(&o.data, "data", "", "`folder` to keep everything in; without it everything is gone at the end")
	f.StringVar(&o.gmail, "gmail", "sim", "sim: a simulated Gmail; real: your own, see README")
	f.StringVar(&o.email, "email", "", "with -gmail=real: the `address` of your mailbox, which becomes Rita's login address")
	f.StringVar(&o.candidate, "candidate", "", "with -gmail=real: an `address` that you can answer from, which becomes Cora's")
	f.BoolVar(&o.verbose, "v", false, "show what the functions log")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	wrong := ""
	switch {
	case f.NArg() > 0:
		wrong = "there are no arguments, only flags: " + strings.Join(f.Args(), " ")
	case o.gmail != "sim" && o.gmail != "real":
		wrong = "-gmail is sim or real"
	case o.gmail == "real" && o.email == "":
		wrong = "-gmail=real needs -email, the address of your mailbox: Hire connects only the mailbox of a user's login address"
	case o.gmail == "sim" && o.email+o.candidate != "":
		wrong = "-email and -candidate go with -gmail=real"
	}
	if wrong != "" {
		fmt.Fprintln(errs, wrong)
		return o, errors.New(wrong)
	}
	return o, nil
}
