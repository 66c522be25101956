package cloudstorage

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/repeat"
)

const (
	// inMemory is up to where content is read before anything is sent: its name is known then, and it is sent only if it is not there yet. Most
	// attachments are smaller, and logos come with every mail.
	inMemory = 1 << 20
	// chunk is what an upload holds in memory, to send it again where the service or the connection fails. A multiple of 256 KiB.
	chunk = 1 << 20

	attempts    = 5
	callTimeout = 30 * time.Second // of one call, with its repetitions; for an upload, of one chunk
)

// Store is a blobs.Collector in a bucket. The client should read by the JSON API (storage.WithJSONReads), as everything else is.
type Store struct {
	Now func() time.Time // the clock; New sets time.Now

	bucket *storage.BucketHandle
	max    int64
}

var _ blobs.Collector = (*Store)(nil)

// New makes a Store of blobs of at most max bytes. It makes no call.
func New(client *storage.Client, bucket string, max int64) (*Store, error) {
	if client == nil || bucket == "" || max < 1 {
		return nil, errors.New("cloudstorage: client, bucket and a bound are all needed")
	}
	// All that is done here may be repeated: an object is made only where there is none, and changed only as it was seen.
	b := client.Bucket(bucket).Retryer(storage.WithPolicy(storage.RetryAlways), storage.WithMaxAttempts(attempts), storage.WithBackoff(repeat.Pauses()))
	return &Store{Now: time.Now, bucket: b, max: max}, nil
}

const (
	prefix   = "blobs/"
	incoming = "incoming/"
)

// folder is how the names of an account's objects go on. It is a digest, so that any string can be an account, and none leads to another's.
func folder(accountID string) string { return hire.Digest("blobs", accountID) + "/" }

func (s *Store) object(accountID, id string) *storage.ObjectHandle {
	return s.bucket.Object(prefix + folder(accountID) + id)
}

const contentType = "application/octet-stream" // what it really is stands where it is referred to

const accountKey = "account" // of an object's metadata

func metadata(accountID string) map[string]string { return map[string]string{accountKey: accountID} }

// Put implements blobs.Store.
func (s *Store) Put(ctx context.Context, accountID string, r io.Reader) (blobs.Blob, error) {
	src := &blobs.Source{R: r}
	bounded := io.LimitReader(src, s.max+1)
	var head bytes.Buffer
	n, err := io.CopyN(&head, bounded, inMemory)
	var b blobs.Blob
	switch {
	case errors.Is(err, io.EOF) && src.Err == nil && n > s.max:
		err = blobs.ErrTooLarge
	case errors.Is(err, io.EOF) && src.Err == nil:
		b, err = s.putSmall(ctx, accountID, head.Bytes())
	case err == nil:
		b, err = s.putLarge(ctx, accountID, io.MultiReader(&head, bounded))
	}
	if src.Err != nil {
		err = src.Err // whatever came of it
	}
	if err != nil {
		return blobs.Blob{}, fmt.Errorf("store blob: %w", err)
	}
	return b, nil
}

// putSmall sends content that is in memory, unless it is there.
func (s *Store) putSmall(ctx context.Context, accountID string, content []byte) (blobs.Blob, error) {
	sum := sha256.Sum256(content)
	b := blobs.Blob{ID: hex.EncodeToString(sum[:]), Size: int64(len(content))}
	return b, s.settle(ctx, accountID, b.ID, func(o *storage.ObjectHandle) error {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		w := s.writer(ctx, o)
		w.Metadata, w.CustomTime = metadata(accountID), s.Now()
		w.ChunkSize = len(content) + 1 // one request, and no larger a buffer than it takes
		if _, err := w.Write(content); err != nil {
			return errors.Join(err, w.Close())
		}
		return w.Close()
	})
}

// putLarge sends content in a stream and brings it to its place, unless it is there.
func (s *Store) putLarge(ctx context.Context, accountID string, r io.Reader) (blobs.Blob, error) {
	tmp := incoming + rand.Text()
	b, generation, err := s.stream(ctx, s.bucket.Object(tmp), r)
	defer s.discard(ctx, tmp) // even if it failed: only the answer may have been lost
	if err != nil {
		return blobs.Blob{}, err
	}
	return b, s.settle(ctx, accountID, b.ID, func(o *storage.ObjectHandle) error {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		c := o.CopierFrom(s.bucket.Object(tmp).Generation(generation))
		c.ContentType, c.Metadata, c.CustomTime = contentType, metadata(accountID), s.Now()
		_, err := c.Run(ctx)
		return err
	})
}

