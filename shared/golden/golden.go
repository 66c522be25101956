package golden

import (
	"flag"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what is generated anew")

var files sync.Mutex // tests run side by side, and one file has several tables

// File compares a file with what should be in it, or writes it.
func File(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stands, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(stands), want); diff != "" {
		t.Errorf("%s is not as it should be; run this test with -update to write it anew (-%s +what it should be):\n%s", file, file, diff)
	}
}

// Part compares what stands in a file between <!-- name --> and <!-- /name --> with what should, or writes it.
func Part(t *testing.T, file, name, want string) {
	t.Helper()
	files.Lock()
	defer files.Unlock()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+name+" -->\n\n", "\n<!-- /"+name+" -->"
	before, rest, ok := strings.Cut(string(text), begin)
	stands, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for %s, between %q and %q", file, name, begin, end)
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(stands, want); diff != "" {
		t.Errorf("%s of %s is not as it should be; run this test with -update to write it anew (-%s +what it should be):\n%s", name, file, file, diff)
	}
}
