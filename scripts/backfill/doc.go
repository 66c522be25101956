// Command backfill has the labelled conversations of all mailboxes gone through, or of an account's, as the sweep has it done once a day: what was labelled before and is
// not in a profile is imported, and what has changed since it was compared is compared again. README.md beside this file says when to use it.
//
// It must never hold a token or call Gmail.
//
// Begin reading at run in main.go; the way through the mailboxes is package operate.
package main
