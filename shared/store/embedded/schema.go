package embedded

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// format of the file. A file of another one is refused rather than misread.
const format = 1

var formatKey = []byte("format")

// prepare makes the buckets, gives each index its number, builds those that are new and drops those that the schema has no more.
func prepare(tx *bbolt.Tx, x *indexes) error {
	var buckets [3]*bbolt.Bucket
	for i, name := range [][]byte{docsBucket, indexBucket, metaBucket} {
		var err error
		if buckets[i], err = tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	documents, entryBucket, meta := buckets[0], buckets[1], buckets[2]
	switch v := meta.Get(formatKey); {
	case v == nil:
		if err := meta.Put(formatKey, []byte{format}); err != nil {
			return err
		}
	case !bytes.Equal(v, []byte{format}):
		return fmt.Errorf("the file has format %x; this program knows %d", v, format)
	}
	last, err := knownIndexes(meta, entryBucket, x)
	if err != nil {
		return err
	}
	fresh := map[string][]*index{}
	for _, ix := range x.all {
		if ix.number == 0 {
			last++
			if last == 0xffff {
				return errors.New("the file has had too many indexes")
			}
			ix.number = last
			if err := meta.Put([]byte(ix.name()), binary.BigEndian.AppendUint16(nil, last)); err != nil {
				return err
			}
			fresh[ix.collection] = append(fresh[ix.collection], ix)
		}
		x.byNumber[ix.number] = ix
	}
	if len(fresh) == 0 {
		return nil
	}
	return build(documents, entryBucket, fresh)
}

// knownIndexes takes over the numbers that the file has given, drops what the schema does not know, and answers the highest number.
func knownIndexes(meta, index *bbolt.Bucket, x *indexes) (last uint16, err error) {
	var gone [][]byte
	err = meta.ForEach(func(k, v []byte) error {
		if bytes.Equal(k, formatKey) {
			return nil
		}
		if len(v) != 2 {
			return fmt.Errorf("%s: %w", k, errCorrupt)
		}
		n := binary.BigEndian.Uint16(v)
		last = max(last, n)
		if ix := x.byName[string(k)]; ix != nil {
			ix.number = n
			return nil
		}
		gone = append(gone, bytes.Clone(k))
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, name := range gone {
		if err := dropPrefix(index, bytes.Clone(meta.Get(name))); err != nil {
			return 0, err
		}
		if err := meta.Delete(name); err != nil {
			return 0, err
		}
	}
	return last, nil
}

func dropPrefix(b *bbolt.Bucket, prefix []byte) error {
	for {
		// The cursor may skip keys after a deletion, so they are collected first, in bites.
		var keys [][]byte
		c := b.Cursor()
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix) && len(keys) < 10_000; k, _ = c.Next() {
			keys = append(keys, bytes.Clone(k))
		}
		if len(keys) == 0 {
			return nil
		}
		for _, k := range keys {
			if err := b.Delete(k); err != nil {
				return err
			}
		}
	}
}

// build makes the entries of new indexes from the documents that are there.
func build(documents, entryBucket *bbolt.Bucket, fresh map[string][]*index) error {
	return documents.ForEach(func(k, data []byte) error {
		if bytes.IndexByte(k, 0) < 0 {
			return fmt.Errorf("key %q: %w", k, errCorrupt)
		}
		path := collectionOfDocKey(k)
		list := fresh[docs.CollectionName(path)]
		if list == nil {
			return nil
		}
		keys, err := entries(list, docs.Ref(strings.Replace(string(k), "\x00", "/", 1)), data)
		if err != nil {
			return err
		}
		for _, e := range keys {
			if err := entryBucket.Put(e, nil); err != nil {
				return err
			}
		}
		return nil
	})
}
