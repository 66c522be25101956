package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// The encoding names every field and tags every value, so that indexes can be built and checked without the Go types, fields may
// come and go, and a file from yesterday is readable. A value is its tag and then:
//
//	true, false, null   nothing
//	int                 zigzag varint
//	float               8 bytes, little endian
//	string, bytes       length as uvarint, bytes
//	time                microseconds since 1970, zigzag varint
//	list                count as uvarint, values
//	record              count as uvarint, pairs of name (length, bytes) and value: a struct or a map
//
// The fields of a document itself stand there even when zero, so that an index added later finds them; in records within, zero
// fields are left out.
const (
	tagNull = iota
	tagFalse
	tagTrue
	tagInt
	tagFloat
	tagString
	tagBytes
	tagTime
	tagList
	tagRecord
)

// encode writes a document: a struct or a non-nil pointer to one.
func (c *plans) encode(doc any) ([]byte, error) {
	v := reflect.ValueOf(doc)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil, fmt.Errorf("a nil %T is no document", doc)
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil, errors.New("nil is no document")
	}
	p, err := c.ofStruct(v.Type())
	if err != nil {
		return nil, err
	}
	b, err := appendStruct(make([]byte, 0, 256), v, p, true)
	if err != nil {
		return nil, err
	}
	if len(b) > docs.MaxDocumentBytes {
		return nil, fmt.Errorf("%w: a document of %d bytes", docs.ErrTooLarge, len(b))
	}
	return b, nil
}

func appendStruct(b []byte, v reflect.Value, p *plan, zeros bool) ([]byte, error) {
	b = append(b, tagRecord)
	n := len(p.fields)
	if !zeros {
		n = 0
		for i := range p.fields {
			if !v.FieldByIndex(p.fields[i].index).IsZero() {
				n++
			}
		}
	}
	b = binary.AppendUvarint(b, uint64(n))
	var err error
	for i := range p.fields {
		f := &p.fields[i]
		fv := v.FieldByIndex(f.index)
		if !zeros && fv.IsZero() {
			continue
		}
		b = appendText(b, f.name)
		if b, err = appendValue(b, fv, f.plan); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return b, nil
}

func appendValue(b []byte, v reflect.Value, p *plan) ([]byte, error) {
	switch p.shape {
	case shapeBool:
		if v.Bool() {
			return append(b, tagTrue), nil
		}
		return append(b, tagFalse), nil
	case shapeInt:
		return binary.AppendVarint(append(b, tagInt), v.Int()), nil
	case shapeUint:
		u := v.Uint()
		if u > math.MaxInt64 {
			return nil, fmt.Errorf("%d is beyond int64", u)
		}
		return binary.AppendVarint(append(b, tagInt), int64(u)), nil
	case shapeFloat:
		return binary.LittleEndian.AppendUint64(append(b, tagFloat), math.Float64bits(v.Float())), nil
	case shapeString:
		if !utf8.ValidString(v.String()) {
			return nil, errors.New("a string that is not UTF-8")
		}
		return appendText(append(b, tagString), v.String()), nil
	case shapeBytes:
		if v.IsNil() {
			return append(b, tagNull), nil
		}
		b = binary.AppendUvarint(append(b, tagBytes), uint64(v.Len()))
		return append(b, v.Bytes()...), nil
	case shapeTime:
		return appendTime(b, v)
	case shapeStruct:
		return appendStruct(b, v, p, false)
	case shapeSlice:
		return appendSlice(b, v, p)
	case shapeMap:
		return appendMap(b, v, p)
	default:
		if v.IsNil() {
			return append(b, tagNull), nil
		}
		return appendValue(b, v.Elem(), p.elem)
	}
}

func appendSlice(b []byte, v reflect.Value, p *plan) ([]byte, error) {
	b = binary.AppendUvarint(append(b, tagList), uint64(v.Len()))
	var err error
	for i := range v.Len() {
		if b, err = appendValue(b, v.Index(i), p.elem); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return b, nil
}

// appendMap writes the keys in order, so that equal documents have equal bytes.
func appendMap(b []byte, v reflect.Value, p *plan) ([]byte, error) {
	keys := make([]string, 0, v.Len())
	values := make(map[string]reflect.Value, v.Len())
	for it := v.MapRange(); it.Next(); {
		k := it.Key().String()
		if k == "" || !utf8.ValidString(k) {
			return nil, fmt.Errorf("the map key %q cannot be stored", k)
		}
		keys = append(keys, k)
		values[k] = it.Value()
	}
	slices.Sort(keys)
	b = binary.AppendUvarint(append(b, tagRecord), uint64(len(keys)))
	var err error
	for _, k := range keys {
		b = appendText(b, k)
		if b, err = appendValue(b, values[k], p.elem); err != nil {
			return nil, fmt.Errorf("[%q]: %w", k, err)
		}
	}
	return b, nil
}

func appendTime(b []byte, v reflect.Value) ([]byte, error) {
	var t time.Time
	if v.CanAddr() {
		t = *v.Addr().Interface().(*time.Time)
	} else {
		t = v.Interface().(time.Time)
	}
	if err := checkTime(t); err != nil {
		return nil, err
	}
	return binary.AppendVarint(append(b, tagTime), t.UnixMicro()), nil
}

// checkTime refuses the times that Firestore refuses: before year 1 and after year 9999.
func checkTime(t time.Time) error {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		return fmt.Errorf("a time in the year %d cannot be stored", y)
	}
	return nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