// stream sends what r gives, and tells what it was. Content that breaks off makes no object.
func (s *Store) stream(ctx context.Context, o *storage.ObjectHandle, r io.Reader) (blobs.Blob, int64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := s.writer(ctx, o)
	w.ChunkSize = chunk
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), r)
	if err == nil && n > s.max {
		err = blobs.ErrTooLarge
	}
	if err != nil {
		cancel()      // before Close, which would make an object of what there is
		_ = w.Close() // says again that it was given up
		return blobs.Blob{}, 0, err
	}
	if err := w.Close(); err != nil {
		return blobs.Blob{}, 0, err
	}
	if got := w.Attrs().Size; got != n {
		return blobs.Blob{}, 0, fmt.Errorf("%d bytes arrived of %d", got, n)
	}
	return blobs.Blob{ID: hex.EncodeToString(sum.Sum(nil)), Size: n}, w.Attrs().Generation, nil
}

// writer makes a Writer that repeats what fails for a while. The client itself would for as long as the context lasts. The handle is of no use for anything
// else afterwards: its Retryer changes it.
func (s *Store) writer(ctx context.Context, o *storage.ObjectHandle) *storage.Writer {
	var failures atomic.Int32
	w := o.Retryer(storage.WithErrorFunc(func(err error) bool {
		return storage.ShouldRetry(err) && failures.Add(1) < attempts
	})).NewWriter(ctx)
	w.ContentType = contentType
	w.ChunkRetryDeadline, w.ChunkTransferTimeout = callTimeout, callTimeout
	return w
}

// discard removes a temporary object as far as that is possible; the bucket's lifecycle rule removes the rest. The caller's context may have ended.
func (s *Store) discard(ctx context.Context, name string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	_ = s.bucket.Object(name).Delete(ctx)
}

// settle sees to it that an object is there and fresh; where it is not there, by make, which is given the object on condition that it is still not.
func (s *Store) settle(ctx context.Context, accountID, id string, make func(*storage.ObjectHandle) error) error {
	for range attempts {
		err := s.refresh(ctx, s.object(accountID, id))
		if errors.Is(err, storage.ErrObjectNotExist) {
			err = make(s.object(accountID, id).If(storage.Conditions{DoesNotExist: true}))
		}
		if !changed(err) {
			return err
		}
		// Another has made, renewed or removed it since we looked.
	}
	return errors.New("others keep changing it")
}

var errChanged = errors.New("object changed meanwhile")

// changed tells whether an error says that an object is no longer as it was seen.
func changed(err error) bool {
	var e *googleapi.Error
	return errors.Is(err, errChanged) || (errors.As(err, &e) && e.Code == http.StatusPreconditionFailed)
}

// refresh makes an object fresh if it is not; storage.ErrObjectNotExist if there is none.
func (s *Store) refresh(ctx context.Context, o *storage.ObjectHandle) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	attrs, err := o.Attrs(ctx)
	if err != nil || s.Now().Sub(attrs.CustomTime) < blobs.Fresh {
		return err
	}
	_, err = o.If(as(attrs)).Update(ctx, storage.ObjectAttrsToUpdate{CustomTime: s.Now()})
	if errors.Is(err, storage.ErrObjectNotExist) {
		return errChanged
	}
	return err
}

// as is the condition that an object is still what it was.
func as(attrs *storage.ObjectAttrs) storage.Conditions {
	return storage.Conditions{GenerationMatch: attrs.Generation, MetagenerationMatch: attrs.Metageneration}
}

// Keep implements blobs.Store.
func (s *Store) Keep(ctx context.Context, accountID, id string) error {
	if !blobs.ValidID(id) {
		return blobs.ErrNotFound
	}
	err := s.settle(ctx, accountID, id, func(*storage.ObjectHandle) error { return blobs.ErrNotFound })
	if err != nil && !errors.Is(err, blobs.ErrNotFound) {
		return fmt.Errorf("keep blob: %w", err)
	}
	return err
}
