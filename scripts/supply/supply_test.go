package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bom is a bill of one root and these components: name and licence.
func bom(t *testing.T, components ...[2]string) *sbom {
	t.Helper()
	var cs, ds []map[string]any
	needs := []string{}
	for _, c := range components {
		x := map[string]any{"bom-ref": "ref:" + c[0], "type": "library", "name": c[0], "version": "v1", "hashes": []any{map[string]any{"alg": "SHA-256", "content": "00"}}}
		if c[1] != "" {
			x["evidence"] = map[string]any{"licenses": []any{map[string]any{"license": map[string]any{"id": c[1]}}}}
		}
		cs = append(cs, x)
		ds = append(ds, map[string]any{"ref": "ref:" + c[0], "dependsOn": []string{"ref:" + components[0][0]}})
		needs = append(needs, "ref:"+c[0])
	}
	ds = append(ds, map[string]any{"ref": "ref:root", "dependsOn": needs})
	b, err := json.Marshal(map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": cs, "dependencies": ds,
		"metadata": map[string]any{"timestamp": "2026-11-02T09:00:00Z", "component": map[string]any{"bom-ref": "ref:root", "name": "example.com/product", "type": "application"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := read(b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLicencesAreChecked(t *testing.T) {
	t.Parallel()
	linked := map[string][]string{"connect": {"a@v1"}, "threads": {"a@v1", "b@v1"}}
	for name, test := range map[string]struct {
		a, b, c string // licences; c is linked by no function
		want    []string
	}{
		"all allowed":                   {"MIT", "Apache-2.0", "MPL-2.0", nil},
		"one that binds, linked":        {"MIT", "MPL-2.0", "MIT", []string{"b@v1", "MPL-2.0", "threads links it"}},
		"one that is not allowed":       {"MIT", "MIT", "GPL-3.0-only", []string{"c@v1", "GPL-3.0-only", "not among those allowed"}},
		"one that is not allowed, used": {"AGPL-3.0-only", "MIT", "MIT", []string{"a@v1", "AGPL-3.0-only"}},
		"none found":                    {"MIT", "MIT", "", []string{"c@v1", "no licence was found"}},
	} {
		err := check(bom(t, [2]string{"a", test.a}, [2]string{"b", test.b}, [2]string{"c", test.c}), linked)
		if (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range test.want {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("%s: %v, want it to say %q", name, err, want)
			}
		}
	}
	if err := check(bom(t, [2]string{"a", "MIT"}), linked); err == nil || !strings.Contains(err.Error(), "threads links b@v1") {
		t.Errorf("a linked module that the bill does not name: %v", err)
	}
}

func TestBillOfAFunction(t *testing.T) {
	t.Parallel()
	s := bom(t, [2]string{"a", "MIT"}, [2]string{"b", "MIT"}, [2]string{"c", "MPL-2.0"})
	got, err := s.of("threads", []string{"a@v1", "b@v1"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := bom(t, [2]string{"a", "MIT"}, [2]string{"b", "MIT"}, [2]string{"c", "MPL-2.0"}).of("threads", []string{"a@v1", "b@v1"})
	if err != nil || !bytes.Equal(got, again) {
		t.Errorf("made again it is another one: %v", err)
	}
	var x struct {
		SpecVersion, SerialNumber string
		Metadata                  struct {
			Timestamp string
			Component struct{ Name string }
		}
		Components []struct {
			Name   string
			Hashes []any
		}
		Dependencies []dependency
	}
	if err := json.Unmarshal(got, &x); err != nil {
		t.Fatal(err)
	}
	if x.SpecVersion != "1.6" || len(x.SerialNumber) != len("urn:uuid:")+36 || x.Metadata.Timestamp != "" || x.Metadata.Component.Name != "example.com/product/functions/threads" || len(x.Components) != 2 || len(x.Components[0].Hashes) != 1 {
		t.Errorf("%s", got)
	}
	want := []dependency{{"ref:a", []string{"ref:a"}}, {"ref:b", []string{"ref:a"}}, {"ref:root", []string{"ref:a", "ref:b"}}}
	if diff := cmp.Diff(want, x.Dependencies); diff != "" {
		t.Errorf("dependencies (-want +got):\n%s", diff)
	}
	if _, err := s.of("threads", []string{"a@v1", "z@v1"}); err == nil {
		t.Error("a bill that lacks a linked module was written")
	}
}

func TestReadRefusesAnEmptyBill(t *testing.T) {
	t.Parallel()
	for _, b := range []string{``, `{}`, `{"components":[]}`, `{"components":17}`} {
		if _, err := read([]byte(b)); err == nil {
			t.Errorf("%q was read", b)
		}
	}
}
