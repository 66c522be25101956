// Package syncing puts together what a function needs that syncs mailboxes.
//
// It must hold no rule of sync: package mailsync has them.
//
// Begin reading at Of.
package syncing
