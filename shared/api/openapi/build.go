package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// object is one of JSON's. Its members are written in alphabetical order.
type object = map[string]any

// document is the OpenAPI document, its members in the order in which they are read.
type document struct {
	OpenAPI      string   `json:"openapi"`
	Info         object   `json:"info"`
	Servers      []object `json:"servers"`
	Tags         []object `json:"tags"`
	Paths        object   `json:"paths"`
	Components   object   `json:"components"`
	ProblemCodes object   `json:"x-problem-codes"`
}

const about = "How Hire's frontend, its backend and its mail gateway speak to Hire Gmail.\n\n" +
	"Every error is a problem (RFC 9457) with a code that never changes its meaning; x-problem-codes lists them all. " +
	"Answers may gain members with any minor version, so a client ignores those that it does not know; requests with unknown members are refused. " +
	"Times are RFC 3339, in UTC. Lists come in pages: next_page_token, where there is one, is the page_token of the next."

// Build makes the document of a version. It reads the comments of package api's wire types from its folder, the one above the working directory.
func Build(version string) ([]byte, error) {
	b := builder{reflector: jsonschema.Reflector{Anonymous: true}, schemas: map[string]*jsonschema.Schema{}, answers: map[string]map[string]Recorded{}}
	if err := b.reflector.AddGoComments("github.com/trakstar/hire-gmail/shared/api/openapi", "..", jsonschema.WithFullComment()); err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	if err := json.Unmarshal(examples, &b.answers); err != nil {
		return nil, fmt.Errorf("read recorded answers: %w", err)
	}
	d := document{
		OpenAPI: "3.1.0",
		Info:    object{"title": "Hire Gmail", "version": version, "description": about, "license": object{"name": "Apache License 2.0", "identifier": "Apache-2.0"}},
		Servers: []object{
			{"url": "{base}", "description": "One address for all functions, such as a domain of one's own or the dev program. At a function's own address the first element of its paths may be there or not.",
				"variables": object{"base": object{"default": "http://127.0.0.1:8080", "description": "Without a slash at its end."}}},
		},
		Paths: object{}, ProblemCodes: object{},
	}
	seen := map[string]bool{}
	for _, o := range Operations() {
		if !seen[o.Function] {
			seen[o.Function] = true
			d.Tags = append(d.Tags, object{"name": o.Function})
		}
		path := "/" + o.Function + o.Path
		item, ok := d.Paths[path].(object)
		if !ok {
			item = object{}
			d.Paths[path] = item
		}
		item[strings.ToLower(o.Method)] = b.operation(o)
	}
	var codes []any
	for _, c := range hire.Codes() {
		codes = append(codes, string(c.Code))
		d.ProblemCodes[string(c.Code)] = object{"status": api.Status(hire.Err(c.Code)), "title": c.Title, "detail": c.Detail}
	}
	b.schema(reflect.TypeFor[api.Problem]())
	if err := b.bound(); err != nil {
		return nil, err
	}
	b.tolerate()
	schemas := object{"Code": object{"type": "string", "enum": codes, "description": "What went wrong. It never changes its meaning; x-problem-codes says more of each."}}
	for name, s := range b.schemas {
		schemas[name] = s
	}
	described := object{}
	for name, h := range headers {
		described[name] = object{"description": h.description, "schema": h.schema}
	}
	schemes := object{}
	for caller, what := range tokens {
		schemes[string(caller)] = object{"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": what}
	}
	d.Components = object{"schemas": schemas, "headers": described, "securitySchemes": schemes}
	out, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode document: %w", err)
	}
	b.check()
	text := strings.ReplaceAll(string(out), "#/$defs/", "#/components/schemas/") + "\n"
	return []byte(text), errors.Join(b.errs...)
}

// builder collects the schemas that operations use.
type builder struct {
	reflector jsonschema.Reflector
	schemas   map[string]*jsonschema.Schema // by the name of the wire type
	requests  []string                      // wire types of bodies of requests
	answers   map[string]map[string]Recorded
	errs      []error
}

func (b *builder) fail(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf(format, args...))
}

// schema makes sure that a wire type is there, and all that it is made of, and refers to it.
func (b *builder) schema(t reflect.Type) object {
	for name, s := range b.reflector.ReflectFromType(t).Definitions {
		if _, ok := b.schemas[name]; !ok {
			b.schemas[name] = s
		}
	}
	return object{"$ref": "#/components/schemas/" + t.Name()}
}

// bound adds what types do not say.
func (b *builder) bound() error {
	var errs []error
	for _, at := range slices.Sorted(maps.Keys(bounds)) {
		name, member, _ := strings.Cut(at, ".")
		s, ok := b.schemas[name]
		if !ok {
			errs = append(errs, fmt.Errorf("bounds of %s: no operation has that type", at))
			continue
		}
		property, ok := s.Properties.Get(member)
		if !ok {
			errs = append(errs, fmt.Errorf("bounds of %s: the type has no such member", at))
			continue
		}
		bounds[at](property)
		for outer, inner := range embeds {
			if s, ok := b.schemas[outer]; ok && inner == name {
				property, _ := s.Properties.Get(member)
				bounds[at](property)
			}
		}
	}
	return errors.Join(errs...)
}

// embeds are the wire types that have all members of another as their own.
var embeds = map[string]string{"Thread": "ThreadSummary", "CandidateReceipt": "Receipt", "DeletionReport": "Deletion"}

