package embedded

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// index is one order in which documents of a collection can be found; or, of a TTL, the order in which they expire.
type index struct {
	number     uint16 // stands first in every key; kept in the file's meta bucket
	collection string
	fields     []string
	ttl        bool
}

// name identifies the index in the meta bucket.
func (ix *index) name() string {
	kind := "index"
	if ix.ttl {
		kind = "ttl"
	}
	parts := append([]string{ix.collection}, ix.fields...)
	for i, p := range parts {
		parts[i] = docs.Escape(p)
	}
	for _, p := range parts {
		kind += "/" + p
	}
	return kind
}

// indexes of a schema.
type indexes struct {
	all      []*index
	byName   map[string]*index
	on       map[string][]*index // by collection name
	byNumber map[uint16]*index   // once the file has given the numbers
}

func newIndexes(s docs.Schema) (*indexes, error) {
	x := &indexes{byName: map[string]*index{}, on: map[string][]*index{}, byNumber: map[uint16]*index{}}
	for _, d := range s.Indexes {
		if err := x.add(&index{collection: d.Collection, fields: slices.Clone(d.Fields)}); err != nil {
			return nil, err
		}
	}
	for _, d := range s.TTLs {
		if err := x.add(&index{collection: d.Collection, fields: []string{d.Field}, ttl: true}); err != nil {
			return nil, err
		}
	}
	return x, nil
}

func (x *indexes) add(ix *index) error {
	if ix.collection == "" || len(ix.fields) == 0 || slices.Contains(ix.fields, "") {
		return fmt.Errorf("schema: an index of %q over %q", ix.collection, ix.fields)
	}
	if x.byName[ix.name()] != nil {
		return fmt.Errorf("schema: %s is there twice", ix.name())
	}
	x.all = append(x.all, ix)
	x.byName[ix.name()] = ix
	x.on[ix.collection] = append(x.on[ix.collection], ix)
	return nil
}

// prefix begins the keys of this index for one collection.
func (ix *index) prefix(collectionPath string) []byte {
	k := binary.BigEndian.AppendUint16(make([]byte, 0, len(collectionPath)+64), ix.number)
	return append(append(k, collectionPath...), 0)
}

// entries gives the index keys that belong to an encoded document. Their order is that of list.
//
// A document without one of the fields (written before the type had it) is not in the index, as in Firestore.
func entries(list []*index, ref docs.Ref, data []byte) ([][]byte, error) {
	if len(list) == 0 {
		return nil, nil
	}
	values, err := fieldValues(list, data)
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", ref, err)
	}
	var keys [][]byte
	for _, ix := range list {
		k, err := ix.entry(ref, values)
		if err != nil {
			return nil, fmt.Errorf("index %s: %s: %w", ref, ix.name(), err)
		}
		if k != nil {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

func (ix *index) entry(ref docs.Ref, values map[string][]byte) ([]byte, error) {
	if ix.ttl {
		v, ok := values[ix.fields[0]]
		if !ok || v[0] == tagNull {
			return nil, nil
		}
		micros, err := storedTime(v)
		if err != nil || micros == zeroMicros {
			return nil, err
		}
		return append(appendKeyTime(binary.BigEndian.AppendUint16(nil, ix.number), micros), ref...), nil
	}
	path := ref.Parent()
	k := ix.prefix(path)
	for _, f := range ix.fields {
		v, ok := values[f]
		if !ok {
			return nil, nil
		}
		var err error
		if k, err = appendStoredValue(k, v); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
	}
	return append(k, ref[len(path)+1:]...), nil
}

// missing names a field that one of the indexes needs and the document has not; "" if there is none.
func missing(list []*index, data []byte) (string, error) {
	values, err := fieldValues(list, data)
	if err != nil {
		return "", err
	}
	for _, ix := range list {
		for _, f := range ix.fields {
			if _, ok := values[f]; !ok {
				return f, nil
			}
		}
	}
	return "", nil
}

// fieldValues gives the encoded values of those fields of a document that the indexes want.
func fieldValues(list []*index, data []byte) (map[string][]byte, error) {
	r := reader{data}
	if tag, err := r.tag(); err != nil || tag != tagRecord {
		return nil, errCorrupt
	}
	n, err := r.count()
	if err != nil {
		return nil, err
	}
	values := make(map[string][]byte, 4)
	for range n {
		name, err := r.text()
		if err != nil {
			return nil, err
		}
		value, err := r.skip()
		if err != nil {
			return nil, err
		}
		if wanted(list, name) {
			values[string(name)] = value
		}
	}
	return values, nil
}

func wanted(list []*index, name []byte) bool {
	for _, ix := range list {
		if slices.Contains(ix.fields, string(name)) {
			return true
		}
	}
	return false
}

const zeroMicros = -62135596800000000 // time.Time{}.UnixMicro()

func storedTime(v []byte) (micros int64, err error) {
	r := reader{v}
	if tag, err := r.tag(); err != nil || tag != tagTime {
		return 0, fmt.Errorf("the field is not a time")
	}
	return r.varint()
}

// appendStoredValue turns an encoded value into its order-preserving form.
func appendStoredValue(k, v []byte) ([]byte, error) {
	r := reader{v}
	tag, err := r.tag()
	if err != nil {
		return nil, err
	}
	switch tag {
	case tagNull:
		return append(k, keyNull), nil
	case tagFalse, tagTrue:
		return appendKeyBool(k, tag == tagTrue), nil
	case tagInt:
		i, err := r.varint()
		return appendKeyInt(k, i), err
	case tagTime:
		micros, err := r.varint()
		return appendKeyTime(k, micros), err
	case tagString:
		s, err := r.text()
		if err != nil {
			return nil, err
		}
		return appendKeyString(k, string(s))
	}
	return nil, fmt.Errorf("only strings, bools, integers and times can be indexed")
}

// refOf reads the document's name out of an index key.
func (ix *index) refOf(k []byte) (docs.Ref, error) {
	rest := k[2:]
	path := ""
	if !ix.ttl {
		i := bytes.IndexByte(rest, 0)
		if i < 0 {
			return "", errCorrupt
		}
		path, rest = string(rest[:i])+"/", rest[i+1:]
	}
	for range ix.fields {
		var err error
		if rest, err = skipKeyValue(rest); err != nil {
			return "", err
		}
	}
	ref := docs.Ref(path + string(rest))
	if err := ref.Check(); err != nil {
		return "", err
	}
	return ref, nil
}
