// Package offboard is the function that the queue offboarding calls: it ends one connection, or turns away all of an account.
//
// It must take tasks of Cloud Tasks alone, and must be right however often one comes and wherever one was broken off.
//
// Begin reading at run in handler.go; the work is Offboard of package connection.
package offboard
