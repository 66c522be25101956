package functions_test

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// initialised is a line of the runtime about a package: its allocations before main.
var initialised = regexp.MustCompile(`(?m)^init (github\.com/trakstar/hire-gmail/(?:functions|shared)/\S+) @.* clock, (\d+) bytes, (\d+) allocs$`)

// A process of a function starts in milliseconds: no package of ours does much before main. What is made once, and not by every process, is made when it is first used.
func TestAProcessStartsWithLittle(t *testing.T) {
	t.Parallel()
	const most, inAll = 700, 2500 // allocations
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	sum, packages := 0, 0
	for _, m := range initialised.FindAllStringSubmatch(string(said), -1) {
		if strings.HasSuffix(m[1], "test") || strings.HasSuffix(m[1], "_test") { // of tests
			continue
		}
		allocations, err := strconv.Atoi(m[3])
		if err != nil {
			t.Fatal(err)
		}
		packages++
		if sum += allocations; allocations > most {
			t.Errorf("%s allocates %d times (%s bytes) before main, want %d at most", m[1], allocations, m[2], most)
		}
	}
	if packages < 10 {
		t.Fatalf("%d packages are told of in:\n%s", packages, said)
	}
	if sum > inAll {
		t.Errorf("our packages allocate %d times before main, want %d at most", sum, inAll)
	}
}
