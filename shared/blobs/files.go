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
	"runtime"
	"sync"
	"time"
)

// Files keeps blobs as files in a folder, which no other process uses. A file's time is that of its last Put or Keep.
type Files struct {
	Now func() time.Time // the clock; OpenFiles sets time.Now

	dir string
	max int64
	mu  sync.Mutex // held while a blob gets its name, is kept or is removed
}

var _ Collector = (*Files)(nil)

// OpenFiles keeps blobs of at most max bytes below dir, which is made if needed.
func OpenFiles(dir string, max int64) (*Files, error) {
	if max < 1 {
		return nil, errors.New("blobs: a bound is needed")
	}
	if err := os.MkdirAll(filepath.Join(dir, "incoming"), 0o700); err != nil {
		return nil, fmt.Errorf("make blob folder: %w", err)
	}
	return &Files{Now: time.Now, dir: dir, max: max}, nil
}

// folder of an account. Its name is hashed, so that none can lead out of the folder.
func folder(accountID string) string {
	account := sha256.Sum256([]byte(accountID))
	return hex.EncodeToString(account[:8])
}

func (f *Files) path(accountID, id string) string {
	return filepath.Join(f.dir, folder(accountID), id[:2], id)
}

// accountFile, in an account's folder, holds the account's name.
const accountFile = "account"

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
	if err := f.name(tmp.Name(), accountID, b.ID); err != nil {
		return Blob{}, fmt.Errorf("store blob: %w", err)
	}
	return b, nil
}

// name moves a whole file to its place. One of the same content that is there already gives way, with its age.
func (f *Files) name(tmp, accountID, id string) error {
	path := f.path(accountID, id)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := f.nameAccount(accountID); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := os.Chtimes(tmp, f.Now(), f.Now()); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// nameAccount writes an account's name into its folder. No blob lies there before.
func (f *Files) nameAccount(accountID string) error {
	path := filepath.Join(f.dir, folder(accountID), accountFile)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Join(f.dir, "incoming"), "account-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already where all went well
	_, err = tmp.WriteString(accountID)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
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
	if !ValidID(id) {
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
