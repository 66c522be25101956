package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"time"
)

const help = `Looks whether a set-up is as it should be, and says what is wrong and how to mend it. It changes nothing.

	go run ./scripts/doctor -project PROJECT -region REGION      # what Terraform has set up on Google Cloud
	go run ./scripts/doctor -local http://127.0.0.1:8080         # a running dev program
	go run ./scripts/doctor -env                                 # the configuration in the environment

On Google Cloud it takes application default credentials (gcloud auth application-default login). What they may not look at is NOT CHECKED, with the right that it takes.
Exit status: 0 nothing is wrong, 1 something is, 2 called wrongly.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// options are the flags.
type options struct {
	project, region string
	local           string
	env             bool
	terraform       string // folder
	mailbox         string // ACCOUNT/USER
	only            []string
	strict, json    bool
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
	all, err := checksOf(ctx, o)
	if err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	wanted, err := only(all, o.only)
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	reports := examine(ctx, wanted)
	if ctx.Err() != nil {
		fmt.Fprintln(errs, "stopped")
		return 1
	}
	if err := show(out, reports, o.json); err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	for _, r := range reports {
		if s := r.verdict(); s == failed || o.strict && s == notChecked {
			return 1
		}
	}
	return 0
}

// checksOf are the checks of what the flags ask for.
func checksOf(ctx context.Context, o options) ([]check, error) {
	switch {
	case o.local != "":
		l := &local{base: strings.TrimSuffix(o.local, "/"), client: newHTTPClient(), now: time.Now}
		return l.checks(), nil
	case o.env:
		e := &environment{get: os.LookupEnv, web: newHTTPClient(), now: time.Now}
		return e.checks(), nil
	}
	want, err := expectations(o.terraform)
	if err != nil {
		return nil, fmt.Errorf("%w\nRun it in the repository's folder, or name Terraform's folder with -terraform", err)
	}
	c, err := newCloud(ctx, o, want)
	if err != nil {
		return nil, fmt.Errorf("%w\nTo sign in: gcloud auth application-default login", err)
	}
	return c.checks(), nil
}

var (
	projectID = regexp.MustCompile(`^[a-z][a-z0-9-]{4,28}[a-z0-9]$`)
	regionID  = regexp.MustCompile(`^[a-z]+-[a-z]+[0-9]+$`)
	mailboxID = regexp.MustCompile(`^[^/]+/[^/]+$`)
)

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	var names string
	f := flag.NewFlagSet("doctor", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() {
		fmt.Fprint(errs, help)
		f.PrintDefaults()
	}
	f.StringVar(&o.project, "project", os.Getenv("GOOGLE_CLOUD_PROJECT"), "`project` to look at; GOOGLE_CLOUD_PROJECT if it is not given")
	f.StringVar(&o.region, "region", os.Getenv("REGION"), "its `region`; REGION if it is not given")
	f.StringVar(&o.local, "local", "", "`address` of a running dev program")
	f.BoolVar(&o.env, "env", false, "look at the configuration in the environment")
	f.StringVar(&o.terraform, "terraform", "terraform", "`folder` of the Terraform, which tells what should be there")
	f.StringVar(&o.mailbox, "mailbox", "", "look at this mailbox too, as `account/user`: ids of Hire's")
	f.StringVar(&names, "only", "", "only the checks of these `names`, with commas between")
	f.BoolVar(&o.strict, "strict", false, "what is NOT CHECKED counts as wrong")
	f.BoolVar(&o.json, "json", false, "write JSON: a list of {check, status, wrong: [{what, cure}], not_checked, fact}")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if names != "" {
		o.only = strings.Split(names, ",")
	}
	var wrong []string
	if f.NArg() > 0 {
		wrong = append(wrong, "there are no arguments, only flags: "+strings.Join(f.Args(), " "))
	}
	cloud := o.local == "" && !o.env
	switch {
	case o.local != "" && o.env:
		wrong = append(wrong, "-local and -env are two different things to look at")
	case cloud && !projectID.MatchString(o.project):
		wrong = append(wrong, "-project is needed, the id of a project (or -local, or -env)")
	case cloud && !regionID.MatchString(o.region):
		wrong = append(wrong, "-region is needed, such as europe-west1")
	case o.mailbox != "" && (!cloud || !mailboxID.MatchString(o.mailbox)):
		wrong = append(wrong, "-mailbox is account/user, and goes with -project")
	}
	if len(wrong) > 0 {
		fmt.Fprintf(errs, "%s\ndoctor -h says more\n", strings.Join(wrong, "\n"))
		return o, errors.New("called wrongly")
	}
	return o, nil
}
