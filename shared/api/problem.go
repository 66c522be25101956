package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
)

// WriteProblem answers with the face of an error, as a Problem (RFC 9457), application/problem+json, with the further members of its code. It logs nothing.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	e, status := Face(err), Status(err)
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

// errNoToken is the cause of a refusal for want of any token; a challenge then names no error (RFC 6750 section 3.1).
var errNoToken = errors.New("no bearer token")
