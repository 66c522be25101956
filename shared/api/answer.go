package api

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
)

// WriteJSON answers with v as JSON. A v that has no JSON is a mistake of ours: it panics, and the Router answers with an internal problem.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("encode answer: %w", err))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller that has gone needs no answer
}

// ContentLines says that JSON lines follow, to be saved under a name. They are written as they come: an answer that breaks off is cut, so that nobody takes it for whole.
func ContentLines(w http.ResponseWriter, filename string) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Content-Disposition", `attachment; filename="`+filename+`"`)
}

// response remembers whether an answer has begun, and what it is.
type response struct {
	http.ResponseWriter
	written bool
	route   string // of the operation; "" where it is none
	status  int    // of HTTP; 0 where none was written
	code    hire.Code
}

// told is what is told of the answer. One that says nothing is a success, as net/http makes it.
func (w *response) told() obs.Answer {
	a := obs.Answer{Route: w.route, Status: w.status, Code: string(w.code)}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	return a
}

func (w *response) WriteHeader(status int) {
	if !w.written && status >= 200 {
		w.written, w.status = true, status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(p []byte) (int, error) {
	if !w.written {
		w.written, w.status = true, http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach what the server's writer can do.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// secure sets what every answer has, unless an operation says otherwise: it is not kept, shown in a frame, run or taken for another type.
func secure(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Strict-Transport-Security", "max-age=31536000")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}
