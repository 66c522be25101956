package operate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/trakstar/hire-gmail/shared/store"
)

// State is how far a round has come, as it is kept in a file.
type State struct {
	Of    string           `json:"of"`  // which round of what: no other may go on with it
	Run   string           `json:"run"` // names the run, over all its parts
	After store.MailboxKey `json:"after"`
	Asked int              `json:"asked"` // mailboxes
	Done  bool             `json:"done"`

	file string
}

// OpenState reads a state from a file, or begins one that is written there; without a file it is kept nowhere. run names a run that begins.
func OpenState(file, of, run string) (*State, error) {
	begun := &State{Of: of, Run: run, file: file}
	if file == "" {
		return begun, nil
	}
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return begun, nil
	case err != nil:
		return nil, err
	}
	s := &State{file: file}
	switch err := json.Unmarshal(text, s); {
	case err != nil || s.Run == "":
		return nil, fmt.Errorf("%s is no state of such a run. Name another file, or remove it to begin anew", file)
	case s.Of != of:
		return nil, fmt.Errorf("%s is the state of another run: %s. Name another file, or remove it to begin anew", file, s.Of)
	case s.Done:
		return nil, fmt.Errorf("%s says that the run is over: %d mailboxes were asked. Remove it to begin anew", file, s.Asked)
	}
	return s, nil
}

// save writes the file, whole or not at all.
func (s *State) save() error {
	if s.file == "" {
		return nil
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	half := s.file + ".new"
	if err := os.WriteFile(half, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	if err := os.Rename(half, s.file); err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	return nil
}
