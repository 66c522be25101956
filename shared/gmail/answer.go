package gmail

import (
	"reflect"

	gmailapi "google.golang.org/api/gmail/v1"
)

// answered passes on what a call has brought, and refuses it where it is null, or a list in it has a hole: a null among its entries. Gmail's have none; what one stood for is not to be
// guessed, nor passed over.
func answered[T any](answer *T, err error) (*T, error) {
	if err == nil && (answer == nil || holes(reflect.ValueOf(answer))) {
		err = errUnreadable
	}
	return answer, err
}

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
