package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// keepEvery is how often a change of the simulated Gmail is written: what a crash may take from the mailboxes, and not from the product.
const keepEvery = 2 * time.Second

// keeper keeps the simulated Gmail in a file of the data folder. The product's own data there is of no use without the mailboxes that it speaks of: another
// Gmail knows neither its tokens nor its conversations.
type keeper struct {
	sim  *gmailtest.Server
	path string
	last [sha256.Size]byte // of what the file has
}

// keptGmail is the file in a data folder.
func keptGmail(data string) string { return filepath.Join(data, "gmail.json") }

// checkFolder refuses a data folder that was begun with the other kind of Gmail.
func checkFolder(data, gmail string) error {
	product, err := exists(filepath.Join(data, "hire.db"))
	if err != nil {
		return err
	}
	simulated, err := exists(keptGmail(data))
	if err != nil {
		return err
	}
	switch {
	case product && gmail == "sim" && !simulated:
		return fmt.Errorf("%s was begun with -gmail=real: a simulated Gmail would know nothing of what is there.\nTake another folder, or -gmail=real", data)
	case simulated && gmail == "real":
		return fmt.Errorf("%s was begun with a simulated Gmail: your own would know nothing of what is there.\nTake another folder for -gmail=real", data)
	}
	return nil
}

func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// restore gives a new simulated Gmail what the file has; false if there is no file.
func restore(sim *gmailtest.Server, path string) (bool, error) {
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

// save writes the file if anything has changed. It is there whole or not at all.
func (k *keeper) save() error {
	var b bytes.Buffer
	if err := k.sim.Save(&b); err != nil {
		return err
	}
	sum := sha256.Sum256(b.Bytes())
	if sum == k.last {
		return nil
	}
	half := k.path + ".new"
	if err := os.WriteFile(half, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("save the simulated Gmail: %w", err)
	}
	if err := os.Rename(half, k.path); err != nil {
		return fmt.Errorf("save the simulated Gmail: %w", err)
	}
	k.last = sum
	return nil
}
