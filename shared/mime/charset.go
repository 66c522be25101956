package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// charsets are names that mail programs use and the indexes lack, or take for less than what is meant by them.
var charsets = map[string]encoding.Encoding{
	"cp932": japanese.ShiftJIS, "cp936": simplifiedchinese.GB18030, "cp949": korean.EUCKR, "cp950": traditionalchinese.Big5,
	// What is called gb2312 or gbk often has letters that only their successor has.
	"gb2312": simplifiedchinese.GB18030, "gbk": simplifiedchinese.GB18030, "gb_2312-80": simplifiedchinese.GB18030, "x-gbk": simplifiedchinese.GB18030,
	"hz-gb-2312": simplifiedchinese.HZGB2312,
	"utf-16":     unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "utf16": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"unicode": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
}

// charsetOf finds the encoding for a charset's name. plain says that the name is none, ASCII or UTF-8.
func charsetOf(name string) (e encoding.Encoding, plain bool) {
	name = strings.ToLower(strings.Trim(firstWord(name), `"'`))
	name = strings.TrimPrefix(name, "charset=")
	switch name {
	case "", "us-ascii", "ascii", "ansi_x3.4-1968", "utf-8", "utf8", "utf_8", "unicode-1-1-utf-8", "x-unknown", "unknown-8bit":
		return nil, true
	}
	if e, ok := charsets[name]; ok {
		return e, false
	}
	if e, err := htmlindex.Get(name); err == nil && e != encoding.Replacement {
		return e, false
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil && e != nil {
		return e, false
	}
	return nil, false
}

// decodeText turns a text part into UTF-8. The header's charset counts, but for what shows by itself to be otherwise.
func (r *reader) decodeText(p *part) string {
	b := p.content
	if rest, ok := bytes.CutPrefix(b, []byte("\xef\xbb\xbf")); ok {
		return r.asUTF8(rest, true)
	}
	name := p.params["charset"]
	e, plain := charsetOf(name)
	if p.converted && utf8.Valid(b) && !stillEncoded(b, e) {
		return string(b)
	}
	if plain && p.mediaType == "text/html" && !utf8.Valid(b) {
		// Perhaps the HTML itself knows. Where it does not, the answer is UTF-8 or windows-1252, which are tried below.
		if inner, label, _ := charset.DetermineEncoding(b[:min(len(b), 1024)], ""); label != "utf-8" && label != "windows-1252" {
			e, plain = inner, false
		}
	}
	if plain && bytes.Contains(b, []byte("\x1b$B")) {
		e, plain = japanese.ISO2022JP, false
	}
	switch {
	case plain:
		return r.asUTF8(b, name != "")
	case e == nil:
		r.note("its text is in a character set that is not known (%s)", printable(name))
		return r.asUTF8(b, false)
	}
	if _, single := e.(*charmap.Charmap); single && utf8.Valid(b) {
		// Text with other letters than English ones that is valid UTF-8 is UTF-8: by chance it is so only in a few words' length.
		return string(b)
	}
	out, err := e.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		if utf8.Valid(b) && !stillEncoded(b, e) {
			return string(b)
		}
		r.note("some characters of its text could not be read")
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

// stillEncoded tells whether bytes that are valid UTF-8 are none all the same: in these encodings text consists of ASCII bytes.
func stillEncoded(b []byte, e encoding.Encoding) bool {
	if e == nil {
		return false
	}
	if e == japanese.ISO2022JP {
		return bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b("))
	}
	wide, err := e.NewEncoder().Bytes([]byte("a"))
	return err == nil && len(wide) > 1 && bytes.IndexByte(b, 0) >= 0 // UTF-16
}

// asUTF8 reads bytes as UTF-8 if most of what is not ASCII is that, else as windows-1252. declared says that the sender promised UTF-8 or ASCII.
func (r *reader) asUTF8(b []byte, declared bool) string {
	if utf8.Valid(b) {
		return string(b)
	}
	if mostlyUTF8(b) {
		r.note("some characters of its text could not be read")
		return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
	}
	if declared {
		r.note("its text is not in the character set it says, so some letters may be wrong")
	}
	return windows1252(b)
}

func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		c, size := utf8.DecodeRune(b[i:])
		if c == utf8.RuneError && size == 1 {
			bad++
		} else {
			good++
		}
		i += size
	}
	return good > bad
}

func windows1252(b []byte) string {
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(out)
}

// rawText reads the bytes of a header that has other letters than ASCII without saying which: UTF-8 (RFC 6532), else windows-1252.
func rawText(s string) string {
	if strings.Contains(s, "\x1b$B") {
		if out, err := japanese.ISO2022JP.NewDecoder().String(s); err == nil {
			return out
		}
	}
	if utf8.ValidString(s) {
		return s
	}
	if mostlyUTF8([]byte(s)) {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return windows1252([]byte(s))
}

// inCharset reads bytes of a named charset; those of an unknown one as rawText.
func inCharset(b []byte, name string) string {
	if e, plain := charsetOf(name); !plain && e != nil {
		if out, err := e.NewDecoder().Bytes(b); err == nil {
			return strings.ToValidUTF8(string(out), "\uFFFD")
		}
	}
	return rawText(string(b))
}

// printable is a name out of a mail, fit to be quoted in a sentence.
func printable(s string) string {
	s = strings.Map(func(c rune) rune {
		if c <= ' ' || c > '~' {
			return -1
		}
		return c
	}, s)
	return s[:min(len(s), 40)]
}
