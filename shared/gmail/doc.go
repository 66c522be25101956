// Package gmail is the client of the Gmail API: typed answers, errors by kind, a ledger of quota, retries, batch requests.
//
// It stands on Google's generated client for whatever that can do, and speaks HTTP itself where it can't: batch requests, attachments as a
// stream, raw mail without a second copy. Every call goes through Mailbox.do, which knows what it costs, whether it may be repeated, and what
// a refusal means.
//
// It must never repeat a call that could do its work twice (drafts.create, labels.create), call Gmail inside a time that Gmail has asked us to
// wait, ask for more of a message than its caller needs, or put a token, a subject or a body of mail into an error.
//
// Begin reading at Mailbox in mailbox.go, then do in call.go, which makes every call, refusal.go for what Gmail's answers mean and errors.go for what callers see of it. What can be
// asked of a mailbox stands by subject: labels, watch, history, message and messages, attachment, threads, drafts, readback, sendas. batch.go, wire.go and ledger.go stand by
// themselves. Its stand-in for Gmail is package gmailtest.
package gmail
