package store_test

import (
	"testing"

	"github.com/trakstar/hire-gmail/shared/store"
)

// A mailbox from the times of the former name has both labels, in any order.
func TestSentLabel(t *testing.T) {
	t.Parallel()
	hire, former := store.Label{ID: "Label_2", Name: "hire"}, store.Label{ID: "Label_1", Name: "Recruiterbox"}
	for _, test := range []struct {
		name   string
		labels []store.Label
		want   string
	}{
		{"the former first", []store.Label{former, hire}, hire.ID},
		{"the former last", []store.Label{hire, former}, hire.ID},
		{"the former alone", []store.Label{former}, former.ID},
		{"none", nil, ""},
	} {
		if got := (store.Mailbox{Labels: test.labels}).SentLabel(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
