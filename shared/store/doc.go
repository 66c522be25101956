// Package store is the durable memory of the service: directory, mailboxes, tracked conversations, imported mail, sends, and
// the outbox of events and tasks. Each operation is one transaction that keeps one invariant of the domain; it is written once,
// against package docs, and runs on bbolt (embedded) and on Firestore alike.
//
// The account id is first in every key, except for records without content that must be found without one: which mailboxes belong to
// an address or a Google user, which account sends in a mailbox's conversation, what is due, and the outbox.
//
// It must never call Gmail, hold a token, or publish: what a commit makes due is written as an outbox row in that commit and handed
// over afterwards (outbox.go).
//
// Begin reading at keys.go for what lies where, mailbox.go for the cursor and the lease, importing.go for how a mail is filed.
package store
