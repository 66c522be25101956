package gmail

import (
	"context"
	"reflect"
	"sync"

	gmailapi "google.golang.org/api/gmail/v1"
)

// ask does a call that brings an answer, as do does. One that is null, or has a hole in a list, a null among its entries, is refused: Gmail's have none, and what one stood for is not to
// be guessed, nor passed over.
func ask[T any](ctx context.Context, m *Mailbox, o order, call func(ctx context.Context) (*T, error)) (answer *T, err error) {
	err = m.do(ctx, o, func(ctx context.Context) (err error) {
		if answer, err = call(ctx); err == nil && !sound(answer) {
			err = errUnreadable
		}
		return err
	})
	return answer, err
}

// sound tells whether an answer has all that it speaks of.
func sound[T any](answer *T) bool {
	return answer != nil && !shapeOf(reflect.TypeFor[T]()).holes(reflect.ValueOf(answer).Elem())
}

var payload = reflect.TypeFor[*gmailapi.MessagePart]() // package mime reads it, holes and all

// shape is where a type's values may have holes. It is worked out once for each type, for answers are many and long.
type shape struct {
	kind   reflect.Kind // Pointer, Slice (of pointers) or Struct
	elem   *shape       // of a pointer, or of what a slice's pointers lead to; nil where there are no holes
	fields []shapeField // that may have holes
}

type shapeField struct {
	index int
	*shape
}

var shapes sync.Map // by reflect.Type

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := makeShape(t, map[reflect.Type]*shape{})
	shapes.Store(t, s)
	return s
}

// makeShape works a shape out; nil for a type whose values have no holes. Types may refer to themselves: those under way are in seen.
func makeShape(t reflect.Type, seen map[reflect.Type]*shape) *shape {
	if s, ok := seen[t]; ok {
		return s
	}
	s := &shape{kind: t.Kind()}
	switch {
	case t == payload:
		return nil
	case t.Kind() == reflect.Pointer:
		seen[t] = s
		s.elem = makeShape(t.Elem(), seen)
		if s.elem == nil {
			s = nil
		}
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Pointer:
		seen[t] = s
		if t.Elem() != payload {
			s.elem = makeShape(t.Elem().Elem(), seen)
		}
	case t.Kind() == reflect.Struct:
		seen[t] = s
		for i := range t.NumField() {
			if !t.Field(i).IsExported() {
				continue
			}
			if of := makeShape(t.Field(i).Type, seen); of != nil {
				s.fields = append(s.fields, shapeField{i, of})
			}
		}
		if len(s.fields) == 0 {
			s = nil
		}
	default:
		s = nil
	}
	seen[t] = s
	return s
}

// holes tells whether a value of the shape has one.
func (s *shape) holes(v reflect.Value) bool {
	if s == nil {
		return false
	}
	switch s.kind {
	case reflect.Pointer:
		return !v.IsNil() && s.elem.holes(v.Elem())
	case reflect.Struct:
		for _, f := range s.fields {
			if f.holes(v.Field(f.index)) {
				return true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if e := v.Index(i); e.IsNil() || s.elem.holes(e.Elem()) {
				return true
			}
		}
	}
	return false
}
