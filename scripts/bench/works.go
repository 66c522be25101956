package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"time"
)

const (
	bodyBytes = 5 << 10 // of a mail's text
	perThread = 5       // messages of a labelled conversation
	perPerson = 4       // conversations of a candidate
)

// delays are how long a call of Gmail takes.
var delays = []time.Duration{0, 50 * time.Millisecond}

// benches measures.
type benches struct {
	options
	errs io.Writer
	say  func(format string, args ...any)

	results results
	cloud   *place // put up once for all runs; nil before
	runs    int    // on it
}

// all measures everything that is asked for.
func (b *benches) all(ctx context.Context) (r *results, err error) {
	defer func() {
		if b.cloud != nil {
			err = errors.Join(err, b.cloud.end())
		}
	}()
	b.results.about()
	for _, s := range b.stores {
		if s == onFirestore {
			if why := noEmulators(); why != "" {
				b.say("%s", why)
				b.results.Missing = append(b.results.Missing, why)
				continue
			}
		}
		for _, boxes := range b.mailboxes {
			for _, d := range delays {
				if err := b.throughput(ctx, s, boxes, d); err != nil {
					return nil, err
				}
			}
		}
		if s == onFirestore {
			continue
		}
		for _, d := range delays {
			for _, one := range []func(context.Context, string, time.Duration) error{b.steady, b.nothingForHire, b.sending, b.labelImport} {
				if err := one(ctx, s, d); err != nil {
					return nil, err
				}
			}
		}
		if err := b.recovering(ctx, s, 0); err != nil {
			return nil, err
		}
	}
	return &b.results, nil
}

// noEmulators tells why Google's emulators can't be had; "" where they can.
func noEmulators() string {
	if os.Getenv("FIRESTORE_EMULATOR_HOST") != "" && os.Getenv("PUBSUB_EMULATOR_HOST") != "" {
		return ""
	}
	if _, err := exec.LookPath("gcloud"); err != nil {
		return "Not measured on Firestore: there is no gcloud to start Google's emulators by, and FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST name none."
	}
	return ""
}

// name of a figure.
func name(work, on string, boxes int, d time.Duration) string {
	return fmt.Sprintf("%s/%s/%d/%dms", work, on, boxes, d.Milliseconds())
}

// wanted tells whether any of the figures is asked for.
func (b *benches) wanted(names ...string) bool { return slices.ContainsFunc(names, b.only.MatchString) }

// in puts an account up on a store: on the embedded one in processes of its own, so that each run has its own memory.
func (b *benches) in(ctx context.Context, on string, recruiters, candidates int, do func(*world) error) (err error) {
	p := b.cloud
	b.runs++
	switch {
	case on == onEmbedded:
		if p, err = local(b.options, b.errs); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, p.end()) }()
	case p == nil:
		if p, err = deployed(ctx, b.options, b.errs); err != nil {
			return err
		}
		b.cloud = p
	}
	w, err := furnish(ctx, p, fmt.Sprintf("account%d", b.runs), recruiters, candidates)
	if err != nil {
		return err
	}
	if err := w.setDelay(ctx, 0); err != nil {
		return err
	}
	return do(w)
}

// measure does a piece of work of so many units, which tells when it began and ended, and notes what it took.
func (b *benches) measure(ctx context.Context, w *world, r row, work func() (begun, ended time.Time, err error)) error {
	before, err := w.spent(ctx)
	if err != nil {
		return err
	}
	end, err := w.profiling(ctx, b.profile, r.Name)
	if err != nil {
		return err
	}
	begun, ended, err := work()
	if err != nil {
		return fmt.Errorf("%s: %w", r.Name, err)
	}
	after, err := w.spent(ctx)
	if err != nil {
		return err
	}
	if err := end(); err != nil {
		return err
	}
	r.fill(ended.Sub(begun), before, after)
	b.results.Rows = append(b.results.Rows, r)
	b.say("%s", r)
	return nil
}

func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// about says what was measured on.
func (r *results) about() {
	r.At, r.Go, r.System, r.CPUs = time.Now().UTC().Truncate(time.Second), runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU()
}
