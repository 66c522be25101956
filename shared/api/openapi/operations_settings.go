package openapi

import (
	"net/http"

	"github.com/invopop/jsonschema"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

var settingsOperations = []Operation{{
	Function: "settings", Method: http.MethodGet, Path: "/v1/settings", ID: "getSettings", Caller: User,
	Summary:  "The caller's two settings screens",
	Answers:  ok(api.Settings{}),
	Examples: []Example{{Name: "connected", Summary: "A recruiter who has connected their Gmail", Status: http.StatusOK}, {Name: "not_connected", Summary: "A Super Admin who has not", As: "sam", Status: http.StatusOK}},
}, {
	Function: "settings", Method: http.MethodPut, Path: "/v1/integration", ID: "switchIntegration", Caller: User,
	Summary:     "Switch the integration on or off for the account",
	Description: "For Super Admins. Switched off, all connections of the account end; mail that was imported stays.",
	Bodies:      jsonBody(api.SwitchIntegration{}),
	Answers:     ok(api.Settings{}),
	Codes:       []hire.Code{hire.CodePlanUpgrade, hire.CodeUserInactive, hire.CodeSuperAdmin},
	Examples: []Example{
		{Name: "on", Summary: "Switched on", As: "sam", Body: api.SwitchIntegration{Enabled: true}, Status: http.StatusOK},
		{Name: "not_a_super_admin", Summary: "Only a Super Admin may", Body: api.SwitchIntegration{Enabled: false}, Status: http.StatusForbidden},
	},
}, {
	Function: "settings", Method: http.MethodPut, Path: "/v1/aliases", ID: "allowAliases", Caller: User,
	Summary:  "Let users send from other addresses of their mailboxes, or no longer",
	Bodies:   jsonBody(api.AllowAliases{}),
	Answers:  ok(api.Settings{}),
	Codes:    []hire.Code{hire.CodePlanUpgrade, hire.CodeUserInactive, hire.CodeSuperAdmin},
	Examples: []Example{{Name: "allowed", Summary: "Allowed", As: "sam", Body: api.AllowAliases{Allowed: true}, Status: http.StatusOK}},
}, {
	Function: "settings", Method: http.MethodDelete, Path: "/v1/connection", ID: "disconnect", Caller: User,
	Summary:     "Disconnect the caller's Gmail",
	Description: "The grant is revoked and the token destroyed soon after; mail that was imported stays. Without a connection it changes nothing.",
	Answers:     ok(api.Settings{}),
	Examples:    []Example{{Name: "disconnecting", Summary: "On its way", Status: http.StatusOK}},
}, {
	Function: "settings", Method: http.MethodGet, Path: "/v1/connection/addresses", ID: "listSendingAddresses", Caller: User,
	Summary:  "Addresses that the caller's mailbox can send as",
	Answers:  ok(api.SendingAddresses{}),
	Codes:    mailboxCodes,
	Examples: []Example{{Name: "own", Summary: "The mailbox's own address", Status: http.StatusOK}, {Name: "not_connected", Summary: "Without a connection", As: "sam", Status: http.StatusConflict}},
}, {
	Function: "settings", Method: http.MethodGet, Path: "/v1/connections", ID: "listConnections", Caller: User,
	Summary:    "Connections of all users, for Super Admins",
	Parameters: []Parameter{pageToken},
	Answers:    ok(api.UserConnections{}),
	Codes:      []hire.Code{hire.CodeSuperAdmin, hire.CodeInvalidRequest},
	Examples:   []Example{{Name: "all", Summary: "All users", As: "sam", Status: http.StatusOK}, {Name: "not_a_super_admin", Summary: "Only a Super Admin may", Status: http.StatusForbidden}},
}, {
	Function: "settings", Method: http.MethodGet, Path: "/v1/sending-policy", ID: "getSendingPolicy", Caller: User,
	Summary: "Which way the caller's mail takes now",
	Parameters: []Parameter{{
		Name: "kind", In: "query", Required: true, Description: "personal: written by the user; automatic: an acknowledgement, a reminder; bulk.",
		Schema: valuesOf("personal", "automatic", "bulk"),
	}},
	Answers: ok(api.SendingPolicy{}),
	Codes:   []hire.Code{hire.CodeInvalidRequest},
	Examples: []Example{
		{Name: "gmail", Summary: "Through the user's own Gmail", Params: map[string]string{"kind": "personal"}, Status: http.StatusOK},
		{Name: "hire_domain", Summary: "Automatic mail of a user who is not connected", As: "sam", Params: map[string]string{"kind": "automatic"}, Status: http.StatusOK},
	},
}, {
	Function: "settings", Method: http.MethodGet, Path: "/v1/audit", ID: "listAudit", Caller: User,
	Summary:    "Who did what, newest first, for Super Admins",
	Parameters: auditQuery,
	Answers:    ok(api.Audit{}),
	Codes:      []hire.Code{hire.CodeSuperAdmin, hire.CodeInvalidRequest},
	Examples: []Example{
		{Name: "first_page", Summary: "The newest", As: "sam", Status: http.StatusOK},
		{Name: "of_one", Summary: "What one user has sent", As: "sam", Params: map[string]string{"user_id": "rita", "action": "message.sent", "from": "2026-11-02T09:01:00Z"}, Status: http.StatusOK},
		{Name: "not_a_page", Summary: "A page token that this list has not given", As: "sam", Params: map[string]string{"page_token": "x"}, Status: http.StatusBadRequest},
	},
}, {
	Function: "settings", Method: http.MethodGet, Path: "/v1/audit/export", ID: "exportAudit", Caller: User,
	Summary:     "The audit trail, to be saved, for Super Admins",
	Description: "JSON lines, at most 20,000 entries, newest first, then a line that says how many there were. Without that line the answer was cut off.",
	Parameters:  auditQuery,
	Answers:     auditLines,
	Codes:       []hire.Code{hire.CodeSuperAdmin, hire.CodeInvalidRequest},
	Examples:    []Example{{Name: "of_one", Summary: "What one user has sent", As: "sam", Params: map[string]string{"user_id": "rita", "action": "message.sent"}, Status: http.StatusOK}},
}, {
	Function: "settings", Method: http.MethodGet, Path: "/v1/deletions", ID: "listDeletions", Caller: User,
	Summary:     "What was taken away, newest first, for Super Admins",
	Description: "Connections that have ended, deleted candidates, the integration switched off.",
	Parameters:  []Parameter{pageToken},
	Answers:     ok(api.DeletionList{}),
	Codes:       []hire.Code{hire.CodeSuperAdmin, hire.CodeInvalidRequest},
	Examples:    []Example{{Name: "first_page", Summary: "A user who has disconnected", As: "sam", Status: http.StatusOK}},
}, {
	Function: "settings", Method: http.MethodGet, Path: "/v1/deletions/{deletion_id}", ID: "getDeletionReport", Caller: User,
	Summary:     "What was deleted, when, and what is kept and why, signed, for Super Admins",
	Description: "It may be asked for again: a later report tells more while the deletion is under way.",
	Parameters:  []Parameter{deletionID},
	Answers:     ok(api.SignedDeletionReport{}),
	Codes:       []hire.Code{hire.CodeSuperAdmin},
	Examples: []Example{
		{Name: "mailbox", Summary: "A user who has disconnected", As: "sam", Params: map[string]string{"deletion_id": "deletion-1"}, Status: http.StatusOK},
		{Name: "unknown", Summary: "No such deletion", As: "sam", Params: map[string]string{"deletion_id": "nothing"}, Status: http.StatusNotFound},
	},
}, {
	Function: "settings", Method: http.MethodGet, Path: "/v1/report-keys", ID: "listReportKeys", Caller: User,
	Summary:  "Public keys that deletion reports are signed with",
	Answers:  ok(api.ReportKeys{}),
	Examples: []Example{{Name: "keys", Summary: "One key", Status: http.StatusOK}},
}}

// auditQuery are the parameters of the audit trail.
var auditQuery = []Parameter{
	{Name: "user_id", In: "query", Description: "Only what this user did.", Schema: text},
	{Name: "action", In: "query", Description: "Only this action.", Schema: valuesOf(store.AuditActions()...)},
	{Name: "from", In: "query", Description: "From this time on (RFC 3339).", Schema: &jsonschema.Schema{Type: "string", Format: "date-time"}},
	{Name: "to", In: "query", Description: "Before this time (RFC 3339).", Schema: &jsonschema.Schema{Type: "string", Format: "date-time"}},
	pageToken,
}

// auditLines answer the exports of it.
var auditLines = []Answer{{
	Status: http.StatusOK, Description: "JSON lines, streamed.", Headers: []string{"Content-Disposition"},
	Bodies: []Body{{Type: "application/x-ndjson", Line: []any{api.AuditEntry{}, api.AuditExportEnd{}}, Note: "JSON values, one a line: each as x-line says."}},
}}

// mailboxCodes are those of operations that need the caller's mailbox and Gmail.
var mailboxCodes = []hire.Code{
	hire.CodePlanUpgrade, hire.CodeIntegrationOff, hire.CodeConnectRequired, hire.CodeReconnectRequired, hire.CodePermissionMissing, hire.CodeNoMailbox,
	hire.CodeGmailUnavailable, hire.CodeUserInactive, hire.CodeRoleMayNotSend,
}
