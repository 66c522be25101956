package embedded

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"go.etcd.io/bbolt"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Dump shows every document of the file as it is stored, whatever wrote it: with bool, int64, float64, string, []byte, time.Time, []any and map[string]any as its values, and nil.
// It ends with the first error of each.
func (db *DB) Dump(_ context.Context, each func(ref docs.Ref, fields map[string]any) error) error {
	err := db.bolt.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(docsBucket).ForEach(func(k, v []byte) error {
			ref := refOfDocKey(k)
			r := reader{v}
			value, err := r.any()
			if err != nil {
				return fmt.Errorf("%s: %w", ref, err)
			}
			fields, ok := value.(map[string]any)
			if !ok {
				return fmt.Errorf("%s: %w", ref, errCorrupt)
			}
			return each(ref, fields)
		})
	})
	if err != nil {
		return fmt.Errorf("dump: %w", err)
	}
	return nil
}

// any reads the next value without knowing its type.
func (r *reader) any() (any, error) {
	tag, err := r.tag()
	if err != nil {
		return nil, err
	}
	switch tag {
	case tagNull:
		return nil, nil
	case tagFalse, tagTrue:
		return tag == tagTrue, nil
	case tagInt:
		return r.varint()
	case tagTime:
		micros, err := r.varint()
		return time.UnixMicro(micros).UTC(), err
	case tagFloat:
		b, err := r.take(8)
		if err != nil {
			return nil, err
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), nil
	case tagString:
		b, err := r.text()
		return string(b), err
	case tagBytes:
		b, err := r.text()
		return append([]byte(nil), b...), err
	case tagList:
		return r.anyList()
	case tagRecord:
		return r.anyRecord()
	}
	return nil, errCorrupt
}

func (r *reader) anyList() (any, error) {
	n, err := r.count()
	if err != nil {
		return nil, err
	}
	out := make([]any, n)
	for i := range out {
		if out[i], err = r.any(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *reader) anyRecord() (any, error) {
	n, err := r.count()
	if err != nil {
		return nil, err
	}
	out := make(map[string]any, n)
	for range n {
		name, err := r.text()
		if err != nil {
			return nil, err
		}
		if out[string(name)], err = r.any(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
