// Package api is the HTTP edge that all functions share: the JSON that goes over the wire, who calls (users of Hire, services), how a body is read, and how an error
// becomes an answer: for a person or program, a problem (RFC 9457); for Google's services, "done" or "deliver it again".
//
// It must never let a raw error reach a caller: what callers read is a hire.Error's code, title, detail, fields and params; its cause is for the log. And a verifier must
// never be open to the world: one without audience or allowed accounts can't be made.
//
// Begin reading at Router in router.go; status.go is the one place that says what an error means, to a caller and to Google's services, and problem.go writes it; auth_user.go and
// auth_service.go say who may call, the wire_ files hold the types.
package api
