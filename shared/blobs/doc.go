// Package blobs keeps attachments and large bodies, by content and account: the same file twice in an account is kept once, and no account can name
// another's.
//
// It must never be reachable from outside but through the function threads.
//
// Begin reading at Store, and at collect.go for how what nobody refers to is removed; files.go keeps blobs in a folder.
package blobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// ErrNotFound: there is no such blob in the account.
var ErrNotFound = errors.New("no such blob")

// ErrTooLarge: the content is larger than the store takes.
var ErrTooLarge = errors.New("blob too large")

// ErrSource: the reader that was to give the content failed. It wraps the reader's own error, so that the trouble of one mail is told from trouble with
// the store.
var ErrSource = errors.New("content can't be read")

// Blob names stored content.
type Blob struct {
	ID   string // SHA-256 of the content, in hexadecimal
	Size int64  // bytes
}

var validID = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ValidID tells whether a string can be the id of a blob.
func ValidID(id string) bool { return validID.MatchString(id) }

// Content is an open blob. It is used by one goroutine.
type Content interface {
	io.ReadSeekCloser
}

// Store keeps blobs.
type Store interface {
	// Put stores what r gives, in a stream. Content that is there already is kept once. ErrTooLarge or ErrSource, and any other failure, leave nothing.
	Put(ctx context.Context, accountID string, r io.Reader) (Blob, error)
	// Open opens a blob for reading and tells its size; ErrNotFound if the account has none of this id, or the id is none.
	// The context is good for all reading of it.
	Open(ctx context.Context, accountID, id string) (Content, int64, error)
	// Keep makes sure that a blob is not removed for Grace-Fresh at least: who refers to one without having put it keeps it first. ErrNotFound as for Open.
	Keep(ctx context.Context, accountID, id string) error
}

// Source is a reader that remembers how it failed, for stores that must tell their own errors from the reader's.
type Source struct {
	R   io.Reader
	Err error // the reader's failure, but for io.EOF
}

// Read implements io.Reader.
func (s *Source) Read(p []byte) (int, error) {
	n, err := s.R.Read(p)
	if err != nil && err != io.EOF {
		s.Err = fmt.Errorf("%w: %w", ErrSource, err)
		err = s.Err
	}
	return n, err
}
