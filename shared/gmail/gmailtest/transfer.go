package gmailtest

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decodeTransfer undoes a transfer encoding; one that is not known is left as it is. It may return body itself.
func decodeTransfer(encoding string, body []byte) []byte {
	switch encoding {
	case "base64":
		return decodeBase64(body)
	case "quoted-printable":
		return decodeQuotedPrintable(body)
	}
	return body
}

// decodeBase64 decodes what it can: what is not of the alphabet is passed over, and so is a piece too short to be a byte.
func decodeBase64(body []byte) []byte {
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(body))) // enough with padding and without
	if n, err := base64.StdEncoding.Decode(out, body); err == nil {
		return out[:n]
	}
	clean := make([]byte, 0, len(body))
	for _, c := range body {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	n, _ := base64.RawStdEncoding.Decode(out, clean) // of nothing but its alphabet, in whole bytes: cannot fail
	return out[:n]
}

// base64Size is the length of what base64 decodes to, of the alphabet and blanks alone.
func base64Size(body []byte) int {
	n := len(body)
	for _, c := range []byte("\r\n= \t") {
		n -= bytes.Count(body, []byte{c})
	}
	return n * 3 / 4
}

func decodeQuotedPrintable(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for len(body) > 0 {
		i := bytes.IndexByte(body, '=')
		if i < 0 {
			return append(out, body...)
		}
		out = append(out, body[:i]...)
		body = body[i+1:]
		if len(body) >= 2 {
			hi, lo := unhex(body[0]), unhex(body[1])
			if hi < 16 && lo < 16 {
				out = append(out, hi<<4|lo)
				body = body[2:]
				continue
			}
		}
		rest := bytes.TrimLeft(body, " \t")
		switch {
		case bytes.HasPrefix(rest, []byte("\r\n")):
			body = rest[2:]
		case len(rest) > 0 && rest[0] == '\n':
			body = rest[1:]
		case len(rest) == 0:
			return out
		default:
			out = append(out, '=')
		}
	}
	return out
}

func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// decodeCharset makes a text UTF-8. A text that is UTF-8 already but for an escape-based charset such as ISO-2022-JP stays as it is.
func decodeCharset(charset string, text []byte) []byte {
	charset = strings.ToLower(charset)
	valid := utf8.Valid(text)
	if valid && (charset == "" || charset == "utf-8" || charset == "us-ascii" || charset == "ascii") {
		return text
	}
	e, err := htmlindex.Get(charset)
	if err != nil || charset == "utf-8" {
		if valid {
			return text
		}
		return []byte(validText(string(text)))
	}
	out, err := e.NewDecoder().Bytes(text)
	if err != nil {
		return bytes.ToValidUTF8(text, []byte("\ufffd"))
	}
	return out
}

// validText makes a string UTF-8: what is not is taken for Windows-1252.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	out, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	return out
}
