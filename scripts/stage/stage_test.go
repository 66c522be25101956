package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/scripts/gocommand"
)

// module is a module with two functions, which share one package and have one more each.
var module = map[string]string{
	"go.mod":                         "module example.com/mail\n\ngo 1.26.0\n",
	"README.md":                      "Not for the cloud.\n",
	"functions/functions.go":         "package functions\n",
	"functions/one/function.go":      "package one\n\nimport (\n\t_ \"example.com/mail/shared/both\"\n\t_ \"example.com/mail/shared/ones\"\n)\n",
	"functions/one/function_test.go": "package one\n",
	"functions/two/function.go":      "package two\n\nimport (\n\t_ \"example.com/mail/shared/both\"\n\t_ \"example.com/mail/shared/twos\"\n)\n",
	"shared/both/both.go":            "package both\n",
	"shared/both/both_test.go":       "package both\n\nimport _ \"example.com/mail/shared/both/bothtest\"\n",
	"shared/both/bothtest/fake.go":   "package bothtest\n",
	"shared/both/testdata/x.txt":     "x\n",
	"shared/ones/ones.go":            "package ones\n\nimport _ \"embed\"\n\n//go:embed page.html\nvar page string\n",
	"shared/ones/page.html":          "<p>one</p>\n",
	"shared/ones/notes.txt":          "Not embedded.\n",
	"shared/ones/windows.go":         "//go:build windows\n\npackage ones\n",
	"shared/twos/twos.go":            "package twos\n",
}

