//go:build emulators

package main

import (
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/events/pubsub/pubsubtest"
)

func TestRedriveOnTheEmulator(t *testing.T) { onServer(t, pubsubtest.Emulator) }

// The command as it is called.
func TestRunOnTheEmulator(t *testing.T) {
	t.Parallel()
	w := newWorld(t, pubsubtest.Emulator)
	w.letter("one", "k", 0)
	var errs strings.Builder
	args := []string{"-project", w.Project, "-from", dead, "-to", topic, "-wait", "1s"}
	if code := run(t.Context(), args, &w.out, &errs); code != 0 || !strings.Contains(w.out.String(), "1 published again") {
		t.Errorf("code %d: %s\n%s", code, &errs, &w.out)
	}
	w.came(0, "one")
	args[3] = "nowhere"
	if code := run(t.Context(), args, &w.out, &errs); code != 1 || !strings.Contains(errs.String(), "is not there") {
		t.Errorf("a subscription that is not there: code %d: %s", code, &errs)
	}
}
