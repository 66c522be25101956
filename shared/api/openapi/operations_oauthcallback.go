package openapi

import (
	"net/http"

	"github.com/invopop/jsonschema"
)

var oauthcallbackOperations = []Operation{{
	Function: "oauthcallback", Method: http.MethodGet, Path: "/start", ID: "openConsent", Caller: Browser,
	Summary:     "Start page: send the browser on to Google",
	Description: "Takes the one-time link of startConnect, sets a cookie, and redirects to Google's consent screen; a link that is not good any more, to Hire's frontend with the problem's code in the query, as error.",
	Parameters: []Parameter{{
		Name: "link", In: "query", Description: "Of the address that startConnect has answered with.", Schema: &jsonschema.Schema{Type: "string"},
	}},
	Answers: []Answer{{Status: http.StatusSeeOther, Description: "To Google's consent screen, or to Hire's frontend with error and detail in the query.", Headers: []string{"Location", "Set-Cookie"}}},
	Examples: []Example{
		{Name: "consent", Summary: "On to Google", Params: map[string]string{"link": "link-1"}, Status: http.StatusSeeOther},
		{Name: "used_up", Summary: "A link works once", Params: map[string]string{"link": "used"}, Status: http.StatusSeeOther},
	},
}, {
	Function: "oauthcallback", Method: http.MethodGet, Path: "/callback", ID: "finishConnect", Caller: Browser,
	Summary:     "Callback: take Google's answer",
	Description: "Where Google sends the browser back to. It goes on to Hire's frontend: to return_to with connected=1, or with the problem's code as error and its sentence as detail.",
	Parameters: []Parameter{
		{Name: "state", In: "query", Description: "As given to Google.", Schema: &jsonschema.Schema{Type: "string"}},
		{Name: "code", In: "query", Description: "Authorization code (RFC 6749 section 4.1.2).", Schema: &jsonschema.Schema{Type: "string"}},
		{Name: "error", In: "query", Description: "Why there is no code (RFC 6749 section 4.1.2.1).", Schema: &jsonschema.Schema{Type: "string"}},
	},
	Answers:  []Answer{{Status: http.StatusSeeOther, Description: "To Hire's frontend.", Headers: []string{"Location", "Set-Cookie"}}},
	Examples: []Example{{Name: "not_started_here", Summary: "A state that this browser has not begun with", Params: map[string]string{"state": "unknown", "code": "4/0A"}, Status: http.StatusSeeOther}},
}}
