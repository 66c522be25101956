// Command resync has mailboxes compared with Gmail from the ground up: every conversation that Hire knows of by ids, and then all that carry the label; what is missing is
// fetched. It asks for that in the store; the functions do it, under their own lease and quota. README.md beside this file says when to use it.
//
// It must never hold a token or call Gmail.
//
// Begin reading at resync in resync.go.
package main
