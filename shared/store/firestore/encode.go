package firestore

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"
	"unicode/utf8"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// encode turns a document into the form that Firestore's client takes, and says how large Firestore counts it.
// Source: https://firebase.google.com/docs/firestore/storage-size
func encode(doc any) (data map[string]any, size int, err error) {
	v := reflect.ValueOf(doc)
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil, 0, fmt.Errorf("a nil %T is no document", doc)
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || v.Type() == timeType {
		return nil, 0, fmt.Errorf("a document must be a struct or a pointer to one, not %T", doc)
	}
	e := encoder{size: 32}
	if data, err = e.structure(v); err != nil {
		return nil, 0, err
	}
	if e.size > docs.MaxDocumentBytes {
		return nil, 0, fmt.Errorf("%w: a document of %d bytes", docs.ErrTooLarge, e.size)
	}
	return data, e.size, nil
}

var timeType = reflect.TypeFor[time.Time]()

type encoder struct{ size int }

func (e *encoder) structure(v reflect.Value) (map[string]any, error) {
	out := map[string]any{}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.Type != timeType || !f.IsExported() {
			continue // the fields of an embedded struct follow by themselves
		}
		if f.Anonymous && f.Type.Kind() == reflect.Pointer {
			return nil, fmt.Errorf("%s: an embedded pointer cannot be stored", f.Name)
		}
		e.size += len(f.Name) + 1
		value, err := e.value(v.FieldByIndex(f.Index))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		out[f.Name] = value
	}
	return out, nil
}

func (e *encoder) value(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Bool:
		e.size++
		return v.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.size += 8
		return v.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.size += 8
		if v.Uint() > math.MaxInt64 {
			return nil, fmt.Errorf("%d is beyond int64", v.Uint())
		}
		return int64(v.Uint()), nil
	case reflect.Float32, reflect.Float64:
		e.size += 8
		return v.Float(), nil
	case reflect.String:
		return e.text(v.String())
	case reflect.Struct:
		if v.Type() == timeType {
			e.size += 8
			return storedTime(v.Interface().(time.Time))
		}
		return e.structure(v)
	case reflect.Slice:
		return e.slice(v)
	case reflect.Map:
		return e.mapping(v)
	case reflect.Pointer:
		return e.pointer(v)
	}
	return nil, fmt.Errorf("values of type %s cannot be stored", v.Type())
}

func (e *encoder) text(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", errors.New("a string that is not UTF-8")
	}
	e.size += len(s) + 1
	return s, nil
}

// storedTime is a time in Firestore's precision, of the years that it takes.
func storedTime(t time.Time) (time.Time, error) {
	t = t.UTC().Truncate(time.Microsecond)
	if y := t.Year(); y < 1 || y > 9999 {
		return t, fmt.Errorf("a time in the year %d cannot be stored", y)
	}
	return t, nil
}

func (e *encoder) slice(v reflect.Value) (any, error) {
	elem := v.Type().Elem()
	switch {
	case elem.Kind() == reflect.Uint8:
		e.size += v.Len()
		if v.IsNil() {
			return nil, nil
		}
		return append([]byte{}, v.Bytes()...), nil
	case elem.Kind() == reflect.Slice && elem.Elem().Kind() != reflect.Uint8:
		return nil, fmt.Errorf("%s: a slice of slices cannot be stored", v.Type())
	case !storable(elem):
		return nil, fmt.Errorf("values of type %s cannot be stored", elem)
	}
	out := make([]any, v.Len())
	for i := range out {
		var err error
		if out[i], err = e.value(v.Index(i)); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return out, nil
}

func (e *encoder) mapping(v reflect.Value) (any, error) {
	if v.Type().Key().Kind() != reflect.String {
		return nil, fmt.Errorf("%s: the keys of a stored map must be strings", v.Type())
	}
	out := make(map[string]any, v.Len())
	for it := v.MapRange(); it.Next(); {
		key, err := e.text(it.Key().String())
		if err != nil || key == "" {
			return nil, fmt.Errorf("the map key %q cannot be stored", it.Key().String())
		}
		if out[key], err = e.value(it.Value()); err != nil {
			return nil, fmt.Errorf("[%q]: %w", key, err)
		}
	}
	return out, nil
}

func (e *encoder) pointer(v reflect.Value) (any, error) {
	switch v.Type().Elem().Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return nil, fmt.Errorf("%s: such a pointer cannot be stored", v.Type())
	}
	if v.IsNil() {
		if !storable(v.Type().Elem()) {
			return nil, fmt.Errorf("values of type %s cannot be stored", v.Type())
		}
		e.size++
		return nil, nil
	}
	return e.value(v.Elem())
}

// storable tells of a type whose values need not be there to be looked at.
func storable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.Interface, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer, reflect.Array, reflect.Uintptr:
		return false
	}
	return true
}
