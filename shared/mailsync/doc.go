// Package mailsync brings what happened in a Gmail mailbox into Hire, and proves that nothing is missing.
//
// The cursor of a mailbox is a history id. It moves only forward, and only over records whose messages are filed, excluded by a rule, or in
// the retry ledger. What is not for Hire is never read: conversations are told apart by thread id and label ids alone.
//
// It must never send mail, change anything in Gmail but the watch, or skip a message without a row that says so.
//
// Begin reading at Sync in sync.go, then along the way of a mail: cursor.go lists what is new and moves the cursor, lease.go keeps others out meanwhile, classify.go says what of it is for
// Hire, by the rules alone, perform.go and fetch.go read that, prepare.go and file.go file it. Beside the way: ledger.go for what can't be read yet, whole.go and unlabel.go for labelled
// conversations, labelled.go and reconcile.go for the daily proof that nothing is missing, recovery.go for a forgotten history, resync.go for what an operator may ask for, asked.go for the
// import button, sweep.go for mailboxes whose notifications got lost.
package mailsync
