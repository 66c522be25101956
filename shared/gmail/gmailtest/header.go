package gmailtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// Header is one header field of a mail.
type Header struct{ Name, Value string }

// field is where a header field stands: its name, and its value with folds and without the last line end. end is past the line end.
type field struct{ name, nameEnd, value, valueEnd, end int }

// fieldsOf goes through the header fields between two offsets; what is no field is passed over. The header ends at an empty line.
func fieldsOf(raw []byte, from, to int) iter.Seq[field] {
	return func(yield func(field) bool) {
		for at := from; at < to; {
			next := lineEnd(raw, at, to)
			if trimEOL(raw, at, next) == at {
				return
			}
			f := field{name: at}
			for next < to && (raw[next] == ' ' || raw[next] == '\t') { // a folded line, unless it is blank altogether
				after := lineEnd(raw, next, to)
				if trimEOL(raw, next, after) == next {
					break
				}
				next = after
			}
			f.end, f.valueEnd = next, trimEOL(raw, at, next)
			colon := bytes.IndexByte(raw[at:f.valueEnd], ':')
			at = next
			if colon <= 0 {
				continue
			}
			f.nameEnd = f.name + colon
			for f.nameEnd > f.name && (raw[f.nameEnd-1] == ' ' || raw[f.nameEnd-1] == '\t') {
				f.nameEnd--
			}
			if f.nameEnd == f.name || bytes.ContainsFunc(raw[f.name:f.nameEnd], func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
				continue // such as mbox's "From someone at 12:30"
			}
			f.value = f.name + colon + 1
			for f.value < f.valueEnd && (raw[f.value] == ' ' || raw[f.value] == '\t') {
				f.value++
			}
			if !yield(f) {
				return
			}
		}
	}
}

// lineEnd is past the end of the line that begins at an offset.
func lineEnd(raw []byte, at, to int) int {
	if i := bytes.IndexByte(raw[at:to], '\n'); i >= 0 {
		return at + i + 1
	}
	return to
}

// trimEOL is the end of a line without its line end.
func trimEOL(raw []byte, at, end int) int {
	if end > at && raw[end-1] == '\n' {
		end--
	}
	if end > at && raw[end-1] == '\r' {
		end--
	}
	return end
}

// headEnd is where the body begins: past the empty line, or the end if there is none.
func headEnd(raw []byte, from, to int) int {
	for at := from; at < to; {
		next := lineEnd(raw, at, to)
		if trimEOL(raw, at, next) == at {
			return next
		}
		at = next
	}
	return to
}

// unfold makes a header's value one line.
func unfold(v []byte) string {
	v = bytes.TrimRight(v, " \t\r\n")
	if bytes.IndexByte(v, '\n') < 0 {
		return string(v)
	}
	lines := bytes.Split(v, []byte("\n"))
	var b strings.Builder
	b.Grow(len(v))
	for i, l := range lines {
		l = bytes.TrimRight(l, "\r")
		if i > 0 {
			l = bytes.TrimLeft(l, " \t")
			b.WriteByte(' ')
		}
		b.Write(l)
	}
	return b.String()
}

var wordDecoder = mime.WordDecoder{CharsetReader: func(name string, r io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, fmt.Errorf("charset %q: %w", name, err)
	}
	return e.NewDecoder().Reader(r), nil
}}

// decodeHeader turns RFC 2047 words into UTF-8. What can't be decoded stays as it is; bytes that are no UTF-8 are taken for Windows-1252.
func decodeHeader(v string) string {
	if strings.Contains(v, "=?") {
		if d, err := wordDecoder.DecodeHeader(v); err == nil {
			v = d
		}
	}
	return validText(v)
}

// address is a display name and an address as they stand in a header; the address as written, without blanks.
type address struct{ name, addr string }

var errNoAddress = errors.New("no address")

// parseAddresses reads an address list leniently: what has no "@" is left out, groups are opened, comments become names.
func parseAddresses(v string) []address {
	var all []address
	for _, s := range splitAddresses(v) {
		if a, err := parseAddress(s); err == nil {
			all = append(all, a)
		}
	}
	return all
}

// splitAddresses cuts a list at its commas, those in quotes, comments and angles excepted.
func splitAddresses(v string) []string {
	var parts []string
	start, comment, quoted, angle := 0, 0, false, false
	for i := 0; i < len(v); i++ {
		c := v[i]
		switch {
		case c == '\\' && (quoted || comment > 0):
			i++
		case quoted:
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '(':
			comment++
		case c == ')' && comment > 0:
			comment--
		case comment > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case (c == ',' || c == ';') && !angle:
			parts = append(parts, v[start:i])
			start = i + 1
		case c == ':' && !angle:
			start = i + 1 // the name of a group
		}
	}
	return append(parts, v[start:])
}

func parseAddress(s string) (address, error) {
	s = strings.TrimSpace(s)
	name, addr := "", s
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		name, addr = s[:i], s[i+1:]
		if j := strings.IndexByte(addr, '>'); j >= 0 {
			addr = addr[:j]
		}
	} else if i := strings.IndexByte(s, '('); i >= 0 {
		addr, name = s[:i], strings.TrimSuffix(s[i+1:], ")")
	}
	addr = strings.TrimSpace(addr)
	if at := strings.LastIndexByte(addr, '@'); at <= 0 || at == len(addr)-1 || strings.ContainsAny(addr, " \t\r\n") {
		return address{}, errNoAddress
	}
	return address{name: unquote(strings.TrimSpace(name)), addr: addr}, nil
}

// unquote takes the quotes off a display name and decodes it.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return decodeHeader(s)
	}
	var b strings.Builder
	for i := 1; i < len(s)-1; i++ {
		if s[i] == '\\' && i+1 < len(s)-1 {
			i++
		}
		b.WriteByte(s[i])
	}
	return decodeHeader(b.String())
}

// baseSubject is a subject as conversations are told apart by it: decoded, without Re: and Fwd:, blanks and case.
func baseSubject(s string) string {
	s = strings.ToLower(strings.Join(strings.Fields(decodeHeader(s)), " "))
	for {
		cut := s
		for _, prefix := range []string{"re:", "fwd:", "fw:", "aw:", "wg:", "sv:"} {
			cut = strings.TrimSpace(strings.TrimPrefix(cut, prefix))
		}
		if cut == s {
			return s
		}
		s = cut
	}
}

// messageIDs are the Message-IDs in a header, without their angles.
func messageIDs(v string) []string {
	var ids []string
	for {
		i := strings.IndexByte(v, '<')
		if i < 0 {
			break
		}
		v = v[i+1:]
		j := strings.IndexByte(v, '>')
		if j < 0 {
			break
		}
		if id := strings.TrimSpace(v[:j]); id != "" {
			ids = append(ids, id)
		}
		v = v[j+1:]
	}
	if len(ids) == 0 { // some senders leave the angles off
		ids = strings.Fields(v)
	}
	return ids
}
