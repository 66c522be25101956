// Package tokens keeps the refresh tokens of connected mailboxes, and turns them into access tokens.
//
// A token must be nowhere but in the vault and in memory: not in the store, a log, an error or a trace. Token has no printable form.
//
// Begin reading at Vault in vault.go; source.go is the cache of access tokens; sealed.go the vault of a service on one machine.
package tokens
