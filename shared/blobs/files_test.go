package blobs_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/blobs/blobstest"
)

func openFiles(t *testing.T, dir string) *blobs.Files {
	t.Helper()
	f, err := blobs.OpenFiles(dir, blobstest.Max)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestContract(t *testing.T) {
	t.Parallel()
	blobstest.Run(t, func(t *testing.T, now func() time.Time) blobs.Collector {
		f := openFiles(t, t.TempDir())
		f.Now = now
		return f
	})
}

// files lists what lies below dir, by relative path.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := d.Info(); err != nil || (runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 && path != dir) {
			t.Errorf("%s has mode %v (%v), want its owner's alone", path, info.Mode(), err)
		}
		if !d.IsDir() {
			rel, err := filepath.Rel(dir, path)
			if err != nil {
				return err
			}
			out = append(out, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFilesLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFiles(t, dir)
	for name, r := range map[string]io.Reader{
		"broken": io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("reset"))),
		"large":  io.LimitReader(zeroes{}, blobstest.Max+1),
	} {
		if _, err := f.Put(t.Context(), "acme", r); err == nil {
			t.Errorf("%s: stored", name)
		}
	}
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
	for range 2 {
		if _, err := f.Put(t.Context(), "../../acme", strings.NewReader("content")); err != nil {
			t.Fatal(err)
		}
	}
	// The blob, and a file that tells whose it is.
	if got := files(t, dir); len(got) != 2 || strings.Contains(got[0]+got[1], "..") {
		t.Errorf("files of one blob: %v", got)
	}
}

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestFilesSurviveReopening(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b, err := openFiles(t, dir).Put(t.Context(), "acme", strings.NewReader("content"))
	if err != nil {
		t.Fatal(err)
	}
	c, size, err := openFiles(t, dir).Open(t.Context(), "acme", b.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got, err := io.ReadAll(c); err != nil || size != 7 || !bytes.Equal(got, []byte("content")) {
		t.Errorf("%q of %d bytes (%v)", got, size, err)
	}
}

func TestCleanRemovesOldRemains(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFiles(t, dir)
	b, err := f.Put(t.Context(), "acme", strings.NewReader("content"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	for name, age := range map[string]time.Duration{"old": 25 * time.Hour, "new": 23 * time.Hour} {
		path := filepath.Join(dir, "incoming", name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Clean(now); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "incoming"))
	if err != nil || len(entries) != 1 || entries[0].Name() != "new" {
		t.Errorf("left: %v (%v)", entries, err)
	}
	c, _, err := f.Open(t.Context(), "acme", b.ID)
	if err != nil {
		t.Fatalf("a stored blob went too: %v", err)
	}
	c.Close()
}

func TestOpenFilesNeedsABoundAndAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := blobs.OpenFiles(dir, 0); err == nil {
		t.Error("a bound of nothing is taken")
	}
	occupied := filepath.Join(dir, "file")
	if err := os.WriteFile(occupied, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blobs.OpenFiles(occupied, 1); err == nil {
		t.Error("a file is taken for a folder")
	}
}
