package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// object is a JSON object.
type object = map[string]any

// flaw is one thing that a server does otherwise than Gmail. Each of its functions may be nil.
type flaw struct {
	verb, path string // regexps, of the path with its query
	instead    func(http.Handler, http.ResponseWriter, *http.Request)
	request    func(url.Values)    // changes the query
	answer     func(object)        // changes the answer's JSON
	text       func(string) string // changes the answer as text
	second     bool                // only from the second such call on
}

// in puts the flaw into a server.
func (f flaw) in(next http.Handler) http.Handler {
	verb, path := regexp.MustCompile("^("+f.verb+")$"), regexp.MustCompile(f.path)
	calls := 0 // the program makes its calls one after the other
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !verb.MatchString(r.Method) || !path.MatchString(r.URL.RequestURI()) {
			next.ServeHTTP(w, r)
			return
		}
		if calls++; f.second && calls < 2 {
			next.ServeHTTP(w, r)
			return
		}
		if f.instead != nil {
			f.instead(next, w, r)
			return
		}
		if f.request != nil {
			q := r.URL.Query()
			f.request(q)
			r.URL.RawQuery = q.Encode()
		}
		kept := httptest.NewRecorder()
		next.ServeHTTP(kept, r)
		body := kept.Body.Bytes()
		if f.answer != nil {
			var v object
			if json.Unmarshal(body, &v) == nil {
				f.answer(v)
				body, _ = json.Marshal(v)
			}
		}
		if f.text != nil {
			body = []byte(f.text(string(body)))
		}
		maps.Copy(w.Header(), kept.Header())
		w.WriteHeader(kept.Code)
		w.Write(body)
	})
}

// says answers by itself, without the server.
func says(status int, body string) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// turns answers with another status, and a body, where the server has one.
func turns(from, to int, body string) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		kept := httptest.NewRecorder()
		next.ServeHTTP(kept, r)
		if kept.Code == from {
			says(to, body)(next, w, r)
			return
		}
		maps.Copy(w.Header(), kept.Header())
		w.WriteHeader(kept.Code)
		w.Write(kept.Body.Bytes())
	}
}

// without takes parameters away.
func without(names ...string) func(url.Values) {
	return func(q url.Values) {
		for _, n := range names {
			q.Del(n)
		}
	}
}

// sets puts a value into each object of an answer, at any depth, that has a field of this name; nil takes the field away.
func sets(name string, value any) func(object) {
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case object:
			if _, ok := v[name]; ok {
				v[name] = value
				if value == nil {
					delete(v, name)
				}
			}
			for _, sub := range v {
				walk(sub)
			}
		case []any:
			for _, sub := range v {
				walk(sub)
			}
		}
	}
	return func(v object) { walk(v) }
}

// drops takes headers off messages.
func drops(names ...string) func(object) {
	return func(v object) {
		payload, _ := v["payload"].(object)
		headers, _ := payload["headers"].([]any)
		if headers == nil {
			return
		}
		payload["headers"] = slices.DeleteFunc(headers, func(h any) bool {
			return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(h.(object)["name"].(string), n) })
		})
	}
}

func replaces(old, now string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, old, now) }
}

// resends is drafts.send of a server that leaves the draft where it is.
func resends(next http.Handler, w http.ResponseWriter, r *http.Request) {
	call := func(verb, path string, body []byte) object {
		again := r.Clone(r.Context())
		again.Method, again.URL, again.RequestURI = verb, &url.URL{Path: path}, ""
		again.Header.Set("Content-Type", "application/json")
		if path, query, ok := strings.Cut(path, "?"); ok {
			again.URL = &url.URL{Path: path, RawQuery: query}
		}
		again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		kept := httptest.NewRecorder()
		next.ServeHTTP(kept, again)
		if kept.Code != http.StatusOK {
			maps.Copy(w.Header(), kept.Header())
			w.WriteHeader(kept.Code)
			w.Write(kept.Body.Bytes())
			return nil
		}
		var v object
		_ = json.Unmarshal(kept.Body.Bytes(), &v)
		return v
	}
	var draft struct{ ID string }
	if err := json.NewDecoder(r.Body).Decode(&draft); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	d := call("GET", "/gmail/v1/users/me/drafts/"+draft.ID+"?format=raw", nil)
	if d == nil {
		return
	}
	m := d["message"].(object)
	body, _ := json.Marshal(object{"raw": m["raw"], "threadId": m["threadId"]})
	if sent := call("POST", "/gmail/v1/users/me/messages/send", body); sent != nil {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(sent)
	}
}

// TestWholeRunOnBrokenServers lets everything run on a server that is wrong in one way: what depends on that does not hold, all else does, and the mailbox is
// as it was before.
func TestWholeRunOnBrokenServers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		flaw flaw
		want []string
	}{
		"a draft stays after its send": {flaw{verb: "POST", path: "/drafts/send", instead: resends}, []string{"send-uses-draft-up"}},
		"fields are ignored": {
			flaw{verb: "GET", path: "fields=", request: without("fields")}, []string{"history-fields", "message-fields", "threads-list-fields"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, gmailtest.Behaviour{}, test.flaw.in)
			before := w.left(first)
			got := w.run(t.Context(), "-mailbox", first)
			failed := slices.Sorted(maps.Keys(got.verdicts(doesNot)))
			if d := cmp.Diff(test.want, failed); d != "" || got.code != exitDoesNot {
				t.Errorf("exit code %d; what does not hold (-want +got):\n%s\n%s", got.code, d, got.out)
			}
			for _, fact := range test.want {
				if !strings.Contains(got.out, fmt.Sprintf("%-18s  %s", doesNot, fact)) {
					t.Errorf("the table does not say of %s that it does not hold", fact)
				}
			}
			if d := cmp.Diff(before, w.left(first)); d != "" {
				t.Errorf("the mailbox is not as before (-before +after):\n%s", d)
			}
		})
	}
}

// TestEachCheckCanFail shows each check a server on which its fact does not hold.
func TestEachCheckCanFail(t *testing.T) {
	t.Parallel()
	all := flaws()
	for _, c := range checks() {
		f, ok := all[c.Name]
		delete(all, c.Name)
		if !ok {
			t.Errorf("there is no flaw for %s", c.Name)
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, gmailtest.Behaviour{}, f.in)
			w.env["GMAIL_TOPIC"] = "projects/p/topics/t"
			w.see = w.editor(first)
			got := w.run(t.Context(), "-mailbox", first, "-second", second, "-by-hand", "-revoke", "-patience", "200ms", "-run", "^"+c.Name+"$")
			if _, failed := got.verdicts(doesNot)[c.Name]; !failed || got.code != exitDoesNot {
				t.Errorf("exit code %d:\n%s", got.code, got.out)
			}
		})
	}
	for name := range all {
		t.Errorf("there is a flaw for %s, but no such check", name)
	}
}
