package gmailtest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
)

// maxBatch is how many calls a batch request may hold.
// Source: https://developers.google.com/workspace/gmail/api/guides/batch
const maxBatch = 100

// serveBatch answers a batch request: each part is a call of its own, with its own quota and faults.
func (s *Server) serveBatch(w http.ResponseWriter, r *http.Request) {
	if f := s.faults.match("batch", "", ""); f != nil {
		f.wait(r.Context())
		if a, ok := f.answer(s); ok {
			s.write(w, r, a)
			return
		}
	}
	calls, e := readBatch(w, r)
	if e != nil {
		s.write(w, r, failure(e))
		return
	}
	var body bytes.Buffer
	out := multipart.NewWriter(&body)
	parallel := s.quota.table.Load().BatchParallel
	for i, c := range calls {
		a := failure(errLimit(http.StatusTooManyRequests, "rateLimitExceeded", "Too many concurrent requests for user.", s.now()))
		if parallel <= 0 || i < parallel {
			a = s.part(r, c)
		}
		if a.reset {
			panic(http.ErrAbortHandler)
		}
		if err := writePart(out, c.id, a); err != nil {
			return // into memory: cannot fail
		}
	}
	if err := out.Close(); err != nil {
		return
	}
	w.Header().Set("Content-Type", "multipart/mixed; boundary="+out.Boundary())
	w.WriteHeader(http.StatusOK)
	_, _ = body.WriteTo(w) // the caller has gone; there is no one to tell
}

// batched is a call in a batch.
type batched struct {
	id   string // Content-ID, without its angles
	r    *http.Request
	body []byte
	bad  *apiError
}

func readBatch(w http.ResponseWriter, r *http.Request) ([]batched, *apiError) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" || r.Method != http.MethodPost {
		return nil, errBad("Failed to parse batch request, error: no multipart body.")
	}
	parts := multipart.NewReader(http.MaxBytesReader(w, r.Body, maxBody), params["boundary"])
	var calls []batched
	for {
		p, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errBad("Failed to parse batch request, error: " + err.Error())
		}
		if len(calls) == maxBatch {
			return nil, errBad(fmt.Sprintf("The batch request has more than %d calls.", maxBatch))
		}
		c := batched{id: strings.Trim(p.Header.Get("Content-Id"), "<>")}
		if c.r, err = http.ReadRequest(bufio.NewReader(p)); err == nil {
			c.body, err = io.ReadAll(c.r.Body)
		}
		if err != nil {
			c.bad = errBad("Failed to parse a part of the batch request.")
		}
		calls = append(calls, c)
	}
	if len(calls) == 0 {
		return nil, errBad("The batch request has no calls.")
	}
	return calls, nil
}

// part does one call of a batch. It has the outer request's authorization unless it brings its own.
func (s *Server) part(outer *http.Request, c batched) answer {
	if c.bad != nil {
		return failure(c.bad)
	}
	if c.r.Header.Get("Authorization") == "" {
		c.r.Header.Set("Authorization", outer.Header.Get("Authorization"))
	}
	path := c.r.URL.Path
	if !strings.HasPrefix(path, "/gmail/") {
		return failure(errNoMethod()) // uploads can't be batched
	}
	return s.perform(c.r.WithContext(outer.Context()), path, false, c.body, &enc{})
}

func writePart(out *multipart.Writer, id string, a answer) error {
	h := textproto.MIMEHeader{"Content-Type": {"application/http"}}
	if id != "" {
		h.Set("Content-ID", "<response-"+id+">")
	}
	w, err := out.CreatePart(h)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "HTTP/1.1 %d %s\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: %d\r\n\r\n%s", a.status, http.StatusText(a.status), len(a.body), a.body)
	return err
}
