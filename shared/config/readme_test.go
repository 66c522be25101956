package config_test

import (
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/golden"
)

// TestREADME compares README's table with the variables that a process really reads.
func TestREADME(t *testing.T) {
	t.Parallel()
	golden.Part(t, "../../README.md", "configuration", config.Markdown())
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
