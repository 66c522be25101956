// Package replies makes a send of a reply to a notification email: the mail that Hire's gateway has taken in for a reply address becomes an in-app reply of the
// user who was notified, sent through their own Gmail by package sending.
//
// It must never send what a program has written (RFC 3834), nor what is not proved to come from that user: the address alone proves nothing, since a
// notification can be forwarded. Who was notified is told what went wrong; a sender who is not proved is told nothing.
//
// Begin reading at Take in take.go; automatic.go knows programs by their mail, sender.go users by theirs.
package replies
