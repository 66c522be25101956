package mime

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// lineLimit is where a header line is folded (RFC 5322 section 2.1.1, and RFC 2047 section 2 for lines with encoded words).
const lineLimit = 76

// headerWriter writes a header, line by line, folded only at blanks that are there anyway.
type headerWriter struct {
	b strings.Builder
}

// field writes one field whose value is words that a blank parts. Without words it writes nothing.
func (w *headerWriter) field(name string, words ...string) {
	if len(words) == 0 {
		return
	}
	w.b.WriteString(name + ":")
	n := len(name) + 1
	for _, word := range words {
		if n+1+len(word) > lineLimit && n > 1 {
			w.b.WriteString("\r\n")
			n = 0
		}
		w.b.WriteString(" " + word)
		n += 1 + len(word)
	}
	w.b.WriteString("\r\n")
}

// addresses writes an address field.
func (w *headerWriter) addresses(name string, list ...Address) {
	var words []string
	for i, a := range list {
		words = append(words, phrase(a.Name)...)
		addr := "<" + a.Addr + ">"
		if i < len(list)-1 {
			addr += ","
		}
		words = append(words, addr)
	}
	w.field(name, words...)
}

// ids writes message ids; what can't stand in a header is left out.
func (w *headerWriter) ids(name string, ids ...string) {
	var words []string
	for _, id := range ids {
		if sendableID(id) {
			words = append(words, "<"+id+">")
		}
	}
	w.field(name, words...)
}

// unstructured is a text as the words of a field: as it is where that reads back the same, else encoded.
func unstructured(s string) []string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\t", " ")
	if s == "" {
		return []string{""}
	}
	words := strings.Split(s, " ")
	if slices.ContainsFunc(words, func(word string) bool { return word == "" || len(word) > 200 }) || !isPlain(s) {
		return encodedWords(s)
	}
	return words
}

// phrase is a name as the words of an address field (RFC 5322 section 3.2.5).
func phrase(s string) []string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	switch {
	case s == "":
		return nil
	case !isPlain(s) || len(s) > 60:
		return encodedWords(s)
	case strings.ContainsAny(s, `()<>[]:;@\,."`):
		return []string{`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`}
	}
	return strings.Split(s, " ")
}

// isPlain tells whether s is printable ASCII that nobody takes for an encoded word.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return !strings.Contains(s, "=?")
}

// encodedWords writes s as encoded words (RFC 2047), each of whole characters.
func encodedWords(s string) []string {
	const most = 39 // bytes in one word, so that it fits on a line with a field name
	var out []string
	for s != "" {
		n := 0
		for n < len(s) {
			_, size := utf8.DecodeRuneInString(s[n:])
			if n+size > most {
				break
			}
			n += size
		}
		out = append(out, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return out
}

// disposition writes the field that says whether a file is shown within the text (inline) or beside it (attachment), and names it: as it is, or by RFC 2231 in pieces where it is long or has other characters.
func (w *headerWriter) disposition(kind, filename string) {
	if isPlain(filename) && !strings.ContainsAny(filename, `"\%`) && len(filename) <= 60 && !strings.Contains(filename, "  ") {
		w.field("Content-Disposition", kind+";", `filename="`+filename+`"`)
		return
	}
	words := []string{kind + ";"}
	const most = 50
	piece, n := "utf-8''", 0
	flush := func(end string) {
		words = append(words, "filename*"+strconv.Itoa(n)+"*="+piece+end)
		piece, n = "", n+1
	}
	for i := 0; i < len(filename); i++ {
		next := percent(filename[i])
		if len(piece)+len(next) > most {
			flush(";")
		}
		piece += next
	}
	flush("")
	w.field("Content-Disposition", words...)
}

// percent is a byte in an extended parameter value (RFC 2231 section 7).
func percent(c byte) string {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0:
		return string(rune(c))
	}
	const digits = "0123456789ABCDEF"
	return string([]byte{'%', digits[c>>4], digits[c&15]})
}
