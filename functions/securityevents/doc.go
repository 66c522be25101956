// Package securityevents is the HTTPS function that Google's Cross-Account Protection tells of what happens to the accounts of people who have connected their Gmail.
//
// It must act on nothing that Google has not signed, and end no connection at an event's word: the tokens are tried.
//
// Begin reading at receive in handler.go; the work is Recheck of package connection.
package securityevents
