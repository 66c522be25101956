package gmailtest

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

// enc writes JSON into a buffer and leaves out what the caller's fields mask does not name, so that what nobody reads is never
// computed: a handler asks object or array (or wants) before it works for their content.
type enc struct {
	buf   []byte
	mask  *mask   // of the object being written; nil means all of it
	outer []*mask // of the objects around it
	comma bool
}

func (e *enc) reset(m *mask) {
	e.buf, e.mask, e.outer, e.comma = e.buf[:0], m, e.outer[:0], false
}

// begin opens the answer's outermost object.
func (e *enc) begin() {
	e.outer = append(e.outer, e.mask)
	e.buf = append(e.buf, '{')
	e.comma = false
}

// end closes an object.
func (e *enc) end() {
	e.buf = append(e.buf, '}')
	e.pop()
}

func (e *enc) pop() {
	e.mask = e.outer[len(e.outer)-1]
	e.outer = e.outer[:len(e.outer)-1]
	e.comma = true
}

// wants tells whether the caller asked for a field of the object being written.
func (e *enc) wants(key string) bool {
	_, ok := e.mask.child(key)
	return ok
}

func (e *enc) key(key string) {
	if e.comma {
		e.buf = append(e.buf, ',')
	}
	e.comma = true
	e.buf = append(e.buf, '"')
	e.buf = append(e.buf, key...)
	e.buf = append(e.buf, '"', ':')
}

// object opens an object field; false means it is not wanted and nothing was opened.
func (e *enc) object(key string) bool { return e.open(key, '{') }

// array opens an array field; its objects are opened with element.
func (e *enc) array(key string) bool { return e.open(key, '[') }

func (e *enc) open(key string, with byte) bool {
	m, ok := e.mask.child(key)
	if !ok {
		return false
	}
	e.key(key)
	e.buf = append(e.buf, with)
	e.outer = append(e.outer, e.mask)
	e.mask = m
	e.comma = false
	return true
}

// element opens an object in an array.
func (e *enc) element() {
	if e.comma {
		e.buf = append(e.buf, ',')
	}
	e.begin()
}

func (e *enc) endArray() {
	e.buf = append(e.buf, ']')
	e.pop()
}

// text writes a string field.
func (e *enc) text(key, v string) {
	if e.wants(key) {
		e.key(key)
		e.buf = appendString(e.buf, v)
	}
}

// value writes a string into an array of strings.
func (e *enc) value(v string) {
	if e.comma {
		e.buf = append(e.buf, ',')
	}
	e.comma = true
	e.buf = appendString(e.buf, v)
}

// integer writes a number field.
func (e *enc) integer(key string, v int) {
	if e.wants(key) {
		e.key(key)
		e.buf = strconv.AppendInt(e.buf, int64(v), 10)
	}
}

// boolean writes a true or false field.
func (e *enc) boolean(key string, v bool) {
	if e.wants(key) {
		e.key(key)
		e.buf = strconv.AppendBool(e.buf, v)
	}
}

// long writes a 64-bit number as Google does: a string.
func (e *enc) long(key string, v uint64) {
	if e.wants(key) {
		e.key(key)
		e.buf = append(e.buf, '"')
		e.buf = strconv.AppendUint(e.buf, v, 10)
		e.buf = append(e.buf, '"')
	}
}

// id writes a message or thread id.
func (e *enc) id(key string, v uint64) {
	if e.wants(key) {
		e.key(key)
		e.buf = append(e.buf, '"')
		e.buf = appendID(e.buf, v)
		e.buf = append(e.buf, '"')
	}
}

// bytes writes data in URL-safe base64.
func (e *enc) bytes(key string, v []byte) {
	if e.wants(key) {
		e.key(key)
		e.buf = append(e.buf, '"')
		e.buf = base64.URLEncoding.AppendEncode(e.buf, v)
		e.buf = append(e.buf, '"')
	}
}

// appendID writes an id as Gmail does: sixteen hexadecimal digits.
func appendID(b []byte, id uint64) []byte {
	const digits = "0123456789abcdef"
	for shift := 60; shift >= 0; shift -= 4 {
		b = append(b, digits[id>>uint(shift)&15])
	}
	return b
}

func formatID(id uint64) string { return string(appendID(make([]byte, 0, 16), id)) }

// parseID reads what formatID wrote.
func parseID(s string) (uint64, bool) {
	if len(s) == 0 || len(s) > 16 {
		return 0, false
	}
	id, err := strconv.ParseUint(s, 16, 64)
	return id, err == nil
}

// appendString writes a JSON string; what is not UTF-8 becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(b, s[start:i]...)
			b = append(b, "\ufffd"...)
			i++
			start = i
			continue
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
