package cloudstorage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"cloud.google.com/go/storage"

	"github.com/trakstar/hire-gmail/shared/blobs"
)

// Open implements blobs.Store.
func (s *Store) Open(ctx context.Context, accountID, id string) (blobs.Content, int64, error) {
	if !blobs.ValidID(id) {
		return nil, 0, blobs.ErrNotFound
	}
	o := s.object(accountID, id)
	attrs, err := attrsOf(ctx, o)
	if errors.Is(err, storage.ErrObjectNotExist) {
		return nil, 0, blobs.ErrNotFound
	}
	if err != nil {
		return nil, 0, fmt.Errorf("open blob: %w", err)
	}
	// Not this generation of it: if it is removed and put again, the content is the same.
	return &content{ctx: ctx, object: o, size: attrs.Size}, attrs.Size, nil
}

func attrsOf(ctx context.Context, o *storage.ObjectHandle) (*storage.ObjectAttrs, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return o.Attrs(ctx)
}

// content reads an object from where it was asked to. The request for that is made by the first Read.
type content struct {
	ctx    context.Context // Open's
	object *storage.ObjectHandle
	size   int64
	at     int64
	reader *storage.Reader // gives what is at "at"; nil: none yet
	closed bool
}

// Read implements io.Reader.
func (c *content) Read(p []byte) (int, error) {
	switch {
	case c.closed:
		return 0, fs.ErrClosed
	case c.at >= c.size:
		return 0, io.EOF
	case len(p) == 0:
		return 0, nil
	}
	if c.reader == nil {
		r, err := c.object.NewRangeReader(c.ctx, c.at, -1)
		if errors.Is(err, storage.ErrObjectNotExist) {
			return 0, blobs.ErrNotFound // removed since it was opened
		}
		if err != nil {
			return 0, fmt.Errorf("read blob: %w", err)
		}
		c.reader = r
	}
	n, err := c.reader.Read(p)
	c.at += int64(n)
	switch {
	case err == io.EOF && c.at < c.size:
		err = io.ErrUnexpectedEOF
	case err == io.EOF && n > 0:
		err = nil // the next Read says so
	}
	if err != nil && err != io.EOF {
		err = fmt.Errorf("read blob: %w", err)
	}
	return n, err
}

// Seek implements io.Seeker. It makes no request.
func (c *content) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += c.at
	case io.SeekEnd:
		offset += c.size
	}
	switch {
	case c.closed:
		return 0, fs.ErrClosed
	case whence < io.SeekStart || whence > io.SeekEnd:
		return 0, errors.New("seek blob: no such place to count from")
	case offset < 0:
		return 0, errors.New("seek blob: before its begin")
	case offset == c.at:
		return offset, nil
	}
	err := c.drop()
	c.at = offset
	return offset, err
}

// drop ends the request under way, if there is one.
func (c *content) drop() error {
	if c.reader == nil {
		return nil
	}
	err := c.reader.Close()
	c.reader = nil
	return err
}

// Close implements io.Closer. It may be called again.
func (c *content) Close() error {
	c.closed = true
	return c.drop()
}
