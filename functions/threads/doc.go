// Package threads is the HTTPS function that shows a candidate's mail: threads, messages, attachments, receipts, and what could not be matched.
//
// It must never show mail that the user may not see: package profile knows, and of the export of an account, package records.
//
// Begin reading at New in handler.go, which lists the routes.
package threads
