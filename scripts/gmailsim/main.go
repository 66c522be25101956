package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/mail"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/trakstar/hire-gmail/scripts/listen"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// options are the flags.
type options struct {
	addr      string
	data      string
	mailboxes people
	outside   people
	fill      int
	push      string
	noIDToken bool
	behaviour gmailtest.Behaviour
}

// people are names and addresses, given by a flag that may be repeated; several stand with commas between. What is given replaces the default.
type people struct {
	list  []*mail.Address
	given bool
}

func (p *people) String() string {
	var out []string
	for _, a := range p.list {
		out = append(out, strings.ReplaceAll(a.String(), `"`, ""))
	}
	return strings.Join(out, ", ")
}

func (p *people) Set(value string) error {
	list, err := mail.ParseAddressList(value)
	if err != nil {
		return errors.New(`it takes "Name <address>"`)
	}
	if !p.given {
		p.list, p.given = nil, true
	}
	p.list = append(p.list, list...)
	return nil
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
	listener, err := listen.On(ctx, o.addr, "./scripts/gmailsim")
	if err == nil {
		err = serve(ctx, listener, o, out)
	}
	if err != nil {
		fmt.Fprintln(errs, "\n"+err.Error())
		return 1
	}
	return 0
}

func parse(args []string, errs io.Writer) (options, error) {
	o := options{
		mailboxes: people{list: []*mail.Address{{Name: "Rita Moreno", Address: "rita@acme.example"}, {Name: "Sam Okoye", Address: "sam@acme.example"}}},
		outside:   people{list: []*mail.Address{{Name: "Cora Lindqvist", Address: "cora.lindqvist@mail.example"}}},
	}
	f := flag.NewFlagSet("gmailsim", flag.ContinueOnError)
	f.SetOutput(errs)
	f.StringVar(&o.addr, "addr", "127.0.0.1:8025", "`address` to serve at; the machine itself is the only one that reaches a loopback address")
	f.StringVar(&o.data, "data", "", "`file` to keep everything in; without it everything is gone at the end")
	f.Var(&o.mailboxes, "mailbox", "`\"Name <address>\"` of a mailbox; may be repeated")
	f.Var(&o.outside, "outside", "`\"Name <address>\"` of somebody outside whom the pages offer to be; any other address can write and be written to as well")
	f.IntVar(&o.fill, "fill", 0, "`number` of messages that a new mailbox has")
	f.StringVar(&o.push, "push", "", "`URL` that gets Gmail's notifications as Pub/Sub push requests, without a token; with none they are lost")
	f.BoolVar(&o.noIDToken, "no-id-token", false, "the token endpoint gives no id_token")
	f.DurationVar(&o.behaviour.PushAheadFor, "history-lag", 0, "for how long a change is missing from the history; its notification comes at once")
	f.DurationVar(&o.behaviour.UnreadableFor, "unreadable", 0, "for how long a new message answers 404")
	f.DurationVar(&o.behaviour.HistoryKeep, "history-keep", 0, "after which time a history id is too old; 0: never")
	f.BoolVar(&o.behaviour.EmptyPagesWithToken, "empty-pages", false, "an empty page stands before every page of history")
	f.BoolVar(&o.behaviour.StripXHeaders, "strip-x-headers", false, "X- headers are taken off mail that is sent")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	wrong := ""
	switch u, err := url.Parse(o.push); {
	case f.NArg() > 0:
		wrong = "there are no arguments, only flags: " + strings.Join(f.Args(), " ")
	case err != nil || o.push != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https"):
		wrong = "-push takes an address such as http://127.0.0.1:9000/push"
	case o.fill < 0 || o.behaviour.PushAheadFor < 0 || o.behaviour.UnreadableFor < 0 || o.behaviour.HistoryKeep < 0:
		wrong = "numbers and times can't be negative"
	case o.behaviour.HistoryKeep > 0 && o.behaviour.HistoryKeep < time.Minute:
		wrong = "-history-keep can't be less than a minute: no cursor could follow"
	}
	if wrong != "" {
		fmt.Fprintln(errs, wrong)
		return o, errors.New(wrong)
	}
	return o, nil
}
