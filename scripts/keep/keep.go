package keep

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// every is how often a change is written: what a crash may take from the mailboxes, and not from who works with them.
const every = 2 * time.Second

// Restore gives a new simulated Gmail what the file has; false if there is no file.
func Restore(sim *gmailtest.Server, path string) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if err := sim.Restore(f); err != nil {
		return false, fmt.Errorf("read the simulated Gmail in %s: %w", path, err)
	}
	return true, nil
}

// File is where a simulated Gmail is kept.
type File struct {
	Sim  *gmailtest.Server
	Path string

	last [sha256.Size]byte // of what the file has
}

// Save writes the file if anything has changed. It is there whole or not at all.
func (f *File) Save() error {
	var b bytes.Buffer
	if err := f.Sim.Save(&b); err != nil {
		return err
	}
	sum := sha256.Sum256(b.Bytes())
	if sum == f.last {
		return nil
	}
	half := f.Path + ".new"
	if err := os.WriteFile(half, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("save the simulated Gmail: %w", err)
	}
	if err := os.Rename(half, f.Path); err != nil {
		return fmt.Errorf("save the simulated Gmail: %w", err)
	}
	f.last = sum
	return nil
}

// Run saves what changes until ctx ends, and is told what goes wrong. Who ends it saves once more.
func (f *File) Run(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := f.Save(); err != nil {
				failed(err)
			}
		}
	}
}
