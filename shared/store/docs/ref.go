package docs

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The bounds that Firestore sets (https://firebase.google.com/docs/firestore/quotas). Every driver keeps them, so that what
// works on a laptop works in the cloud.
const (
	MaxIDBytes          = 1500     // one part of a Ref, escaped
	maxRefBytes         = 6 << 10  // a whole Ref
	MaxDocumentBytes    = 1 << 20  // one document
	MaxTransactionBytes = 10 << 20 // all documents that one transaction writes
	MaxIndexedBytes     = 1500     // a string in an indexed field
)

// Ref names a document by alternating collection and document ids, as Firestore does:
// "accounts/a1/users/u7". Build it with Path, which escapes the ids.
type Ref string

// Path builds a Ref from alternating collection names and document ids. It panics on an odd number of parts or an
// empty part: both are programming errors, and a key with a hole in it would mix up tenants.
func Path(parts ...string) Ref {
	if len(parts) == 0 || len(parts)%2 != 0 {
		panic(fmt.Sprintf("docs: path of %d parts", len(parts)))
	}
	return Ref(join(parts))
}

// Under builds the path of a collection below a document ("accounts/a1" + "users"), for a Query.
func (r Ref) Under(collection string) string {
	return string(r) + "/" + join([]string{collection})
}

// Child names a document in a collection below r.
func (r Ref) Child(collection, id string) Ref {
	return Ref(string(r) + "/" + join([]string{collection, id}))
}

// IsID tells whether a string can serve as an id. What callers name as one is to be looked at first: an empty one is no id, and one that is too long is nobody's.
func IsID(id string) bool { return id != "" && len(escape(id)) <= MaxIDBytes }

// ID is the last part of the Ref, unescaped: exactly the string that Path or Child was given.
func (r Ref) ID() string {
	s := string(r)
	return unescape(s[strings.LastIndexByte(s, '/')+1:])
}

// Parent is the path of the collection that holds the document.
func (r Ref) Parent() string {
	s := string(r)
	return s[:max(strings.LastIndexByte(s, '/'), 0)]
}

// Check refuses what Path could not have built and what Firestore would not take. Drivers call it on every Ref they are given.
func (r Ref) Check() error {
	if err := checkPath(string(r), 0); err != nil {
		return fmt.Errorf("reference %q: %w", string(r), err)
	}
	return nil
}

// CollectionName is the last part of a collection's path ("accounts/a1/users": "users"), by which indexes and TTLs name it.
func CollectionName(path string) string {
	return unescape(path[strings.LastIndexByte(path, '/')+1:])
}

// checkPath checks a path whose number of parts leaves this remainder when divided by two.
func checkPath(path string, remainder int) error {
	if len(path) > maxRefBytes {
		return fmt.Errorf("%w: %d bytes", ErrTooLarge, len(path))
	}
	n := 0
	for part := range strings.SplitSeq(path, "/") {
		n++
		switch {
		case part == "":
			return errors.New("empty part")
		case len(part) > MaxIDBytes:
			return fmt.Errorf("%w: part %d has %d bytes", ErrTooLarge, n, len(part))
		case escape(unescape(part)) != part:
			return fmt.Errorf("part %d is not escaped as Path does it", n)
		}
	}
	if n%2 != remainder {
		return fmt.Errorf("%d parts", n)
	}
	return nil
}

func join(parts []string) string {
	var b strings.Builder
	for i, p := range parts {
		if p == "" {
			panic(fmt.Sprintf("docs: part %d of a path is empty", i))
		}
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(escape(p))
	}
	return b.String()
}

// Escape gives the form that an id has inside a Ref, for drivers: documents are ordered by it.
//
// Firestore forbids "/" in ids, the ids "." and "..", ids like __x__, and what is not UTF-8; control characters are legal there but
// a nuisance in keys. All of them become percent codes, and so does the percent sign, so that any string may serve as an id, two strings
// never meet, and ID gives the string back.
func Escape(id string) string { return escape(id) }

func escape(s string) string {
	dots := s == "." || s == ".."
	reserved := strings.HasPrefix(s, "__")
	if !dots && !reserved && plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		c := s[i]
		if dots || reserved && i == 0 || special(c) || r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, "%%%02X", c)
			i++
			continue
		}
		b.WriteString(s[i : i+size])
		i += size
	}
	return b.String()
}

func special(c byte) bool { return c == '%' || c == '/' || c < 0x20 || c == 0x7f }

func plain(s string) bool {
	for i := range len(s) {
		if special(s[i]) {
			return false
		}
	}
	return utf8.ValidString(s)
}

func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi >= 0 && lo >= 0 {
				b = append(b, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
