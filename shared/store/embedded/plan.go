package embedded

import (
	"fmt"
	"reflect"
	"sync"
	"time"
)

type shape uint8

const (
	shapeBool shape = iota
	shapeInt
	shapeUint
	shapeFloat
	shapeString
	shapeBytes
	shapeTime
	shapeStruct
	shapeSlice
	shapeMap
	shapePointer
)

// plan says how values of one type are written and read; it is worked out once for each type.
type plan struct {
	shape  shape
	typ    reflect.Type
	elem   *plan // of slices, maps and pointers
	fields []field
	byName map[string]int // index into fields
}

type field struct {
	name  string
	index []int // for reflect's FieldByIndex
	plan  *plan
}

var timeType = reflect.TypeFor[time.Time]()

// plans caches the plans of the types seen.
type plans struct{ byType sync.Map }

// ofStruct gives the plan of a document's type.
func (c *plans) ofStruct(t reflect.Type) (*plan, error) {
	if p, ok := c.byType.Load(t); ok {
		return p.(*plan), nil
	}
	if t.Kind() != reflect.Struct || t == timeType {
		return nil, fmt.Errorf("a document must be a struct or a pointer to one, not %s", t)
	}
	// Types may refer to themselves, so plans under way are shared within one run, and published when whole.
	p, err := makePlan(t, map[reflect.Type]*plan{})
	if err != nil {
		return nil, err
	}
	c.byType.Store(t, p)
	return p, nil
}

func makePlan(t reflect.Type, seen map[reflect.Type]*plan) (*plan, error) {
	if p := seen[t]; p != nil {
		return p, nil
	}
	p := &plan{typ: t}
	seen[t] = p
	var err error
	switch t.Kind() {
	case reflect.Bool:
		p.shape = shapeBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.shape = shapeInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.shape = shapeUint
	case reflect.Float32, reflect.Float64:
		p.shape = shapeFloat
	case reflect.String:
		p.shape = shapeString
	case reflect.Struct:
		p.shape = shapeTime
		if t != timeType {
			p.shape = shapeStruct
			err = p.addFields(seen)
		}
	case reflect.Slice:
		p.shape = shapeBytes
		if t.Elem().Kind() != reflect.Uint8 {
			p.shape = shapeSlice
			p.elem, err = makePlan(t.Elem(), seen)
			if err == nil && p.elem.shape == shapeSlice {
				err = fmt.Errorf("%s: a slice of slices cannot be stored", t)
			}
		}
	case reflect.Map:
		p.shape = shapeMap
		if t.Key().Kind() != reflect.String {
			return nil, fmt.Errorf("%s: the keys of a stored map must be strings", t)
		}
		p.elem, err = makePlan(t.Elem(), seen)
	case reflect.Pointer:
		p.shape = shapePointer
		p.elem, err = makePlan(t.Elem(), seen)
		if err == nil && (p.elem.shape == shapePointer || p.elem.shape == shapeSlice || p.elem.shape == shapeMap || p.elem.shape == shapeBytes) {
			err = fmt.Errorf("%s: such a pointer cannot be stored", t)
		}
	default:
		err = fmt.Errorf("values of type %s cannot be stored", t)
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (p *plan) addFields(seen map[reflect.Type]*plan) error {
	p.byName = map[string]int{}
	for _, f := range reflect.VisibleFields(p.typ) {
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.Type != timeType {
			continue // its fields follow by themselves
		}
		if !f.IsExported() {
			continue
		}
		if f.Anonymous && f.Type.Kind() == reflect.Pointer {
			return fmt.Errorf("%s.%s: an embedded pointer cannot be stored", p.typ, f.Name)
		}
		fp, err := makePlan(f.Type, seen)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", p.typ, f.Name, err)
		}
		p.byName[f.Name] = len(p.fields)
		p.fields = append(p.fields, field{name: f.Name, index: f.Index, plan: fp})
	}
	return nil
}
