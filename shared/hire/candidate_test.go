package hire

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	c := Candidate{Emails: []string{" Cora@Mail.example", "", "work@mail.example", "cora@mail.example", "  "}}
	if diff := cmp.Diff([]string{"cora@mail.example", "work@mail.example"}, c.Addresses()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c.Primary() != " Cora@Mail.example" || (Candidate{}).Primary() != "" {
		t.Errorf("primary %q", c.Primary())
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	at := func(day int) time.Time { return time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC) }
	old, new := Candidate{ID: "old", UpdatedAt: at(1)}, Candidate{ID: "new", UpdatedAt: at(2)}
	twin := Candidate{ID: "a-twin", UpdatedAt: at(2)}
	deleted, merged := Candidate{ID: "deleted", UpdatedAt: at(9), Deleted: true}, Candidate{ID: "merged", UpdatedAt: at(9), MergedInto: "new"}
	for _, c := range []struct {
		name       string
		candidates []Candidate
		owner      string
		id         string
		ambiguous  bool
		ok         bool
	}{
		{"nobody", nil, "", "", false, false},
		{"one", []Candidate{old}, "", "old", false, true},
		{"the most recently updated of several", []Candidate{old, new}, "", "new", true, true},
		{"in whatever order", []Candidate{new, old}, "", "new", true, true},
		{"at the same time, by id", []Candidate{new, twin}, "", "a-twin", true, true},
		{"the owner stays", []Candidate{new, old}, "old", "old", false, true},
		{"an owner who has the address no more", []Candidate{new}, "old", "new", false, true},
		{"a deleted one is none", []Candidate{deleted}, "", "", false, false},
		{"a merged one is none", []Candidate{merged}, "", "", false, false},
		{"neither counts for a choice", []Candidate{deleted, old, merged}, "", "old", false, true},
		{"a deleted owner does not stay", []Candidate{deleted, old}, "deleted", "old", false, true},
		{"a merged owner does not stay", []Candidate{merged, old, new}, "merged", "new", true, true},
	} {
		id, ambiguous, ok := Match(c.candidates, c.owner)
		if id != c.id || ambiguous != c.ambiguous || ok != c.ok {
			t.Errorf("%s: %q, ambiguous %t, ok %t", c.name, id, ambiguous, ok)
		}
	}
}

func TestReplyRecipients(t *testing.T) {
	t.Parallel()
	cora := Candidate{Name: "Cora", Emails: []string{"cora@mail.example", "work@mail.example"}}
	rita := User{ID: "rita", Name: "Rita", Email: "Rita@acme.example", Active: true, Role: RoleAdmin}
	sam := User{ID: "sam", Name: "Sam", Email: "sam@acme.example", Active: true, Role: RoleHiringTeamMember}
	gone := User{ID: "gone", Email: "gone@acme.example", Role: RoleAdmin}
	agency := User{ID: "agency", Email: "agency@acme.example", Active: true, Role: RoleExternalAgency}
	users := []User{rita, sam, gone, agency}
	a := func(addrs ...string) (out []Address) {
		for _, x := range addrs {
			out = append(out, Address{Name: "as in Gmail", Addr: x})
		}
		return out
	}
	for _, c := range []struct {
		name         string
		candidate    Candidate
		participants []Address
		want         Recipients
	}{
		{"nobody yet", cora, nil, Recipients{To: []Address{{"Cora", "cora@mail.example"}}}},
		{"the address last used", cora, a("WORK@mail.example", "rita@acme.example", "cora@mail.example"), Recipients{To: []Address{{"Cora", "WORK@mail.example"}}}},
		{"users stay, once, with their own name and address", cora, a("cora@mail.example", "SAM@acme.example", "sam@acme.example"), Recipients{
			To: []Address{{"Cora", "cora@mail.example"}}, Cc: []Address{{"Sam", "sam@acme.example"}},
		}},
		{"the sender is not written to", cora, a("cora@mail.example", " rita@ACME.example "), Recipients{To: []Address{{"Cora", "cora@mail.example"}}}},
		{"outsiders, the deactivated and agencies are left out and named", cora, a("cora@mail.example", "boss@other.example", "gone@acme.example", "agency@acme.example", "BOSS@other.example"), Recipients{
			To: []Address{{"Cora", "cora@mail.example"}}, LeftOut: a("boss@other.example", "gone@acme.example", "agency@acme.example"),
		}},
		{"a candidate without an address", Candidate{Name: "Nobody"}, a("x@mail.example"), Recipients{LeftOut: a("x@mail.example")}},
		{"an empty address is nobody", cora, a("", " "), Recipients{To: []Address{{"Cora", "cora@mail.example"}}}},
		{"a candidate who is also a user is the candidate", Candidate{Name: "Sam", Emails: []string{"sam@acme.example"}}, a("sam@acme.example"), Recipients{To: []Address{{"Sam", "sam@acme.example"}}}},
	} {
		if diff := cmp.Diff(c.want, ReplyRecipients(c.candidate, rita, users, c.participants)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
