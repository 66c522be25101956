package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestCalledWrongly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args string
		code int
		says string
	}{{"-h", 0, "-staged"}, {"x", 2, "no arguments"}, {"-all", 2, "-all"}} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), strings.Fields(c.args), &out, &errs); code != c.code || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%q: code %d, want %d with %q: %s", c.args, code, c.code, c.says, &errs)
		}
	}
}

// An emulator that is not on this machine is no emulator, and one that does not answer is said to.
func TestNoEmulator(t *testing.T) {
	for at, says := range map[string]string{"firestore.googleapis.com:443": "not on this machine", "10.0.0.1:80": "not on this machine", "127.0.0.1:1": "does not answer"} {
		t.Setenv("FIRESTORE_EMULATOR_HOST", at)
		var out, errs bytes.Buffer
		if code := run(t.Context(), nil, &out, &errs); code != 1 || !strings.Contains(out.String(), "FAILED: ") || !strings.Contains(out.String(), says) || !strings.Contains(errs.String(), "step 1 failed; 13 were not reached") {
			t.Errorf("%s: code %d, want 1 with %q: %s\n%s", at, code, says, &errs, &out)
		}
	}
}
