// Package syncmailbox is the function that the queue mailbox-sync calls: one mailbox caught up, labelled conversations imported, a recovery gone on with.
//
// It must take tasks of Cloud Tasks alone, and must be right however often one comes.
//
// Begin reading at run in handler.go; the work is Sync of package mailsync.
package syncmailbox