// tolerate lets answers gain members: only what requests are made of is closed.
func (b *builder) tolerate() {
	closed := map[string]bool{}
	var follow func(s *jsonschema.Schema)
	follow = func(s *jsonschema.Schema) {
		if s == nil {
			return
		}
		if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok && !closed[name] {
			closed[name] = true
			follow(b.schemas[name])
		}
		follow(s.Items)
		if s.Properties != nil {
			for p := s.Properties.Oldest(); p != nil; p = p.Next() {
				follow(p.Value)
			}
		}
	}
	for _, name := range b.requests {
		closed[name] = true
		follow(b.schemas[name])
	}
	for name, s := range b.schemas {
		if !closed[name] {
			s.AdditionalProperties = nil
		}
	}
}

func (b *builder) operation(o Operation) object {
	out := object{"operationId": o.ID, "tags": []string{o.Function}, "summary": o.Summary, "x-caller": o.Caller, "responses": b.responses(o)}
	if o.Description != "" {
		out["description"] = o.Description
	}
	if o.Caller != Browser {
		out["security"] = []object{{string(o.Caller): []string{}}}
	}
	var parameters []object
	for _, p := range o.Parameters {
		one := object{"name": p.Name, "in": p.In, "description": p.Description, "schema": p.Schema}
		if p.Required {
			one["required"] = true
		}
		given := object{}
		for _, e := range o.Examples {
			if v, ok := e.Params[p.Name]; ok {
				given[e.Name] = object{"value": typed(v, p.Schema.Type)}
			}
		}
		if len(given) > 0 {
			one["examples"] = given
		}
		parameters = append(parameters, one)
	}
	if parameters != nil {
		out["parameters"] = parameters
	}
	if len(o.Bodies) > 0 {
		content := object{}
		for _, body := range o.Bodies {
			if body.Of != nil {
				b.requests = append(b.requests, reflect.TypeOf(body.Of).Name())
			}
			media := b.media(body)
			given := object{}
			for _, e := range o.Examples {
				if e.Body != nil && takes(body.Type, e.mediaType()) {
					one := object{"summary": e.Summary, "value": e.Body}
					if body.Type == "*/*" {
						one["x-media-type"] = e.mediaType()
					}
					given[e.Name] = one
				}
			}
			if len(given) > 0 {
				media["examples"] = given
			}
			content[body.Type] = media
		}
		out["requestBody"] = object{"required": true, "content": content}
	}
	return out
}

// typed is a parameter's example as its schema has it.
func typed(v, kind string) any {
	if n, err := strconv.Atoi(v); err == nil && kind == "integer" {
		return n
	}
	return v
}

func (e Example) mediaType() string {
	if e.Type == "" {
		return "application/json"
	}
	return e.Type
}

func takes(documented, given string) bool { return documented == "*/*" || documented == given }

func (b *builder) media(body Body) object {
	if body.Of != nil {
		return object{"schema": b.schema(reflect.TypeOf(body.Of))}
	}
	if body.Line != nil {
		var kinds []object
		for _, l := range body.Line {
			kinds = append(kinds, b.schema(reflect.TypeOf(l)))
		}
		return object{"schema": object{"type": "string", "description": body.Note}, "x-line": object{"anyOf": kinds}}
	}
	return object{"schema": object{"description": body.Note}} // bytes have no type in OpenAPI 3.1
}

func (b *builder) responses(o Operation) object {
	out := object{}
	for _, a := range o.Answers {
		one := object{"description": a.Description}
		if a.Description == "" {
			one["description"] = http.StatusText(a.Status)
		}
		if content := b.content(a); len(content) > 0 {
			one["content"] = content
		}
		names := slices.Clone(a.Headers)
		if o.Caller == User {
			names = append(names, limitHeaders...)
		}
		if len(names) > 0 {
			one["headers"] = references(names)
		}
		out[strconv.Itoa(a.Status)] = one
	}
	for status, codes := range byStatus(o.AllCodes()) {
		out[strconv.Itoa(status)] = b.problems(o, status, codes)
	}
	for _, e := range o.Examples {
		b.record(o, e, out)
	}
	return out
}

func (b *builder) content(a Answer) object {
	content := object{}
	for _, body := range a.Bodies {
		content[body.Type] = b.media(body)
	}
	return content
}

func references(names []string) object {
	out := object{}
	for _, n := range names {
		out[n] = object{"$ref": "#/components/headers/" + n}
	}
	return out
}

func byStatus(codes []hire.Code) map[int][]hire.Code {
	out := map[int][]hire.Code{}
	for _, c := range codes {
		status := api.Status(hire.Err(c))
		out[status] = append(out[status], c)
	}
	return out
}

// problems is the answer with one status to errors: which codes it may have.
func (b *builder) problems(o Operation, status int, codes []hire.Code) object {
	var names []string
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		names = append(names, "Retry-After")
	case status == http.StatusUnauthorized:
		names = append(names, "WWW-Authenticate")
	case status == http.StatusRequestedRangeNotSatisfiable:
		names = append(names, "Content-Range")
	}
	if o.Caller == User && status != http.StatusUnauthorized {
		names = append(names, limitHeaders...)
	}
	titles := make([]string, len(codes))
	for i, c := range codes {
		titles[i] = hire.Err(c).Title()
	}
	out := object{
		"description": strings.Join(titles, "; ") + ".",
		"content": object{"application/problem+json": object{"schema": object{"allOf": []object{
			{"$ref": "#/components/schemas/Problem"}, {"properties": object{"status": object{"const": status}, "code": object{"enum": codes}}},
		}}}},
	}
	if len(names) > 0 {
		out["headers"] = references(names)
	}
	return out
}
