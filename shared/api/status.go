package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// meaning is what a kind of error means over HTTP.
type meaning struct {
	status int
	// final: the same request would fail again, so that a service of Google's gets "done" and does not deliver it again.
	final bool
}

// meanings is the one place that says which status an error has, and whether an event or a task that ended in it is acknowledged.
var meanings = map[hire.Kind]meaning{
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

// passing are the codes of final kinds that yet get better for an event or a task.
var passing = map[hire.Code]bool{
	hire.CodeSendInProgress: true, // what becomes of the mail is known once the other call has ended
	hire.CodeUnknownField:   true, // of a newer version of the program, which is being rolled out: it knows the field
}

// Status of an error's answer.
func Status(err error) int { return meanings[Face(err).Kind()].status }

// Face is what the world may see of an error: the first hire.Error in it. An error without one is internal, unless the caller has gone or the time was up; and so is one whose
// code nobody has listed.
func Face(err error) *hire.Error {
	var e *hire.Error
	switch {
	case errors.As(err, &e) && e.Code.Listed():
		return e
	case e != nil:
		return hire.Wrap(hire.CodeInternal, fmt.Errorf("unknown code: %w", err))
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return hire.Wrap(hire.CodeUnavailable, err)
	}
	return hire.Wrap(hire.CodeInternal, err)
}

// eventFace is what a service of Google's is told of an error in which an event or a task has ended: nil means that it is acknowledged, and not delivered again.
func eventFace(err error) *hire.Error {
	e := Face(err)
	switch {
	case e.Kind() == hire.KindUnauthenticated, e.Code == hire.CodeForbidden:
		return e // whoever calls may not, which must not be hidden; a user who may not is final
	case final(err):
		return nil
	case e.Kind() == hire.KindRateLimited, e.Kind() == hire.KindUnavailable:
		return e
	}
	again := hire.Wrap(hire.CodeUnavailable, err)
	again.RetryAfter = e.RetryAfter
	return again
}

// final tells whether an event or task that ended in this error would end in it again. Of several errors joined, all must be so.
func final(err error) bool {
	switch e := err.(type) {
	case *hire.Error:
		return meanings[Face(e).Kind()].final && !passing[e.Code]
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
