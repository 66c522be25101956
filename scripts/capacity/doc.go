// Command capacity says what a number of mailboxes takes: Gmail's quota, calls of Google's services, money, and which limit is hit first. What a piece of work costs
// was measured (functions/README.md); how often it happens, and how long an instance is busy with it, are assumptions that flags change.
//
// It must never hide an assumption: what was not measured is a flag.
//
// Begin reading at model.go for the arithmetic; limits.go and money.go are what comes of it.
package main
