// Package deliver is the function that the queue mail-delivery calls: it lets a queued mail leave at its turn, queues the mails of a batch, settles a send that its
// caller left, and deletes the drafts that a broken-off one left in Gmail.
//
// It must take tasks of Cloud Tasks alone, and must be right however often one comes.
//
// Begin reading at New in handler.go; the work is Settle, Spread and ClearOrphans of package sending.
package deliver
