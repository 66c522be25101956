package tokens

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Errors of a vault. Compare with errors.Is.
var (
	ErrNotFound  = errors.New("no such token")
	ErrDestroyed = errors.New("token was destroyed")
)

// Mailbox names whose token it is.
type Mailbox struct {
	AccountID string
	UserID    string
}

// Token is a lasting permission for a mailbox.
type Token struct {
	Refresh    string
	Scope      string
	Sub        string // Google's id of the user
	ObtainedAt time.Time
}

// String hides the token.
func (Token) String() string { return "[token]" }

// GoString hides the token.
func (Token) GoString() string { return "[token]" }

// LogValue hides the token.
func (Token) LogValue() slog.Value { return slog.StringValue("[token]") }

// Vault keeps tokens in versions. A version never changes; a mailbox has one secret, and which of its versions is in use stands in the mailbox's record.
type Vault interface {
	// Put adds a version and returns its name.
	Put(ctx context.Context, m Mailbox, t Token) (version string, err error)
	// Get reads a version: ErrNotFound if there never was one, ErrDestroyed if it was destroyed.
	Get(ctx context.Context, m Mailbox, version string) (Token, error)
	// Destroy makes a version unreadable for ever. Doing it twice, or to one that is not there, is no error.
	Destroy(ctx context.Context, m Mailbox, version string) error
	// DestroyBefore destroys all of the mailbox's versions that were put before the given one: what was replaced, and what a process that died has left.
	DestroyBefore(ctx context.Context, m Mailbox, version string) error
}
