package blobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Keep implements Store.
func (f *Files) Keep(ctx context.Context, accountID, id string) error {
	if !ValidID(id) {
		return ErrNotFound
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	err := ctx.Err()
	if err == nil {
		err = os.Chtimes(f.path(accountID, id), f.Now(), f.Now())
	}
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("keep blob: %w", err)
	}
	return nil
}

var errLimit = errors.New("limit reached")

// Collect implements Collector.
func (f *Files) Collect(ctx context.Context, s Sweep) (Swept, error) {
	if err := s.Check(); err != nil {
		return Swept{}, err
	}
	out := Swept{Next: s.After}
	account := ""
	err := filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // went meanwhile
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(f.dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel) // account's folder/first two digits/id
		depth := 1 + strings.Count(name, "/")
		switch {
		case name == ".":
			return nil
		case d.IsDir() && depth == 1:
			account, err = f.accountOf(name)
			return err
		case d.IsDir() || depth != 3 || !ValidID(d.Name()) || name <= s.After:
			return nil
		case account == "":
			return nil // nobody knows whose it is
		}
		if s.Limit > 0 && out.Seen == s.Limit {
			return errLimit
		}
		removed, err := f.collect(ctx, s, path, account, d.Name())
		if err != nil {
			return err
		}
		out.Seen, out.Next = out.Seen+1, name
		if removed {
			out.Removed++
		}
		return nil
	})
	switch {
	case errors.Is(err, errLimit):
		return out, nil
	case err != nil:
		return out, fmt.Errorf("collect blobs: %w", err)
	}
	out.Next = ""
	return out, nil
}

// accountOf tells whose folder it is; "" if that can't be told. The folder of uploads under way is nobody's.
func (f *Files) accountOf(name string) (string, error) {
	b, err := os.ReadFile(filepath.Join(f.dir, name, accountFile))
	if errors.Is(err, fs.ErrNotExist) || (err == nil && folder(string(b)) != name) {
		return "", nil
	}
	return string(b), err
}

// collect removes one blob if it is old, unreferenced, and still old after that was found out.
func (f *Files) collect(ctx context.Context, s Sweep, path, account, id string) (removed bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if old, err := f.old(path); !old || err != nil {
		return false, err
	}
	if used, err := s.Referenced(ctx, account, id); used || err != nil {
		return false, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if old, err := f.old(path); !old || err != nil {
		return false, err
	}
	return true, os.Remove(path)
}

func (f *Files) old(path string) (bool, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && f.Now().Sub(info.ModTime()) >= Grace, err
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
