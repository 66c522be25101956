package openapi

import "github.com/invopop/jsonschema"

// header is one of an answer.
type header struct {
	description string
	schema      *jsonschema.Schema
}

var text, count = &jsonschema.Schema{Type: "string"}, &jsonschema.Schema{Type: "integer", Minimum: "0"}

// headers of answers, by name.
var headers = map[string]header{
	"Accept-Ranges":       {"bytes: Range is understood.", text},
	"Content-Disposition": {"inline for types that a browser shows without running anything (PDF, images, plain text), attachment for all others; with the file's name (RFC 6266).", text},
	"Content-Range":       {"Which part of the content it is (RFC 9110 section 14.4).", text},
	"ETag":                {"Names the content, for If-None-Match and If-Range.", text},
	"Location":            {"Where the browser goes on.", &jsonschema.Schema{Type: "string", Format: "uri"}},
	"Next-Page-Token":     {"page_token of the next page; absent on the last one.", text},
	"RateLimit-Limit":     {"Requests a minute of the user or of the account, whichever is the tighter (draft-ietf-httpapi-ratelimit-headers-06).", count},
	"RateLimit-Remaining": {"Requests left now.", count},
	"RateLimit-Reset":     {"Seconds until all of them are back; when refused, until the next one.", count},
	"Retry-After":         {"When to try again: a date (RFC 9110 section 10.2.3), where one is known.", text},
	"Set-Cookie":          {"Binds the way to Google and back to this browser.", text},
	"WWW-Authenticate":    {"How to sign in (RFC 6750 section 3).", text},
}

// limitHeaders are on every answer to a user whose token is good.
var limitHeaders = []string{"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}

// tokens says what a caller shows, by caller.
var tokens = map[Caller]string{
	User: "A token of Hire's OpenID Connect issuer: a JWT signed with RS256 or ES256 that has iss, aud, exp, account_id and user_id. " +
		"What it says of role or plan counts for nothing: the directory does.",
	Backend: "An OpenID Connect token that Google has signed for the service account of Hire's backend, for the audience of this function.",
	Gateway: "An OpenID Connect token that Google has signed for the service account of Hire's mail gateway, for the audience of this function.",
}
