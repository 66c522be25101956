package obs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// MailboxHash is the name that logs and spans have for a mailbox: 16 hexadecimal digits of SHA-256 over Hire's ids of account and user. It is made of neither an address nor
// Google's id of a person, so nobody can try whose it is without Hire's directory; and it has no key, so that whoever has both ids can work it out:
//
//	printf 'mailbox\0%s\0%s' ACCOUNT USER | sha256sum | cut -c 1-16
func MailboxHash(account, user string) string {
	sum := sha256.Sum256([]byte("mailbox\x00" + account + "\x00" + user))
	return hex.EncodeToString(sum[:8])
}

type mailboxKey struct{}

// WithMailbox says which mailbox the work of a context is about: its lines in the log, and the span that it is in, tell MailboxHash.
func WithMailbox(ctx context.Context, account, user string) context.Context {
	hash := MailboxHash(account, user)
	trace.SpanFromContext(ctx).SetAttributes(attribute.String("hire.mailbox", hash))
	return context.WithValue(ctx, mailboxKey{}, hash)
}

func mailboxOf(ctx context.Context) string {
	hash, _ := ctx.Value(mailboxKey{}).(string)
	return hash
}
