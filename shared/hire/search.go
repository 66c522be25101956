package hire

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Search is what somebody looks for in mail: words, of which each must be the beginning of one in what is looked through, whatever its case and accents.
type Search []string

// The bounds of a search.
const (
	maxSearch      = 200 // characters
	maxSearchWords = 10
)

// ParseSearch reads what somebody has typed: CodeInvalidRequest where it has no words, or too many.
func ParseSearch(q string) (Search, error) {
	words := searchWords(q)
	if len(q) > 4*maxSearch || len([]rune(q)) > maxSearch || len(words) == 0 || len(words) > maxSearchWords {
		return nil, Invalid("q", "not valid", "Search for 1 to 10 words, in 200 characters at most.")
	}
	return words, nil
}

// Matches tells whether all words occur in the texts taken together.
func (s Search) Matches(texts ...string) bool {
	left := len(s)
	met := make([]bool, len(s))
	for _, text := range texts {
		for word := range strings.FieldsFuncSeq(fold(text), apart) {
			for i, want := range s {
				if !met[i] && strings.HasPrefix(word, want) {
					met[i] = true
					if left--; left == 0 {
						return true
					}
				}
			}
		}
	}
	return false
}

func searchWords(s string) []string { return strings.FieldsFunc(fold(s), apart) }

func apart(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }

// fold makes texts comparable: without accents, in one case, and in the simplest form of each character (Unicode Standard Annex #15).
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
	return cases.Fold().String(s)
}
