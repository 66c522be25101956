package embedded

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// The file has three buckets:
//
//	docs   collection path, 0, escaped id                               → encoded document
//	index  number of the index, collection path, 0, values, escaped id  → empty
//	       number of the TTL, time, Ref                                 → empty
//	meta   "format" → version; "index/threads/CandidateID/LastAt" and "ttl/sends/ExpiresAt" → number
//
// No path holds a zero byte (docs escapes it), so that keys of a collection never meet those of another one, be it "accounts/ab" beside
// "accounts/a" or a collection below one of the documents.
var (
	docsBucket  = []byte("docs")
	indexBucket = []byte("index")
	metaBucket  = []byte("meta")
)

// docKey gives the place of a checked Ref.
func docKey(ref docs.Ref) []byte {
	k := []byte(ref)
	k[strings.LastIndexByte(string(ref), '/')] = 0
	return k
}

func refOfDocKey(k []byte) docs.Ref {
	return docs.Ref(strings.Replace(string(k), "\x00", "/", 1))
}

func collectionOfDocKey(k []byte) string { return string(k[:bytes.IndexByte(k, 0)]) }

// Kinds of values in index keys. Their order is the order of Firestore; within a kind, keys compare as the values do.
const (
	keyNull   = 0x05
	keyBool   = 0x10
	keyInt    = 0x20
	keyTime   = 0x30
	keyString = 0x40
)

// appendKeyValue appends an order-preserving form of a value that a query names. No form is the beginning of another one.
func appendKeyValue(b []byte, value any) ([]byte, error) {
	if t, ok := value.(time.Time); ok {
		if err := checkTime(t); err != nil {
			return nil, err
		}
		return appendKeyTime(b, t.UnixMicro()), nil
	}
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Bool:
		return appendKeyBool(b, v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return appendKeyInt(b, v.Int()), nil
	case reflect.String:
		return appendKeyString(b, v.String())
	}
	return nil, fmt.Errorf("a value of type %T cannot be indexed", value)
}

func appendKeyBool(b []byte, v bool) []byte {
	if v {
		return append(b, keyBool, 1)
	}
	return append(b, keyBool, 0)
}

func appendKeyInt(b []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(append(b, keyInt), uint64(v)^1<<63)
}

func appendKeyTime(b []byte, micros int64) []byte {
	return binary.BigEndian.AppendUint64(append(b, keyTime), uint64(micros)^1<<63)
}

// appendKeyString ends a string with 0 1 and writes a zero byte within it as 0 255, so that "a" < "a\x00" < "a\x01" < "ab".
func appendKeyString(b []byte, s string) ([]byte, error) {
	if len(s) > docs.MaxIndexedBytes {
		return nil, fmt.Errorf("%w: an indexed string of %d bytes", docs.ErrTooLarge, len(s))
	}
	b = append(b, keyString)
	for {
		i := strings.IndexByte(s, 0)
		if i < 0 {
			return append(append(b, s...), 0, 1), nil
		}
		b = append(append(b, s[:i]...), 0, 255)
		s = s[i+1:]
	}
}

// skipKeyValue gives what follows the first value in b.
func skipKeyValue(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, errCorrupt
	}
	n := 1
	switch b[0] {
	case keyNull:
	case keyBool:
		n = 2
	case keyInt, keyTime:
		n = 9
	case keyString:
		for {
			i := bytes.IndexByte(b[n:], 0)
			if i < 0 || n+i+1 >= len(b) {
				return nil, errCorrupt
			}
			n += i + 2
			if b[n-1] == 1 {
				return b[n:], nil
			}
		}
	default:
		return nil, errCorrupt
	}
	if len(b) < n {
		return nil, errCorrupt
	}
	return b[n:], nil
}

// upperBound gives the least key above all that begin with prefix. Every prefix here begins with an index number below 0xffff or
// ends in a zero byte, so there is one.
func upperBound(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] < 0xff {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}
