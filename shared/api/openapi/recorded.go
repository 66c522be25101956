package openapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Recorded is how an example was answered.
type Recorded struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers,omitempty"`
	Type    string            `json:"type,omitempty"` // of the body, without parameters; "": there is none
	Body    any               `json:"body,omitempty"` // a JSON value, or a string
}

// record puts an example's answer into the responses of its operation.
func (b *builder) record(o Operation, e Example, responses object) {
	r, ok := b.answers[o.ID][e.Name]
	if !ok {
		b.fail("%s: no answer to the example %q is recorded; see How to add an operation in doc.go", o.ID, e.Name)
		return
	}
	response, ok := responses[strconv.Itoa(r.Status)].(object)
	if !ok || r.Status != e.Status {
		b.fail("%s: the example %q was answered with %d", o.ID, e.Name, r.Status)
		return
	}
	example := object{"summary": e.Summary}
	if e.As != "" {
		example["x-as"] = e.As
	}
	if len(r.Headers) > 0 {
		example["x-headers"] = r.Headers
	}
	if r.Type == "" {
		put(response, "x-examples", e.Name, example)
		return
	}
	content, _ := response["content"].(object)
	media, ok := content[r.Type].(object)
	if !ok {
		b.fail("%s: the example %q was answered with %s", o.ID, e.Name, r.Type)
		return
	}
	example["value"] = r.Body
	put(media, "examples", e.Name, example)
}

func put(in object, list, name string, v any) {
	all, ok := in[list].(object)
	if !ok {
		all = object{}
		in[list] = all
	}
	all[name] = v
}

// check names answers that are recorded to no example, and types that a list here speaks of and that are not there.
func (b *builder) check() {
	known := map[string]bool{}
	for _, o := range Operations() {
		for _, e := range o.Examples {
			known[o.ID+"."+e.Name] = true
		}
		if len(o.Examples) == 0 {
			b.fail("%s has no example", o.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.answers)) {
		for _, name := range slices.Sorted(maps.Keys(b.answers[id])) {
			if !known[id+"."+name] {
				b.fail("%s: an answer to %q is recorded, which is no example", id, name)
			}
		}
	}
}

// Encode writes recorded answers as examples.json has them, by operation and example.
func Encode(recorded map[string]map[string]Recorded) (string, error) {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(recorded)
	return out.String(), err
}
