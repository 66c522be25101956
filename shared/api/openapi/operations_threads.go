package openapi

import (
	"net/http"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// readCodes are those of operations that show candidates' mail: not for users who are not active, nor for External Agency users.
var readCodes = []hire.Code{hire.CodeUserInactive, hire.CodeForbidden}

func reading(more ...hire.Code) []hire.Code { return append(more, readCodes...) }

// content are the answers of a file: whole, a part of it, or nothing new.
func content(of []Body, headers ...string) []Answer {
	return []Answer{
		{Status: http.StatusOK, Description: "The whole content, streamed.", Bodies: of, Headers: append([]string{"Accept-Ranges", "Content-Disposition", "ETag"}, headers...)},
		{Status: http.StatusPartialContent, Description: "The part that Range asks for; several parts as multipart/byteranges.", Bodies: append([]Body{{Type: "multipart/byteranges", Note: "Several parts."}}, of...),
			Headers: []string{"Accept-Ranges", "Content-Disposition", "Content-Range", "ETag"}},
		{Status: http.StatusNotModified, Description: "What the caller has is still right.", Headers: []string{"ETag"}},
	}
}

// importCodes are those of operations that need a mailbox to import from.
var importCodes = reading(hire.CodeUnknownCandidate, hire.CodeInvalidRequest, hire.CodePlanUpgrade, hire.CodeIntegrationOff, hire.CodeConnectRequired, hire.CodeReconnectRequired,
	hire.CodePermissionMissing, hire.CodeNoMailbox, hire.CodeGmailUnavailable, hire.CodeWrongAccount, hire.CodeStaleConnection)

var threadsOperations = []Operation{{
	Function: "threads", Method: http.MethodGet, Path: "/v1/candidates/{candidate_id}/threads", ID: "listThreads", Caller: User,
	Summary:     "A candidate's conversations, newest activity first",
	Description: "Those that the caller may see: a private one is there for the people on it and for Super Admins. A page may hold fewer than 30, and yet not be the last.",
	Parameters:  []Parameter{candidateID, pageToken},
	Answers:     ok(api.CandidateThreads{}),
	Codes:       reading(hire.CodeUnknownCandidate, hire.CodeInvalidRequest),
	Examples: []Example{
		{Name: "first_page", Summary: "The Emails tab", Params: map[string]string{"candidate_id": "cora"}, Status: http.StatusOK},
		{Name: "unknown", Summary: "No such candidate", Params: map[string]string{"candidate_id": "nobody"}, Status: http.StatusNotFound},
	},
}, {
	Function: "threads", Method: http.MethodGet, Path: "/v1/candidates/{candidate_id}/changes", ID: "waitForChanges", Caller: User,
	Summary:     "Wait for news of a candidate's conversations",
	Description: "A long poll: it comes at once when the revision is above since, otherwise when it has risen, or after wait seconds. Ask again with the revision that it brings.",
	Parameters: []Parameter{
		candidateID,
		{Name: "since", In: "query", Description: "Revision that the caller knows; 0 if left out.", Schema: &jsonschema.Schema{Type: "integer", Minimum: "0"}},
		{Name: "wait", In: "query", Description: "Seconds to wait at most: 25, and 0 if left out.", Schema: &jsonschema.Schema{Type: "integer", Minimum: "0"}},
	},
	Answers:  ok(api.Changes{}),
	Codes:    reading(hire.CodeUnknownCandidate, hire.CodeInvalidRequest),
	Examples: []Example{{Name: "news", Summary: "There is news since", Params: map[string]string{"candidate_id": "cora", "since": "1", "wait": "20"}, Status: http.StatusOK}},
}, {
	Function: "threads", Method: http.MethodGet, Path: "/v1/candidates/{candidate_id}/receipt", ID: "getReceipt", Caller: User,
	Summary:    "How much of a candidate's mail was compared with Gmail",
	Parameters: []Parameter{candidateID},
	Answers:    ok(api.CandidateReceipt{}),
	Codes:      reading(hire.CodeUnknownCandidate),
	Examples:   []Example{{Name: "receipt", Summary: "All of it is here", Params: map[string]string{"candidate_id": "cora"}, Status: http.StatusOK}},
}, {
	Function: "threads", Method: http.MethodPost, Path: "/v1/candidates/{candidate_id}/search", ID: "searchMail", Caller: User,
	Summary:     "Search in a candidate's mail",
	Description: "In what the caller may see of it. One page looks through 300 messages at most.",
	Parameters:  []Parameter{candidateID},
	Bodies:      jsonBody(api.SearchMail{}),
	Answers:     ok(api.MailFound{}),
	Codes:       reading(hire.CodeUnknownCandidate),
	Examples: []Example{
		{Name: "found", Summary: "By the beginnings of words", Params: map[string]string{"candidate_id": "cora"}, Body: api.SearchMail{Q: "tomor"}, Status: http.StatusOK},
		{Name: "no_words", Summary: "Nothing to look for", Params: map[string]string{"candidate_id": "cora"}, Body: api.SearchMail{Q: " "}, Status: http.StatusBadRequest},
	},
}, {
	Function: "threads", Method: http.MethodGet, Path: "/v1/candidates/{candidate_id}/importable", ID: "listImportable", Caller: User,
	Summary:     "Conversations with a candidate in the caller's mailbox that are not imported",
	Description: "Read from Gmail at this moment, for the caller alone, and kept nowhere.",
	Parameters:  []Parameter{candidateID, pageToken},
	Answers:     ok(api.ImportableList{}),
	Codes:       importCodes,
	Examples: []Example{
		{Name: "first_page", Summary: "One that the candidate has begun", Params: map[string]string{"candidate_id": "cora"}, Status: http.StatusOK},
		{Name: "not_connected", Summary: "Without a connection", As: "sam", Params: map[string]string{"candidate_id": "cora"}, Status: http.StatusConflict},
	},
}, {
	Function: "threads", Method: http.MethodPost, Path: "/v1/candidates/{candidate_id}/imports", ID: "startImports", Caller: User,
	Summary:     "Import conversations of the caller's mailbox into a candidate's profile",
	Description: "They are read by a task; listImports says how each has ended. Asking again for what waits or is imported changes nothing.",
	Parameters:  []Parameter{candidateID},
	Bodies:      jsonBody(api.StartImports{}),
	Answers:     []Answer{{Status: http.StatusAccepted, Bodies: jsonBody(api.Imports{})}},
	Codes:       importCodes,
	Examples: []Example{
		{Name: "one", Summary: "One conversation", Params: map[string]string{"candidate_id": "cora"}, Body: api.StartImports{GmailThreadIDs: []string{"gmail-thread-1"}}, Status: http.StatusAccepted},
		{Name: "none", Summary: "None", Params: map[string]string{"candidate_id": "cora"}, Body: api.StartImports{GmailThreadIDs: []string{}}, Status: http.StatusBadRequest},
	},
}, {
	Function: "threads", Method: http.MethodGet, Path: "/v1/candidates/{candidate_id}/imports", ID: "listImports", Caller: User,
	Summary:    "What the caller has asked to import into a candidate's profile, and how it has ended",
	Parameters: []Parameter{candidateID},
	Answers:    ok(api.Imports{}),
	Codes:      reading(hire.CodeUnknownCandidate),
	Examples:   []Example{{Name: "imports", Summary: "None yet", Params: map[string]string{"candidate_id": "cora"}, Status: http.StatusOK}},
}, {
	Function: "threads", Method: http.MethodGet, Path: "/v1/threads/{thread_id}", ID: "getThread", Caller: User,
	Summary:     "A conversation with its messages",
	Description: "A private one that the caller may not see is answered as one that does not exist.",
	Parameters: []Parameter{threadID, pageToken, {
		Name: "images", In: "query", Schema: valuesOf("remote"),
		Description: "remote: with the images that lie on other servers, to be asked for by a person who was told that the sender then learns that the mail was read.",
	}},
	Answers: ok(api.Thread{}),
	Codes:   reading(hire.CodeUnknownThread, hire.CodeUnknownCandidate, hire.CodeInvalidRequest),
	Examples: []Example{
		{Name: "conversation", Summary: "A message and its answer", Params: map[string]string{"thread_id": "thread-1"}, Status: http.StatusOK},
		{Name: "unknown", Summary: "No such conversation, or none that the caller may see", As: "otto", Params: map[string]string{"thread_id": "thread-2"}, Status: http.StatusNotFound},
	},
}, {
	Function: "threads", Method: http.MethodPut, Path: "/v1/threads/{thread_id}/seen", ID: "setSeen", Caller: User,
	Summary:     "Note that the caller has seen a conversation, up to a time",
	Description: "It never goes back, nor beyond what the conversation has. Opening a conversation does not note it.",
	Parameters:  []Parameter{threadID},
	Bodies:      jsonBody(api.SetSeen{}),
	Answers:     ok(api.Seen{}),
	Codes:       reading(hire.CodeUnknownThread),
	Examples:    []Example{{Name: "seen", Summary: "Up to its last message", Params: map[string]string{"thread_id": "thread-1"}, Body: api.SetSeen{UpTo: time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)}, Status: http.StatusOK}},
}, {
	Function: "threads", Method: http.MethodPut, Path: "/v1/threads/{thread_id}/privacy", ID: "setPrivacy", Caller: User,
	Summary:     "Make a conversation private, or visible again",
	Description: "For people on the conversation and Super Admins.",
	Parameters:  []Parameter{threadID},
	Bodies:      jsonBody(api.SetPrivacy{}),
	Answers:     ok(api.ThreadSummary{}),
	Codes:       reading(hire.CodeUnknownThread, hire.CodeUnknownCandidate),
	Examples: []Example{
		{Name: "private", Summary: "Made private", Params: map[string]string{"thread_id": "thread-2"}, Body: api.SetPrivacy{Private: true}, Status: http.StatusOK},
		{Name: "not_on_it", Summary: "A colleague who is not on it", As: "otto", Params: map[string]string{"thread_id": "thread-1"}, Body: api.SetPrivacy{Private: true}, Status: http.StatusForbidden},
	},
}, {
	Function: "threads", Method: http.MethodGet, Path: "/v1/threads/{thread_id}/messages/{message_id}/attachments/{part_id}", ID: "getAttachment", Caller: User,
	Summary:     "A file of a message",
	Description: "Types that can carry scripts, such as HTML and SVG, come as application/octet-stream, to be saved.",
	Parameters: []Parameter{
		threadID, messageID, {Name: "part_id", In: "path", Required: true, Description: "part_id of the attachment.", Schema: idSchema}, rangeHeader, ifNoneMatch, ifRange,
	},
	Answers: content([]Body{
		{Type: "application/pdf", Note: "A PDF."}, {Type: "image/png", Note: "A picture."}, {Type: "image/jpeg", Note: "A picture."}, {Type: "image/gif", Note: "A picture."},
		{Type: "image/webp", Note: "A picture."}, {Type: "text/plain", Note: "Text, shown as UTF-8."}, {Type: "application/octet-stream", Note: "Anything else."},
	}),
	Codes: reading(hire.CodeUnknownThread, hire.CodeRange),
	Examples: []Example{
		{Name: "whole", Summary: "All of it", Params: map[string]string{"thread_id": "thread-1", "message_id": "message-2", "part_id": "part-1"}, Status: http.StatusOK},
		{Name: "part", Summary: "Its first bytes", Params: map[string]string{"thread_id": "thread-1", "message_id": "message-2", "part_id": "part-1", "Range": "bytes=0-3"}, Status: http.StatusPartialContent},
		{Name: "not_modified", Summary: "The caller has it", Params: map[string]string{"thread_id": "thread-1", "message_id": "message-2", "part_id": "part-1", "If-None-Match": `"blob-1"`}, Status: http.StatusNotModified},
		{Name: "beyond", Summary: "Bytes that it does not have", Params: map[string]string{"thread_id": "thread-1", "message_id": "message-2", "part_id": "part-1", "Range": "bytes=1000-"}, Status: http.StatusRequestedRangeNotSatisfiable},
	},
}, {
	Function: "threads", Method: http.MethodGet, Path: "/v1/threads/{thread_id}/messages/{message_id}/original", ID: "getOriginal", Caller: User,
	Summary:     "An email reply as its writer wrote it",
	Description: "For its writer alone: it holds more than was sent to the others.",
	Parameters:  []Parameter{threadID, messageID, rangeHeader, ifNoneMatch, ifRange},
	Answers:     content([]Body{{Type: "application/octet-stream", Note: "The mail (RFC 5322)."}}),
	Codes:       reading(hire.CodeUnknownThread, hire.CodeRange),
	Examples: []Example{
		{Name: "original", Summary: "The mail", Params: map[string]string{"thread_id": "thread-1", "message_id": "message-3"}, Status: http.StatusOK},
		{Name: "none", Summary: "A message that was not sent by email reply", Params: map[string]string{"thread_id": "thread-1", "message_id": "message-1"}, Status: http.StatusNotFound},
	},
}, {
	Function: "threads", Method: http.MethodGet, Path: "/v1/unmatched", ID: "listUnmatched", Caller: User,
	Summary:    "Labelled conversations of the caller's mailbox that are in no profile, and why",
	Parameters: []Parameter{pageToken},
	Answers:    ok(api.UnmatchedList{}),
	Codes:      reading(hire.CodeInvalidRequest),
	Examples:   []Example{{Name: "first_page", Summary: "One of them", Status: http.StatusOK}},
}, {
	Function: "threads", Method: http.MethodGet, Path: "/v1/export", ID: "exportMail", Caller: User,
	Summary:     "All mail of the account, page by page, for Super Admins",
	Description: "Private conversations are in it, which is audited. A page is some 16 MB; Next-Page-Token, absent at the end, asks for the next one.",
	Parameters: []Parameter{
		{Name: "format", In: "query", Required: true, Description: "mbox: RFC 4155, in the variant mboxrd, rebuilt from what Hire keeps. jsonl: JSON lines.", Schema: valuesOf("mbox", "jsonl")}, pageToken,
	},
	Answers: []Answer{{
		Status: http.StatusOK, Description: "A page, streamed.", Headers: []string{"Content-Disposition", "Next-Page-Token"}, Bodies: []Body{
			{Type: "application/x-ndjson", Line: []any{api.ExportedMessage{}, api.ExportedChunk{}, api.ExportEnd{}}, Note: "JSON values, one a line: each as x-line says."},
			{Type: "application/mbox", Note: "Mails, one after the other."},
		},
	}},
	Codes: reading(hire.CodeSuperAdmin, hire.CodeInvalidRequest),
	Examples: []Example{
		{Name: "lines", Summary: "As JSON lines", As: "sam", Params: map[string]string{"format": "jsonl"}, Status: http.StatusOK},
		{Name: "not_a_super_admin", Summary: "Only a Super Admin may", Params: map[string]string{"format": "mbox"}, Status: http.StatusForbidden},
	},
}}
