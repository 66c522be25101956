package gmailtest

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// maxBody is the largest body of a request, uploads included.
// Source: https://developers.google.com/workspace/gmail/api/guides/uploads
const maxBody = 36_700_160

// call is one call of the API on its way through the server.
type call struct {
	server *Server
	ctx    context.Context
	route  *route
	args   []string // of the path, in its order
	query  url.Values
	upload bool
	kind   string // Content-Type
	body   []byte
	box    *Mailbox
	scopes []string
	out    *enc
}

// answer is what becomes of a call.
type answer struct {
	status int
	header http.Header // beyond the usual; nil for none
	body   []byte
	reset  bool // the connection breaks instead
}

var encoders = sync.Pool{New: func() any { return &enc{buf: make([]byte, 0, 8<<10)} }}

// serveCall answers one call over HTTP.
func (s *Server) serveCall(w http.ResponseWriter, r *http.Request, path string, upload bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		s.write(w, r, failure(errTooLarge()))
		return
	}
	out, ok := encoders.Get().(*enc)
	if !ok {
		out = &enc{}
	}
	a := s.perform(r, path, upload, body, out)
	s.write(w, r, a)
	out.buf = a.body[:0:cap(a.body)] // it may have been grown
	encoders.Put(out)
}

// failure is an answer that is an error.
func failure(e *apiError) answer {
	var out enc
	out.reset(nil)
	e.appendJSON(&out)
	return answer{status: e.code, header: e.header, body: out.buf}
}

// write sends an answer. It is compressed only for clients that say "gzip" twice, as Google asks them to.
// Source: https://developers.google.com/workspace/gmail/api/guides/performance#gzip
func (s *Server) write(w http.ResponseWriter, r *http.Request, a answer) {
	if a.reset {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	maps.Copy(h, a.header)
	if len(a.body) == 0 {
		w.WriteHeader(a.status)
		return
	}
	h.Set("Content-Type", "application/json; charset=UTF-8")
	h.Set("Cache-Control", "private")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && strings.Contains(r.UserAgent(), "gzip") && len(a.body) > 1<<10 {
		h.Set("Content-Encoding", "gzip")
		w.WriteHeader(a.status)
		z := gzip.NewWriter(w)
		_, _ = z.Write(a.body) // the caller has gone; there is no one to tell
		_ = z.Close()
		return
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// perform does a call: who is calling, faults, quota, the method, faults again. path begins with /gmail/.
func (s *Server) perform(r *http.Request, path string, upload bool, body []byte, out *enc) answer {
	c := &call{server: s, ctx: r.Context(), upload: upload, kind: r.Header.Get("Content-Type"), body: body, out: out, query: r.URL.Query()}
	if e := c.find(r.Method, path); e != nil {
		return failure(e)
	}
	if e := c.authenticate(r, path); e != nil {
		return failure(e)
	}
	s.count(c)
	fault := s.faults.match(c.route.name, c.box.email, c.named())
	if fault != nil {
		fault.wait(c.ctx)
		if !fault.After {
			if a, ok := fault.answer(s); ok {
				return a
			}
		}
	}
	if e := s.charge(c); e != nil {
		return failure(e)
	}
	a := c.do()
	if fault == nil {
		return a
	}
	fault.meanwhile()
	if fault.After {
		if broken, ok := fault.answer(s); ok {
			return broken
		}
	}
	return a
}

// named is the first id in the path; "" where there is none.
func (c *call) named() string {
	if len(c.args) == 0 {
		return ""
	}
	return c.args[0]
}

// do runs the method.
func (c *call) do() answer {
	if c.box.isSuspended() {
		return failure(errNoMail())
	}
	m, e := c.mask()
	if e != nil {
		return failure(e)
	}
	c.out.reset(m)
	if e := c.route.handle(c); e != nil {
		return failure(e)
	}
	if len(c.out.buf) == 0 {
		return answer{status: http.StatusNoContent}
	}
	return answer{status: http.StatusOK, body: c.out.buf}
}

func (c *call) mask() (*mask, *apiError) {
	fields := c.query.Get("fields")
	if fields == "" || fields == "*" {
		return nil, nil
	}
	return parseMask(fields, c.route.shape)
}

// find finds the method that a path names.
func (c *call) find(verb, path string) *apiError {
	rest, ok := strings.CutPrefix(path, "/gmail/v1/users/")
	if !ok {
		return errNoMethod()
	}
	parts := strings.Split(rest, "/")
	for i := range routes {
		if args, ok := routes[i].match(verb, parts[1:], c.upload); ok {
			c.route, c.args = &routes[i], args
			return nil
		}
	}
	return errNoMethod()
}

// authenticate finds the mailbox of the access token and looks whether the token may do this.
func (c *call) authenticate(r *http.Request, path string) *apiError {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		token = c.query.Get("access_token")
	}
	email, scopes, ok := c.server.oauth.Lookup(token)
	if !ok {
		return errUnauthenticated()
	}
	c.scopes = scopes
	if !c.route.allowed(scopes) {
		return errScope()
	}
	user, _, _ := strings.Cut(strings.TrimPrefix(path, "/gmail/v1/users/"), "/")
	if user, err := url.PathUnescape(user); err != nil || user != "me" && normalAddress(user) != email {
		return errDelegation(user)
	}
	box, ok := c.server.Mailbox(email)
	if !ok {
		return errNoMail()
	}
	c.box = box
	return nil
}

// id is the first id in the path.
func (c *call) id() (uint64, *apiError) {
	id, ok := parseID(c.args[0])
	if !ok {
		return 0, errBad("Invalid id value")
	}
	return id, nil
}

func trimmed(b []byte) []byte { return bytes.TrimSpace(b) }
