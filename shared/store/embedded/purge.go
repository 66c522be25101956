package embedded

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Purge removes documents whose TTL field is at or before now (the zero time: Options.Now), at most limit of them, those that expired first
// coming first within a collection name. It answers how many it removed: fewer than limit means that there are no more.
func (db *DB) Purge(ctx context.Context, now time.Time, limit int) (int, error) {
	if now.IsZero() {
		now = db.opts.Now()
	}
	removed := 0
	err := db.update(ctx, "purge", func(ctx context.Context, tx *Tx) error {
		refs, err := tx.expired(now, limit)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			if err := tx.Delete(ref); err != nil {
				return err
			}
		}
		removed = len(refs)
		return context.Cause(ctx)
	})
	if err != nil {
		return 0, fmt.Errorf("purge: %w", err)
	}
	return removed, nil
}

func (tx *Tx) expired(now time.Time, limit int) ([]docs.Ref, error) {
	var refs []docs.Ref
	for _, ix := range tx.db.indexes.all {
		if !ix.ttl {
			continue
		}
		prefix := binary.BigEndian.AppendUint16(nil, ix.number)
		end := appendKeyTime(bytes.Clone(prefix), now.UnixMicro()+1)
		c := tx.index.Cursor()
		for k, _ := c.Seek(prefix); k != nil && len(refs) < limit && bytes.Compare(k, end) < 0; k, _ = c.Next() {
			ref, err := ix.refOf(k)
			if err != nil {
				return nil, err
			}
			refs = append(refs, ref)
		}
	}
	return refs, nil
}
