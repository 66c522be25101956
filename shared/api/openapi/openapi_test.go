package openapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trakstar/hire-gmail/shared/api/openapi"
	"github.com/trakstar/hire-gmail/shared/golden"
)

const file = "openapi.json"

func versionOf(t *testing.T, document []byte) string {
	t.Helper()
	var d struct{ Info struct{ Version string } }
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	return d.Info.Version
}

// The document is what the code makes. One that has changed needs another version before it is written.
func TestDocumentIsOfTheCode(t *testing.T) {
	t.Parallel()
	made, err := openapi.Build(openapi.Version)
	if err != nil {
		t.Fatal(err)
	}
	stands, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(made) != string(stands) && versionOf(t, stands) == openapi.Version {
		if flag.Lookup("update").Value.String() == "true" {
			t.Fatalf("the contract has changed and its version has not, so it is not written: raise Version in doc.go above %s", openapi.Version)
		}
		t.Errorf("the contract has changed and its version has not: raise Version in doc.go above %s", openapi.Version)
	}
	golden.File(t, file, string(made))
}

// invalid says what is wrong with a document: OpenAPI's own schema does not take it (testdata/oas-3.1.schema.json, of https://spec.openapis.org/oas/3.1/schema/2022-10-07), a
// schema in it is none of JSON Schema's or refers to nothing, or a reference leads nowhere.
func invalid(document []byte) error {
	meta, err := os.ReadFile("testdata/oas-3.1.schema.json")
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	var whole any
	for name, content := range map[string][]byte{"https://meta.example/": meta, "https://document.example/": document} {
		if whole, err = jsonschema.UnmarshalJSON(bytes.NewReader(content)); err != nil {
			return err
		}
		if err := c.AddResource(name, whole); err != nil {
			return err
		}
	}
	if whole, err = jsonschema.UnmarshalJSON(bytes.NewReader(document)); err != nil {
		return err
	}
	schema, err := c.Compile("https://meta.example/")
	if err != nil {
		return err
	}
	if err := schema.Validate(whole); err != nil {
		return err
	}
	for _, ref := range regexp.MustCompile(`"\$ref": "(#[^"]*)"`).FindAllSubmatch(document, -1) {
		at := whole
		for _, name := range strings.Split(string(ref[1]), "/")[1:] {
			in, _ := at.(map[string]any)
			if at = in[name]; at == nil {
				return fmt.Errorf("%s leads nowhere", ref[1])
			}
		}
	}
	for _, at := range schemasIn(whole, "") {
		if _, err := c.Compile("https://document.example/#" + at); err != nil {
			return err
		}
	}
	return nil
}

// schemasIn finds the schemas of a document, as JSON pointers.
func schemasIn(v any, at string) (found []string) {
	in, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	for name, v := range in {
		below := at + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		if name == "schema" || at == "/components/schemas" {
			found = append(found, below)
			continue
		}
		found = append(found, schemasIn(v, below)...)
	}
	if list, ok := in["parameters"].([]any); ok {
		for i, p := range list {
			found = append(found, schemasIn(p, fmt.Sprintf("%s/parameters/%d", at, i))...)
		}
	}
	return found
}

func TestDocumentIsValid(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(string) string
		valid  bool
	}{
		"as it is":                       {func(s string) string { return s }, true},
		"a reference that leads nowhere": {func(s string) string { return strings.ReplaceAll(s, `"Receipt": {`, `"Recipe": {`) }, false},
		"a parameter without a place":    {func(s string) string { return strings.Replace(s, `"in": "path"`, `"in": "body"`, 1) }, false},
		"a type that does not exist":     {func(s string) string { return strings.Replace(s, `"type": "integer"`, `"type": "number of"`, 1) }, false},
		"no version":                     {func(s string) string { return strings.Replace(s, `"version": "`, `"edition": "`, 1) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := tt.change(string(openapi.JSON))
			if !tt.valid && changed == string(openapi.JSON) {
				t.Fatal("nothing was changed")
			}
			if err := invalid([]byte(changed)); (err == nil) != tt.valid {
				t.Error(err)
			}
		})
	}
}

// Whoever reads the document needs a sentence about everything.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	var d struct {
		Components struct {
			Schemas map[string]struct {
				Description string
				Properties  map[string]struct{ Description string }
			}
		}
	}
	if err := json.Unmarshal(openapi.JSON, &d); err != nil {
		t.Fatal(err)
	}
	for name, s := range d.Components.Schemas {
		if s.Description == "" {
			t.Errorf("%s has no description", name)
		}
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	ids, patterns := map[string]bool{}, map[string]bool{}
	for _, o := range openapi.Operations() {
		if !regexp.MustCompile(`^[a-z][a-zA-Z]+$`).MatchString(o.ID) || ids[o.ID] {
			t.Errorf("operation id %q is no name, or twice there", o.ID)
		}
		ids[o.ID] = true
		at := o.Function + " " + o.Pattern()
		if patterns[at] {
			t.Errorf("%s is twice there", at)
		}
		patterns[at] = true
		var inPath []string
		for _, m := range regexp.MustCompile(`{(\w+)}`).FindAllStringSubmatch(o.Path, -1) {
			inPath = append(inPath, m[1])
		}
		var said []string
		for _, p := range o.Parameters {
			if p.In == "path" {
				said = append(said, p.Name)
			}
			if p.Description == "" || p.Schema == nil {
				t.Errorf("%s: %s lacks a description or a schema", o.ID, p.Name)
			}
		}
		if !slices.Equal(inPath, said) {
			t.Errorf("%s: parameters %q in the path, and %q described", o.ID, inPath, said)
		}
		names := map[string]bool{}
		for _, e := range o.Examples {
			if names[e.Name] {
				t.Errorf("%s has two examples %q", o.ID, e.Name)
			}
			names[e.Name] = true
			for p := range e.Params {
				if !slices.ContainsFunc(o.Parameters, func(q openapi.Parameter) bool { return q.Name == p }) {
					t.Errorf("%s: the example %q gives %q, which is no parameter", o.ID, e.Name, p)
				}
			}
		}
	}
}
