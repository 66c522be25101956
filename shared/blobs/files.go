package blobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"time"
)

// Files keeps blobs as files in a folder.
type Files struct {
	dir string
	max int64
}

// OpenFiles keeps blobs of at most max bytes below dir, which is made if needed.
func OpenFiles(dir string, max int64) (*Files, error) {
	if max < 1 {
		return nil, errors.New("blobs: a bound is needed")
	}
	if err := os.MkdirAll(filepath.Join(dir, "incoming"), 0o700); err != nil {
		return nil, fmt.Errorf("make blob folder: %w", err)
	}
	return &Files{dir: dir, max: max}, nil
}

var validID = regexp.MustCompile(`^[0-9a-f]{64}$`)

// path of a blob. The account's name is hashed, so that no name can lead out of the folder.
func (f *Files) path(accountID, id string) string {
	account := sha256.Sum256([]byte(accountID))
	return filepath.Join(f.dir, hex.EncodeToString(account[:8]), id[:2], id)
}

// Put implements Store. The content lies in a temporary file until it is whole and on disk.
func (f *Files) Put(ctx context.Context, accountID string, r io.Reader) (Blob, error) {
	tmp, err := os.CreateTemp(filepath.Join(f.dir, "incoming"), "blob-")
	if err != nil {
		return Blob{}, fmt.Errorf("store blob: %w", err)
	}
	defer os.Remove(tmp.Name()) // gone already where all went well
	defer tmp.Close()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(tmp, sum), io.LimitReader(&Source{R: r}, f.max+1))
	if err != nil {
		return Blob{}, fmt.Errorf("store blob: %w", err)
	}
	if n > f.max {
		return Blob{}, ErrTooLarge
	}
	if err := errors.Join(ctx.Err(), tmp.Sync(), tmp.Close()); err != nil {
		return Blob{}, fmt.Errorf("store blob: %w", err)
	}
	b := Blob{ID: hex.EncodeToString(sum.Sum(nil)), Size: n}
	path := f.path(accountID, b.ID)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Blob{}, fmt.Errorf("store blob: %w", err)
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return Blob{}, fmt.Errorf("store blob: %w", err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return Blob{}, fmt.Errorf("store blob: %w", err)
	}
	return b, nil
}

// syncFolder puts a new name on disk: the message that will point to it is, too.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders can't be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open implements Store.
func (f *Files) Open(_ context.Context, accountID, id string) (Content, int64, error) {
	if !validID.MatchString(id) {
		return nil, 0, ErrNotFound
	}
	file, err := os.Open(f.path(accountID, id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, ErrNotFound
	}
	if err != nil {
		return nil, 0, fmt.Errorf("open blob: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, 0, fmt.Errorf("open blob: %w", err)
	}
	return file, info.Size(), nil
}

// Clean removes what uploads broken off more than a day ago have left.
func (f *Files) Clean(now time.Time) error {
	entries, err := os.ReadDir(filepath.Join(f.dir, "incoming"))
	if err != nil {
		return fmt.Errorf("clean blob folder: %w", err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && now.Sub(info.ModTime()) > 24*time.Hour {
			if err := os.Remove(filepath.Join(f.dir, "incoming", e.Name())); err != nil {
				return fmt.Errorf("clean blob folder: %w", err)
			}
		}
	}
	return nil
}
