package openapi

import (
	"net/http"
	"slices"

	"github.com/invopop/jsonschema"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

var envelopeTo = Parameter{
	Name: "X-Envelope-To", In: "header", Required: true, Description: "Of RCPT TO: the reply address.", Schema: &jsonschema.Schema{Type: "string", MinLength: new(uint64(1))},
}

// exampleReply is what a mail program makes of an answer to a notification.
const exampleReply = "From: Rita <rita@acme.example>\r\nTo: <reply-address@reply.hire.example>\r\nSubject: Re: Cora has answered\r\nDate: Mon, 02 Nov 2026 09:05:00 +0000\r\n" +
	"Message-ID: <another@acme.example>\r\n\r\nTomorrow at ten.\r\n"

var inboundreplyOperations = []Operation{{
	Function: "inboundreply", Method: http.MethodPost, Path: "/v1/replies", ID: "takeReply", Caller: Gateway,
	Summary: "Hand over a reply to a notification email",
	Description: "The mail itself, as it was received, at most 32 MB; a larger one by the ids of its uploaded parts. It may be repeated for as long as one likes: a mail is sent once. " +
		"A success is final. So is a problem, but for 5xx, send_in_progress and rate_limited, after which the request is to be repeated, and body_too_large, after which the mail is to be uploaded in parts. " +
		"A final problem with mail_back is told to the user by a mail with this content; one without must not be answered by mail.",
	Parameters: []Parameter{
		envelopeTo,
		{
			Name: "X-Envelope-From", In: "header", Required: true, Description: "Of MAIL FROM; empty or <> for the null sender.", Schema: &jsonschema.Schema{Type: "string"},
		},
		{
			Name: "Authentication-Results", In: "header", Description: "What the gateway found out by SPF, DKIM and DMARC (RFC 8601), in a single field of its own making.", Schema: &jsonschema.Schema{Type: "string"},
		},
	},
	Bodies:  []Body{{Type: "message/rfc822", Note: "The mail (RFC 5322)."}, {Type: "application/json", Of: api.ReplyByReference{}}},
	Answers: ok(api.ReplyResult{}),
	Codes: slices.Concat(sendCodes, []hire.Code{
		hire.CodeReplyAddressUnknown, hire.CodeReplyAddressExpired, hire.CodeReplySenderUnproved, hire.CodeReplyOtherSender, hire.CodeReplyRepeated, hire.CodeNotFound,
	}),
	Examples: []Example{
		{
			Name: "sent", Summary: "An answer that leaves through the user's Gmail", Type: "message/rfc822", Body: exampleReply, Status: http.StatusOK,
			Params: map[string]string{"X-Envelope-To": "reply-address@reply.hire.example", "X-Envelope-From": "rita@acme.example", "Authentication-Results": "mx.hire.example; dmarc=pass header.from=acme.example"},
		},
		{
			Name: "in_parts", Summary: "A mail that was uploaded", Body: api.ReplyByReference{UploadIDs: []string{"upload-2"}}, Status: http.StatusOK,
			Params: map[string]string{"X-Envelope-To": "reply-address@reply.hire.example", "X-Envelope-From": "rita@acme.example", "Authentication-Results": "mx.hire.example; dmarc=pass header.from=acme.example"},
		},
		{
			Name: "ignored", Summary: "A delivery report: nobody answers a program", Type: "message/rfc822", Body: exampleReply, Status: http.StatusOK,
			Params: map[string]string{"X-Envelope-To": "reply-address@reply.hire.example", "X-Envelope-From": "<>"},
		},
		{
			Name: "unproved", Summary: "Nobody knows whether it comes from its sender", Type: "message/rfc822", Body: exampleReply, Status: http.StatusForbidden,
			Params: map[string]string{"X-Envelope-To": "reply-address@reply.hire.example", "X-Envelope-From": "rita@acme.example"},
		},
	},
}, {
	Function: "inboundreply", Method: http.MethodPost, Path: "/v1/uploads", ID: "uploadReplyPart", Caller: Gateway,
	Summary:    "Upload a part of a mail that is larger than one request",
	Parameters: []Parameter{envelopeTo},
	Bodies:     []Body{{Type: "*/*", Note: "The part, at most 32 MB."}},
	Answers:    []Answer{{Status: http.StatusCreated, Bodies: jsonBody(api.Upload{})}},
	Codes:      []hire.Code{hire.CodeReplyAddressUnknown, hire.CodeInvalidRequest, hire.CodeBodyTooLarge, hire.CodeMessageTooLarge},
	Examples: []Example{{
		Name: "uploaded", Summary: "A part", Params: map[string]string{"X-Envelope-To": "reply-address@reply.hire.example"}, Type: "application/octet-stream", Body: exampleReply, Status: http.StatusCreated,
	}},
}}
