package store

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/golden"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// What is declared to hold personal data is there: each collection, and each field as text in its record.
func TestPersonalDataNamesFields(t *testing.T) {
	t.Parallel()
	records := map[string]any{
		"accounts": hire.Account{}, "batches": Batch{}, "candidates": hire.Candidate{}, "mailboxes": Mailbox{}, "messages": hire.Message{}, "parts": BatchPart{}, "rfcids": rfcIDRecord{}, "rows": OutboxRow{}, "sends": Send{},
		"threads": hire.Thread{}, "tracked": Tracked{}, "uploads": Upload{}, "users": hire.User{},
	}
	for _, p := range PersonalData() {
		if p.What == "" || p.Until == "" {
			t.Errorf("%s: it is not said whose it is, or when it goes", p.Collection)
		}
		if p.Collection == "pushes" || p.Collection == "published" { // in the file of one machine, of package events
			continue
		}
		if p.Collection != "waiting" && !slices.Contains(Collections(), p.Collection) { // it has documents below it alone
			t.Errorf("there is no collection %s", p.Collection)
		}
		for _, fields := range p.Fields {
			for _, f := range fields {
				if f == "id" {
					continue
				}
				if kind := fieldKind(reflect.TypeOf(records[p.Collection]), strings.Split(f, ".")); kind != reflect.String {
					t.Errorf("%s has no text %s, but %s", p.Collection, f, kind)
				}
			}
		}
	}
}

func fieldKind(t reflect.Type, path []string) reflect.Kind {
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && t != reflect.TypeFor[[]byte]()) {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[[]byte]() && len(path) == 0: // a text in another form
		return reflect.String
	case t == nil:
		return reflect.Invalid
	case len(path) == 0:
		return t.Kind()
	case t.Kind() != reflect.Struct:
		return reflect.Invalid
	}
	f, ok := t.FieldByName(path[0])
	if !ok {
		return reflect.Invalid
	}
	return fieldKind(f.Type, path[1:])
}

func TestPersonalKindHolds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		of, in PersonalKind
		want   bool
	}{
		{PersonalAddress, PersonalAddress, true}, {PersonalAddress, PersonalName, true}, {PersonalAddress, PersonalText, true}, {PersonalName, PersonalAddress, false},
		{PersonalName, PersonalText, true}, {PersonalText, PersonalAddress, false}, {PersonalText, PersonalName, false}, {PersonalText, PersonalText, true},
	} {
		if got := test.in.Holds(test.of); got != test.want {
			t.Errorf("%s in a field of %s: %t", test.of, test.in, got)
		}
	}
}

// TestPersonalDataIsDocumented keeps the table of SECURITY.md the same as the code's:
//
//	go test ./shared/store -run TestPersonalDataIsDocumented -update
func TestPersonalDataIsDocumented(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("| collection | what of it | where it lies | until |\n|---|---|---|---|\n")
	for _, p := range PersonalData() {
		var where []string
		for _, kind := range slices.Sorted(maps.Keys(p.Fields)) {
			var fields []string
			for _, f := range p.Fields[kind] {
				if f == "id" {
					f = "the document's name"
				} else {
					f = "`" + f + "`"
				}
				fields = append(fields, f)
			}
			where = append(where, fmt.Sprintf("%s: %s", kind, strings.Join(fields, ", ")))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Collection, p.What, strings.Join(where, "; "), p.Until)
	}
	golden.Part(t, "../../SECURITY.md", "personal data", b.String())
}
