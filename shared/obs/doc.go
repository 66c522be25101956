// Package obs is how a process tells what it does: logs in the shape that Cloud Logging reads, each line with the trace of the request it belongs to and the mailbox that it
// is about; spans of what a request has done; and figures. Spans and figures are OpenTelemetry's; package googlecloud sends them to Cloud Trace and Cloud Monitoring.
//
// It must never be handed, and so no caller may ever log, put on a span or count by: a token, a cookie, an Authorization header, an OAuth code or verifier, a client secret;
// an email address, a name, a subject, a snippet, a body, a file name or its content. Ids (account, user, candidate, thread, message, Gmail's) and counts are what to log; keys
// are snake_case. A span and a figure have no ids of people or accounts either, but MailboxHash on a span.
//
// Nothing of it goes on after a request: what has gathered is sent before the answer, seldom enough.
//
// Begin reading at New in log.go and Telemetry in telemetry.go; trace.go says where the trace comes from and goes to, Figures in metrics.go lists the figures.
package obs
