package mime

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// encoding is the part's Content-Transfer-Encoding, in lower case.
func (p *part) encoding() string { return firstWord(p.header.first("Content-Transfer-Encoding")) }

// decodeTransfer undoes the transfer encoding (RFC 2045 section 6). It is written here because what libraries offer either stops at the first
// wrong byte or, as enmime's, keeps an error for every one: ten megabytes of "!" cost it gigabytes.
func (r *reader) decodeTransfer(p *part, body []byte) []byte {
	switch e := p.encoding(); e {
	case "", "7bit", "8bit", "binary", "7bits", "8bits", "7-bit", "8-bit":
		return body
	case "quoted-printable":
		return decodeQuotedPrintable(body)
	case "base64":
		content, rest, clean := decodeBase64(body)
		if !clean {
			r.note("a part was damaged on the way; what could be read of it is kept")
		}
		if len(rest) > 0 && strings.HasPrefix(p.mediaType, "text/") {
			// A list's footer below an encoded text.
			content = append(append(content, '\n'), rest...)
		}
		return content
	case "x-uuencode", "uuencode", "x-uue", "uue":
		if content, ok := decodeUU(body); ok {
			return content
		}
		r.note("a part was damaged on the way; it is kept as it came")
		return body
	default:
		if strings.TrimSpace(e) != "" {
			r.note("a part is encoded in a way that is not known (%s); it is kept as it came", printable(e))
		}
		return body
	}
}

const (
	b64Skip = 0x80 // no letter of the alphabet
	b64Gap  = 0x81 // blank
	b64Pad  = 0x82
)

// b64Values gives the six bits of a letter.
var b64Values = func() (t [256]byte) {
	for i := range t {
		t[i] = b64Skip
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	t['='] = b64Pad
	for _, c := range []byte(" \t\r\n\x00") {
		t[c] = b64Gap
	}
	return t
}()

// decodeBase64 decodes what it can: foreign bytes are skipped, padding may be missing or stand between two runs that were joined. Plain text
// that somebody put below comes back as rest. clean says that there was nothing to mend.
func decodeBase64(b []byte) (content, rest []byte, clean bool) {
	out := make([]byte, base64.StdEncoding.DecodedLen(len(b)))
	if n, err := base64.StdEncoding.Decode(out, b); err == nil {
		return out[:n], nil, true
	}
	out, clean = out[:0], true
	var bits uint32
	letters := 0
	flush := func() {
		switch letters {
		case 1:
			clean = false
		case 2:
			out = append(out, byte(bits>>4))
		case 3:
			out = append(out, byte(bits>>10), byte(bits>>2))
		}
		bits, letters = 0, 0
	}
	for i := 0; i < len(b); i++ {
		switch v := b64Values[b[i]]; v {
		case b64Gap:
			if b[i] == '\n' && letters == 0 && len(out) > 0 && isProse(b[i+1:]) {
				return out, bytes.TrimSpace(b[i+1:]), false
			}
		case b64Skip:
			clean = false
		case b64Pad:
			if letters == 0 {
				continue
			}
			flush()
		default:
			bits = bits<<6 | uint32(v)
			if letters++; letters == 4 {
				out = append(out, byte(bits>>16), byte(bits>>8), byte(bits))
				bits, letters = 0, 0
			}
		}
	}
	flush()
	return out, nil, clean
}

// isProse tells words from base64, by the first few lines: blanks between letters, and signs that base64 has not. Base64 that was damaged has
// hardly both.
func isProse(b []byte) bool {
	blank, sign := false, false
	line := 0 // letters on the line
	for i, c := range b[:min(len(b), 200)] {
		switch {
		case c == '\n':
			line = 0
		case c == ' ':
			blank = blank || (line > 0 && i+1 < len(b) && b[i+1] > ' ')
		case c == '\r', c == '\t':
		default:
			line++
			sign = sign || b64Values[c] == b64Skip
		}
	}
	return blank && sign
}

// decodeQuotedPrintable decodes RFC 2045 section 6.7; what is no valid escape stays as it is.
func decodeQuotedPrintable(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		line, rest, more := bytes.Cut(b, []byte{'\n'})
		b = rest
		crlf := bytes.HasSuffix(line, []byte{'\r'})
		line = bytes.TrimRight(line, " \t\r") // blanks at the end of a line were added on the way
		soft := bytes.HasSuffix(line, []byte{'='})
		if soft {
			line = line[:len(line)-1]
		}
		out = appendUnescaped(out, line)
		if more && !soft {
			if crlf {
				out = append(out, '\r')
			}
			out = append(out, '\n')
		}
	}
	return out
}

// appendUnescaped undoes "=E9".
func appendUnescaped(out, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		if b[i] == '=' && i+2 < len(b) {
			hi, lo := unhex(b[i+1]), unhex(b[i+2])
			if hi < 16 && lo < 16 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

// unhex is the value of a hexadecimal digit; 16 if it is none.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 16
}

// decodeUU decodes uuencode, between its "begin" and "end" lines.
func decodeUU(b []byte) (out []byte, ok bool) {
	begun := false
	for len(b) > 0 {
		line, rest, _ := bytes.Cut(b, []byte{'\n'})
		b = rest
		line = bytes.TrimRight(line, "\r")
		switch {
		case !begun:
			begun = bytes.HasPrefix(line, []byte("begin "))
			continue
		case bytes.Equal(line, []byte("end")):
			return out, true
		case len(line) == 0:
			continue
		}
		n := int(line[0]-' ') & 63
		for line = line[1:]; n > 0 && len(line) > 0; n -= 3 {
			var v [4]byte
			for i := range v {
				if i < len(line) {
					v[i] = (line[i] - ' ') & 63
				}
			}
			three := []byte{v[0]<<2 | v[1]>>4, v[1]<<4 | v[2]>>2, v[2]<<6 | v[3]}
			out = append(out, three[:min(n, 3)]...)
			line = line[min(4, len(line)):]
		}
	}
	return out, begun
}
