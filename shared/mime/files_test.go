package mime

import (
	"bytes"
	"encoding/base64"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trakstar/hire-gmail/shared/mime/mimetest"
)

func TestFilenames(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a.pdf": "a.pdf", "/etc/passwd": "passwd", `C:\x\a.doc`: "a.doc", "../..": "", "..": "", ".": "", "": "", " a \t b ": "a b", "a\nb\x00c.txt": "a bc.txt",
		"cv\u202efdp.exe": "cvfdp.exe", "履歴書.pdf": "履歴書.pdf", "dir/": "dir", "a\xffb": "a_b", ".htaccess": ".htaccess",
		strings.Repeat("ü", 200) + ".pdf": strings.Repeat("ü", 98) + ".pdf", strings.Repeat("x", 300): strings.Repeat("x", 200),
	} {
		if got := cleanFilename(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := cleanFilename(string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "string"))
		if err := CheckFilename(name); name != "" && err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if again := cleanFilename(name); again != name {
			t.Fatalf("%q, cleaned again: %q", name, again)
		}
	})
	for _, tt := range []struct {
		name string
		want error
	}{
		{"CV Anna.pdf", nil}, {"履歴書.pdf", nil}, {`a "b".txt`, nil}, {"", ErrInvalidFilename}, {"  ", ErrInvalidFilename}, {"..", ErrInvalidFilename}, {"a/b", ErrInvalidFilename},
		{`a\b`, ErrInvalidFilename}, {"a\r\nBcc: x", ErrHeaderInjection}, {"a\x00", ErrHeaderInjection}, {"a\x7f", ErrHeaderInjection}, {"a\u0085", ErrHeaderInjection}, {"a\xff", ErrInvalidFilename},
		{strings.Repeat("x", 201), ErrInvalidFilename},
	} {
		if err := CheckFilename(tt.name); !errors.Is(err, tt.want) {
			t.Errorf("CheckFilename(%q): %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestDecodeBase64(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in, content, rest string
		clean             bool
	}{
		{"", "", "", true},
		{"aGVsbG8=", "hello", "", true},
		{"aGVs\r\nbG8=\r\n", "hello", "", true},
		{"aGVsbG8", "hello", "", true},
		{"aGVs bG8=\t", "hello", "", true},
		{"aGVs!bG8=", "hello", "", false},
		{"aGVsbG8=aGVsbG8=", "hellohello", "", true},
		{"aGVsbG8=\r\naGVsbG8=", "hellohello", "", true},
		{"aGVsbG9o\n-- \nA list, for you.\n", "helloh", "-- \nA list, for you.", false},
		{"aGVsbG8=\n\nSent by the list: jobs.\n", "hello", "Sent by the list: jobs.", false},
		{"a", "", "", false},
		{"====", "", "", true},
		{strings.Repeat("=", 1000), "", "", true},
	} {
		content, rest, clean := decodeBase64([]byte(tt.in))
		if string(content) != tt.content || string(rest) != tt.rest || clean != tt.clean {
			t.Errorf("%q: %q, %q, %v", tt.in, content, rest, clean)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		s := base64.StdEncoding.EncodeToString(b)
		if rapid.Bool().Draw(t, "unpadded") {
			s = base64.RawStdEncoding.EncodeToString(b)
		}
		if rapid.Bool().Draw(t, "spaced") {
			s = strings.Join(strings.Split(s, ""), " \r\n")
		}
		if got, rest, _ := decodeBase64([]byte(s)); !bytes.Equal(got, b) || len(rest) != 0 {
			t.Fatalf("%q: %q, rest %q", s, got, rest)
		}
	})
}

func TestDecodeQuotedPrintable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "a=3Db": "a=b", "a=3db": "a=b", "a=\r\nb": "ab", "a=\nb": "ab", "a= \t\r\nb": "ab", "a  \r\nb\t": "a\r\nb", "=": "", "==": "=", "=3": "=3", "=ZZ": "=ZZ", "=E4=\r\n=F6": "\xe4\xf6", "\xff": "\xff",
	} {
		if got := decodeQuotedPrintable([]byte(in)); string(got) != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, base, reply string }{
		{"", "", "Re:"},
		{"Offer", "Offer", "Re: Offer"},
		{"Re: Offer", "Offer", "Re: Offer"},
		{"RE: re:Re : Offer", "Offer", "Re: Offer"},
		{"AW: Offer", "Offer", "Re: Offer"},
		{"Re[2]: Offer", "Offer", "Re: Offer"},
		{"SV: VS: Offer", "Offer", "Re: Offer"},
		{"回复：Offer", "Offer", "Re: Offer"},
		{"Fwd: Offer", "Offer", "Re: Fwd: Offer"},
		{"Re: Fwd: Re: Offer", "Offer", "Re: Fwd: Re: Offer"},
		{"WG: AW: Offer", "Offer", "Re: WG: AW: Offer"},
		{"  Offer   letter ", "Offer letter", "Re: Offer   letter"},
		{"Reply to you", "Reply to you", "Re: Reply to you"},
		{"R: a language", "R: a language", "Re: R: a language"},
		{"Re: ", "", "Re:"},
		{"[jobs] Offer", "[jobs] Offer", "Re: [jobs] Offer"},
		{"Offer\r\nBcc: x", "Offer Bcc: x", "Re: Offer  Bcc: x"},
	} {
		if got := BaseSubject(tt.in); got != tt.base {
			t.Errorf("BaseSubject(%q): %q, want %q", tt.in, got, tt.base)
		}
		if got := ReplySubject(tt.in); got != tt.reply {
			t.Errorf("ReplySubject(%q): %q, want %q", tt.in, got, tt.reply)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "subject")
		reply := ReplySubject(s)
		if ReplySubject(reply) != reply || BaseSubject(reply) != BaseSubject(s) {
			t.Fatalf("%q: reply %q, reply to that %q, base %q and %q", s, reply, ReplySubject(reply), BaseSubject(s), BaseSubject(reply))
		}
	})
}

