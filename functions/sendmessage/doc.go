// Package sendmessage is the HTTPS function that sends a mail from the user's own Gmail, exactly once for each idempotency key.
//
// It must never call Gmail itself, nor take the sender from the request: that is the user of the verified token.
//
// Begin reading at New in handler.go, which lists the routes; batches.go has those of batches. The work is Send of package sending.
package sendmessage
