// Package gmailnotify is the function behind the push subscription on Gmail's topic: it brings the notified mailbox up to date.
//
// It must take a push with Pub/Sub's token alone, and acknowledge it only once the mailbox is up to date or its sync is kept as due.
//
// Begin reading at notify in handler.go; the work is Notified of package mailsync.
package gmailnotify
