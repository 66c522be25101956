package gmailtest

import (
	"net/http"
	"time"
)

// apiError is an error answer in Google's shape.
// Source: https://developers.google.com/workspace/gmail/api/guides/handle-errors
type apiError struct {
	code    int
	status  string // canonical name, such as NOT_FOUND
	reason  string // errors[].reason
	message string // error.message
	item    string // errors[].message where it differs
	domain  string // "" is global
	header  http.Header
	detail  string // ErrorInfo reason in details, "" for none
}

func (e *apiError) Error() string { return e.message }

func errBad(message string) *apiError {
	return &apiError{code: 400, status: "INVALID_ARGUMENT", reason: "invalidArgument", message: message}
}

func errParameter(message string) *apiError {
	return &apiError{code: 400, status: "INVALID_ARGUMENT", reason: "invalidParameter", message: message}
}

func errPrecondition(message string) *apiError {
	return &apiError{code: 400, status: "FAILED_PRECONDITION", reason: "failedPrecondition", message: message}
}

func errNotFound() *apiError {
	return &apiError{code: 404, status: "NOT_FOUND", reason: "notFound", message: "Requested entity was not found."}
}

func errNoMethod() *apiError {
	return &apiError{code: 404, status: "NOT_FOUND", reason: "notFound", message: "Not Found"}
}

func errConflict(message string) *apiError {
	return &apiError{code: 409, status: "ABORTED", reason: "aborted", message: message}
}

func errTooLarge() *apiError {
	return &apiError{code: 413, status: "", reason: "uploadTooLarge", message: "Request Entity Too Large: the message exceeds the largest size of an upload"}
}

func errUnauthenticated() *apiError {
	return &apiError{
		code: 401, status: "UNAUTHENTICATED", reason: "authError", item: "Invalid Credentials",
		message: "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. " +
			"See https://developers.google.com/identity/sign-in/web/devconsole-project.",
		header: http.Header{"Www-Authenticate": {`Bearer realm="https://accounts.google.com/", error="invalid_token"`}},
	}
}

func errScope() *apiError {
	return &apiError{
		code: 403, status: "PERMISSION_DENIED", reason: "insufficientPermissions", item: "Insufficient Permission",
		message: "Request had insufficient authentication scopes.", detail: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
		header: http.Header{"Www-Authenticate": {`Bearer realm="https://accounts.google.com/", error="insufficient_scope"`}},
	}
}

func errDelegation(user string) *apiError {
	return &apiError{code: 403, status: "PERMISSION_DENIED", reason: "forbidden", message: "Delegation denied for " + user}
}

func errNoMail() *apiError { return errPrecondition("Mail service not enabled") }

// errLimit is a refusal by quota. The time to try again stands in the text alone, as Gmail has it.
func errLimit(code int, reason, message string, retry time.Time) *apiError {
	if !retry.IsZero() {
		message += "  Retry after " + retryText(retry)
	}
	return &apiError{code: code, status: statusOf(code), reason: reason, message: message, domain: "usageLimits"}
}

func retryText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// statusOf is the canonical status of an HTTP status, "" where Google sends none.
func statusOf(code int) string {
	switch code {
	case 400:
		return "INVALID_ARGUMENT"
	case 401:
		return "UNAUTHENTICATED"
	case 403:
		return "PERMISSION_DENIED"
	case 404:
		return "NOT_FOUND"
	case 409:
		return "ABORTED"
	case 412:
		return "FAILED_PRECONDITION"
	case 429:
		return "RESOURCE_EXHAUSTED"
	case 500:
		return "INTERNAL"
	case 501:
		return "UNIMPLEMENTED"
	case 503:
		return "UNAVAILABLE"
	case 504:
		return "DEADLINE_EXCEEDED"
	}
	return ""
}

// reasonOf is the reason that Gmail gives with a status when nothing more is known.
func reasonOf(code int) string {
	switch code {
	case 400:
		return "invalidArgument"
	case 401:
		return "authError"
	case 403, 429:
		return "rateLimitExceeded"
	case 404:
		return "notFound"
	case 409:
		return "aborted"
	}
	return "backendError"
}

// appendJSON writes the body of the answer.
func (e *apiError) appendJSON(out *enc) {
	out.begin()
	out.object("error")
	out.integer("code", e.code)
	out.text("message", e.message)
	out.array("errors")
	out.element()
	item := e.item
	if item == "" {
		item = e.message
	}
	out.text("message", item)
	domain := e.domain
	if domain == "" {
		domain = "global"
	}
	out.text("domain", domain)
	out.text("reason", e.reason)
	if e.reason == "authError" {
		out.text("location", "Authorization")
		out.text("locationType", "header")
	}
	out.end()
	out.endArray()
	if e.status != "" {
		out.text("status", e.status)
	}
	if e.detail != "" {
		out.array("details")
		out.element()
		out.text("@type", "type.googleapis.com/google.rpc.ErrorInfo")
		out.text("reason", e.detail)
		out.text("domain", "googleapis.com")
		out.end()
		out.endArray()
	}
	out.end()
	out.end()
}
