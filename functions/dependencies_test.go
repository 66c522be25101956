package functions_test

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every module that go.mod requires directly has a reason in the README's table of dependencies, and every module there is required.
func TestDependenciesHaveReasons(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "\n## Dependencies\n")
	table, _, _ = strings.Cut(table, "\n## ")
	var required, named []string
	for line := range strings.Lines(string(mod)) {
		if m := regexp.MustCompile(`^\s+(\S+\.\S+/?\S*) v\S+\s*$`).FindStringSubmatch(line); m != nil {
			required = append(required, shortModule(m[1]))
		}
	}
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		if strings.TrimSpace(cells[2]) == "" {
			t.Errorf("no reason in %q", line)
		}
		before := ""
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			name := m[1]
			switch rest, short := strings.CutPrefix(name, "…"); {
			case short: // of the same parent as the one before, but for what a module's name ends with
				name = parentOf(before) + rest
			case strings.HasPrefix(name, "x/"):
				name = "golang.org/" + name
			default:
				before = name
			}
			named = append(named, shortModule(name))
		}
	}
	slices.Sort(required)
	if required = slices.Compact(required); len(required) < 25 {
		t.Errorf("only %d modules are required: %q", len(required), required)
	}
	for _, module := range required {
		if !slices.Contains(named, module) {
			t.Errorf("the README has no reason for %s", module)
		}
	}
	for _, module := range named {
		if !slices.Contains(required, module) {
			t.Errorf("the README gives a reason for %s, which go.mod does not require", module)
		}
	}
}

// shortModule is a module's path as the README writes it: without GitHub, and without what is another major version or part of the same.
func shortModule(name string) string {
	name = strings.TrimPrefix(name, "github.com/")
	if ok, _ := path.Match("v[0-9]*", path.Base(name)); ok {
		name = path.Dir(name)
	}
	if rest, ok := strings.CutPrefix(name, "google.golang.org/genproto"); ok && rest != "" {
		return "google.golang.org/genproto"
	}
	return name
}

// parentOf is the family that a shortened name belongs to.
func parentOf(name string) string {
	for _, family := range []string{"cloud.google.com/go", "go.opentelemetry.io/otel"} {
		if strings.HasPrefix(name, family) {
			return family
		}
	}
	return path.Dir(name)
}
