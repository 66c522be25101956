package main

import (
	"context"
	"flag"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/trakstar/hire-gmail/scripts/operate"
	"github.com/trakstar/hire-gmail/shared/store"
)

const help = `Has mailboxes compared with Gmail, every conversation by ids, and what is missing fetched.

	go run ./scripts/resync -project PROJECT -account ACCOUNT -user USER -dry-run
	go run ./scripts/resync -project PROJECT -account ACCOUNT -user USER
	go run ./scripts/resync -project PROJECT -list FILE -state STATE

It shows how far it is until all is done. Stopped, what was asked for goes on by itself; called again it shows that further, and asks for no second one.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program; its answer is the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	o, err := parse(args, errs)
	return o.Run(ctx, "resync", err, errs, func(s *operate.Service) error { return resync(ctx, s, o, in, out) })
}

// options are the flags.
type options struct {
	operate.Pace
	mailbox store.MailboxKey
	sub     string
	list    string // file; "-" for standard input
	noWait  bool
	every   time.Duration
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	err := o.Parse("resync", help, args, errs, func(f *flag.FlagSet) {
		f.StringVar(&o.mailbox.AccountID, "account", "", "`id` of the account, with -user")
		f.StringVar(&o.mailbox.UserID, "user", "", "`id` of the user whose mailbox it is")
		f.StringVar(&o.sub, "sub", "", "Google's `id` of the user instead, as logs have it: the mailboxes of this Google user in all accounts")
		f.StringVar(&o.list, "list", "", "`file` with several mailboxes instead, ACCOUNT/USER on each line; - for standard input")
		f.BoolVar(&o.noWait, "no-wait", false, "end once all is asked for")
		f.DurationVar(&o.every, "every", 5*time.Second, "look how far it is after this `long`")
	}, func() (wrong []string) {
		ways := 0
		for _, given := range []bool{o.mailbox != store.MailboxKey{}, o.sub != "", o.list != ""} {
			if given {
				ways++
			}
		}
		if ways != 1 || (o.mailbox.AccountID == "") != (o.mailbox.UserID == "") {
			wrong = append(wrong, "which mailbox? -account and -user, or -sub, or -list")
		}
		if o.every <= 0 {
			wrong = append(wrong, "-every must be more than 0")
		}
		return wrong
	})
	return o, err
}
