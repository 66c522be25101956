package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	secretmanagerapi "cloud.google.com/go/secretmanager/apiv1"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/scripts/operate"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager"
)

const help = `Destroys the tokens in the vault that belong to no connection, and names connections whose token is missing.

	go run ./scripts/purge -project PROJECT             # shows what there is
	go run ./scripts/purge -project PROJECT -destroy

What was put there within the last hour is left alone: somebody may be connecting. Destroyed is destroyed: nobody can bring a token back. Stopped or failed, run it again.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program; its answer is the exit code: 0 done, 1 failed, stopped, or a connection has no token, 2 called wrongly.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	o, err := parse(args, errs)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	if err := do(ctx, o, out, errs); err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	return 0
}

func do(ctx context.Context, o options, out, errs io.Writer) (err error) {
	s, err := o.Open(ctx, errs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var at []option.ClientOption
	if emulator := os.Getenv("SECRET_MANAGER_EMULATOR_HOST"); emulator != "" {
		at = []option.ClientOption{option.WithEndpoint(emulator), option.WithoutAuthentication(), option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials()))}
	}
	client, err := secretmanagerapi.NewClient(ctx, at...)
	if err != nil {
		return fmt.Errorf("make client of Secret Manager: %w\nTo sign in: gcloud auth application-default login", err)
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	// It makes no secret, so that the region does not matter.
	vault, err := secretmanager.New(secretmanager.Options{Client: client, Project: o.Project, Region: "none", Prefix: o.prefix})
	if err != nil {
		return err
	}
	return o.explain(purge(ctx, s, vault, o, out))
}

// explain says what to do about an error where that is known.
func (o options) explain(err error) error {
	switch status.Code(err) {
	case codes.PermissionDenied:
		return fmt.Errorf("whoever is signed in may not: it takes roles/datastore.viewer and roles/secretmanager.viewer on the project %s, and with -destroy the role hireTokenDestroyer (%w)", o.Project, err)
	case codes.Unauthenticated:
		return fmt.Errorf("nobody is signed in. To sign in: gcloud auth application-default login (%w)", err)
	case codes.NotFound:
		return fmt.Errorf("the project %s has no Firestore database %s. To see what there is: gcloud firestore databases list --project=%s (%w)", o.Project, o.Database, o.Project, err)
	}
	return err
}

// options are the flags.
type options struct {
	operate.Place
	prefix    string
	destroy   bool
	force     bool
	perMinute int
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("purge", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() {
		fmt.Fprint(errs, help)
		f.PrintDefaults()
	}
	o.Flags(f)
	f.StringVar(&o.prefix, "prefix", cmp.Or(os.Getenv("SECRET_PREFIX"), "gmail-token-"), "what the names of the mailboxes' secrets begin with, as `text`; SECRET_PREFIX")
	f.BoolVar(&o.destroy, "destroy", false, "destroy; without it the run only shows what it would destroy")
	f.BoolVar(&o.force, "force", false, "go on although the database does not look like the one that the vault belongs to")
	f.IntVar(&o.perMinute, "per-minute", 300, "`calls` of Secret Manager a minute, of 600 that the whole project has")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	wrong := o.Wrong()
	if f.NArg() > 0 {
		wrong = append(wrong, "there are no arguments, only flags: "+strings.Join(f.Args(), " "))
	}
	if o.prefix == "" {
		wrong = append(wrong, "-prefix can't be empty: there are other secrets in the project")
	}
	if o.perMinute < 1 || o.perMinute > 600 {
		wrong = append(wrong, "-per-minute is 1 to 600")
	}
	if len(wrong) > 0 {
		fmt.Fprintf(errs, "%s\npurge -h says more\n", strings.Join(wrong, "\n"))
		return o, errors.New("called wrongly")
	}
	return o, nil
}
