package exporting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// State says how far an export is. It names no mail.
type State struct {
	URL    string `json:"url"`
	Format string `json:"format"`
	Pages  []Page `json:"pages"`          // those that are whole, as they follow each other in the file
	Next   string `json:"next,omitempty"` // token of the page after them
	Done   bool   `json:"done"`           // there is none
}

// Page is one page in the file.
type Page struct {
	Bytes    int64  `json:"bytes"`
	SHA256   string `json:"sha256"` // in hexadecimal
	Messages int    `json:"messages"`
}

// Bytes is how much of the file is whole.
func (s State) Bytes() (n int64) {
	for _, p := range s.Pages {
		n += p.Bytes
	}
	return n
}

// Messages is how many messages there are in what is whole.
func (s State) Messages() (n int) {
	for _, p := range s.Pages {
		n += p.Messages
	}
	return n
}

func stateFile(file string) string { return file + ".state" }

// open reads the state of an export that was begun, or begins one.
func open(o Options) (State, error) {
	s, err := load(o.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(o.File); err == nil {
			return s, fmt.Errorf("%s is there already, and was not begun by this program: name another file", o.File)
		}
		return State{URL: o.URL, Format: o.Format}, nil
	case err != nil:
		return s, err
	case s.URL != o.URL || s.Format != o.Format:
		return s, fmt.Errorf("%s was begun as %s from %s: go on with these, or name another file", o.File, s.Format, s.URL)
	}
	return s, nil
}

func load(file string) (s State, err error) {
	b, err := os.ReadFile(stateFile(file))
	if err != nil {
		return s, fmt.Errorf("read the state: %w", err)
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("read the state: %w", err)
	}
	return s, nil
}

// save writes the state, whole or not at all.
func (s State) save(file string) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	half := stateFile(file) + ".new"
	if err := os.WriteFile(half, append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	if err := os.Rename(half, stateFile(file)); err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	return nil
}

// compare reads the file's whole pages again and compares them with what the state says of them. What comes after them is not looked at.
func (s State) compare(f io.ReadSeeker) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	for i, p := range s.Pages {
		sum := sha256.New()
		if n, err := io.CopyN(sum, f, p.Bytes); err != nil {
			return fmt.Errorf("page %d of the file has %d bytes of %d: it was cut or changed since: %w", i+1, n, p.Bytes, err)
		}
		if got := hex.EncodeToString(sum.Sum(nil)); got != p.SHA256 {
			return fmt.Errorf("page %d of the file is not as it was written: its SHA-256 is %s, not %s", i+1, got, p.SHA256)
		}
	}
	return nil
}

// Check says whether a file is a whole export: all pages there, none changed, nothing after them, and as many messages in them as they had.
func Check(file string) error {
	s, err := load(file)
	if err != nil {
		return err
	}
	if !s.Done {
		return fmt.Errorf("the export is not at its end: %d pages with %d messages are there", len(s.Pages), s.Messages())
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open the file: %w", err)
	}
	defer f.Close()
	if err := s.compare(f); err != nil {
		return err
	}
	if size, err := f.Seek(0, io.SeekEnd); err != nil || size != s.Bytes() {
		return errors.Join(err, fmt.Errorf("the file has %d bytes, and its pages have %d", size, s.Bytes()))
	}
	return nil
}
