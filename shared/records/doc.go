// Package records is what a customer, or their lawyer, can take away: the audit trail, the report of a deletion, signed, and the mail itself.
//
// All of it is made from what the store has written down as things happened, and it comes in pages and streams, so that its size has no part in what it takes.
//
// It must never decide who may have it: that is for the function that hands it out, which also notes it in the audit trail.
//
// Begin reading at audit.go, deletion.go and mail.go; signature.go is how a report is signed and how that is checked.
package records
