package openapi

import (
	"net/http"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

var connectOperations = []Operation{{
	Function: "connect", Method: http.MethodPost, Path: "/v1/connect", ID: "startConnect", Caller: User,
	Summary:     "Begin to connect the caller's Gmail",
	Description: "Answers with an address to open in the caller's browser. It works once, for ten minutes, and leads through Google's consent screen back to return_to.",
	Bodies:      jsonBody(api.StartConnect{}),
	Answers:     []Answer{{Status: http.StatusCreated, Bodies: jsonBody(api.ConnectStarted{})}},
	Codes:       []hire.Code{hire.CodeUserInactive, hire.CodePlanUpgrade, hire.CodeIntegrationOff, hire.CodeRoleMayNotSend},
	Examples: []Example{
		{Name: "started", Summary: "A link to open in the browser", Body: api.StartConnect{ReturnTo: "/settings/email"}, Status: http.StatusCreated},
		{Name: "not_a_path", Summary: "Only a path of Hire's frontend can be returned to", Body: api.StartConnect{ReturnTo: "https://elsewhere.example/"}, Status: http.StatusBadRequest},
	},
}}
