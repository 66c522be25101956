// Package operate is what the operators' programs share that ask something of many mailboxes of a running service: where the service is, which mailboxes there are, what
// is asked of them costs, and a way through them at a pace, which can be stopped and gone on with.
//
// It must hold no token, never call Gmail, and print nothing of a mailbox but ids and counts: the functions do the work.
//
// Begin reading at Round in round.go.
package operate
