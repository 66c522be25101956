package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
)

// row is what a kind of error means over HTTP.
type row struct {
	status int
	// final: the same request would fail again, so that a service of Google's gets "done" and does not deliver it again.
	final bool
}

// table is the one place that says which status an error has.
var table = map[hire.Kind]row{
	hire.KindInternal:         {http.StatusInternalServerError, false},
	hire.KindInvalid:          {http.StatusBadRequest, true},
	hire.KindUnauthenticated:  {http.StatusUnauthorized, true},
	hire.KindForbidden:        {http.StatusForbidden, true},
	hire.KindNotFound:         {http.StatusNotFound, true},
	hire.KindConflict:         {http.StatusConflict, true},
	hire.KindUnprocessable:    {http.StatusUnprocessableEntity, true},
	hire.KindTooLarge:         {http.StatusRequestEntityTooLarge, true},
	hire.KindUnsupportedMedia: {http.StatusUnsupportedMediaType, true},
	hire.KindMethodNotAllowed: {http.StatusMethodNotAllowed, true},
	hire.KindRange:            {http.StatusRequestedRangeNotSatisfiable, true},
	hire.KindRateLimited:      {http.StatusTooManyRequests, false},
	hire.KindUnavailable:      {http.StatusServiceUnavailable, false},
}

// Status of an error's answer.
func Status(err error) int { return table[problemOf(err).Kind()].status }

// errNoToken is the cause of a refusal for want of any token; a challenge then names no error (RFC 6750 section 3.1).
var errNoToken = errors.New("no bearer token")

// problemOf is the public face of an error. One without a face is internal, unless the caller has gone or the time was up.
func problemOf(err error) *hire.Error {
	var e *hire.Error
	switch {
	case errors.As(err, &e):
		if _, known := codes[e.Code]; known {
			return e
		}
		return hire.Wrap(hire.CodeInternal, fmt.Errorf("unknown code: %w", err))
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return hire.Wrap(hire.CodeUnavailable, err)
	}
	return hire.Wrap(hire.CodeInternal, err)
}

var codes = func() map[hire.Code]bool {
	out := map[hire.Code]bool{}
	for _, c := range hire.Codes() {
		out[c.Code] = true
	}
	return out
}()

// WriteProblem answers with an error as a problem (RFC 9457), application/problem+json:
//
//	type      urn:hire:problem:<code>, which never changes its meaning
//	title     short text of the code
//	status    the HTTP status
//	detail    a sentence for people, saying what to do
//	code      the code alone
//	instance  urn:hire:request:<trace>, by which support finds the log
//	errors    by field of the request, what is wrong with it; left out where there is none
//
// and further members of the code in question. It logs nothing.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	e := problemOf(err)
	status := table[e.Kind()].status
	members := map[string]any{}
	maps.Copy(members, e.Params) // first, so that none of them can pose as a standard member
	maps.Copy(members, map[string]any{
		"type": "urn:hire:problem:" + string(e.Code), "title": e.Title(), "status": status, "detail": e.Detail, "code": e.Code,
	})
	if t, ok := obs.TraceOf(r.Context()); ok {
		members["instance"] = "urn:hire:request:" + t.ID
	}
	if len(e.Fields) > 0 {
		members["errors"] = e.Fields
	}
	body, merr := json.Marshal(members)
	if merr != nil { // a member that has no JSON is a mistake of ours; the answer goes out without any
		body = fmt.Appendf(nil, `{"type":"urn:hire:problem:%s","title":%q,"status":%d,"detail":%q,"code":%q}`, e.Code, e.Title(), status, e.Title(), e.Code)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Del("Content-Disposition")
	h.Del("ETag")
	if !e.RetryAfter.IsZero() {
		// A date, not a number of seconds: it needs no clock here, and Router has none. Dates have whole seconds; rounded down, it would come too early.
		h.Set("Retry-After", e.RetryAfter.Add(time.Second-time.Nanosecond).UTC().Format(http.TimeFormat))
	}
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", challenge(e))
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller that has gone needs no answer
}

// challenge says how to sign in (RFC 6750 section 3).
func challenge(e *hire.Error) string {
	switch {
	case errors.Is(e, errNoToken):
		return `Bearer realm="hire"`
	case e.Code == hire.CodeTokenExpired:
		return `Bearer realm="hire", error="invalid_token", error_description="The token has expired"`
	}
	return `Bearer realm="hire", error="invalid_token"`
}

// passing are the codes of final kinds that yet get better for an event or a task.
var passing = map[hire.Code]bool{
	hire.CodeSendInProgress: true, // what becomes of the mail is known once the other call has ended
	hire.CodeUnknownField:   true, // of a newer version of the program, which is being rolled out: it knows the field
}

// final tells whether an event or task that ended in this error would end in it again. Of several errors joined, all must be so.
func final(err error) bool {
	switch e := err.(type) {
	case *hire.Error:
		return table[problemOf(e).Kind()].final && !passing[e.Code]
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			if !final(one) {
				return false
			}
		}
		return true
	}
	cause := errors.Unwrap(err)
	return cause != nil && final(cause)
}

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
