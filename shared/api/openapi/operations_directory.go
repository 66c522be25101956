package openapi

import (
	"net/http"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

var directoryOperations = []Operation{{
	Function: "directory", Method: http.MethodPost, Path: "/v1/batch", ID: "updateDirectory", Caller: Backend,
	Summary: "Tell what has changed in Hire's directory",
	Description: "Accounts, users and candidates, at most 500 in all. A record whose version is not above the stored one is ignored, so a request may be sent again as it is, and late updates do not win. " +
		"Plans, roles and addresses count at once: connections end where they must, and conversations are looked at again.",
	Bodies:  jsonBody(api.DirectoryBatch{}),
	Answers: ok(api.DirectoryResult{}),
	Codes:   []hire.Code{hire.CodeNotFound},
	Examples: []Example{
		{
			Name: "changes", Summary: "A candidate's new address, and news that has come before", Body: api.DirectoryBatch{
				Candidates: []api.DirectoryCandidate{{
					AccountID: "acme", ID: "cora", Name: "Cora Candidate", Emails: []string{"cora@mail.example", "cora@work.example"},
					UpdatedAt: time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC), Version: 2,
				}},
				Accounts: []api.DirectoryAccount{{ID: "acme", Name: "Acme", Plan: "pro", Version: 1}},
			}, Status: http.StatusOK,
		},
		{
			Name: "invalid", Summary: "A role that does not exist", Body: api.DirectoryBatch{Users: []api.DirectoryUser{
				{AccountID: "acme", ID: "nina", Name: "Nina New", Email: "nina@acme.example", Role: "queen", Active: true, Version: 1},
			}}, Status: http.StatusBadRequest,
		},
	},
}, {
	Function: "directory", Method: http.MethodGet, Path: "/v1/accounts/{account_id}/audit/export", ID: "exportAccountAudit", Caller: Backend,
	Summary:     "The audit trail of an account, to be saved",
	Description: "As exportAudit. It outlasts the account.",
	Parameters:  append([]Parameter{accountID}, auditQuery...),
	Answers:     auditLines,
	Codes:       []hire.Code{hire.CodeNotFound, hire.CodeInvalidRequest},
	Examples: []Example{
		{Name: "of_one", Summary: "What one user has sent", Params: map[string]string{"account_id": "acme", "user_id": "rita", "action": "message.sent"}, Status: http.StatusOK},
		{Name: "unknown", Summary: "No such account", Params: map[string]string{"account_id": "nobody"}, Status: http.StatusNotFound},
	},
}, {
	Function: "directory", Method: http.MethodGet, Path: "/v1/accounts/{account_id}/deletions", ID: "listAccountDeletions", Caller: Backend,
	Summary:     "What was taken away of an account, newest first",
	Description: "As listDeletions. It outlasts the account.",
	Parameters:  []Parameter{accountID, pageToken},
	Answers:     ok(api.DeletionList{}),
	Codes:       []hire.Code{hire.CodeNotFound, hire.CodeInvalidRequest},
	Examples:    []Example{{Name: "first_page", Summary: "A user who has disconnected", Params: map[string]string{"account_id": "acme"}, Status: http.StatusOK}},
}, {
	Function: "directory", Method: http.MethodGet, Path: "/v1/accounts/{account_id}/deletions/{deletion_id}", ID: "getAccountDeletionReport", Caller: Backend,
	Summary:    "What was deleted, when, and what is kept and why, signed",
	Parameters: []Parameter{accountID, deletionID},
	Answers:    ok(api.SignedDeletionReport{}),
	Codes:      []hire.Code{hire.CodeNotFound},
	Examples: []Example{
		{Name: "mailbox", Summary: "A user who has disconnected", Params: map[string]string{"account_id": "acme", "deletion_id": "deletion-1"}, Status: http.StatusOK},
		{Name: "unknown", Summary: "No such deletion", Params: map[string]string{"account_id": "acme", "deletion_id": "nothing"}, Status: http.StatusNotFound},
	},
}, {
	Function: "directory", Method: http.MethodGet, Path: "/v1/report-keys", ID: "listReportKeysForBackend", Caller: Backend,
	Summary:  "Public keys that deletion reports are signed with",
	Answers:  ok(api.ReportKeys{}),
	Examples: []Example{{Name: "keys", Summary: "One key", Status: http.StatusOK}},
}}
