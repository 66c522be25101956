// Package obs is how a process tells what it does: logs in the shape that Cloud Logging reads, each line with the trace of the request it belongs to, and figures by
// OpenTelemetry's API.
//
// It must never be handed, and so no caller may ever log: a token, a cookie, an Authorization header, an OAuth code or verifier, a client secret; an email
// address, a name, a subject, a snippet, a body, a file name or its content. Ids (account, user, candidate, thread, message, Gmail's) and counts are what to log; keys are snake_case.
//
// Begin reading at New in log.go; trace.go says where the trace comes from. NewMetrics in metrics.go lists the figures.
package obs
