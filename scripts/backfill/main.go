package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/trakstar/hire-gmail/scripts/operate"
	"github.com/trakstar/hire-gmail/shared/store"
)

const help = `Has the labelled conversations of all mailboxes gone through: imports what was labelled before, compares what has changed.

	go run ./scripts/backfill -project PROJECT -dry-run
	go run ./scripts/backfill -project PROJECT -account ACCOUNT -state FILE
	go run ./scripts/backfill -project PROJECT -state FILE

Mailboxes are asked one after the other, at a pace that leaves Gmail's quota to those who work. Stopped or failed, run it again with the same -state.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program; its answer is the exit code.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	o, err := parse(args, errs)
	return o.Run(ctx, "backfill", err, errs, func(s *operate.Service) error { return backfill(ctx, s, o, out) })
}

// options are the flags.
type options struct {
	operate.Pace
	account string // "": all
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	err := o.Parse("backfill", help, args, errs, func(f *flag.FlagSet) {
		f.StringVar(&o.account, "account", "", "`id` of the account; all of them if it is not given")
	}, func() (wrong []string) {
		if o.account != "" && o.From.AccountID != "" && o.From.AccountID != o.account {
			wrong = append(wrong, "-after names a mailbox of another account")
		}
		return wrong
	})
	return o, err
}

// backfill asks each mailbox for a walk.
func backfill(ctx context.Context, s *operate.Service, o options, out io.Writer) error {
	state, err := o.Begin(s, "backfill "+cmp.Or(o.account, "of all accounts"))
	if err != nil {
		return err
	}
	round := operate.Round{
		Service: s, Mailboxes: s.All(ctx, o.account, state.After), Quota: o.Quota, Cost: operate.Walk, PerMinute: o.PerMinute, State: state, DryRun: o.DryRun, Out: out,
		Ask: func(ctx context.Context, k store.MailboxKey, _ operate.Conversations) (store.Mailbox, []store.OutboxRow, error) {
			return s.Store.AskWalk(ctx, k, state.Run)
		},
	}
	if err := round.Run(ctx); err != nil || o.DryRun {
		return err
	}
	if s.HandOver == nil {
		fmt.Fprintln(out, "The next sweeps queue it, within seven minutes")
	}
	return nil
}
