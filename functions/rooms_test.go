package functions_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/scripts/questions"
)

// TestEveryFunctionHasItsPlaces names, for each folder of a function, the places that know it by name and do not have it. Those that only some functions have (routes in the
// OpenAPI document, queues, who may call it) are held by TestOpenAPIDescribesEveryRoute and the tests of Terraform.
func TestEveryFunctionHasItsPlaces(t *testing.T) {
	t.Parallel()
	folders, err := filepath.Glob("*/function.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range folders {
		names = append(names, filepath.Dir(f))
	}
	var c code
	if err := json.Unmarshal([]byte(readText(t, codeFile)), &c); err != nil {
		t.Fatal(err)
	}
	packages := map[string]string{}
	if err := json.Unmarshal([]byte(readText(t, "../terraform/tests/packages/packages.json")), &packages); err != nil {
		t.Fatal(err)
	}
	var resources []string
	for _, m := range regexp.MustCompile(`(?m)^    ([a-z]+) += \{\n +description`).FindAllStringSubmatch(readText(t, "../terraform/functions.tf"), -1) {
		resources = append(resources, m[1])
	}
	_, diagram, _ := strings.Cut(readText(t, "../README.md"), "```mermaid\n")
	diagram, _, _ = strings.Cut(diagram, "\n```")

	for place, has := range map[string][]string{
		"All in functions/functions.go":                         slices.Collect(maps.Keys(functions.All())),
		"Of in scripts/questions/questions.go":                  slices.Collect(maps.Keys(questions.Of)),
		"functions in terraform/functions.tf":                   resources,
		"terraform/code.json (TestTerraformKnowsTheCode)":       c.Functions,
		"terraform/tests/packages/packages.json, with any hash": slices.Collect(maps.Keys(packages)),
	} {
		for _, name := range names {
			if !slices.Contains(has, name) {
				t.Errorf("functions/%s is missing in %s", name, place)
			}
		}
		for _, name := range has {
			if !slices.Contains(names, name) {
				t.Errorf("%s has %s, and there is no functions/%s/function.go", place, name, name)
			}
		}
	}
	for _, name := range names {
		if want := `functions.HTTP("` + name + `", wiring.Lazy("` + name + `", New))`; !strings.Contains(readText(t, name+"/function.go"), want) {
			t.Errorf("functions/%s/function.go does not register the function under the name of its folder: %s", name, want)
		}
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(diagram) {
			t.Errorf("functions/%s is missing in the diagram of README.md, How it flows", name)
		}
	}
}

// Each package has a doc.go, and in no other file a comment on the package, that says what the package is for, what it must or must never do, and where to begin reading; what it
// names for that is there.
func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	rule, begin := regexp.MustCompile(`\b(must|never)\b`), regexp.MustCompile(`Begin reading at (?s:(.*))`)
	file := regexp.MustCompile(`\b[a-z_]+\.go\b`)
	for folder, files := range packageFolders(t) {
		doc := ""
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, name), nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if name == "doc.go" {
				doc = docOf(f)
			} else if f.Doc != nil {
				t.Errorf("%s/%s has a comment on the package, which belongs into doc.go", folder, name)
			}
		}
		if doc == "" {
			t.Errorf("%s has no doc.go with a comment on the package: what it is for, what it must never do, where to begin reading", folder)
			continue
		}
		if !rule.MatchString(doc) {
			t.Errorf("%s/doc.go does not say what the package must or must never do", folder)
		}
		first := begin.FindStringSubmatch(doc)
		if first == nil {
			t.Errorf(`%s/doc.go does not say where to begin reading: "Begin reading at …"`, folder)
			continue
		}
		for _, name := range file.FindAllString(first[1], -1) {
			if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
				t.Errorf("%s/doc.go names %s, which is not there", folder, name)
			}
		}
	}
}

// docOf is the comment on a file's package, if it begins as such comments do; else "".
func docOf(f *ast.File) string {
	text := f.Doc.Text()
	if strings.HasPrefix(text, "Package "+f.Name.Name+" ") || strings.HasPrefix(text, "Command ") && f.Name.Name == "main" {
		return text
	}
	return ""
}

