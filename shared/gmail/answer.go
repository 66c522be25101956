package gmail

import (
	"context"
	"reflect"

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
func sound[T any](answer *T) bool { return answer != nil && !holes(reflect.ValueOf(answer)) }

var payload = reflect.TypeFor[*gmailapi.MessagePart]() // package mime reads it, holes and all

func holes(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return !v.IsNil() && v.Type() != payload && holes(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && holes(v.Field(i)) {
				return true
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Pointer {
			return false
		}
		for i := range v.Len() {
			if v.Index(i).IsNil() || holes(v.Index(i)) {
				return true
			}
		}
	}
	return false
}
