package config_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/config"
)

var update = flag.Bool("update", false, "write the table of variables into README.md")

// TestREADME compares README's table with the variables that a process really reads.
func TestREADME(t *testing.T) {
	t.Parallel()
	const file, begin, end = "../../README.md", "<!-- configuration -->\n", "<!-- /configuration -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	table, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("README.md has no place for the table, between %s and %s", begin, end)
	}
	want := "\n" + config.Markdown() + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(want, table); d != "" {
		t.Errorf("README.md is out of date; run go test ./shared/config -update (-want +got):\n%s", d)
	}
}

func TestVariablesAreDescribed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, v := range config.Variables() {
		if v.Name == "" || v.Name != strings.ToUpper(v.Name) || seen[v.Name] {
			t.Errorf("name %q is empty, not in capitals, or used twice", v.Name)
		}
		seen[v.Name] = true
		if v.Description == "" || strings.Contains(v.Description, "|") {
			t.Errorf("%s: description %q", v.Name, v.Description)
		}
		if v.Required && v.Default != "" {
			t.Errorf("%s is required, so its default is never used", v.Name)
		}
	}
}
