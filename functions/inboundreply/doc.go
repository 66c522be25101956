// Package inboundreply is the HTTPS function through which Hire's mail gateway hands over replies to notification emails: each becomes a send by the user who was notified.
//
// It must take mail from Hire's mail gateway alone, and never send anything by the address alone: who may reply is for package replies to say.
//
// Begin reading at reply in handler.go; the work is Take of package replies.
package inboundreply
