// Package blobs keeps attachments and large bodies, by content and account: the same file twice in an account is kept once, and no account can name
// another's.
//
// It must never be reachable from outside but through the function threads.
//
// Begin reading at Store; files.go keeps them in a folder.
package blobs

import (
	"context"
	"errors"
	"io"
)

// ErrNotFound: there is no such blob in the account.
var ErrNotFound = errors.New("no such blob")

// ErrTooLarge: the content is larger than the store takes.
var ErrTooLarge = errors.New("blob too large")

// Blob names stored content.
type Blob struct {
	ID   string // SHA-256 of the content, in hexadecimal
	Size int64  // bytes
}

// Content is an open blob.
type Content interface {
	io.ReadSeekCloser
}

// Store keeps blobs.
type Store interface {
	// Put stores what r gives, in a stream. Content that is there already is kept once.
	Put(ctx context.Context, accountID string, r io.Reader) (Blob, error)
	// Open opens a blob for reading; ErrNotFound if there is none.
	Open(ctx context.Context, accountID, id string) (Content, int64, error)
}
