package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/googleapis/gax-go/v2"

	"github.com/trakstar/hire-gmail/scripts/export/exporting"
)

const help = `Takes all mail of an account out of Hire, as one of its Super Admins.

	go run ./scripts/export -url https://threads-… -token-file TOKEN -format jsonl -out mail.jsonl
	go run ./scripts/export -check -out mail.jsonl

Broken off or stopped, the same call goes on with the page that was not whole. At the end it says how much there is, and that the file is whole.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program; its answer is the exit code: 0 the file is whole, 1 it is not (yet), 2 called wrongly.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	f := flag.NewFlagSet("export", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() {
		fmt.Fprint(errs, help)
		f.PrintDefaults()
	}
	url := f.String("url", "", "`address` of the function threads")
	tokenFile := f.String("token-file", "", "`file` with a Super Admin's token; it is read anew for each page, so it may be renewed while this runs. Without it, the variable HIRE_TOKEN")
	format := f.String("format", "jsonl", "mbox or jsonl")
	file := f.String("out", "", "`file` to write; how far it is lies beside it, in a file that ends in .state")
	check := f.Bool("check", false, "only look whether -out is whole and as it was written")
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case *file == "" || f.NArg() > 0 || !*check && (*url == "" || *format != "mbox" && *format != "jsonl"):
		fmt.Fprintln(errs, "say -out, and unless it is -check: -url, and -format mbox or jsonl; export -h says more")
		return 2
	}
	var err error
	var s exporting.State
	if *check {
		err = exporting.Check(*file)
	} else {
		s, err = exporting.Run(ctx, exporting.Options{
			URL: *url, Format: *format, File: *file, HTTP: http.DefaultClient, Now: time.Now, Sleep: gax.Sleep, Say: func(text string) { fmt.Fprintln(errs, text) },
			Token: func() (string, error) { return token(*tokenFile) },
		})
	}
	if err != nil {
		fmt.Fprintln(errs, "export:", err)
		return 1
	}
	if *check {
		fmt.Fprintln(out, "The file is whole.")
		return 0
	}
	fmt.Fprintf(out, "The file is whole: %d messages, %d bytes, in %d pages.\n", s.Messages(), s.Bytes(), len(s.Pages))
	return 0
}

func token(file string) (string, error) {
	text := os.Getenv("HIRE_TOKEN")
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		text = string(b)
	}
	if text = strings.TrimSpace(text); text == "" {
		return "", errors.New("there is none: name -token-file, or set HIRE_TOKEN")
	}
	return text, nil
}
