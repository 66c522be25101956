package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// DecodeJSON reads a request's body, of at most max bytes, as one JSON value (RFC 8259). Errors, of which none quotes the body:
//
//	unsupported_media_type  it is not application/json in UTF-8
//	body_too_large          with the member limit_bytes
//	malformed_json          with the member offset, in bytes; an empty body too
//	unknown_field           the field named in errors: a mistyped option must not be ignored
//	invalid_request         a value of the wrong type, its field named in errors
func DecodeJSON[T any](w http.ResponseWriter, r *http.Request, max int64) (T, error) {
	var v, zero T
	if !isJSON(r.Header.Get("Content-Type")) {
		return zero, hire.Err(hire.CodeUnsupportedMedia)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, max))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return zero, hire.Err(hire.CodeBodyTooLarge, fmt.Sprintf("The body is larger than the %d bytes that this operation takes.", max)).With("limit_bytes", max)
		}
		return zero, hire.Wrap(hire.CodeUnavailable, fmt.Errorf("read body: %w", err)) // the caller has gone
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return zero, malformed("The body is empty; send JSON.", 0)
	}
	if !utf8.Valid(body) {
		return zero, malformed("The body is not UTF-8.", 0)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return zero, decodeError(err, int64(len(body)))
	}
	if end := d.InputOffset(); len(bytes.TrimSpace(body[end:])) > 0 {
		return zero, malformed("The body goes on after its JSON value.", end)
	}
	return v, nil
}

func isJSON(contentType string) bool {
	kind, params, err := mime.ParseMediaType(contentType)
	charset := params["charset"]
	return err == nil && kind == "application/json" && (charset == "" || strings.EqualFold(charset, "utf-8"))
}

func malformed(detail string, offset int64) error {
	return hire.Err(hire.CodeMalformedJSON, detail).With("offset", offset)
}

// decodeError tells what encoding/json has found. size is the body's.
func decodeError(err error, size int64) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var date *time.ParseError
	switch {
	case errors.As(err, &syntax):
		return malformed(fmt.Sprintf("The body is not valid JSON: see byte %d.", syntax.Offset), syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return malformed("The body ends in the middle of its JSON value.", size)
	case errors.As(err, &kind):
		given, _, _ := strings.Cut(kind.Value, " ") // "number 12": the value itself is the caller's
		return wrongType(kind.Field, fmt.Sprintf("must be %s, not %s", wanted(kind.Type), article(given)))
	case errors.As(err, &date):
		return wrongType("", "a time must be as in 2026-11-02T09:30:00Z (RFC 3339)")
	}
	// The package has no type for this one; its text is pinned by a test.
	if quoted, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name := strings.Trim(quoted, `"`)
		e := hire.Err(hire.CodeUnknownField, fmt.Sprintf("This operation does not know the field %q.", name))
		e.Fields = map[string]string{name: "not a known field"}
		return e
	}
	e := hire.Err(hire.CodeInvalidRequest, "A value in the body can't be read.")
	e.Err = err
	return e
}

func wrongType(field, wrong string) error {
	if field == "" {
		return hire.Err(hire.CodeInvalidRequest, "A value in the body is of the wrong kind: "+wrong+".")
	}
	return hire.Invalid(field, wrong, fmt.Sprintf("The field %q %s.", field, wrong))
}

// wanted is a Go type in JSON's words.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number in its range"
	case reflect.Slice, reflect.Array:
		return "a list"
	}
	return "an object"
}

func article(kind string) string {
	switch kind {
	case "bool":
		return "true or false"
	case "array":
		return "a list"
	case "object":
		return "an object"
	}
	return "a " + kind
}
