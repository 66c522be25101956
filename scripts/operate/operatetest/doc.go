// Package operatetest is a running service as the operators' programs see it, for their tests: a store with accounts, mailboxes and conversations, a queue that notes what
// it gets, and time that goes by where a program waits.
//
// It must never be linked into a program: it takes the place of the service.
//
// Begin reading at New.
package operatetest
