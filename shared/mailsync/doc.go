// Package mailsync brings what happened in a Gmail mailbox into Hire, and proves that nothing is missing.
//
// The cursor of a mailbox is a history id. It moves only forward, and only over records whose messages are filed, excluded by a rule, or in
// the retry ledger. What is not for Hire is never read: conversations are told apart by thread id and label ids alone.
//
// It must never send mail, change anything in Gmail but the watch, or skip a message without a row that says so.
//
// Begin reading at Sync in sync.go; then classify.go for what concerns Hire, fetch.go, prepare.go and file.go for how it is read and filed, ledger.go for what
// can't be read yet, whole.go and unlabel.go for labelled conversations, recovery.go for a forgotten history, resync.go for what an operator may ask for, asked.go for the import
// button.
package mailsync
