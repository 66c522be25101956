package openapi

import (
	"net/http"
	"slices"

	"github.com/invopop/jsonschema"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// Caller is who an operation is for.
type Caller string

// The callers.
const (
	User    Caller = "user"    // Hire's frontend, with the token of a user of Hire
	Backend Caller = "backend" // Hire's backend, with a token of its service account
	Gateway Caller = "gateway" // Hire's mail gateway, likewise
	Browser Caller = "browser" // a page that a browser is sent to; no token
)

// Operation is one operation of one function.
type Operation struct {
	Function    string
	Method      string
	Path        string // as the function's router has it: "/v1/threads/{thread_id}"
	ID          string // operationId, which generated clients name their method after
	Summary     string
	Description string
	Caller      Caller
	Parameters  []Parameter
	Bodies      []Body // what a request may have as its body; none: no body
	Answers     []Answer
	Codes       []hire.Code // of problems, besides those that every operation of its caller may answer
	Examples    []Example
}

// Pattern is how the function's router knows the operation.
func (o Operation) Pattern() string { return o.Method + " " + o.Path }

// Parameter of the path, the query or the header.
type Parameter struct {
	Name        string
	In          string // path, query, header
	Description string
	Required    bool
	Schema      *jsonschema.Schema
}

// Body is one kind of content.
type Body struct {
	Type string // media type
	Of   any    // a value of the wire type; nil: bytes, which are streamed
	Line []any  // of JSON lines: values of the wire types that a line can be
	Note string // of a stream: what it holds
}

// Answer is a success, or a redirect.
type Answer struct {
	Status      int
	Description string
	Bodies      []Body
	Headers     []string // names in headers, besides those that all answers to the caller have
}

// Example is a request of the story that the functions' tests tell, and how it is answered. The answer is recorded from the functions.
type Example struct {
	Name    string // within the operation
	Summary string
	As      string            // who calls, where it is not whom the story is about
	Params  map[string]string // parameters by name
	Type    string            // media type of Body; "": application/json
	Body    any               // a wire type, or a string: the bytes of a stream
	Status  int
}

// LeftOut are the functions that only Google's services call: what they take is Google's to say, and no client is written against it.
var LeftOut = map[string]string{
	"gmailnotify":    "takes Pub/Sub's push of what Gmail publishes (https://developers.google.com/workspace/gmail/api/guides/push)",
	"labelsweep":     "is called by Cloud Scheduler, without a body",
	"syncmailbox":    "takes tasks of our own, handed over by Cloud Tasks",
	"deliver":        "takes tasks of our own, handed over by Cloud Tasks",
	"offboard":       "takes tasks of our own, handed over by Cloud Tasks",
	"securityevents": "takes Google's Cross-Account Protection events (RFC 8935)",
}

// Operations are all that a client can call.
func Operations() []Operation {
	return slices.Concat(connectOperations, oauthcallbackOperations, settingsOperations, sendmessageOperations, threadsOperations, directoryOperations, inboundreplyOperations)
}

// AllCodes are the problem codes that an operation may answer with.
func (o Operation) AllCodes() []hire.Code {
	codes := slices.Clone(o.Codes)
	codes = append(codes, hire.CodeInternal, hire.CodeUnavailable)
	switch o.Caller {
	case User: // not_found: of a user whom the directory does not know
		codes = append(codes, hire.CodeUnauthenticated, hire.CodeTokenExpired, hire.CodeRateLimited, hire.CodeNotFound)
	case Backend, Gateway:
		codes = append(codes, hire.CodeUnauthenticated, hire.CodeTokenExpired, hire.CodeForbidden)
	}
	if slices.ContainsFunc(o.Bodies, func(b Body) bool { return b.Of != nil }) {
		codes = append(codes, hire.CodeUnsupportedMedia, hire.CodeBodyTooLarge, hire.CodeMalformedJSON, hire.CodeUnknownField, hire.CodeInvalidRequest)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// jsonBody is a body of a wire type.
func jsonBody(of any) []Body { return []Body{{Type: "application/json", Of: of}} }

// ok is the answer of most.
func ok(of any) []Answer { return []Answer{{Status: http.StatusOK, Bodies: jsonBody(of)}} }

// Parameters that several operations have.
var (
	idSchema = &jsonschema.Schema{Type: "string", MinLength: new(uint64(1))}

	accountID   = Parameter{Name: "account_id", In: "path", Required: true, Description: "Id of the account.", Schema: idSchema}
	candidateID = Parameter{Name: "candidate_id", In: "path", Required: true, Description: "Id of the candidate, as the directory has it. One that was merged leads to the one that took its place.", Schema: idSchema}
	threadID    = Parameter{Name: "thread_id", In: "path", Required: true, Description: "Id of the conversation.", Schema: idSchema}
	messageID   = Parameter{Name: "message_id", In: "path", Required: true, Description: "Id of the message in its conversation.", Schema: idSchema}
	batchID     = Parameter{Name: "batch_id", In: "path", Required: true, Description: "Id that the batch was answered with.", Schema: idSchema}
	sendKey     = Parameter{Name: "idempotency_key", In: "path", Required: true, Description: "Key that the message was sent with, or that its batch names.", Schema: idSchema}
	deletionID  = Parameter{Name: "deletion_id", In: "path", Required: true, Description: "Id of the deletion.", Schema: idSchema}
	pageToken   = Parameter{
		Name: "page_token", In: "query", Description: "next_page_token of the page before; left out for the first page. It is opaque.", Schema: &jsonschema.Schema{Type: "string"},
	}
	idempotencyKey = Parameter{
		Name: "Idempotency-Key", In: "header", Required: true,
		Description: "A random value for each new message or batch, and the same one when a request is repeated: what was decided under a key stands, and nothing is sent twice. " +
			"It may not begin with \"batch:\".",
		Schema: &jsonschema.Schema{Type: "string", MinLength: new(uint64(1)), MaxLength: new(uint64(255))},
	}
	rangeHeader = Parameter{
		Name: "Range", In: "header", Description: "Part of the content (RFC 9110 section 14.2), such as bytes=0-1023.", Schema: &jsonschema.Schema{Type: "string"},
	}
	ifNoneMatch = Parameter{
		Name: "If-None-Match", In: "header", Description: "ETag of an earlier answer; it is answered with 304 while that stands.", Schema: &jsonschema.Schema{Type: "string"},
	}
	ifRange = Parameter{
		Name: "If-Range", In: "header", Description: "ETag of an earlier answer: Range counts only while that stands.", Schema: &jsonschema.Schema{Type: "string"},
	}
)