func TestReferences(t *testing.T) {
	t.Parallel()
	var long []string
	for i := range 100 {
		long = append(long, "r"+strconv.Itoa(i)+"@x")
	}
	for _, tt := range []struct {
		name string
		refs []string
		id   string
		want []string
	}{
		{"first reply", nil, "a@x", []string{"a@x"}},
		{"chain", []string{"a@x", "b@x"}, "c@x", []string{"a@x", "b@x", "c@x"}},
		{"id is there already", []string{"a@x", "b@x"}, "b@x", []string{"a@x", "b@x"}},
		{"id is in the middle", []string{"a@x", "b@x", "c@x"}, "b@x", []string{"a@x", "c@x", "b@x"}},
		{"twice the same", []string{"a@x", "a@x"}, "b@x", []string{"a@x", "b@x"}},
		{"long", long, "new@x", append(append([]string{"r0@x"}, long[72:]...), "new@x")},
		{"what can't stand in a header", []string{"a\r\nBcc: x@y", "ü@x", "a b@x", "<a@x>", ""}, "b@x", []string{"b@x"}},
		{"nothing", nil, "", nil},
	} {
		before := append([]string(nil), tt.refs...)
		got := References(tt.refs, tt.id)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if len(got) > maxReferences {
			t.Errorf("%s: %d ids", tt.name, len(got))
		}
		if diff := cmp.Diff(before, tt.refs); diff != "" {
			t.Errorf("%s: the caller's ids were changed:\n%s", tt.name, diff)
		}
	}
}

