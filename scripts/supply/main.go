package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/trakstar/hire-gmail/scripts/gocommand"
)

func main() {
	dir := flag.String("sbom", "", "folder to write an SBOM for each function to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, dir string) error {
	whole, err := bill(ctx)
	if err != nil {
		return err
	}
	linked, err := linkedBy(ctx)
	if err != nil {
		return err
	}
	print(out, whole, linked)
	if err := check(whole, linked); err != nil {
		return err
	}
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for function, modules := range linked {
		b, err := whole.of(function, modules)
		if err != nil {
			return fmt.Errorf("SBOM of %s: %w", function, err)
		}
		if err := os.WriteFile(filepath.Join(dir, function+".cdx.json"), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// bill has the pinned tool look at all modules that the repository's packages are built from.
func bill(ctx context.Context) (*sbom, error) {
	b, err := gocommand.Run(ctx, "", nil, "tool", "-modfile=scripts/tools/supply/go.mod", "cyclonedx-gomod", "mod", "-licenses", "-json", "-test", "-noserial", ".")
	if err != nil {
		return nil, err
	}
	return read(b)
}

// linkedBy says which modules each function is compiled from, as it is deployed.
func linkedBy(ctx context.Context) (map[string][]string, error) {
	b, err := gocommand.Run(ctx, "", []string{"GOOS=linux", "GOARCH=amd64"}, "list", "-deps", "-json=ImportPath,Deps,Module", "./functions/...")
	if err != nil {
		return nil, err
	}
	type listed struct {
		ImportPath string
		Deps       []string
		Module     *struct {
			Path, Version string
			Main          bool
		}
	}
	modules, functions := map[string]string{}, map[string]listed{}
	for d := json.NewDecoder(bytes.NewReader(b)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("read what go list says: %w", err)
		}
		switch {
		case p.Module == nil: // of Go itself
		case !p.Module.Main:
			modules[p.ImportPath] = p.Module.Path + "@" + p.Module.Version
		default:
			if _, name, ok := strings.Cut(p.ImportPath, "/functions/"); ok {
				functions[name] = p
			}
		}
	}
	out := map[string][]string{}
	for name, p := range functions {
		out[name] = []string{}
		for _, d := range p.Deps {
			if m := modules[d]; m != "" && !slices.Contains(out[name], m) {
				out[name] = append(out[name], m)
			}
		}
		slices.Sort(out[name])
	}
	return out, nil
}

func print(out io.Writer, s *sbom, linked map[string][]string) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "MODULE\tVERSION\tLICENCE\tLINKED BY")
	for _, c := range s.components {
		by := users(c, linked)
		say := strings.Join(by, ", ")
		switch len(by) {
		case 0:
			say = "no function: tests and scripts alone"
		case len(linked):
			say = "all functions"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.Name, c.Version, strings.Join(c.licences(), ", "), say)
	}
	w.Flush() //nolint:errcheck // to the screen
}
