package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	mailbox  string
	second   string
	only     *regexp.Regexp // nil is all
	list     bool
	json     string
	redirect string
	timeout  time.Duration
	patience time.Duration
	size     int // of the large attachment, in bytes
	byHand   bool
	revoke   bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second Ctrl-C ends the program even while it cleans up
	}()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// The exit codes.
const (
	exitHolds   = 0
	exitDoesNot = 1
	exitTrouble = 2 // nothing can be said: wrong flags, no consent, or stopped before the end
)

// run is the program; its answer is the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) int {
	o, err := parse(args, errs)
	if errors.Is(err, flag.ErrHelp) {
		return exitHolds
	}
	if err != nil {
		return exitTrouble
	}
	all := checks()
	if o.only != nil {
		all = slices.DeleteFunc(all, func(c check) bool { return !o.only.MatchString(c.Name) })
		if len(all) == 0 {
			fmt.Fprintln(errs, "-run matches no check; -list shows their names")
			return exitTrouble
		}
	}
	if o.list {
		list(out, all)
		return exitHolds
	}
	s, err := readServer(getenv)
	if err != nil {
		fmt.Fprintln(errs, err)
		return exitTrouble
	}
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	x, err := begin(ctx, o, s, out)
	if err != nil {
		fmt.Fprintln(errs, "\n"+err.Error())
		return exitTrouble
	}
	defer x.close()
	report := x.all(ctx, all)
	report.print(out)
	if o.json != "" {
		if err := writeJSON(o.json, report); err != nil {
			fmt.Fprintln(errs, err)
			return exitTrouble
		}
	}
	switch {
	case report.DoNot > 0:
		return exitDoesNot
	case ctx.Err() != nil:
		fmt.Fprintln(errs, "Stopped before the end.")
		return exitTrouble
	}
	return exitHolds
}

func writeJSON(file string, r *report) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("livecheck", flag.ContinueOnError)
	f.SetOutput(errs)
	f.StringVar(&o.mailbox, "mailbox", "", "`address` of a test mailbox; mail is sent from it to itself")
	f.StringVar(&o.second, "second", "", "`address` of a second test mailbox, for what can only be seen at a recipient's")
	only := f.String("run", "", "try only the checks whose name matches this `regexp`")
	f.BoolVar(&o.list, "list", false, "list the checks and what each relies on, and try nothing")
	f.StringVar(&o.json, "json", "", "write the report to this `file` too")
	f.StringVar(&o.redirect, "redirect", "http://127.0.0.1:8080/oauthcallback/callback",
		"`address` on this machine that the OAuth client has registered as redirect URI; port 0 takes any free one, for a client of type Desktop")
	f.DurationVar(&o.timeout, "timeout", 20*time.Minute, "how long all of it may take, your consent included")
	f.DurationVar(&o.patience, "patience", time.Minute, "how long to wait for what Gmail may show late, such as a mail just sent")
	f.IntVar(&o.size, "size", 4_500_000, "`bytes` of the large attachment; 4.5 MB make a mail of 6 MB")
	f.BoolVar(&o.byHand, "by-hand", false, "try also what needs a person at Gmail in a browser: you are asked to edit a draft")
	f.BoolVar(&o.revoke, "revoke", false, "at the end revoke the permission, to see what that does: it ends every token of this user for the whole Google project")
	f.Usage = func() {
		fmt.Fprintln(errs, "livecheck tries on a real mailbox what this project believes of Gmail. It touches only what it has made, and cleans up.\n\n"+
			"Variables: OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET; for a server other than Google OAUTH_AUTH_URL, OAUTH_TOKEN_URL, OAUTH_REVOKE_URL, OAUTH_USERINFO_URL,\n"+
			"GMAIL_ENDPOINT; with GMAIL_TOPIC watch and stop are tried too, which ends a watch that this Google project already has on the mailbox;\n"+
			"GMAIL_QUOTA=legacy counts as for projects from before May 2026.\n\n"+
			"Exit code: 0 what was tried holds; 1 something does not hold; 2 it could not be tried.")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return o, err
	}
	wrong := ""
	if *only != "" {
		var err error
		if o.only, err = regexp.Compile(*only); err != nil {
			wrong = "-run: " + err.Error()
		}
	}
	switch {
	case wrong != "":
	case f.NArg() > 0:
		wrong = "there are no arguments, only flags: " + strings.Join(f.Args(), " ")
	case o.list:
	case o.mailbox == "":
		wrong = "-mailbox is needed: the address of a test mailbox, which mail will be sent from and to"
	case o.size < 1 || o.size > 25<<20:
		wrong = "-size is from 1 to 26214400, the most that Gmail takes"
	case strings.EqualFold(o.mailbox, o.second):
		wrong = "-second must be another mailbox than -mailbox"
	}
	if wrong != "" {
		fmt.Fprintln(errs, wrong)
		return o, errors.New(wrong)
	}
	return o, nil
}
