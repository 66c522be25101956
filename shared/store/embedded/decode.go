package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"
)

var errCorrupt = errors.New("the file holds a record that cannot be read")

// decode reads a document into the struct that into points to. All its fields are overwritten; those that the document has not
// become zero, and what the document has beyond them is ignored. Nothing of data is kept.
func (c *plans) decode(data []byte, into any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("cannot decode into %T: a pointer to a struct is needed", into)
	}
	v = v.Elem()
	p, err := c.ofStruct(v.Type())
	if err != nil {
		return err
	}
	v.SetZero()
	r := reader{data}
	return r.value(v, p)
}

// reader walks over encoded bytes.
type reader struct{ b []byte }

func (r *reader) uvarint() (uint64, error) {
	u, n := binary.Uvarint(r.b)
	if n <= 0 {
		return 0, errCorrupt
	}
	r.b = r.b[n:]
	return u, nil
}

func (r *reader) varint() (int64, error) {
	i, n := binary.Varint(r.b)
	if n <= 0 {
		return 0, errCorrupt
	}
	r.b = r.b[n:]
	return i, nil
}

func (r *reader) take(n uint64) ([]byte, error) {
	if n > uint64(len(r.b)) {
		return nil, errCorrupt
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b, nil
}

func (r *reader) text() ([]byte, error) {
	n, err := r.uvarint()
	if err != nil {
		return nil, err
	}
	return r.take(n)
}

// count reads how many values follow; each takes at least one byte.
func (r *reader) count() (int, error) {
	n, err := r.uvarint()
	if err != nil {
		return 0, err
	}
	if n > uint64(len(r.b)) {
		return 0, errCorrupt
	}
	return int(n), nil
}

func (r *reader) tag() (byte, error) {
	b, err := r.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// value reads the next value into v, which is zero.
func (r *reader) value(v reflect.Value, p *plan) error {
	if len(r.b) > 0 && r.b[0] == tagNull {
		r.b = r.b[1:]
		return nil
	}
	if p.shape == shapePointer {
		v.Set(reflect.New(p.elem.typ))
		return r.value(v.Elem(), p.elem)
	}
	tag, err := r.tag()
	if err != nil {
		return err
	}
	switch {
	case p.shape == shapeBool && tag <= tagTrue:
		v.SetBool(tag == tagTrue)
		return nil
	case tag == tagInt:
		return r.integer(v, p)
	case p.shape == shapeFloat && tag == tagFloat:
		b, err := r.take(8)
		if err == nil {
			v.SetFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
		return err
	case p.shape == shapeString && tag == tagString:
		b, err := r.text()
		v.SetString(string(b))
		return err
	case p.shape == shapeBytes && tag == tagBytes:
		b, err := r.text()
		v.SetBytes(append(make([]byte, 0, len(b)), b...))
		return err
	case p.shape == shapeTime && tag == tagTime:
		micros, err := r.varint()
		*v.Addr().Interface().(*time.Time) = time.UnixMicro(micros).UTC()
		return err
	case p.shape == shapeStruct && tag == tagRecord:
		return r.structure(v, p)
	case p.shape == shapeSlice && tag == tagList:
		return r.slice(v, p)
	case p.shape == shapeMap && tag == tagRecord:
		return r.mapping(v, p)
	}
	return mismatch(p)
}

func mismatch(p *plan) error {
	return fmt.Errorf("the stored value is not of type %s", p.typ)
}

func (r *reader) integer(v reflect.Value, p *plan) error {
	i, err := r.varint()
	if err != nil {
		return err
	}
	switch {
	case p.shape == shapeInt && !v.OverflowInt(i):
		v.SetInt(i)
	case p.shape == shapeUint && i >= 0 && !v.OverflowUint(uint64(i)):
		v.SetUint(uint64(i))
	case p.shape == shapeFloat:
		v.SetFloat(float64(i))
	case p.shape == shapeInt || p.shape == shapeUint:
		return fmt.Errorf("the stored %d does not fit into %s", i, p.typ)
	default:
		return mismatch(p)
	}
	return nil
}

func (r *reader) structure(v reflect.Value, p *plan) error {
	n, err := r.count()
	if err != nil {
		return err
	}
	next := 0 // fields mostly come in the order of the type
	for range n {
		name, err := r.text()
		if err != nil {
			return err
		}
		at := next
		if at >= len(p.fields) || p.fields[at].name != string(name) {
			known := false
			if at, known = p.byName[string(name)]; !known {
				if _, err := r.skip(); err != nil {
					return err
				}
				continue
			}
		}
		next = at + 1
		f := &p.fields[at]
		if err := r.value(v.FieldByIndex(f.index), f.plan); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

func (r *reader) slice(v reflect.Value, p *plan) error {
	n, err := r.count()
	if err != nil || n == 0 {
		return err
	}
	v.Set(reflect.MakeSlice(p.typ, n, n))
	for i := range n {
		if err := r.value(v.Index(i), p.elem); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return nil
}

func (r *reader) mapping(v reflect.Value, p *plan) error {
	n, err := r.count()
	if err != nil || n == 0 {
		return err
	}
	m := reflect.MakeMapWithSize(p.typ, n)
	for range n {
		name, err := r.text()
		if err != nil {
			return err
		}
		value := reflect.New(p.elem.typ).Elem()
		if err := r.value(value, p.elem); err != nil {
			return fmt.Errorf("[%q]: %w", name, err)
		}
		m.SetMapIndex(reflect.ValueOf(string(name)).Convert(p.typ.Key()), value)
	}
	v.Set(m)
	return nil
}

// skip passes over the next value and gives its bytes.
func (r *reader) skip() ([]byte, error) {
	start := r.b
	tag, err := r.tag()
	if err != nil {
		return nil, err
	}
	switch tag {
	case tagNull, tagFalse, tagTrue:
	case tagInt, tagTime:
		_, err = r.varint()
	case tagFloat:
		_, err = r.take(8)
	case tagString, tagBytes:
		_, err = r.text()
	case tagList, tagRecord:
		var n int
		n, err = r.count()
		for i := 0; i < n && err == nil; i++ {
			if tag == tagRecord {
				if _, err = r.text(); err != nil {
					break
				}
			}
			_, err = r.skip()
		}
	default:
		err = errCorrupt
	}
	if err != nil {
		return nil, err
	}
	return start[:len(start)-len(r.b)], nil
}
