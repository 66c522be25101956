package hire_test

import (
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/hire"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	texts := []string{"Re: Über die Stelle", "Liebe Zoë,\nanbei mein Lebenslauf – straße 12.", "Zoe Müller <zoe.mueller@mail.example>", "résumé_2026.PDF"}
	for q, want := range map[string]bool{
		"uber": true, "ÜBER": true, "stell": true, "telle": false, "zoe lebenslauf": true, "zoe lebenslauf nein": false, "STRASSE": true, "zoe.mueller@mail.example": true,
		"resume": true, "2026 pdf": true, "Ｌｅｂｅｎｓlauf": true, "\"mein Lebenslauf\"": true, "mein mein": true,
	} {
		s, err := hire.ParseSearch(q)
		if err != nil {
			t.Fatalf("%q: %v", q, err)
		}
		if got := s.Matches(texts...); got != want {
			t.Errorf("%q: %t, want %t", q, got, want)
		}
	}
	for _, q := range []string{"", "  ", "-!?", strings.Repeat("a ", 11), strings.Repeat("a", 201), strings.Repeat("é", 201)} {
		if _, err := hire.ParseSearch(q); hire.CodeOf(err) != hire.CodeInvalidRequest {
			t.Errorf("%q: %v", q, err)
		}
	}
}
