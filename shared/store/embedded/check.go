package embedded

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// maxComplaints is how many differences Check names before it stops.
const maxComplaints = 20

// Check reads the whole file and answers an error naming what is wrong: pages that bbolt finds damaged, documents that cannot be
// read, index entries that are missing, and entries that no document stands behind.
func (db *DB) Check(ctx context.Context) error {
	btx, err := db.bolt.Begin(false)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	defer func() { _ = btx.Rollback() }()
	c := checker{db: db, documents: btx.Bucket(docsBucket), index: btx.Bucket(indexBucket)}
	for err := range btx.Check() { // to its end: it is a goroutine's channel
		c.complain(fmt.Errorf("pages: %w", err))
	}
	if err := c.run(ctx); err != nil {
		c.wrong = append(c.wrong, err)
	}
	if err := errors.Join(c.wrong...); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return nil
}

type checker struct {
	db               *DB
	documents, index *bbolt.Bucket
	wrong            []error
	expected         int // index entries that the documents call for
}

func (c *checker) complain(err error) {
	if len(c.wrong) < maxComplaints {
		c.wrong = append(c.wrong, err)
	}
}

func (c *checker) run(ctx context.Context) error {
	err := c.documents.ForEach(func(k, data []byte) error {
		c.document(k, data)
		return context.Cause(ctx)
	})
	if err != nil {
		return err
	}
	found := 0
	err = c.index.ForEach(func(k, _ []byte) error {
		found++
		return context.Cause(ctx)
	})
	if err != nil {
		return err
	}
	if found == c.expected {
		return nil
	}
	c.complain(fmt.Errorf("%d index entries where the documents call for %d", found, c.expected))
	return c.index.ForEach(func(k, _ []byte) error {
		if err := c.entry(k); err != nil {
			c.complain(fmt.Errorf("index entry %q: %w", k, err))
		}
		return context.Cause(ctx)
	})
}

func (c *checker) document(k, data []byte) {
	ref := refOfDocKey(k)
	if err := ref.Check(); err != nil {
		c.complain(err)
		return
	}
	r := reader{data}
	if _, err := r.skip(); err != nil || len(r.b) > 0 {
		c.complain(fmt.Errorf("document %q: %w", ref, errCorrupt))
		return
	}
	keys, err := entries(c.db.indexes.on[docs.CollectionName(ref.Parent())], ref, data)
	if err != nil {
		c.complain(err)
		return
	}
	c.expected += len(keys)
	for _, e := range keys {
		if c.index.Get(e) == nil {
			c.complain(fmt.Errorf("document %q: index entry %q is missing", ref, e))
		}
	}
}

// entry checks that a document calls for an index entry.
func (c *checker) entry(k []byte) error {
	if len(k) < 2 {
		return errCorrupt
	}
	ix := c.db.indexes.byNumber[binary.BigEndian.Uint16(k)]
	if ix == nil {
		return errors.New("of no index")
	}
	ref, err := ix.refOf(k)
	if err != nil {
		return err
	}
	data := c.documents.Get(docKey(ref))
	if data == nil {
		return fmt.Errorf("its document %q is not there", ref)
	}
	keys, err := entries([]*index{ix}, ref, data)
	if err != nil {
		return err
	}
	if !contains(keys, k) {
		return fmt.Errorf("its document %q has other values", ref)
	}
	return nil
}
