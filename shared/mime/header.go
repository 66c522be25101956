package mime

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the most of a header field that is kept, in bytes, and maxEncoded the most that is decoded for it; maxIDs and maxAddresses how many message ids and
// addresses.
const (
	maxText      = 4 << 10
	maxEncoded   = 16 * maxText // of a field before it is decoded: an encoded word for each letter
	maxIDs       = 300
	maxAddresses = 2000
)

// header holds the values of a header, unfolded, as they came, by field name in lower case.
type header map[string][]string

// readHeader reads a header block (RFC 5322 section 2.2), mending what can be: a line that is neither indented nor a field goes on with the field before. A field whose name is none is
// left out, with the lines that go on with it. damaged says that there was something of the kind.
func readHeader(block []byte) (h header, damaged bool) {
	h = header{}
	name, value := "", []byte(nil) // of the field under way; without a name it is left out
	keep := func() {
		if name != "" {
			h[name] = append(h[name], string(bytes.Trim(value, " \t")))
		}
	}
	for line := range bytes.Lines(block) {
		text := bytes.Trim(line, " \t\r\n")
		indented := line[0] == ' ' || line[0] == '\t'
		if len(text) == 0 && !indented {
			break
		}
		before, after, field := bytes.Cut(text, []byte{':'})
		if indented || !field {
			damaged = damaged || !indented
			value = append(append(value, ' '), text...)
			continue
		}
		keep()
		name, value = fieldName(before), append(value[:0], after...)
		damaged = damaged || name == ""
	}
	keep()
	return h, damaged
}

// fieldName is the name of a field in lower case, without the blanks that some programs leave before the colon; "" if it is none (RFC 5322 section 3.6.8).
func fieldName(b []byte) string {
	b = bytes.TrimRight(b, " \t")
	for _, c := range b {
		if c <= ' ' || c > '~' {
			return ""
		}
	}
	return strings.ToLower(string(b))
}

// first is the first value of a field, as it came.
func (h header) first(name string) string {
	if vs := h[strings.ToLower(name)]; len(vs) > 0 {
		return vs[0]
	}
	return ""
}

// text is the first value of a field, decoded, on one line.
func (h header) text(name string) string {
	return clip(oneLine(decodeWords(rawText(clip(h.first(name), maxEncoded)))), maxText)
}

// encodedWord is RFC 2047 section 2, a little wider: blanks within, which careless programs leave.
var encodedWord = pattern(`=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=`)

// decodeWords decodes the encoded words of s. Neighbours in one charset are decoded together, for some programs cut a letter in two.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var out strings.Builder
	var run []byte // decoded bytes of neighbouring words
	var runCharset string
	end, inRun := 0, false
	flush := func() {
		if inRun {
			out.WriteString(inCharset(run, runCharset))
		}
		run, inRun = nil, false
	}
	for _, m := range encodedWord().FindAllStringSubmatchIndex(s, -1) {
		between := s[end:m[0]]
		charset, _, _ := strings.Cut(strings.ToLower(s[m[2]:m[3]]), "*") // RFC 2231 section 5: a language may follow
		if !inRun || strings.TrimSpace(between) != "" {
			flush()
			out.WriteString(between)
		} else if charset != runCharset {
			flush()
		}
		body := s[m[6]:m[7]]
		if s[m[4]] == 'q' || s[m[4]] == 'Q' {
			run = appendUnescaped(run, []byte(strings.ReplaceAll(body, "_", " ")))
		} else {
			b, _, _ := decodeBase64([]byte(body))
			run = append(run, b...)
		}
		runCharset, inRun, end = charset, true, m[1]
	}
	flush()
	out.WriteString(s[end:])
	return out.String()
}

// oneLine makes control characters blanks, joins blanks and trims.
func oneLine(s string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.TrimSpace(s)
}

// clip cuts s to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// ids reads the message ids of a field (RFC 5322 section 3.6.4), and mends what programs do to them: blanks within, no brackets, words around.
func (h header) ids(name string) []string {
	var out []string
	for _, v := range h[strings.ToLower(name)] {
		v = rawText(v)
		found := len(out)
		for len(v) > 0 {
			_, after, ok := strings.Cut(v, "<")
			if !ok {
				break
			}
			id, rest, ok := strings.Cut(after, ">")
			if !ok {
				break
			}
			if id = cleanID(id); id != "" {
				out = append(out, id)
			}
			v = rest
		}
		if len(out) > found {
			continue
		}
		for _, word := range strings.Fields(v) {
			if word = cleanID(strings.Trim(word, `<>,;"'`)); strings.Contains(word, "@") {
				out = append(out, word)
			}
		}
	}
	if len(out) > maxIDs {
		out = slices.Delete(out, 1, len(out)-maxIDs+1) // the first, and the last ones
	}
	return out
}

// messageID reads the Message-ID, whatever its form.
func (h header) messageID() string {
	if ids := h.ids("Message-ID"); len(ids) > 0 {
		return ids[0]
	}
	return cleanID(strings.Trim(rawText(h.first("Message-ID")), "<> \t"))
}

// cleanID takes blanks and control characters out of an id. One that is longer than a line can be is none.
func cleanID(id string) string {
	if len(id) > 990 {
		return ""
	}
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || unicode.IsControl(c) || c == '<' || c == '>' {
			return -1
		}
		return c
	}, strings.ToValidUTF8(id, ""))
}
