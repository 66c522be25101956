package gmailtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outline is a mail's parts, a line each: id, type, file name, decoded size, and for text the text.
func outline(b *blob) []string {
	var out []string
	for i, p := range b.parts() {
		line := fmt.Sprintf("[%s] %s", p.id, p.mimeType)
		if p.index != i {
			line += " MISNUMBERED"
		}
		if p.filename != "" {
			line += fmt.Sprintf(" %q", p.filename)
		}
		if d := b.decoded(p); len(d) != b.size(p) {
			line += fmt.Sprintf(" size %d, decoded %d", b.size(p), len(d))
		}
		if len(p.parts) == 0 {
			line += fmt.Sprintf(" %q", b.text(p))
		}
		out = append(out, line)
	}
	return out
}

func TestParts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		mail []string
		want []string
	}{
		{"no header at all", []string{"", "hello"}, []string{`[] text/plain "hello"`}},
		{"nothing at all", []string{""}, []string{`[] text/plain ""`}},
		{"a header without a body", []string{"Subject: x"}, []string{`[] text/plain ""`}},
		{"nested", []string{
			`Content-Type: multipart/mixed; boundary="out"`, "", "preamble", "--out", `Content-Type: multipart/alternative; boundary=in`, "",
			"--in", "", "plain", "--in", "Content-Type: text/html", "", "<p>", "--in--", "",
			"--out  ", `Content-Type: application/pdf; name="b.pdf"`, `Content-Disposition: attachment; filename="a.pdf"`, "Content-Transfer-Encoding: base64", "", "aGVs", "bG8=", "--out--", "epilogue",
		}, []string{`[] multipart/mixed`, `[0] multipart/alternative`, `[0.0] text/plain "plain"`, `[0.1] text/html "<p>"`, `[1] application/pdf "a.pdf" "hello"`}},
		{"a boundary that is the beginning of another", []string{
			"Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: multipart/mixed; boundary=b2", "", "--b2", "", "one", "--b2", "", "two", "--b2--", "--b", "", "three", "--b--",
		}, []string{`[] multipart/mixed`, `[0] multipart/mixed`, `[0.0] text/plain "one"`, `[0.1] text/plain "two"`, `[1] text/plain "three"`}},
		{"a boundary within a line", []string{"Content-Type: multipart/mixed; boundary=b", "", "--b", "", "not --b", "--b--x", "--bb", "--b--"},
			[]string{`[] multipart/mixed`, `[0] text/plain "not --b\r\n--b--x\r\n--bb"`}},
		{"never closed", []string{"Content-Type: multipart/mixed; boundary=b", "", "--b", "", "one", "--b", "", "two", ""},
			[]string{`[] multipart/mixed`, `[0] text/plain "one"`, `[1] text/plain "two\r\n"`}},
		{"no boundary parameter", []string{"Content-Type: multipart/mixed", "", "--b", "", "one"}, []string{`[] multipart/mixed "--b\r\n\r\none"`}},
		{"boundary never comes", []string{"Content-Type: multipart/mixed; boundary=b", "", "text"}, []string{`[] multipart/mixed "text"`}},
		{"an empty part", []string{"Content-Type: multipart/mixed; boundary=b", "", "--b", "--b", "", "--b--"},
			[]string{`[] multipart/mixed`, `[0] text/plain ""`, `[1] text/plain ""`}},
		{"a mail in the mail", []string{
			"Content-Type: multipart/mixed; boundary=b", "", "--b", "", "see", "--b", "Content-Type: message/rfc822", "", "Subject: in", "Content-Type: multipart/mixed; boundary=c", "",
			"--c", "", "inner", "--c--", "--b--",
		}, []string{`[] multipart/mixed`, `[0] text/plain "see"`, `[1] message/rfc822`, `[1.0] multipart/mixed`, `[1.0.0] text/plain "inner"`}},
		{"a digest", []string{"Content-Type: multipart/digest; boundary=b", "", "--b", "", "Subject: one", "", "1", "--b--"},
			[]string{`[] multipart/digest`, `[0] message/rfc822`, `[0.0] text/plain "1"`}},
		{"file names", []string{
			"Content-Type: multipart/mixed; boundary=b", "",
			"--b", `Content-Type: text/plain; name="=?utf-8?q?gr=C3=BC=C3=9Fe.txt?="`, "", "1",
			"--b", `Content-Disposition: attachment; filename*=UTF-8''gr%C3%BC%C3%9Fe.txt`, "", "2",
			"--b", `Content-Disposition: attachment; filename="semi;colon.txt"; broken`, "", "3",
			"--b", `Content-Type: ; name=odd.bin`, "", "4", "--b--",
		}, []string{`[] multipart/mixed`, `[0] text/plain "grüße.txt" "1"`, `[1] text/plain "grüße.txt" "2"`, `[2] text/plain "semi;colon.txt" "3"`, `[3] text/plain "odd.bin" "4"`}},
		{"quoted-printable", []string{"Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: Quoted-Printable", "", "gr=FC=DFe =", "und =XX=3D ="},
			[]string{`[] text/plain "grüße und =XX= "`}},
		{"broken base64", []string{"Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", "aGVs bG8", "="}, []string{`[] text/plain "hello"`}},
		{"already UTF-8 but named otherwise", []string{"Content-Type: text/plain; charset=us-ascii", "", "grüße"}, []string{`[] text/plain "grüße"`}},
		{"ISO-2022-JP", []string{"Content-Type: text/plain; charset=iso-2022-jp", "", "\x1b$B$3$s\x1b(B"}, []string{`[] text/plain "こん"`}},
		{"an unknown charset", []string{"Content-Type: text/plain; charset=klingon", "", "gr\xfc\xdfe"}, []string{`[] text/plain "grüße"`}},
		{"folded", []string{"Content-Type: multipart/mixed;", "\tboundary=b", "", "--b", "Content-Disposition: attachment;", " filename=", " a.txt", "", "x", "--b--"},
			[]string{`[] multipart/mixed`, `[0] text/plain "a.txt" "x"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			raw := strings.Join(c.mail, "\r\n")
			if d := cmp.Diff(c.want, outline(newBlob([]byte(raw)))); d != "" {
				t.Errorf("CRLF (-want +got):\n%s", d)
			}
			bare := outline(newBlob([]byte(strings.ReplaceAll(raw, "\r\n", "\n"))))
			for i := range c.want {
				c.want[i] = strings.ReplaceAll(c.want[i], `\r\n`, `\n`)
			}
			if d := cmp.Diff(c.want, bare); d != "" {
				t.Errorf("LF (-want +got):\n%s", d)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	b := newBlob([]byte("From someone at 12:30\r\nSubject: one\r\n  two\r\n\tthree\r\nnonsense\r\nX-Empty:\r\nSpaced : value \r\nConstructor: x\r\nSubject: second\r\n\r\nNot: a header"))
	var got []string
	for name, value := range b.headers(b.root()) {
		got = append(got, name+"="+value)
	}
	if d := cmp.Diff([]string{"Subject=one two three", "X-Empty=", "Spaced=value", "Constructor=x", "Subject=second"}, got); d != "" {
		t.Error(d)
	}
	if v := b.header("SUBJECT"); v != "one two three" {
		t.Error(v)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]address{
		`a@b.example`: {{"", "a@b.example"}},
		`"Last, First" <a@b.example>, C <c@d.example>`:  {{"Last, First", "a@b.example"}, {"C", "c@d.example"}},
		`a@b.example (Ann)`:                             {{"Ann", "a@b.example"}},
		`=?utf-8?q?J=C3=BCrgen?= <j@b.example>`:         {{"Jürgen", "j@b.example"}},
		`Friends: a@b.example, <c@d.example>;`:          {{"", "a@b.example"}, {"", "c@d.example"}},
		`undisclosed-recipients:;`:                      nil,
		`nobody, @x, y@, two words@b.example`:           nil,
		`"quo\"ted" <a@b.example`:                       {{`quo"ted`, "a@b.example"}},
		`, ,a@b.example,`:                               {{"", "a@b.example"}},
		"Gr\xfc\xdfe <g@b.example>":                     {{"Grüße", "g@b.example"}},
		`"a@trap.example" <real@b.example>`:             {{"a@trap.example", "real@b.example"}},
		`"Smith; Bob" <bob@b.example>; carol@b.example`: {{"Smith; Bob", "bob@b.example"}, {"", "carol@b.example"}},
	} {
		if d := cmp.Diff(want, parseAddresses(in), cmp.AllowUnexported(address{})); d != "" {
			t.Errorf("%q: %s", in, d)
		}
	}
}

func TestBaseSubject(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Re: Fwd: RE:Hello   World": "hello world", "AW: Wg: x": "x", "Regarding": "regarding", "": "", "=?utf-8?q?Re=3A_Gr=C3=BC=C3=9Fe?=": "grüße",
	} {
		if got := baseSubject(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ raw, want string }{
		"text":    {"\r\nTom &  Jerry\r\n<b>", "Tom &amp; Jerry &lt;b&gt;"},
		"html":    {"Content-Type: text/html\r\n\r\n<style>p{}</style><p>Tom &amp; <b>Jerry</b></p>", "Tom &amp; Jerry"},
		"long":    {"\r\n" + strings.Repeat("ä", 500), strings.Repeat("ä", 200)},
		"no text": {"Content-Type: image/png\r\n\r\nx", ""},
	} {
		if got := newBlob([]byte(c.raw)).snippet(); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// FuzzParts: whatever a mail is made of, its parts lie within it, in order, and their bodies can be read.
func FuzzParts(f *testing.F) {
	f.Add("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nAA=\r\n--b--")
	f.Add("Content-Type: message/rfc822\n\nContent-Type: multipart/digest; boundary=b\n\n--b\n\n--b")
	f.Add("a: b\r\n c\r\n\r\n\r\n")
	f.Fuzz(func(t *testing.T, raw string) {
		b := newBlob([]byte(raw))
		for _, p := range b.parts() {
			if p.head < 0 || p.head > p.body || p.body > p.end || p.end > len(raw) {
				t.Fatalf("part %s: %d %d %d of %d", p.id, p.head, p.body, p.end, len(raw))
			}
			b.text(p)
			for range b.headers(p) {
			}
		}
		b.snippet()
		factsOf(b)
		readMail(b)
		e := headEditor{fields: []Header{{"Message-ID", "<x@y>"}}}
		if got := newBlob(e.edit(b.raw)).header("Message-ID"); got != "<x@y>" {
			t.Fatalf("Message-ID %q", got)
		}
	})
}
