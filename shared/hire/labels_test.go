package hire

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The names of the labels that ask for an import stand in ImportLabels, and here once more: whoever changes the rule changes this test. All others take the names from
// ImportLabels.
func TestImportLabels(t *testing.T) {
	t.Parallel()
	want := []string{"Hire", "Recruiterbox"}
	if diff := cmp.Diff(want, ImportLabels); diff != "" {
		t.Errorf("labels that ask for an import (-want +got):\n%s", diff)
	}
	for _, name := range want {
		for _, written := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			if !AsksForImport(written) {
				t.Errorf("%q asks for no import", written)
			}
		}
	}
	for _, other := range []string{"", "Hired", "Hire/Design", "Work/Hire", " Hire", "Recruiter", "INBOX"} {
		if AsksForImport(other) {
			t.Errorf("%q asks for an import", other)
		}
	}
}

func TestExclusion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		labels []string
		want   ExclusionReason
		seen   bool
	}{
		{nil, "", false},
		{[]string{"INBOX", "UNREAD"}, "", true},
		{[]string{"SENT"}, "", true},
		{[]string{"Label_1", "CATEGORY_PERSONAL"}, "", false},
		{[]string{"SPAM"}, ExcludedSpam, false},
		{[]string{"TRASH", "INBOX"}, ExcludedTrash, true},
		{[]string{"DRAFT"}, ExcludedDraft, false},
		{[]string{"SPAM", "TRASH"}, ExcludedTrash, false},
		{[]string{"DRAFT", "TRASH"}, ExcludedTrash, false},
		{[]string{"inbox", "spam"}, "", false}, // system labels are upper case
	} {
		if got := Exclusion(c.labels); got != c.want {
			t.Errorf("%v: excluded for %q, want %q", c.labels, got, c.want)
		}
		if NeverImported(c.labels) != (c.want != "") || InInboxOrSent(c.labels) != c.seen {
			t.Errorf("%v: never imported %t, in inbox or sent %t", c.labels, NeverImported(c.labels), InInboxOrSent(c.labels))
		}
	}
}
