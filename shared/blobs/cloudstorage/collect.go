package cloudstorage

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"cloud.google.com/go/storage"
	"google.golang.org/api/iterator"

	"github.com/trakstar/hire-gmail/shared/blobs"
)

// Collect implements blobs.Collector. It lists the bucket, in the order of names.
func (s *Store) Collect(ctx context.Context, sweep blobs.Sweep) (blobs.Swept, error) {
	if err := sweep.Check(); err != nil {
		return blobs.Swept{}, err
	}
	out := blobs.Swept{Next: sweep.After}
	q := &storage.Query{Prefix: prefix, StartOffset: prefix + sweep.After, Projection: storage.ProjectionNoACL}
	if err := q.SetAttrSelection([]string{"Name", "Generation", "Metageneration", "CustomTime", "Metadata"}); err != nil {
		return out, fmt.Errorf("collect blobs: %w", err)
	}
	for objects := s.bucket.Objects(ctx, q); ; {
		attrs, err := objects.Next()
		if errors.Is(err, iterator.Done) {
			out.Next = ""
			return out, nil
		}
		if err != nil {
			return out, fmt.Errorf("collect blobs: list: %w", err)
		}
		name := strings.TrimPrefix(attrs.Name, prefix)
		account, id := attrs.Metadata[accountKey], path.Base(name)
		if name == sweep.After || name != folder(account)+id || !blobs.ValidID(id) {
			continue // seen before, or none of ours
		}
		if sweep.Limit > 0 && out.Seen == sweep.Limit {
			return out, nil
		}
		removed, err := s.collect(ctx, sweep, attrs, account, id)
		if err != nil {
			return out, fmt.Errorf("collect blobs: %w", err)
		}
		out.Seen, out.Next = out.Seen+1, name
		if removed {
			out.Removed++
		}
	}
}

// collect removes one object if it is old, unreferenced, and still the one that was listed before that was found out.
func (s *Store) collect(ctx context.Context, sweep blobs.Sweep, attrs *storage.ObjectAttrs, account, id string) (removed bool, err error) {
	if s.Now().Sub(attrs.CustomTime) < blobs.Grace {
		return false, nil
	}
	if used, err := sweep.Referenced(ctx, account, id); used || err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err = s.bucket.Object(attrs.Name).If(as(attrs)).Delete(ctx)
	if changed(err) || errors.Is(err, storage.ErrObjectNotExist) {
		return false, nil
	}
	return err == nil, err
}
