package hire

import "testing"

func TestValidAddress(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"rita@acme.example": true, "rita+x@acme.example": true, "": false, "rita": false, "Rita <rita@acme.example>": false, "<rita@acme.example>": false,
		"rita@acme.example, sam@acme.example": false, "rita@acme.example\r\nBcc: sam@acme.example": false,
	} {
		if got := ValidAddress(s); got != want {
			t.Errorf("%q: %t, want %t", s, got, want)
		}
	}
}

func TestSameAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"cora@mail.example", "Cora@Mail.Example", true},
		{" cora@mail.example\t", "cora@mail.example", true},
		{"ÄNNE@mail.example", "änne@mail.example", true},
		{"co.ra@gmail.com", "cora@gmail.com", false},
		{"cora+jobs@gmail.com", "cora@gmail.com", false},
		{"cora@googlemail.com", "cora@gmail.com", false},
		{"", "", true},
	} {
		if got := SameAddress(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %t", c.a, c.b, got)
		}
	}
}
