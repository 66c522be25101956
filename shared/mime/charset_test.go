package mime

import (
	"strings"
	"testing"
)

func TestCharsets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, kind, body, want string
		defects                int
	}{
		{"none, ASCII", "text/plain", "a", "a", 0},
		{"none, UTF-8", "text/plain", "ü", "ü", 0},
		{"none, windows-1252", "text/plain", "\xfc \x93q\x94", "ü “q”", 0},
		{"none, iso-2022-jp", "text/plain", "\x1b$BMzNr=q\x1b(B", "履歴書", 0},
		{"ASCII, but UTF-8", "text/plain; charset=us-ascii", "ü", "ü", 0},
		{"ASCII, but windows-1252", "text/plain; charset=us-ascii", "caf\xe9", "café", 1},
		{"UTF-8", "text/plain; charset=UTF-8", "ü", "ü", 0},
		{"UTF-8 with a mark", "text/plain; charset=iso-8859-1", "\xef\xbb\xbfü", "ü", 0},
		{"UTF-8, one byte wrong", "text/plain; charset=utf-8", "grüße \xff äöü", "grüße \uFFFD äöü", 1},
		{"UTF-8, but windows-1252", "text/plain; charset=utf-8", "caf\xe9 \x80", "café €", 1},
		{"UTF-8, cut in a letter", "text/plain; charset=utf-8", "äöü\xc3", "äöü\uFFFD", 1},
		{"latin1 that is windows-1252", "text/plain; charset=ISO-8859-1", "\x93q\x94 \xe9", "“q” é", 0},
		{"latin1 that is UTF-8", "text/plain; charset=ISO-8859-1", "Grüße", "Grüße", 0},
		{"latin9", "text/plain; charset=iso-8859-15", "\xa4", "€", 0},
		{"koi8-r", "text/plain; charset=koi8-r", "\xf0\xd2\xc9", "При", 0},
		{"cp850", "text/plain; charset=ibm850", "\x81", "ü", 0},
		{"utf-16 with a mark", "text/plain; charset=utf-16", "\xff\xfea\x00\xfc\x00", "aü", 0},
		{"utf-16 without", "text/plain; charset=utf-16", "\x00a\x00\xfc", "aü", 0},
		{"big5", "text/plain; charset=big5", "\xa7\x41\xa6\x6e", "你好", 0},
		{"euc-kr by an old name", "text/plain; charset=ks_c_5601-1987", "\xb3\xd7", "네", 0},
		{"cp932", "text/plain; charset=cp932", "\x87\x40", "①", 0},
		{"hz", "text/plain; charset=hz-gb-2312", "~{<r@z~}!", "简历!", 0},
		{"shift_jis that is UTF-8", "text/plain; charset=shift_jis", "履歴書を送ります。", "履歴書を送ります。", 0},
		{"euc-jp, broken", "text/plain; charset=euc-jp", "\xc0\xee\xff", "川\uFFFD", 1},
		{"unknown", "text/plain; charset=x-martian", "ü", "ü", 1},
		{"unknown, not UTF-8", "text/plain; charset=x-martian", "\xfc", "ü", 1},
		{"a replacement", "text/plain; charset=iso-2022-kr", "a", "a", 1},
		{"quoted twice", `text/plain; charset="'utf-8'"`, "ü", "ü", 0},
		{"named twice", `text/plain; charset="charset=koi8-r"`, "\xf0", "П", 0},
		{"a comment", "text/plain; charset=us-ascii (Plain text)", "a", "a", 0},
		{"HTML that knows itself", "text/html", "<meta charset=koi8-r><p>\xf0\xd2\xc9", "При", 0},
		{"HTML that knows itself, old way", "text/html", `<meta http-equiv=Content-Type content="text/html; charset=shift_jis"><p>` + "\x97\x9a", "履", 0},
		{"HTML that claims UTF-8", "text/html", "<meta charset=utf-8><p>caf\xe9", "café", 0},
		{"type without a subtype", "text", "a", "a", 0},
		{"html", "html; charset=koi8-r", "<p>\xf0</p>", "П", 0},
		{"type that is none", "X-unknown", "a", "a", 0},
		{"two slashes", "text/plain/x; charset=koi8-r", "\xf0", "П", 0},
		{"multipart without a subtype", "multipart; boundary=b", "--b\n\na\n--b--", "a", 0},
		{"multipart, encoded", "multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64", "LS1iCgphCi0tYi0tCg==", "a", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := Parse([]byte("Subject: x\nContent-Type: " + tt.kind + "\n\n" + tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if m.FreshText() != tt.want || len(m.Defects) != tt.defects {
				t.Errorf("text %q, want %q; defects %q", m.FreshText(), tt.want, m.Defects)
			}
		})
	}
}

func TestRawHeader(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"a": "a", "ü": "ü", "\xfc": "ü", "äöü\xff": "äöü\uFFFD", "\x1b$BMzNr=q\x1b(B!": "履歴書!", "a\x07b": "a b"} {
		m, err := Parse([]byte("From: a@x.com\nSubject: " + in + "\n\nx"))
		if err != nil {
			t.Fatal(err)
		}
		if m.Subject != want {
			t.Errorf("%q: %q, want %q", in, m.Subject, want)
		}
	}
	m, err := Parse([]byte("Subject: " + strings.Repeat("ü", maxText) + "\n\nx"))
	if err != nil || m.Subject != strings.Repeat("ü", maxText/2) || len(m.Defects) != 1 {
		t.Errorf("a subject of %d bytes, defects %q, %v", len(m.Subject), m.Defects, err)
	}
}

func TestNamelessFiles(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"Content-Type: application/x-thing":                      "attachment",
		"Content-Type: text/calendar; method=REQUEST":            "invite.ics",
		"Content-Type: message/rfc822":                           "message.eml",
		"Content-Type: nonsense; name=a.bin":                     "a.bin",
		"Content-Type: application/pdf; name=a\nX: y":            "a",
		"Content-Type: a/b\nContent-Disposition: x; filename=c":  "c",
		"Content-Type: a/b\nContent-Disposition: inline; name=d": "d",
	} {
		m, err := Parse([]byte(header + "\n\nx"))
		if err != nil || len(m.Attachments) != 1 || m.Attachments[0].Filename != want || m.Attachments[0].PartID != "0" || string(m.Attachments[0].Content) != "x" {
			t.Errorf("%q: %+v, %v", header, m, err)
		}
	}
}
