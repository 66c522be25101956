package hire

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of failure an error is. From it follow the HTTP status of an answer and, for a push or a task, whether it is acknowledged or tried again: status.go of
// package api holds that one table.
type Kind int

// The kinds. The zero one is that of an error nobody has thought of.
const (
	KindInternal Kind = iota // our fault; the caller may try again
	KindInvalid              // the request is malformed
	KindUnauthenticated
	KindForbidden
	KindNotFound
	KindConflict      // the state does not allow it
	KindUnprocessable // well-formed, yet it cannot be done as asked
	KindTooLarge
	KindUnsupportedMedia
	KindMethodNotAllowed
	KindRange // bytes that the content does not have
	KindRateLimited
	KindUnavailable // something we depend on is down; the caller may try again
)

// Error is a failure with two faces: Code and Detail are for the caller, Err is for the log and never leaves the process.
type Error struct {
	Code       Code
	Detail     string            // one sentence a person understands, saying what to do
	Fields     map[string]string // by field of the request, what is wrong with it
	Params     map[string]any    // further members of the problem answer (RFC 9457 section 3.2)
	RetryAfter time.Time         // zero: unknown
	Err        error             // the cause; logged, never shown
}

// Error is for the log. The detail is for the caller alone: it may name people and their addresses.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Title())
}

func (e *Error) Unwrap() error { return e.Err }

// Kind of the error, from its code.
func (e *Error) Kind() Kind { return codes[e.Code].kind }

// Title is the short, fixed text of the code (RFC 9457 "title").
func (e *Error) Title() string { return codes[e.Code].title }

// Is makes errors.Is(err, hire.Err(code)) compare by code alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Err makes an error of a code. detail, if not empty, replaces the code's standing sentence.
func Err(code Code, detail ...string) *Error {
	e := &Error{Code: code, Detail: codes[code].detail}
	if len(detail) > 0 && detail[0] != "" {
		e.Detail = detail[0]
	}
	return e
}

// Invalid makes the error of a request that one field makes invalid: what is wrong with the field in some words, and what to do about it in a sentence.
func Invalid(field, wrong, detail string) *Error {
	e := Err(CodeInvalidRequest, detail)
	e.Fields = map[string]string{field: wrong}
	return e
}

// Wrap makes an error of a code around a cause that is only logged.
func Wrap(code Code, err error) *Error {
	e := Err(code)
	e.Err = err
	return e
}

// With adds a member to the problem answer.
func (e *Error) With(name string, value any) *Error {
	if e.Params == nil {
		e.Params = map[string]any{}
	}
	e.Params[name] = value
	return e
}

// CodeOf returns the code of an error, CodeInternal for one that has none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
