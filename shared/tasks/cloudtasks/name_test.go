package cloudtasks

import (
	"strings"
	"testing"
)

// A name that Cloud Tasks takes stays as it is, any other becomes one.
func TestNameOf(t *testing.T) {
	t.Parallel()
	for name, stays := range map[string]bool{
		"later-u1_7": true, strings.Repeat("x", 500): true, strings.Repeat("x", 501): false, "": false, "a b": false, "a/b": false, "ü": false,
	} {
		if got := nameOf(name); (got == name) != stays || !validName.MatchString(got) || len(got) > maxName {
			t.Errorf("%q is named %q", name, got)
		}
	}
}
