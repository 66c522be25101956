package cloudstoragetest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"
)

// What fake-gcs-server lacks of the service, for one object at a time. All of it runs under Server.mu.

// resource is what matters here of an object's attributes.
type resource struct {
	Name       string    `json:"name"`
	Generation int64     `json:"generation,string"`
	CustomTime time.Time `json:"customTime"`
}

// stat asks the fake for an object's attributes.
func (s *Server) stat(object string) *httptest.ResponseRecorder {
	return s.ask(http.MethodGet, object, nil)
}

func (s *Server) ask(method, object string, body []byte) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, "/storage/v1/b/"+s.bucket+"/o/"+object, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	s.fake.HTTPHandler().ServeHTTP(w, r)
	return w
}

// read gives an object as it stands; the zero value if there is none.
func (s *Server) read(object string) resource {
	var out resource
	if w := s.stat(object); w.Code == http.StatusOK {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			panic(err) // the fake's answer is no JSON
		}
	}
	return out
}

func versionOf(name string, generation int64) string {
	return name + "#" + strconv.FormatInt(generation, 10)
}

func (s *Server) version(object string) string {
	o := s.read(object)
	return versionOf(o.Name, o.Generation)
}

// metageneration counts from 1.
func (s *Server) metageneration(version string) int64 { return s.versions[version] + 1 }

// refused tells why the service would refuse a request; 0 if it would not.
func (s *Server) refused(r *http.Request, op Op, object string, body []byte) int {
	o := s.read(object)
	current := map[string]int64{"ifGenerationMatch": o.Generation, "ifMetagenerationMatch": s.metageneration(versionOf(o.Name, o.Generation))}
	for condition, is := range current {
		want := r.URL.Query().Get(condition)
		switch {
		case want == "":
		case o.Generation == 0 && op != Copy:
			return http.StatusNotFound
		case want != strconv.FormatInt(is, 10):
			return http.StatusPreconditionFailed
		}
	}
	if op == Update {
		// Source: https://cloud.google.com/storage/docs/metadata#custom-time
		var change resource
		if err := json.Unmarshal(body, &change); err != nil || change.CustomTime.Before(o.CustomTime) {
			return http.StatusBadRequest
		}
	}
	return 0
}

// timeCopy gives a copy the custom time that was asked for.
func (s *Server) timeCopy(object string, body []byte) {
	var want resource
	if err := json.Unmarshal(body, &want); err != nil || want.CustomTime.IsZero() {
		return
	}
	change, err := json.Marshal(map[string]time.Time{"customTime": want.CustomTime})
	if err == nil {
		s.ask(http.MethodPatch, object, change)
	}
}

// copied is the answer to a copy.
func (s *Server) copied(object string) *httptest.ResponseRecorder {
	w := s.stat(object)
	attrs := strings.TrimSpace(w.Body.String())
	w.Body.Reset()
	w.Body.WriteString(`{"kind":"storage#rewriteResponse","done":true,"resource":` + attrs + `}`)
	return w
}

// completed puts metagenerations into an answer.
func (s *Server) completed(answer []byte) []byte {
	var v any
	if len(answer) == 0 || json.Unmarshal(answer, &v) != nil {
		return answer
	}
	s.complete(v)
	out, err := json.Marshal(v)
	if err != nil {
		return answer
	}
	return out
}

func (s *Server) complete(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			s.complete(e)
		}
	case map[string]any:
		if v["kind"] == "storage#object" {
			name, _ := v["name"].(string)
			generation, _ := v["generation"].(string)
			n, _ := strconv.ParseInt(generation, 10, 64)
			v["metageneration"] = strconv.FormatInt(s.metageneration(versionOf(name, n)), 10)
			return
		}
		for _, e := range v {
			s.complete(e)
		}
	}
}
