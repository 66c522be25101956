package store_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/golden"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// indexesFile is what Terraform sets Firestore up from.
const indexesFile = "../../terraform/firestore.indexes.json"

// TestFirestoreIndexes keeps Terraform's indexes the same as the schema's:
//
//	go test ./shared/store -run TestFirestoreIndexes -update
func TestFirestoreIndexes(t *testing.T) {
	t.Parallel()
	var want bytes.Buffer
	enc := json.NewEncoder(&want)
	enc.SetIndent("", "  ")
	if err := enc.Encode(firestoreIndexes(store.Schema(), store.Collections())); err != nil {
		t.Fatal(err)
	}
	golden.File(t, indexesFile, want.String())
}

// indexFile is the form that Firebase's tools give to a database's indexes.
// Source: https://firebase.google.com/docs/reference/firestore/indexes
type indexFile struct {
	Indexes        []compositeIndex `json:"indexes"`
	FieldOverrides []fieldOverride  `json:"fieldOverrides"`
}

type compositeIndex struct {
	CollectionGroup string         `json:"collectionGroup"`
	QueryScope      string         `json:"queryScope"`
	Fields          []indexedField `json:"fields"`
}

type indexedField struct {
	FieldPath string `json:"fieldPath"`
	Order     string `json:"order"`
}

type fieldOverride struct {
	CollectionGroup string       `json:"collectionGroup"`
	FieldPath       string       `json:"fieldPath"`
	TTL             bool         `json:"ttl"`
	Indexes         []fieldIndex `json:"indexes"`
}

type fieldIndex struct {
	QueryScope string `json:"queryScope"`
	Order      string `json:"order"`
}

// scope: every query is of one collection, so that none can reach across accounts.
const scope = "COLLECTION"

// firestoreIndexes says what Firestore must be told for a schema. By itself it indexes every field of every document both ways, bodies as well, which costs
// writes and storage and takes no text over 1,500 bytes whole; so in each collection "*" switches that off, and only what queries use is switched on again.
// Source: https://cloud.google.com/firestore/docs/concepts/index-overview (single-field index exemptions)
func firestoreIndexes(schema docs.Schema, collections []string) indexFile {
	out := indexFile{Indexes: []compositeIndex{}}
	for _, c := range collections {
		out.FieldOverrides = append(out.FieldOverrides, fieldOverride{CollectionGroup: c, FieldPath: "*", Indexes: []fieldIndex{}})
	}
	for _, ix := range schema.Indexes {
		for _, order := range orders(ix.Way) {
			if len(ix.Fields) > 1 {
				out.Indexes = append(out.Indexes, composite(ix, order))
				continue
			}
			o := out.override(ix.Collection, ix.Fields[0])
			o.Indexes = append(o.Indexes, fieldIndex{QueryScope: scope, Order: order})
		}
	}
	for _, ttl := range schema.TTLs {
		out.override(ttl.Collection, ttl.Field).TTL = true
	}
	slices.SortStableFunc(out.FieldOverrides, func(a, b fieldOverride) int { return strings.Compare(a.CollectionGroup, b.CollectionGroup) })
	return out
}

func orders(w docs.Way) []string {
	switch w {
	case docs.Upwards:
		return []string{"ASCENDING"}
	case docs.Downwards:
		return []string{"DESCENDING"}
	}
	return []string{"ASCENDING", "DESCENDING"}
}

// composite is the index for equality on all fields but the last, in the order of the last one and then of the ids, which go the same way.
func composite(ix docs.Index, order string) compositeIndex {
	out := compositeIndex{CollectionGroup: ix.Collection, QueryScope: scope}
	last := len(ix.Fields) - 1
	for _, f := range ix.Fields[:last] {
		out.Fields = append(out.Fields, indexedField{FieldPath: f, Order: "ASCENDING"})
	}
	out.Fields = append(out.Fields, indexedField{FieldPath: ix.Fields[last], Order: order}, indexedField{FieldPath: "__name__", Order: order})
	return out
}

// override finds a field's entry, and makes it if there is none.
func (f *indexFile) override(collection, field string) *fieldOverride {
	for i, o := range f.FieldOverrides {
		if o.CollectionGroup == collection && o.FieldPath == field {
			return &f.FieldOverrides[i]
		}
	}
	f.FieldOverrides = append(f.FieldOverrides, fieldOverride{CollectionGroup: collection, FieldPath: field, Indexes: []fieldIndex{}})
	return &f.FieldOverrides[len(f.FieldOverrides)-1]
}
