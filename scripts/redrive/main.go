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

	"cloud.google.com/go/pubsub/v2"
)

const help = `Brings dead letters back: publishes what lies in a dead-letter subscription again to the topic that it was for.

	go run ./scripts/redrive -project PROJECT -from SUBSCRIPTION -to TOPIC -dry-run
	go run ./scripts/redrive -project PROJECT -from SUBSCRIPTION -to TOPIC

A message is acknowledged only once it has been published, with its data, attributes and ordering key, but without what Pub/Sub noted when it gave it up.
Stopped or failed, the rest stays where it is: run it again. At worst one message is published twice, which whoever takes it must bear anyway.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program; its answer is the exit code: 0 done, 1 failed or stopped, 2 called wrongly.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	o, err := parse(args, errs)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	client, err := pubsub.NewClient(ctx, o.project)
	if err != nil {
		fmt.Fprintf(errs, "Pub/Sub can't be reached: %v\nTo sign in: gcloud auth application-default login\n", err)
		return 1
	}
	defer client.Close() // everything is acknowledged or given back by then
	if err := redrive(ctx, client, o, time.Now, out); err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	return 0
}

// options are the flags; subscription and topic are full names.
type options struct {
	project      string
	subscription string
	topic        string
	max          int // 0: all
	dryRun       bool
	olderThan    time.Duration
	match        matches
	wait         time.Duration // for a further message
}

// matches are the attributes that a message must have.
type matches map[string]string

// String implements flag.Value.
func (m matches) String() string { return "" }

// Set implements flag.Value.
func (m matches) Set(s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return errors.New("want name=value")
	}
	m[name] = value
	return nil
}

var (
	projectID = regexp.MustCompile(`^[a-z][a-z0-9.:-]+$`)
	resource  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._~%+-]{2,254}$`)
)

func parse(args []string, errs io.Writer) (options, error) {
	o := options{match: matches{}}
	var from, to string
	f := flag.NewFlagSet("redrive", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() {
		fmt.Fprint(errs, help)
		f.PrintDefaults()
	}
	f.StringVar(&o.project, "project", os.Getenv("GOOGLE_CLOUD_PROJECT"), "`project` of subscription and topic; GOOGLE_CLOUD_PROJECT if it is not given")
	f.StringVar(&from, "from", "", "`subscription` on the dead-letter topic")
	f.StringVar(&to, "to", "", "`topic` that the messages were for")
	f.IntVar(&o.max, "max", 0, "publish no more than this `number`; 0: all there are")
	f.BoolVar(&o.dryRun, "dry-run", false, "only show the messages: id, age and attributes, never the data")
	f.DurationVar(&o.olderThan, "older-than", 0, "only messages first published at least this `long` ago: 90m, 24h")
	f.Var(o.match, "match", "only messages with this attribute, as `name=value`; may be given several times, then all must be there")
	f.DurationVar(&o.wait, "wait", 10*time.Second, "end after this `long` without a further message")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	var wrong []string
	if f.NArg() > 0 {
		wrong = append(wrong, "there are no arguments, only flags: "+strings.Join(f.Args(), " "))
	}
	if !projectID.MatchString(o.project) {
		wrong = append(wrong, "-project is needed, the id of a project")
	}
	var ok bool
	if o.subscription, ok = fullName(o.project, "subscriptions", from); !ok {
		wrong = append(wrong, "-from is needed, the id of a subscription")
	}
	if o.topic, ok = fullName(o.project, "topics", to); !ok {
		wrong = append(wrong, "-to is needed, the id of a topic")
	}
	if o.max < 0 || o.olderThan < 0 || o.wait <= 0 {
		wrong = append(wrong, "-max, -older-than and -wait can't be negative, and -wait not 0")
	}
	if len(wrong) > 0 {
		fmt.Fprintf(errs, "%s\nredrive -h says more\n", strings.Join(wrong, "\n"))
		return o, errors.New("called wrongly")
	}
	return o, nil
}

// fullName is a resource's full name, from that or its id.
func fullName(project, kind, name string) (string, bool) {
	prefix := "projects/" + project + "/" + kind + "/"
	id := strings.TrimPrefix(name, prefix)
	return prefix + id, resource.MatchString(id)
}
