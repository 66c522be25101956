// Package connection makes and ends a user's connection to Gmail: the way through Google's consent, the watch, the renewal, and the orderly end.
//
// A connection has a generation. Whatever is done for one does nothing to a later one. Google's revocation and stop reach every connection of
// a Google user, in all accounts, so they run under a lease on that user and only when no other live connection has it.
//
// It must never keep a token anywhere but in the vault, nor trust an address that Google has not verified.
//
// Begin reading at Start and Finish in connect.go and at establish.go, which makes the connection; then Offboard in offboard.go. googleuser.go is the lease, upkeep.go what keeps a connection alive.
package connection
