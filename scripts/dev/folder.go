package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keptGmail is the file that the simulated Gmail has in a data folder. The product's own data there is of no use without the mailboxes that it speaks of:
// another Gmail knows neither its tokens nor its conversations.
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
