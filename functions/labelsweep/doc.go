// Package labelsweep is the function that Cloud Scheduler calls every five minutes: it queues a sync for mailboxes unverified for eight, hands over what a crash left
// in the outbox, and removes what has expired or is referred to by nothing.
//
// It must never sync a mailbox itself: it queues, so that one that takes long holds up no other.
//
// Begin reading at sweep in handler.go; the work is Sweep of packages outbox and mailsync.
package labelsweep