// The memory that a mail takes is bounded by its length, whatever it is made of.
func TestParseHostile(t *testing.T) {
	for name, raw := range mimetest.Hostile(1 << 18) {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			m, err := Parse(raw)
			runtime.ReadMemStats(&after)
			if name == "NULs" {
				if !errors.Is(err, errEmpty) {
					t.Fatalf("%+v, %v", m, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkSound(t, m)
			BaseSubject(m.Subject)
			if used := after.TotalAlloc - before.TotalAlloc; used > 64*uint64(len(raw))+1<<20 {
				t.Errorf("a mail of %d KB took %d KB", len(raw)>>10, used>>10)
			}
			if len(m.Text)+len(m.HTML) > 8*len(raw)+100 {
				t.Errorf("a mail of %d bytes became %d", len(raw), len(m.Text)+len(m.HTML))
			}
		})
	}
}

func TestParseLimits(t *testing.T) {
	t.Parallel()
	all := mimetest.Hostile(1 << 18)
	for name, want := range map[string]struct{ text, defect string }{
		"nested":          {"the bottom", "its parts are nested more than 20 deep; what lies deeper is shown as text"},
		"many parts":      {"--b", "it has more than 1000 parts; the rest is shown as text"},
		"one header line": {"text", "its header is longer than 1 MB and was not read to its end"},
	} {
		m, err := Parse(all[name])
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(m.Text, want.text) || !strings.Contains(strings.Join(m.Defects, "\n"), want.defect) {
			t.Errorf("%s: defects %q", name, m.Defects)
		}
	}
}

// What a panic leaves is the mail's text.
func TestGuarded(t *testing.T) {
	t.Parallel()
	m := guarded(func(*reader) *Message { panic("a library stumbled") }, func() []byte { return []byte("From: a\n\nte\xffxt\x00") })
	if m.Text != "From: a\n\nte\uFFFDxt" || len(m.Defects) != 1 || m.HeaderValue("From") != "" || m.AutoReply() || m.DeliveryReport() {
		t.Errorf("%+v", m)
	}
}

// withFile is a mail with a file of n bytes.
func withFile(n int) []byte {
	var b bytes.Buffer
	b.Grow(n*4/3 + n/20 + 1000)
	b.WriteString("From: a@example.com\r\nTo: b@example.com\r\nSubject: Large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n" +
		"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=large.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	content := make([]byte, n)
	for i := range content {
		content[i] = byte(i * i >> 8)
	}
	w := base64.NewEncoder(base64.StdEncoding, &lineWriter{w: &b})
	_, _ = w.Write(content)
	_ = w.Close()
	b.WriteString("\r\n--b--\r\n")
	return b.Bytes()
}

// A mail of 30 MB costs little more memory than its file decoded.
func TestParseLargeFile(t *testing.T) {
	const n = 30 << 20
	raw := withFile(n)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m, err := Parse(raw)
	runtime.ReadMemStats(&after)
	if err != nil || m.Text != "See the file." || len(m.Attachments) != 1 || m.Attachments[0].Size != n || m.Defects != nil {
		t.Fatalf("%v, %+v", err, m.Defects)
	}
	for i, c := range m.Attachments[0].Content {
		if c != byte(i*i>>8) {
			t.Fatalf("byte %d is wrong", i)
		}
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 2*n {
		t.Errorf("%d MB were allocated for a file of %d MB", used>>20, n>>20)
	}
}

func BenchmarkParse5KB(b *testing.B) {
	raw := []byte("From: =?utf-8?Q?J=C3=BCrgen?= <a@example.com>\r\nTo: Ruth <ruth@example.com>, b@example.com\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nDate: Tue, 14 May 2024 10:22:07 +0200\r\n" +
		"Message-ID: <a@b>\r\nReferences: <c@d> <e@f>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n" +
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + strings.Repeat("Some words, gr=C3=BCn, on a line of a mail.\r\n", 40) +
		"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + strings.Repeat("<p>Some words on a line of a <b>mail</b>.</p>\r\n", 50) + "--b--\r\n")
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse10MBFile(b *testing.B) {
	raw := withFile(10 << 20)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(raw); err != nil {
			b.Fatal(err)
		}
	}
}
