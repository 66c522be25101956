package functions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/trakstar/hire-gmail/shared/api/openapi"
)

// Whatever a client sends to an operation, as its schema says or not: it is never answered with a failure of ours, nor in a way that the document does not describe.
func TestOpenAPIRequests(t *testing.T) {
	t.Parallel()
	c, err := theContract()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range openapi.Operations() {
		t.Run(o.ID, func(t *testing.T) {
			t.Parallel()
			s := newStory(t)
			rapid.Check(t, func(rt *rapid.T) {
				s.clock.Advance(time.Second) // else the rate limit is all that is met
				g := drawing{t: rt, story: s, schemas: c.schemas}
				q := g.request(o, c.operation(o))
				a := s.ask(o, q)
				if a.Status >= 500 {
					rt.Errorf("status %d: %s", a.Status, a.Body)
				}
				if err := c.holds(o, a); err != nil {
					rt.Errorf("%v: %s", err, a.Body)
				}
				if rt.Failed() {
					rt.Logf("to %+v", q)
				}
			})
		})
	}
}

// drawing makes requests by the document's schemas.
type drawing struct {
	t       *rapid.T
	story   *story
	schemas map[string]map[string]any
	body    bool // what is drawn goes into a body, which takes more
}

// endless is more than any record holds.
var endless = strings.Repeat("y", 1_200_000)

func (g drawing) chance(percent int, label string) bool {
	return rapid.IntRange(1, 100).Draw(g.t, label) <= percent
}

// request is one to an operation: half of them are as documented.
func (g drawing) request(o openapi.Operation, d documented) request {
	q := request{params: map[string]string{}, as: rapid.SampledFrom([]string{rita, rita, sam, "otto", "tina", "eve"}).Draw(g.t, "as")}
	broken := g.chance(50, "broken")
	for _, p := range d.Parameters {
		if p.Required || g.chance(40, "with "+p.Name) {
			v := g.parameter(p.Name, p.Schema, broken)
			if p.In == "path" && (v == "" || path.Clean("/"+v) != "/"+v) { // ServeMux knows no path that could be written shorter, such as one with an element "..", or an empty one
				v = "x"
			}
			q.params[p.Name] = v
		}
		if broken && p.In != "path" && g.chance(15, "without "+p.Name) {
			delete(q.params, p.Name)
		}
	}
	if q.params["since"] != "0" && q.params["since"] != "" && q.params["wait"] != "" {
		q.params["wait"] = "0" // it would wait by the machine's own time
	}
	g.body = true
	g.fill(o, d, &q, broken)
	if broken {
		q.bare = g.chance(5, "without a token")
		if g.chance(5, "another media type") {
			q.kind = rapid.SampledFrom([]string{"text/plain", "application/json; charset=utf-16", "application/xml", ";", ""}).Draw(g.t, "media type")
		}
		if g.chance(10, "unknown parameter") {
			q.params["no_such_parameter"] = "1"
		}
	}
	return q
}

func (g drawing) fill(o openapi.Operation, d documented, q *request, broken bool) {
	content := d.RequestBody.Content
	if len(content) == 0 {
		return
	}
	kind := rapid.SampledFrom(slices.Sorted(maps.Keys(content))).Draw(g.t, "media")
	if q.kind = kind; kind != "application/json" {
		if kind == "*/*" {
			q.kind = rapid.SampledFrom([]string{"application/pdf", "text/html; charset=utf-8", "x", "application/octet-stream", "a/b \xe9"}).Draw(g.t, "content type")
		}
		q.body = g.stream(o)
		return
	}
	v := g.value("", content[kind].Schema, 0)
	if broken {
		v = g.breakValue(v)
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	if err := e.Encode(v); err != nil {
		g.t.Fatal(err)
	}
	q.body = text.String()
	if broken && g.chance(15, "broken JSON") {
		q.body = rapid.SampledFrom([]string{
			"", " ", "null", "[]", `"x"`, "{", q.body[:len(q.body)/2], q.body + q.body, strings.Repeat("[", 20_000), `{"` + strings.Repeat("a", 5000) + `":1}`, "\xff\xfe{}", "1e999", `{"enabled":1e999}`,
		}).Draw(g.t, "JSON")
	}
}

// stream is content of a body that is no JSON.
func (g drawing) stream(o openapi.Operation) string {
	for _, e := range o.Examples {
		if b, ok := e.Body.(string); ok && g.chance(60, "as in the example") {
			n := rapid.IntRange(1, 1<<20).Draw(g.t, "number")
			return strings.ReplaceAll(g.story.here(b), "<another@", "<n"+strconv.Itoa(n)+"@")
		}
	}
	return rapid.SampledFrom([]string{"", "x", "\x00", "From: a@b\r\n\r\n", "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n----", strings.Repeat("A: b\r\n", 3000) + "\r\n"}).Draw(g.t, "stream")
}

// odd are strings that have broken programs.
var odd = []string{
	"", " ", "\x00", "a\r\nBcc: x@y.example", "..", "../../etc", ".", "%2e%2e", "🙂", "é", "\u202e", "null", "-1", "99999999999999999999", "__id__", "a/b", "a'b\"c", "{{x}}", strings.Repeat("x", 1600), strings.Repeat("é", 900),
	"\xff", "2026-11-02T09:00:00Z", "0", "true",
}

// known are values that members and parameters of this name can have in the story.
func (g drawing) known(name string) []string {
	names := map[string][]string{
		"candidate_id": {"cora", "cleo"}, "merged_into": {"cora"}, "account_id": {acme}, "user_id": {rita}, "owner_id": {rita}, "thread_id": {"thread-1", "thread-2"},
		"message_id": {"message-1", "message-2", "message-3"}, "part_id": {"1"}, "upload_id": {"upload-1"}, "upload_ids": {"upload-2"}, "batch_id": {"batch-1"}, "deletion_id": {"deletion-1"}, "gmail_thread_ids": {"gmail-thread-1"}, "q": {"applic", "talk when"},
		"idempotency_key": {"first", "queued", "second"}, "Idempotency-Key": {"first", "many", "new-1", "new-2", "new-3"}, "link": {"link-1"}, "X-Envelope-To": {"reply-address@reply.hire.example"},
		"X-Envelope-From": {ritaMail, "<>", ""}, "Authentication-Results": {"mx.hire.example; dmarc=pass header.from=acme.example"}, "Range": {"bytes=0-3", "bytes=-2", "bytes=5-1", "bytes=0-1,3-4", "bytes=900-"},
		"If-None-Match": {"*", `"x"`}, "If-Range": {`"x"`}, "email": {coraMail, ritaMail}, "emails": {coraMail, "x@y.example"}, "return_to": {"/settings"}, "from": {ritaMail, samMail}, "content_id": {"a@b"},
		"page_token": {"0", "1", "ZmY2", "MC5h"}, "filename": {"cv.pdf", "é.pdf"},
	}[name]
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = g.story.here(n)
	}
	return out
}

