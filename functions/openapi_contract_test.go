package functions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/openapi"
)

// The routes that functions have are those that the document describes, and the other way round.
func TestOpenAPIDescribesEveryRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	documented := map[string][]string{}
	for _, o := range openapi.Operations() {
		documented[o.Function] = append(documented[o.Function], o.Pattern())
	}
	for name, make := range functions.All() {
		h, err := make(w.platform.services())
		w.ok(err)
		routes := h.(*api.Router).Patterns()
		if why, left := openapi.LeftOut[name]; left {
			if why == "" || len(documented[name]) > 0 {
				t.Errorf("%s is left out of the document for the reason %q, and has %d operations in it", name, why, len(documented[name]))
			}
			continue
		}
		slices.Sort(routes)
		slices.Sort(documented[name])
		if !slices.Equal(routes, documented[name]) {
			t.Errorf("%s has the routes %q, and the document %q: see shared/api/openapi/doc.go, How to add an operation", name, routes, documented[name])
		}
		delete(documented, name)
	}
	for name := range documented {
		t.Errorf("the document has a function %q, which does not exist", name)
	}
}

// contract is the document in a form that answers can be held to.
type contract struct {
	paths   map[string]map[string]documented
	schemas map[string]map[string]any // of components, as they are written
	compile func(pointer string) (*jsonschema.Schema, error)
}

// documented is what a test needs of an operation in the document.
type documented struct {
	OperationID string `json:"operationId"`
	RequestBody struct {
		Content map[string]media
	}
	Parameters []struct {
		Name, In string
		Required bool
		Schema   map[string]any
	}
	Responses map[string]struct {
		Headers map[string]any
		Content map[string]media
	}
}

type media struct{ Schema map[string]any }

// theContract reads the document. Its schemas are closed here: an answer with a member that is not documented is one too many.
var theContract = sync.OnceValues(func() (*contract, error) {
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(openapi.JSON))
	if err != nil {
		return nil, err
	}
	for _, s := range whole.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any) {
		if s := s.(map[string]any); s["properties"] != nil {
			s["additionalProperties"] = false
		}
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("https://document.example/", whole); err != nil {
		return nil, err
	}
	var d struct {
		Paths      map[string]map[string]documented
		Components struct{ Schemas map[string]map[string]any }
	}
	if err := json.Unmarshal(openapi.JSON, &d); err != nil {
		return nil, err
	}
	var mu sync.Mutex // compiling is not for several at once
	return &contract{paths: d.Paths, schemas: d.Components.Schemas, compile: func(pointer string) (*jsonschema.Schema, error) {
		mu.Lock()
		defer mu.Unlock()
		return c.Compile("https://document.example/#" + pointer)
	}}, nil
})

func (c *contract) operation(o openapi.Operation) documented {
	return c.paths["/"+o.Function+o.Path][strings.ToLower(o.Method)]
}

// holds says what is not documented about an answer of an operation, if anything.
func (c *contract) holds(o openapi.Operation, a answer) error {
	path, method, status := "/"+o.Function+o.Path, strings.ToLower(o.Method), strconv.Itoa(a.Status)
	d := c.operation(o)
	response, ok := d.Responses[status]
	if !ok {
		return fmt.Errorf("status %s is not documented", status)
	}
	for name := range response.Headers {
		if a.Header.Get(name) == "" && !sometimes[name] {
			return fmt.Errorf("status %s lacks the header %s", status, name)
		}
	}
	if len(response.Content) == 0 {
		return nil // what a redirect says to those who can't follow it is net/http's
	}
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("status %s has the content type %q", status, a.Header.Get("Content-Type"))
	}
	if _, ok := response.Content[kind]; !ok {
		return fmt.Errorf("status %s has content of the type %q, which is not documented", status, kind)
	}
	schema, values := "schema", [][]byte{a.Body}
	switch {
	case kind == "application/x-ndjson":
		schema, values = "x-line", bytes.SplitAfter(bytes.TrimSuffix(a.Body, []byte("\n")), []byte("\n"))
	case !strings.HasSuffix(kind, "json"):
		return nil
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1").Replace
	compiled, err := c.compile("/paths/" + escape(path) + "/" + method + "/responses/" + status + "/content/" + escape(kind) + "/" + schema)
	if err != nil {
		return err
	}
	for _, value := range values {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
		if err != nil {
			return fmt.Errorf("status %s has content that is no JSON: %w", status, err)
		}
		if err := compiled.Validate(v); err != nil {
			return fmt.Errorf("status %s has content that is not as documented: %w", status, err)
		}
	}
	return nil
}

// sometimes are headers that are there where there is something to say.
var sometimes = map[string]bool{"Next-Page-Token": true, "Retry-After": true, "Set-Cookie": true, "Content-Range": true}
