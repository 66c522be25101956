package operatetest

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// Call is one way to call a program, the exit code that it ends with, and what it says then on the standard error.
type Call struct {
	Name, Args string
	Code       int
	Says       string
}

// Calls calls a program in each way.
func Calls(t *testing.T, run func(ctx context.Context, args []string, out, errs io.Writer) int, calls []Call) {
	t.Helper()
	for _, c := range calls {
		t.Run(c.Name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(t.Context(), strings.Fields(c.Args), &out, &errs); code != c.Code || !strings.Contains(errs.String(), c.Says) {
				t.Errorf("code %d, want %d with %q: %s", code, c.Code, c.Says, &errs)
			}
		})
	}
}
