package docs

import (
	"errors"
	"fmt"
)

// Query asks for one page of one collection. Where and OrderBy must match an Index of the schema (Where fields first, in the
// index's order, then OrderBy; walked the way that Desc says); with neither, documents come in the order of their ids. Keyset paging: After names the last row of
// the page before, so a page costs the same however deep it lies.
type Query struct {
	Collection string // path of the collection: "accounts/a1/candidates/c1/threads"
	Where      []Equal
	OrderBy    string
	Desc       bool
	// Before, if not nil, ends the page before this value of OrderBy (exclusive in the direction of travel). It has the field's type.
	Before any
	// After is the position of the last row of the page before; nil for the first page.
	After *Position
	Limit int // at least 1
}

// Equal is one equality condition.
type Equal struct {
	Field string
	Value any // string, bool, int64, int or time.Time
}

// Position is a place in the order of a query: the order field's value (nil without OrderBy) and the document's id.
type Position struct {
	Value any
	ID    string
}

// Index says that documents in collections of this name (the last part of the collection's path, whatever its parents) can be queried by
// equality on all Fields but the last, in the order of the last one; or, unless it is walked downwards only, by equality on all of them, in the order
// of ids. Terraform's Firestore indexes are generated from the same list.
type Index struct {
	Collection string
	Fields     []string
	Way        Way
}

// Way is the direction in which an index is walked. Firestore needs an index for each, so an index names those that queries take.
// Source: https://cloud.google.com/firestore/docs/concepts/index-overview (composite indexes)
type Way uint8

// The ways.
const (
	Upwards   Way = iota // rising values, then rising ids
	Downwards            // falling values, then falling ids
	BothWays
)

func (w Way) allows(desc bool) bool { return w == BothWays || desc == (w == Downwards) }

// TTL says that documents of the collection are removed some time after the time in Field (zero: never). Removal is lazy, so whoever
// reads a document must still look at the time.
type TTL struct {
	Collection string
	Field      string
}

// Schema is what a driver must know beforehand.
type Schema struct {
	Indexes []Index
	TTLs    []TTL
}

// Check refuses a query that no driver could answer; drivers call it first.
func (q Query) Check() error {
	if err := checkPath(q.Collection, 1); err != nil {
		return fmt.Errorf("query of %q: %w", q.Collection, err)
	}
	var wrong error
	switch {
	case q.Limit < 1:
		wrong = fmt.Errorf("limit %d", q.Limit)
	case q.Before != nil && q.OrderBy == "":
		wrong = errors.New("a bound (Before) without an order")
	case q.After != nil && q.After.ID == "":
		wrong = errors.New("a position (After) without the id of a document")
	case q.After != nil && (q.After.Value == nil) != (q.OrderBy == ""):
		wrong = errors.New("a position (After) needs a value if and only if there is an order")
	}
	if wrong != nil {
		return fmt.Errorf("query of %s: %w", q.Collection, wrong)
	}
	return nil
}

// Match finds the index that answers q: ok is false, with no error, if q walks the collection in the order of ids and needs
// none. Drivers use it, so that a query that works on one works on all.
func (s Schema) Match(q Query) (index Index, ok bool, err error) {
	if q.OrderBy == "" && q.Desc {
		// Firestore walks ids only upwards.
		return Index{}, false, fmt.Errorf("%w: %s by descending id", ErrNoIndex, q.Collection)
	}
	if len(q.Where) == 0 && q.OrderBy == "" {
		return Index{}, false, nil
	}
	name := CollectionName(q.Collection)
	for _, ix := range s.Indexes {
		if ix.Collection == name && ix.answers(q) {
			return ix, true, nil
		}
	}
	return Index{}, false, fmt.Errorf("%w: %s", ErrNoIndex, q.describe())
}

func (ix Index) answers(q Query) bool {
	want := len(q.Where)
	if q.OrderBy != "" {
		want++
	}
	if len(ix.Fields) != want || !ix.Way.allows(q.Desc) {
		return false
	}
	for i, w := range q.Where {
		if ix.Fields[i] != w.Field {
			return false
		}
	}
	return q.OrderBy == "" || ix.Fields[want-1] == q.OrderBy
}

func (q Query) describe() string {
	s := q.Collection
	for _, w := range q.Where {
		s += " where " + w.Field
	}
	if q.OrderBy != "" {
		s += " order by " + q.OrderBy
	}
	if q.Desc {
		s += " downwards"
	}
	return s
}
