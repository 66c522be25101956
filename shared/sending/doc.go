// Package sending lets a recruiter's mail leave through their own Gmail, at most once for each idempotency key, in the right conversation.
//
// A mail goes through a draft: drafts.send consumes its draft, so that Gmail itself can't send it twice, and the call may be repeated. What is to be
// done is committed before Gmail is asked, what Gmail has answered right after. An outcome that nobody saw is looked up in the draft's
// conversation; it is never guessed, and nothing is sent again by itself.
//
// It must never call messages.send.
//
// Begin reading at Send in send.go, then plan.go for what is to be sent and to whom, drive.go for how it leaves, look.go for an answer that got lost, outcome.go for how it ends.
package sending
