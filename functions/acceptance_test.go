package functions_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Each acceptance scenario of the product is a test here, TestScenario07_… for the seventh, and each known way to lose or double mail one here or beside the package that
// it is about, TestTrap01_…. None may get lost, and none may be numbered beyond those that there are.
const (
	acceptanceScenarios = 45
	knownTraps          = 55
)

func TestEveryScenarioAndTrapHasATest(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`(?m)^func Test(Scenario|Trap)(\d+)_\w+\(t \*testing\.T\)`)
	found := map[string][]string{} // by name and number, in which folders
	if err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			found[m[1]+m[2]] = append(found[m[1]+m[2]], filepath.Dir(path))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	here := filepath.Join("..", "functions")
	for n := range acceptanceScenarios {
		name := fmt.Sprintf("Scenario%02d", n+1)
		if !slices.Contains(found[name], here) { // what only its package shows, nobody outside has seen
			t.Errorf("no test of the functions is Test%s_…", name)
		}
		delete(found, name)
	}
	for n := range knownTraps {
		name := fmt.Sprintf("Trap%02d", n+1)
		if len(found[name]) == 0 {
			t.Errorf("no test is Test%s_…", name)
		}
		delete(found, name)
	}
	for name, in := range found {
		t.Errorf("Test%s_… in %v is the number of nothing", name, in)
	}
}

// TestTheWordsOfTheScenarios holds the list of words, above the package, to those that there are.
func TestTheWordsOfTheScenarios(t *testing.T) {
	t.Parallel()
	doc, _, _ := strings.Cut(readText(t, "world_test.go"), "\npackage ")
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{"w.told": true} // a field
	for _, file := range files {
		for _, m := range regexp.MustCompile(`(?m)^func \(\w+ \*(world|person|correspondent)\) (\w+)\(`).FindAllStringSubmatch(readText(t, file), -1) {
			words[map[string]string{"world": "w.", "person": "r.", "correspondent": "candidate."}[m[1]]+m[2]] = true
		}
	}
	named := regexp.MustCompile(`\b(?:w|r|candidate)\.\w+`).FindAllString(doc, -1)
	if len(named) < 50 {
		t.Errorf("only %q are listed", named)
	}
	for _, word := range named {
		if !words[word] {
			t.Errorf("%s is no word", word)
		}
	}
}
