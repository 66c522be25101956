package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// allowed are the licences that whatever is deployed may have: they ask for a notice, and for nothing of those who use the product.
var allowed = map[string]bool{
	"Apache-2.0": true, "MIT": true, "BSD-2-Clause": true, "BSD-3-Clause": true, "ISC": true,
	"BSD-Source-Code": true, // how the tool reads BSD-3-Clause as the Go project's own modules have it
	"ICU":             true,
}

// notLinked are licences that only what no function links may have: they ask for something of whoever hands on changes of the files.
var notLinked = map[string]bool{"MPL-2.0": true}

// sbom is a bill of materials (CycloneDX 1.6), as far as it is looked at here; the rest is handed on as it is.
// Source: https://cyclonedx.org/docs/1.6/json/
type sbom struct {
	head         map[string]json.RawMessage
	components   []component
	dependencies []dependency
}

type component struct {
	Ref      string `json:"bom-ref"`
	Name     string `json:"name"`
	Version  string `json:"version"`
	Evidence struct {
		Licenses []struct {
			License    struct{ ID, Name string } `json:"license"`
			Expression string                    `json:"expression"`
		} `json:"licenses"`
	} `json:"evidence"`

	raw json.RawMessage
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

func (c component) module() string { return c.Name + "@" + c.Version }

// licences are what the tool has found, by SPDX's names; none where it has found nothing.
func (c component) licences() []string {
	var out []string
	for _, l := range c.Evidence.Licenses {
		for _, name := range []string{l.License.ID, l.License.Name, l.Expression} {
			if name != "" {
				out = append(out, name)
			}
		}
	}
	return out
}

func read(b []byte) (*sbom, error) {
	s := &sbom{}
	var parts struct {
		Components   []json.RawMessage
		Dependencies []dependency
	}
	if err := errors.Join(json.Unmarshal(b, &s.head), json.Unmarshal(b, &parts)); err != nil {
		return nil, fmt.Errorf("read SBOM: %w", err)
	}
	for _, raw := range parts.Components {
		c := component{raw: raw}
		if err := json.Unmarshal(raw, &c); err != nil {
			return nil, fmt.Errorf("read SBOM: %w", err)
		}
		s.components = append(s.components, c)
	}
	s.dependencies = parts.Dependencies
	if len(s.components) == 0 {
		return nil, errors.New("read SBOM: it names no component")
	}
	return s, nil
}

// users are the functions that link a module.
func users(c component, linked map[string][]string) (out []string) {
	for function, modules := range linked {
		if slices.Contains(modules, c.module()) {
			out = append(out, function)
		}
	}
	slices.Sort(out)
	return out
}

// check says of each module whose licence does not allow its use, and of each that is linked and not in the bill, what is wrong.
func check(s *sbom, linked map[string][]string) error {
	var errs []error
	known := map[string]bool{}
	for _, c := range s.components {
		known[c.module()] = true
		found := c.licences()
		if len(found) == 0 {
			errs = append(errs, fmt.Errorf("%s: no licence was found. Read its files, and say in scripts/supply what it is", c.module()))
		}
		for _, l := range found {
			by := users(c, linked)
			switch {
			case allowed[l], notLinked[l] && len(by) == 0:
			case notLinked[l]:
				errs = append(errs, fmt.Errorf("%s: its licence %s is allowed only for what is not deployed, and %s links it", c.module(), l, strings.Join(by, ", ")))
			default:
				errs = append(errs, fmt.Errorf("%s: its licence %s is not among those allowed in scripts/supply", c.module(), l))
			}
		}
	}
	for _, function := range slices.Sorted(maps.Keys(linked)) {
		for _, m := range linked[function] {
			if !known[m] {
				errs = append(errs, fmt.Errorf("%s links %s, which the bill does not name", function, m))
			}
		}
	}
	return errors.Join(errs...)
}

// of is the bill of one function. The same function made of the same modules has the same bill, byte by byte.
func (s *sbom) of(function string, modules []string) ([]byte, error) {
	head := map[string]any{}
	for name, value := range s.head {
		head[name] = value
	}
	var metadata map[string]any
	if err := json.Unmarshal(s.head["metadata"], &metadata); err != nil {
		return nil, fmt.Errorf("read metadata: %w", err)
	}
	own, ok := metadata["component"].(map[string]any)
	if !ok {
		return nil, errors.New("the bill does not say what it is of")
	}
	root, _ := own["bom-ref"].(string)
	own["name"] = fmt.Sprint(own["name"], "/functions/", function)
	delete(metadata, "timestamp")
	head["metadata"] = metadata

	refs := map[string]bool{}
	components := []json.RawMessage{}
	for _, c := range s.components {
		if slices.Contains(modules, c.module()) {
			refs[c.Ref] = true
			components = append(components, c.raw)
		}
	}
	if len(components) != len(modules) {
		return nil, fmt.Errorf("%d modules are linked, and the bill names %d of them", len(modules), len(components))
	}
	dependencies := []dependency{}
	for _, d := range s.dependencies {
		if d.Ref != root && !refs[d.Ref] {
			continue
		}
		d.DependsOn = slices.DeleteFunc(slices.Clone(d.DependsOn), func(ref string) bool { return !refs[ref] })
		dependencies = append(dependencies, d)
	}
	head["components"], head["dependencies"] = components, dependencies
	body, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(append([]byte(function+"\n"), body...))
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8 (RFC 9562)
	head["serialNumber"] = fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
	return json.MarshalIndent(head, "", "  ")
}