// packageFolders lists the folders of the repository that hold a package, each with its files but the tests.
func packageFolders(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, root := range []string{".", "../shared", "../scripts"} {
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules"):
				return fs.SkipDir
			case strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, "_test.go"):
				out[filepath.Dir(p)] = append(out[filepath.Dir(p)], d.Name())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 50 {
		t.Fatalf("only %d packages were found", len(out))
	}
	return out
}

// The README's "Where things are" has every room below shared/ and scripts/, and each of its rooms and links is there.
func TestWhereThingsAre(t *testing.T) {
	t.Parallel()
	readme := readText(t, "../README.md")
	_, table, _ := strings.Cut(readme, "\n## Where things are\n")
	table, _, _ = strings.Cut(table, "\n## ")
	named := map[string]bool{}
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		before := ""
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			name := strings.TrimSuffix(strings.ReplaceAll(m[1], "<name>", "connect"), "/")
			if !strings.Contains(m[1], "/") { // of the same parent as the one before
				name = path.Join(path.Dir(before), name)
			}
			before, named[name] = name, true
			if _, err := os.Stat(filepath.Join("..", name)); err != nil {
				t.Errorf("the README has %s, which is not there", name)
			}
		}
	}
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`).FindAllStringSubmatch(readme, -1) {
		if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
			t.Errorf("the README leads to %s, which is not there", m[1])
		}
	}
	for _, root := range []string{"shared", "scripts"} {
		rooms, err := os.ReadDir("../" + root)
		if err != nil {
			t.Fatal(err)
		}
		for _, room := range rooms {
			if room.IsDir() && !named[root+"/"+room.Name()] {
				t.Errorf("the README does not say what %s/%s is", root, room.Name())
			}
		}
	}
}

// TestTheWaysAreTheCodes holds the picture of three ways through the code to it: each box is a function of its file, and each arrow a call in the function that it leaves.
func TestTheWaysAreTheCodes(t *testing.T) {
	t.Parallel()
	_, picture, _ := strings.Cut(readText(t, "../README.md"), "### Three ways through the code")
	_, picture, _ = strings.Cut(picture, "```mermaid\n")
	picture, _, _ = strings.Cut(picture, "\n```")
	box := regexp.MustCompile(`\b([a-z]\d+)\["([^"<]+)<br/>(\w+)"\]`)
	type function struct{ file, name string }
	boxes := map[string]function{}
	for _, m := range box.FindAllStringSubmatch(picture, -1) {
		boxes[m[1]] = function{m[2], m[3]}
	}
	calls := map[string][]string{} // what each box's function calls, by name
	for id, f := range boxes {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", f.file), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != f.name {
				continue
			}
			calls[id] = []string{}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if name, ok := n.(*ast.Ident); ok {
					calls[id] = append(calls[id], name.Name)
				}
				return true
			})
		}
		if _, there := calls[id]; !there && !declares(file, f.name) {
			t.Errorf("%s has no function %s", f.file, f.name)
		}
	}
	arrows := 0
	for line := range strings.Lines(box.ReplaceAllString(picture, "$1")) {
		steps := strings.Split(strings.TrimSpace(line), " --> ")
		for i := range len(steps) - 1 {
			from, to := boxes[steps[i]], boxes[steps[i+1]]
			if arrows++; !slices.Contains(calls[steps[i]], to.name) {
				t.Errorf("%s in %s does not call %s (%s → %s)", from.name, from.file, to.name, steps[i], steps[i+1])
			}
		}
	}
	if arrows == 0 {
		t.Error("the picture has no arrows")
	}
}

// declares tells whether an interface of the file has a method of this name.
func declares(file *ast.File, name string) (found bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		if i, ok := n.(*ast.InterfaceType); ok {
			found = found || slices.ContainsFunc(i.Methods.List, func(f *ast.Field) bool { return len(f.Names) == 1 && f.Names[0].Name == name })
		}
		return true
	})
	return found
}
