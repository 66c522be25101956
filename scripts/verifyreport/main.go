package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/trakstar/hire-gmail/shared/records"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "verifyreport:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("verifyreport", flag.ContinueOnError)
	flags.SetOutput(out)
	keysFile := flags.String("keys", "", "file with the public keys, as GET settings /v1/report-keys answers")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *keysFile == "" || flags.NArg() != 1 {
		return errors.New("say -keys FILE and the report's file")
	}
	keys, err := os.ReadFile(*keysFile)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(flags.Arg(0))
	if err != nil {
		return err
	}
	payload, err := records.Verify(signedOf(text), keys)
	if err != nil {
		return err
	}
	var shown bytes.Buffer
	if err := json.Indent(&shown, payload, "", "  "); err != nil {
		return fmt.Errorf("the report is no JSON: %w", err)
	}
	fmt.Fprintf(out, "The signature is good.\n%s\n", shown.Bytes())
	return nil
}

// signedOf is the signed report in a file: alone, or as a member of the answer that it came with.
func signedOf(text []byte) string {
	var answer struct{ Signed string }
	if json.Unmarshal(text, &answer) == nil && answer.Signed != "" {
		return answer.Signed
	}
	return strings.TrimSpace(string(text))
}
