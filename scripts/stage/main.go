package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/trakstar/hire-gmail/scripts/gocommand"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("stage", flag.ContinueOnError)
	folder := flags.String("o", filepath.Join("terraform", "packages"), "`folder` to write to; what it held before of former sources is removed")
	builds := flags.String("build", "", "write nothing else; build each function from its zip alone into this `folder`, as a program of its name")
	checks := flags.Bool("check", false, "write nothing; build each function from its zip alone, start it, and ask it something")
	quick := flags.Bool("quick", false, "with -check: compile with the modules installed here, and only see that the zip has them all")
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), "go run ./scripts/stage [-o folder | -build folder | -check [-quick]] [function ...]\n\nWithout names, all functions.\n\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := gocommand.Root(ctx)
	if err != nil {
		return err
	}
	all, err := functions(root)
	if err != nil {
		return err
	}
	names := flags.Args()
	if len(names) == 0 {
		names = all
	}
	for _, name := range names {
		if !slices.Contains(all, name) {
			return fmt.Errorf("there is no function %q; there are: %s", name, strings.Join(all, ", "))
		}
	}
	switch {
	case *checks:
		return check(ctx, root, names, *quick, out)
	case *builds != "":
		return buildAll(ctx, root, names, *builds, out)
	}
	return write(ctx, root, names, *folder, out)
}

// write stages functions into a folder, and what there is of each into packages.json: Terraform reads it. Functions that are not named stay as they are.
func write(ctx context.Context, root string, names []string, folder string, out io.Writer) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	index := filepath.Join(folder, "packages.json")
	packages := map[string]string{}
	switch text, err := os.ReadFile(index); {
	case err == nil:
		if err := json.Unmarshal(text, &packages); err != nil {
			return fmt.Errorf("read %s: %w", index, err)
		}
	case !os.IsNotExist(err):
		return err
	}
	for _, name := range names {
		p, err := stage(ctx, root, name)
		if err != nil {
			return err
		}
		before := packages[name]
		packages[name] = p.file()
		if err := os.WriteFile(filepath.Join(folder, p.file()), p.zip, 0o644); err != nil {
			return err
		}
		changed := ""
		if before != p.file() {
			changed = "  changed"
		}
		fmt.Fprintf(out, "%-14s %3d packages  %s%s\n", name, p.own, size(int64(len(p.zip))), changed)
		if before != "" && before != p.file() {
			if err := os.Remove(filepath.Join(folder, filepath.Base(before))); err != nil && !os.IsNotExist(err) {
				return err
			}
		}
	}
	text, err := json.MarshalIndent(packages, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(index, append(text, '\n'), 0o644)
}

// functions are the names of all functions, each a folder with a function.go.
func functions(root string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(root, "functions", "*", "function.go"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no functions under %s", root)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = filepath.Base(filepath.Dir(f))
	}
	slices.Sort(names)
	return names, nil
}

func size(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
