package openapi

import (
	"net/http"
	"slices"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// sendCodes are those of a message that is asked to be sent.
var sendCodes = slices.Concat(mailboxCodes, []hire.Code{
	hire.CodeKeyMissing, hire.CodeKeyReused, hire.CodeNotOnThread, hire.CodeUnknownCandidate, hire.CodeUnknownThread, hire.CodeUnknownUpload, hire.CodeEmptyMessage,
	hire.CodeNoRecipient, hire.CodeTooManyRecipients, hire.CodeInvalidAddress, hire.CodeInvalidHeader, hire.CodeMessageTooLarge, hire.CodeDailyLimit, hire.CodeGmailRefused,
	hire.CodeSendInProgress, hire.CodeSendUnknown, hire.CodeCancelled, hire.CodeStaleConnection, hire.CodeAliasNotAllowed, hire.CodeUnknownAlias, hire.CodeAliasNotVerified,
	hire.CodeAliasElsewhere,
})

// batchPage are the parameters of a page of a batch.
var batchPage = []Parameter{
	batchID,
	{
		Name: "limit", In: "query", Description: "Messages a page, 100 if left out.", Schema: &jsonschema.Schema{Type: "integer", Minimum: "1", Maximum: "500"},
	},
	{
		Name: "page_token", In: "query", Description: "next_page_token of the page before; left out for the first page.",
		Schema: &jsonschema.Schema{Type: "integer", Minimum: "0", Maximum: "500"},
	},
}

var sendmessageOperations = []Operation{{
	Function: "sendmessage", Method: http.MethodPost, Path: "/v1/messages", ID: "sendMessage", Caller: User,
	Summary: "Send a message, or queue it for later",
	Description: "Sends from the caller's own Gmail, at most once for each key. An answer that did not come is asked for again with the same key and body. " +
		"send_in_progress asks to do so in a moment; send_outcome_unknown says that nobody can tell whether the message has left.",
	Parameters: []Parameter{idempotencyKey},
	Bodies:     jsonBody(api.SendMessage{}),
	Answers: []Answer{
		{Status: http.StatusOK, Description: "It was sent.", Bodies: jsonBody(api.SendResult{})},
		{Status: http.StatusAccepted, Description: "It is queued for send_at.", Bodies: jsonBody(api.SendResult{})},
	},
	Codes: sendCodes,
	Examples: []Example{
		{
			Name: "new", Summary: "A new message to a candidate", Params: map[string]string{"Idempotency-Key": "9f0f0a52-6c39-4e0c-9d0b-4f2a7b1f8d11"},
			Body: api.SendMessage{CandidateID: "cora", Subject: "An interview", Text: "Can you come on Friday?", Attachments: []api.AttachmentRef{{UploadID: "upload-1"}}}, Status: http.StatusOK,
		},
		{
			Name: "reply", Summary: "A reply; Hire chooses the recipients", Params: map[string]string{"Idempotency-Key": "9f0f0a52-6c39-4e0c-9d0b-4f2a7b1f8d12"},
			Body: api.SendMessage{CandidateID: "cora", ThreadID: "thread-1", Text: "Ten o'clock?", HTML: "<p>Ten o'clock?</p>"}, Status: http.StatusOK,
		},
		{
			Name: "later", Summary: "A message for later", Params: map[string]string{"Idempotency-Key": "9f0f0a52-6c39-4e0c-9d0b-4f2a7b1f8d13"},
			Body:   api.SendMessage{CandidateID: "cora", Subject: "Tomorrow", Text: "See you then.", SendAt: time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)},
			Status: http.StatusAccepted,
		},
		{
			Name: "empty", Summary: "Nothing to send", Params: map[string]string{"Idempotency-Key": "9f0f0a52-6c39-4e0c-9d0b-4f2a7b1f8d14"},
			Body: api.SendMessage{CandidateID: "cora", Subject: "An interview"}, Status: http.StatusUnprocessableEntity,
		},
		{
			Name: "not_connected", Summary: "The caller has not connected their Gmail", As: "sam", Params: map[string]string{"Idempotency-Key": "9f0f0a52-6c39-4e0c-9d0b-4f2a7b1f8d15"},
			Body: api.SendMessage{CandidateID: "cora", Subject: "An interview", Text: "Can you come on Friday?"}, Status: http.StatusConflict,
		},
	},
}, {
	Function: "sendmessage", Method: http.MethodGet, Path: "/v1/messages/{idempotency_key}", ID: "getMessage", Caller: User,
	Summary:    "What became of a message",
	Parameters: []Parameter{sendKey},
	Answers:    ok(api.SendResult{}),
	Examples: []Example{
		{Name: "sent", Summary: "It was sent", Params: map[string]string{"idempotency_key": "first"}, Status: http.StatusOK},
		{Name: "unknown", Summary: "No message of the caller has this key", Params: map[string]string{"idempotency_key": "another"}, Status: http.StatusNotFound},
	},
}, {
	Function: "sendmessage", Method: http.MethodDelete, Path: "/v1/messages/{idempotency_key}", ID: "cancelMessage", Caller: User,
	Summary:    "Cancel a message that is queued",
	Parameters: []Parameter{sendKey},
	Answers:    ok(api.SendResult{}),
	Codes:      []hire.Code{hire.CodeTooLateToCancel},
	Examples: []Example{
		{Name: "cancelled", Summary: "It will not leave", Params: map[string]string{"idempotency_key": "queued"}, Status: http.StatusOK},
		{Name: "too_late", Summary: "It has left", Params: map[string]string{"idempotency_key": "first"}, Status: http.StatusConflict},
	},
}, {
	Function: "sendmessage", Method: http.MethodPost, Path: "/v1/batches", ID: "sendBatch", Caller: User,
	Summary:     "Send up to 500 messages, one after the other",
	Description: "All are accepted, or none.",
	Parameters:  []Parameter{idempotencyKey},
	Bodies:      jsonBody(api.SendBatch{}),
	Answers:     []Answer{{Status: http.StatusAccepted, Description: "All are queued.", Bodies: jsonBody(api.Batch{})}},
	Codes: slices.Concat(mailboxCodes, []hire.Code{
		hire.CodeKeyMissing, hire.CodeKeyReused, hire.CodeInvalidBatch, hire.CodeUnknownUpload,
	}),
	Examples: []Example{
		{
			Name: "queued", Summary: "Two messages", Params: map[string]string{"Idempotency-Key": "9f0f0a52-6c39-4e0c-9d0b-4f2a7b1f8d16"},
			Body: api.SendBatch{Messages: []api.BatchMessage{
				{CandidateID: "cora", Subject: "News", Text: "Dear Cora, …"}, {CandidateID: "cleo", Subject: "News", Text: "Dear Cleo, …"},
			}}, Status: http.StatusAccepted,
		},
		{
			Name: "invalid", Summary: "One of them can't be sent, so none is", Params: map[string]string{"Idempotency-Key": "9f0f0a52-6c39-4e0c-9d0b-4f2a7b1f8d17"},
			Body: api.SendBatch{Messages: []api.BatchMessage{
				{CandidateID: "cora", Subject: "News", Text: "Dear Cora, …"}, {CandidateID: "nobody", Subject: "News", Text: "Dear …"},
			}}, Status: http.StatusUnprocessableEntity,
		},
	},
}, {
	Function: "sendmessage", Method: http.MethodGet, Path: "/v1/batches/{batch_id}", ID: "getBatch", Caller: User,
	Summary:    "How a batch stands",
	Parameters: batchPage,
	Answers:    ok(api.Batch{}),
	Codes:      []hire.Code{hire.CodeInvalidRequest},
	Examples:   []Example{{Name: "queued", Summary: "For tomorrow", Params: map[string]string{"batch_id": "batch-1", "limit": "1"}, Status: http.StatusOK}},
}, {
	Function: "sendmessage", Method: http.MethodDelete, Path: "/v1/batches/{batch_id}", ID: "cancelBatch", Caller: User,
	Summary:    "Cancel what is still queued of a batch",
	Parameters: batchPage,
	Answers:    ok(api.Batch{}),
	Codes:      []hire.Code{hire.CodeInvalidRequest},
	Examples:   []Example{{Name: "cancelled", Summary: "None of it will leave", Params: map[string]string{"batch_id": "batch-1"}, Status: http.StatusOK}},
}, {
	Function: "sendmessage", Method: http.MethodPost, Path: "/v1/uploads", ID: "uploadFile", Caller: User,
	Summary:     "Upload a file, to be attached to a message",
	Description: "The body is the file itself, at most 25 MB, streamed; its Content-Type is what the attachment has. It waits for its message for a day.",
	Parameters: []Parameter{{
		Name: "filename", In: "query", Required: true, Description: "Name of the file, as the recipient sees it.", Schema: &jsonschema.Schema{Type: "string", MinLength: new(uint64(1))},
	}},
	Bodies:  []Body{{Type: "*/*", Note: "The file."}},
	Answers: []Answer{{Status: http.StatusCreated, Bodies: jsonBody(api.Upload{})}},
	Codes:   []hire.Code{hire.CodeUserInactive, hire.CodeRoleMayNotSend, hire.CodeInvalidRequest, hire.CodeInvalidHeader, hire.CodeMessageTooLarge},
	Examples: []Example{{
		Name: "uploaded", Summary: "A PDF", Params: map[string]string{"filename": "offer.pdf"}, Type: "application/pdf", Body: "%PDF-1.7 …", Status: http.StatusCreated,
	}},
}}