// in writes a module into a new folder.
func in(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// digestOf is the digest of a function's source without the framework, which the module does not have.
func digestOf(t *testing.T, root, function string) string {
	t.Helper()
	files, _, err := imported(t.Context(), root, function)
	if err != nil {
		t.Fatal(err)
	}
	_, digest, err := pack(files)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func TestOnlyWhatAFunctionImports(t *testing.T) {
	t.Parallel()
	root := in(t, module)
	for function, want := range map[string][]string{
		"one": {"functions/one/function.go", "go.mod", "shared/both/both.go", "shared/ones/ones.go", "shared/ones/page.html"},
		"two": {"functions/two/function.go", "go.mod", "shared/both/both.go", "shared/twos/twos.go"},
	} {
		files, own, err := imported(t.Context(), root, function)
		if err != nil {
			t.Fatal(err)
		}
		if own != 3 {
			t.Errorf("%s: %d packages, want 3", function, own)
		}
		var got []string
		for name := range files {
			got = append(got, name)
		}
		slices.Sort(got)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", function, d)
		}
	}
}

func TestAChangeDeploysTheFunctionsThatImportIt(t *testing.T) {
	t.Parallel()
	before := in(t, module)
	for _, test := range []struct {
		change   string
		one, two bool
	}{
		{"functions/one/function.go", true, false},
		{"functions/two/function.go", false, true},
		{"shared/both/both.go", true, true},
		{"shared/ones/ones.go", true, false},
		{"shared/ones/page.html", true, false},
		{"shared/twos/twos.go", false, true},
		{"go.mod", true, true},
		{"functions/functions.go", false, false},
		{"functions/one/function_test.go", false, false},
		{"shared/both/both_test.go", false, false},
		{"shared/both/bothtest/fake.go", false, false},
		{"shared/both/testdata/x.txt", false, false},
		{"shared/ones/notes.txt", false, false},
		{"shared/ones/windows.go", false, false},
		{"README.md", false, false},
	} {
		t.Run(test.change, func(t *testing.T) {
			t.Parallel()
			root := in(t, module)
			file := filepath.Join(root, filepath.FromSlash(test.change))
			if err := os.WriteFile(file, []byte(module[test.change]+"\n// changed\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			for function, want := range map[string]bool{"one": test.one, "two": test.two} {
				if got := digestOf(t, root, function) != digestOf(t, before, function); got != want {
					t.Errorf("%s is deployed anew: %t, want %t", function, got, want)
				}
			}
		})
	}
}

func TestTheSameFilesMakeTheSameZip(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{"a/a.go": []byte("package a\n"), "a.go": []byte("package main\n"), "b.go": nil}
	first, digest, err := pack(files)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 { // the order of a map differs
		again, other, err := pack(files)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, again) || digest != other {
			t.Fatal("two zips of the same files differ")
		}
	}
	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		if !f.Modified.Equal(made) {
			t.Errorf("%s is of %s: tomorrow's zip would be another", f.Name, f.Modified)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(content, files[f.Name]) {
			t.Errorf("%s holds %q (%v)", f.Name, content, err)
		}
	}
	if d := cmp.Diff([]string{"a.go", "a/a.go", "b.go"}, names); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestADigestTellsTheContent(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, files := range map[string]map[string][]byte{
		"one file":          {"a.go": []byte("x")},
		"another name":      {"b.go": []byte("x")},
		"another content":   {"a.go": []byte("y")},
		"one more":          {"a.go": []byte("x"), "b.go": nil},
		"name in a content": {"a.go": []byte("x\"b.go\" 0\n")},
	} {
		_, digest, err := pack(files)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[digest]; ok {
			t.Errorf("%s and %s have one digest", name, other)
		}
		seen[digest] = name
	}
}

func TestWhatCantBeStaged(t *testing.T) {
	t.Parallel()
	broken := map[string]string{"shared/ones/fast.s": "TEXT ·f(SB),4,$0\n"}
	for name, content := range module {
		broken[name] = content
	}
	if _, _, err := imported(t.Context(), in(t, broken), "one"); err == nil || !strings.Contains(err.Error(), "fast.s") {
		t.Errorf("a function with assembly: %v", err)
	}
	if _, _, err := imported(t.Context(), in(t, module), "three"); err == nil || !strings.Contains(err.Error(), "functions/three") {
		t.Errorf("a function that is not there: %v", err)
	}
	if err := run(t.Context(), []string{"three"}, io.Discard); err == nil || !strings.Contains(err.Error(), "connect, deliver") {
		t.Errorf("a function that is not there: %v", err)
	}
}

// Every function of the product: its own folder and no other's, and nothing of tests.
func TestTheFunctionsThemselves(t *testing.T) {
	t.Parallel()
	root, err := gocommand.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names, err := functions(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if _, ok := questionTo(name); !ok {
			t.Errorf("scripts/questions has none to %s", name)
		}
		files, _, err := imported(t.Context(), root, name)
		if err != nil {
			t.Fatal(err)
		}
		for file := range files {
			folder := filepath.Base(filepath.Dir(file))
			switch {
			case strings.HasPrefix(file, "functions/") && !strings.HasPrefix(file, "functions/"+name+"/"),
				strings.HasSuffix(file, "_test.go"), strings.Contains(file, "/testdata/"), strings.HasSuffix(folder, "test"), strings.HasPrefix(file, "scripts/"):
				t.Errorf("%s is in the source of %s", file, name)
			}
		}
	}
}

// What a function's start is compared with has its clients, and nothing of ours.
func TestClientsOfAFunction(t *testing.T) {
	t.Parallel()
	root, err := gocommand.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	module, err := modulePath(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := othersImported(t.Context(), root, "gmailnotify")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"cloud.google.com/go/firestore", "cloud.google.com/go/storage", "golang.org/x/oauth2", "google.golang.org/grpc/status"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing in %q", want, got)
		}
	}
	for _, p := range got {
		first, _, _ := strings.Cut(p, "/")
		if strings.HasPrefix(p, module) || !strings.Contains(first, ".") {
			t.Errorf("%s is no package of another module", p)
		}
	}
}

// What is deployed can be made again, byte for byte, from the same checkout in another folder: nothing of the place or the time of the build is in it.
func TestTheSameCheckoutElsewhereMakesTheSameZip(t *testing.T) {
	t.Parallel()
	root, err := gocommand.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const function = "labelsweep"
	files, _, err := imported(t.Context(), root, function)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "another", "place")
	for _, name := range []string{"go.mod", "go.sum"} {
		if files[name], err = os.ReadFile(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := lay(elsewhere, files); err != nil {
		t.Fatal(err)
	}
	here, err := stage(t.Context(), root, function)
	if err != nil {
		t.Fatal(err)
	}
	for where, folder := range map[string]string{"again": root, "elsewhere": elsewhere} {
		other, err := stage(t.Context(), folder, function)
		if err != nil {
			t.Fatal(err)
		}
		if other.digest != here.digest || !bytes.Equal(other.zip, here.zip) {
			t.Errorf("staged %s, it is %s of %d bytes, want %s of %d", where, other.digest, len(other.zip), here.digest, len(here.zip))
		}
	}
}

func TestPackagesKeepWhatIsNotStagedAnew(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	index := filepath.Join(folder, "packages.json")
	for name, content := range map[string]string{index: `{"settings": "settings-1.zip", "bare": "bare-1.zip"}`, filepath.Join(folder, "settings-1.zip"): "former", filepath.Join(folder, "bare-1.zip"): "kept"} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(t.Context(), []string{"-o", folder, "settings"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]string{}
	if err := json.Unmarshal(text, &packages); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, f.Name())
	}
	want := []string{"bare-1.zip", "packages.json", packages["settings"]}
	if d := cmp.Diff(want, got); d != "" || packages["bare"] != "bare-1.zip" || len(packages["settings"]) != len("settings-.zip")+64 {
		t.Errorf("packages %v, files (-want +got):\n%s", packages, d)
	}
}