func (g drawing) text(name string, s map[string]any) string {
	if name == "from" && s["format"] == "date-time" {
		name = ""
	}
	known := g.known(name)
	var out string
	switch {
	case s["format"] == "date-time":
		return g.story.clock.Now().Add(time.Duration(rapid.Int64Range(-1000, 900*3600).Draw(g.t, "seconds")) * time.Second).UTC().Format(time.RFC3339)
	case len(known) > 0 && g.chance(80, "known "+name):
		return rapid.SampledFrom(known).Draw(g.t, name)
	case s["format"] == "email" && g.chance(20, "long "+name):
		return strings.Repeat("a", 1600) + "@x.example"
	case s["format"] == "email":
		return rapid.StringMatching(`[a-z]{1,5}@[a-z]{1,5}\.example`).Draw(g.t, name)
	case g.body && g.chance(8, "endless "+name):
		out = endless
	case g.chance(50, "odd "+name):
		out = rapid.SampledFrom(odd).Draw(g.t, name)
	default:
		out = rapid.String().Draw(g.t, name)
	}
	if least, ok := s["minLength"].(float64); ok && len([]rune(out)) < int(least) {
		out += strings.Repeat("a", int(least))
	}
	if most, ok := s["maxLength"].(float64); ok && len([]rune(out)) > int(most) {
		out = string([]rune(out)[:int(most)])
	}
	return out
}

// parameter draws one; broken, it may be anything that HTTP can carry.
func (g drawing) parameter(name string, s map[string]any, broken bool) string {
	out := ""
	switch {
	case broken && g.chance(40, "broken "+name):
		out = rapid.SampledFrom(odd).Draw(g.t, name)
	default:
		out = fmt.Sprint(g.value(name, s, 0))
	}
	if http.CanonicalHeaderKey(name) == name { // a header
		out = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f || r > 0xff {
				return -1
			}
			return r
		}, out)
	}
	return out
}

// value draws one that fits a schema.
func (g drawing) value(name string, s map[string]any, depth int) any {
	if ref, ok := s["$ref"].(string); ok {
		s = g.schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
	}
	if values, ok := s["enum"].([]any); ok {
		return rapid.SampledFrom(values).Draw(g.t, name)
	}
	switch s["type"] {
	case "object":
		out := map[string]any{}
		properties, _ := s["properties"].(map[string]any)
		required, _ := s["required"].([]any)
		for _, member := range slices.Sorted(maps.Keys(properties)) {
			if slices.Contains(required, any(member)) || g.chance(40, "with "+member) {
				out[member] = g.value(member, properties[member].(map[string]any), depth+1)
			}
		}
		return out
	case "array":
		least, _ := s["minItems"].(float64)
		out := []any{}
		for range rapid.IntRange(int(least), int(least)+2).Draw(g.t, "items of "+name) {
			out = append(out, g.value(name, s["items"].(map[string]any), depth+1))
		}
		return out
	case "integer":
		least, _ := s["minimum"].(float64)
		most, ok := s["maximum"].(float64)
		if !ok {
			most = 1 << 40
		}
		return rapid.Int64Range(int64(least), int64(most)).Draw(g.t, name)
	case "boolean":
		return rapid.Bool().Draw(g.t, name)
	}
	return g.text(name, s)
}

// breakValue changes something within a value.
func (g drawing) breakValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		members := slices.Sorted(maps.Keys(v))
		if len(members) == 0 || g.chance(20, "unknown member") {
			v["no_such_member"] = g.anything()
			return v
		}
		member := rapid.SampledFrom(members).Draw(g.t, "member")
		switch rapid.IntRange(0, 3).Draw(g.t, "how") {
		case 0:
			delete(v, member)
		case 1:
			v[member] = g.anything()
		default:
			v[member] = g.breakValue(v[member])
		}
		return v
	case []any:
		if len(v) == 0 || g.chance(30, "list") {
			return g.anything()
		}
		v[0] = g.breakValue(v[0])
		return v
	}
	return g.anything()
}

func (g drawing) anything() any {
	many := make([]any, 600)
	for i := range many {
		many[i] = map[string]any{}
	}
	return rapid.SampledFrom([]any{
		nil, true, -1, 1.5, 1e300, "", "x", odd[3], odd[18], []any{}, []any{nil}, map[string]any{}, map[string]any{"a": []any{}}, many, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "99999-01-01T00:00:00Z",
	}).Draw(g.t, "anything")
}
