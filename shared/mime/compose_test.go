package mime

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/trakstar/hire-gmail/shared/golden"
	"pgregory.net/rapid"
)

var sentAt = time.Date(2024, 5, 14, 10, 22, 7, 0, time.FixedZone("CEST", 2*3600))

// boundaries answers with b1, b2, …
func boundaries() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("b%d", n) }
}

func file(name, kind, content string) OutgoingAttachment {
	return OutgoingAttachment{Filename: name, ContentType: kind, Size: int64(len(content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
}

// picture is one that HTML can show by its name.
func picture(name string) OutgoingAttachment {
	p := file(name, "image/png", "\x89PNG "+name)
	p.ContentID = name + "@hire"
	return p
}

func simple() Outgoing {
	return Outgoing{From: Address{"Ruth Okafor", "ruth@northwind.example"}, To: []Address{{"Anna Keller", "anna@example.com"}}, Subject: "Interview", Text: "Hello Anna,\n\nsee you.\n", Date: sentAt}
}

func outgoings() map[string]Outgoing {
	out := map[string]Outgoing{"text": simple()}

	o := simple()
	o.To = nil
	o.Bcc = []Address{{"", "anna@example.com"}}
	o.Subject, o.Text = "", ""
	out["bcc_only_empty"] = o

	o = simple()
	o.From.Name = "Okafor, Ruth (HR)"
	o.To = []Address{{"Jürgen Groß", "juergen@example.de"}, {"", "b@example.com"}, {`The "Boss"`, "boss@example.com"}, {"履歴書を送る人たちの代表としてここに長い名前を書きます", "long@example.jp"}, {"=?utf-8?Q?no?=", "tricky@example.com"}}
	o.Cc = []Address{{"", `"odd one"@example.com`}, {strings.Repeat("Very Long Name ", 8), "v@example.com"}}
	o.Subject = "Rückmeldung zu Ihrer Bewerbung als Entwicklerin – nächste Schritte im Auswahlverfahren 履歴書 und mehr"
	o.Text = "Grüße\nlong line " + strings.Repeat("abc ", 40) + "\n.\nFrom here\n trailing blanks  \n=20"
	o.HTML = "<p>Grüße</p>"
	o.InReplyTo = "m2@mail.gmail.com"
	o.References = []string{"m1@mail.gmail.com", "not\u00fcascii@x", "m2@mail.gmail.com", strings.Repeat("r", 150) + "@mail.gmail.com"}
	o.Header = []HeaderField{{"X-Hire-Send", "send-1"}, {"X-Words", "zwölf Boxkämpfer"}}
	out["everything_but_files"] = o

	o = simple()
	o.Text, o.HTML = "", `<p>Only <b>HTML</b>, see <a href="https://example.com/x">this</a>.</p>`
	out["html_only"] = o

	o = simple()
	o.HTML = "<p>Hello Anna,</p><p>see you.</p>"
	o.Attachments = []OutgoingAttachment{
		file("plan.txt", "text/plain; charset=utf-8", "The plan: größer.\n"), file("Lebenslauf – Jörg „J“ Groß, mit einem sehr langen Namen.pdf", "application/pdf", strings.Repeat("0123456789", 20)),
		file("empty.bin", "", ""), file("mail.eml", "message/rfc822", "Subject: x\n\ny"), file(`a "b" 100%.csv`, "nonsense", "a,b\n"), file("57.bin", "application/octet-stream", strings.Repeat("x", 57)),
	}
	out["files"] = o

	o = simple()
	o.HTML = `<p>See <img src="cid:logo.png@hire"> and <img src='cid:chart%2B1.png@hire'>.</p>`
	o.Attachments = []OutgoingAttachment{file("plan.txt", "text/plain", "The plan.\n"), picture("logo.png"), picture("chart+1.png")}
	out["pictures"] = o

	o = simple()
	o.Text = "履歴書を受け取りました。\nありがとうございます。\n"
	out["base64_text"] = o
	return out
}

func TestComposeGolden(t *testing.T) {
	t.Parallel()
	for name, o := range outgoings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got, again bytes.Buffer
			if err := Compose(&got, o, boundaries()); err != nil {
				t.Fatal(err)
			}
			if err := Compose(&again, o, boundaries()); err != nil || !bytes.Equal(got.Bytes(), again.Bytes()) {
				t.Error("the same mail composed twice differs")
			}
			checkComposed(t, got.Bytes())
			path := "testdata/compose/" + name + ".eml"
			golden.File(t, path, got.String())
			m, err := Parse(got.Bytes())
			if err != nil || m.Defects != nil {
				t.Fatalf("%v, defects %q", err, m.Defects)
			}
			checkReadBack(t, o, m)
			checkOthersRead(t, o, got.Bytes())
		})
	}
}

// checkComposed holds for every mail we write (RFC 5322 section 2.1, RFC 2045 section 2.7).
func checkComposed(t interface{ Errorf(string, ...any) }, raw []byte) {
	for line := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line has %d bytes", len(line))
		}
		if strings.ContainsFunc(line, func(c rune) bool { return c > '~' || c < ' ' && c != '\t' }) {
			t.Errorf("the line %q is not printable ASCII", line)
		}
	}
	if !bytes.HasSuffix(raw, []byte("\r\n")) {
		t.Errorf("the last line does not end")
	}
	m, err := mail.ReadMessage(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		t.Errorf("net/mail does not read it: %v", err)
		return
	}
	for _, name := range []string{"From", "To", "Cc", "Bcc"} {
		if m.Header.Get(name) != "" {
			if _, err := m.Header.AddressList(name); err != nil {
				t.Errorf("net/mail does not read %s: %v", name, err)
			}
		}
	}
	if _, err := m.Header.Date(); err != nil {
		t.Errorf("net/mail does not read the date: %v", err)
	}
	for name, vs := range m.Header {
		if len(vs) > 1 {
			t.Errorf("%s is there %d times", name, len(vs))
		}
	}
}

// normal is a text as it is after a journey: line ends are \n, without a byte order mark, blank lines around, and what can't be written.
func normal(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	if s = strings.TrimPrefix(s, "\ufeff"); strings.TrimSpace(s) == "" {
		return ""
	}
	return strings.TrimLeft(strings.TrimRight(s, " \t\n"), "\n")
}

// checkReadBack compares what was composed with what is read.
func checkReadBack(t interface{ Errorf(string, ...any) }, o Outgoing, m *Message) {
	addresses := func(in []Address) []Address {
		var out []Address
		for _, a := range in {
			out = append(out, Address{Name: strings.Join(strings.Fields(a.Name), " "), Addr: a.Addr})
		}
		return out
	}
	want := &Message{
		From: addresses([]Address{o.From}), To: addresses(o.To), Cc: addresses(o.Cc), Bcc: addresses(o.Bcc), Subject: strings.TrimSpace(strings.ReplaceAll(o.Subject, "\t", " ")),
		Date: o.Date.UTC(), Text: normal(o.Text), HTML: strings.TrimRight(normal(o.HTML), " \t\n"),
	}
	if o.InReplyTo != "" {
		want.InReplyTo = []string{o.InReplyTo}
	}
	for _, r := range o.References {
		if sendableID(r) {
			want.References = append(want.References, r)
		}
	}
	if want.Text == "" {
		want.Text = TextOf(want.HTML)
	}
	got := &Message{From: m.From, To: m.To, Cc: m.Cc, Bcc: m.Bcc, Subject: m.Subject, Date: m.Date, Text: m.Text, HTML: strings.TrimLeft(m.HTML, "\n"), InReplyTo: m.InReplyTo, References: m.References}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Message{})); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	if len(m.Attachments) != len(o.Attachments) {
		t.Errorf("%d files, want %d", len(m.Attachments), len(o.Attachments))
		return
	}
	files, pictures := split(o.Attachments)
	for i, a := range slices.Concat(pictures, files) {
		if got := m.Attachments[i]; got.ContentID != a.ContentID || got.Inline != (a.ContentID != "") {
			t.Errorf("file %q: content id %q, within the text: %t, want %q", a.Filename, got.ContentID, got.Inline, a.ContentID)
		}
		r, err := a.Open()
		if err != nil {
			t.Errorf("open: %v", err)
			return
		}
		content, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(content, m.Attachments[i].Content) {
			t.Errorf("file %q: other content, %v", a.Filename, err)
		}
		if want := cleanFilename(a.Filename); want != m.Attachments[i].Filename {
			t.Errorf("file name %q, want %q", m.Attachments[i].Filename, want)
		}
	}
	for _, f := range o.Header {
		if got, want := m.HeaderValue(f.Name), strings.TrimSpace(strings.ReplaceAll(f.Value, "\t", " ")); got != want {
			t.Errorf("header %s: %q, want %q", f.Name, got, want)
		}
	}
}

// anyOutgoing draws a mail to be composed.
func anyOutgoing(t *rapid.T) Outgoing {
	clean := func(s string) string {
		return strings.Map(func(c rune) rune {
			if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' {
				return -1
			}
			return c
		}, s)
	}
	line := func(label string) string {
		return clean(rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-zA-Z ,.;:"<>@()=?_\\]{0,120}`), rapid.StringN(50, 300, -1)).Draw(t, label))
	}
	addr := rapid.Custom(func(t *rapid.T) Address {
		// A name that is an address or has quotes around is read as what it stands for.
		name := strings.NewReplacer("@", "", "'", "").Replace(line("name"))
		return Address{Name: clip(name, 900), Addr: rapid.StringMatching(`[a-z0-9]{1,10}(\.[a-z0-9]{1,5})?@[a-z0-9]{1,10}\.[a-z]{2,5}`).Draw(t, "addr")}
	})
	o := Outgoing{
		From: addr.Draw(t, "from"), To: rapid.SliceOfN(addr, 1, 4).Draw(t, "to"), Cc: rapid.SliceOfN(addr, 0, 3).Draw(t, "cc"), Subject: line("subject"),
		Text: rapid.OneOf(rapid.String(), rapid.StringMatching(`([a-zA-Z=. -]{0,100}(\n|\r\n))*`)).Draw(t, "text"), Date: sentAt,
		HTML: rapid.SampledFrom([]string{"", "<p>a</p>", "<p>ü</p>\n"}).Draw(t, "html"),
	}
	if id := rapid.StringMatching(`[a-z0-9]{1,30}@[a-z]{1,9}`); rapid.Bool().Draw(t, "reply") {
		o.InReplyTo, o.References = id.Draw(t, "in reply to"), rapid.SliceOfN(id, 1, 40).Draw(t, "references")
	}
	for range rapid.IntRange(0, 3).Draw(t, "files") {
		name := cleanFilename(line("filename"))
		if name == "" {
			name = "x"
		}
		content := string(rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "content"))
		o.Attachments = append(o.Attachments, file(name, rapid.SampledFrom([]string{"", "application/pdf", "text/plain", "image/png; x=y"}).Draw(t, "type"), content))
	}
	return o
}

func TestComposeReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOutgoing(t)
		var b bytes.Buffer
		if err := Compose(&b, o, func() string { return "same" }); err != nil {
			t.Fatalf("%+v: %v", o, err)
		}
		m, err := Parse(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		checkComposed(t, b.Bytes())
		if want := o.Text; strings.TrimSpace(want) == "" && o.HTML == "" {
			o.Text = ""
		}
		o.From.Name, o.Subject = strings.ToValidUTF8(o.From.Name, "\uFFFD"), strings.ToValidUTF8(o.Subject, "\uFFFD")
		checkReadBack(t, o, m)
	})
}

// Nothing that a caller gives may become a header field, or a body, of its own.
func TestHeaderInjection(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{"a\r\nBcc: evil@example.com", "a\nBcc: evil@example.com", "a\rBcc: evil@example.com", "a\r\n\r\nbody", "a\x00b", "a\x0bb", "a\x1bb", "a\x7fb", "a\u0085b", "a\u2028b", "\r\n"} {
		for field, set := range map[string]func(o *Outgoing){
			"from name":    func(o *Outgoing) { o.From.Name = evil },
			"from address": func(o *Outgoing) { o.From.Addr = evil + "@example.com" },
			"to name":      func(o *Outgoing) { o.To[0].Name = evil },
			"to address":   func(o *Outgoing) { o.To[0].Addr = "x@example.com" + evil },
			"cc name":      func(o *Outgoing) { o.Cc = []Address{{evil, "x@example.com"}} },
			"bcc address":  func(o *Outgoing) { o.Bcc = []Address{{"", evil}} },
			"subject":      func(o *Outgoing) { o.Subject = evil },
			"in reply to":  func(o *Outgoing) { o.InReplyTo = evil },
			"references":   func(o *Outgoing) { o.References = []string{"a@b", evil} },
			"header name":  func(o *Outgoing) { o.Header = []HeaderField{{evil, "x"}} },
			"header value": func(o *Outgoing) { o.Header = []HeaderField{{"X-A", evil}} },
			"filename":     func(o *Outgoing) { o.Attachments = []OutgoingAttachment{file(evil, "", "x")} },
			"content id": func(o *Outgoing) {
				o.HTML, o.Attachments = `<img src="cid:x">`, []OutgoingAttachment{picture("x")}
				o.Attachments[0].ContentID = evil
			},
			"attachment type": func(o *Outgoing) { o.Attachments = []OutgoingAttachment{file("x", evil, "x")} },
		} {
			o := simple()
			set(&o)
			var b bytes.Buffer
			err := Compose(&b, o, boundaries())
			separator := strings.Contains(evil, "\u2028") // no control character, and encoded where it is let through
			if !errors.Is(err, ErrHeaderInjection) && !separator {
				t.Errorf("%s = %q: %v", field, evil, err)
			}
			if err != nil && b.Len() > 0 {
				t.Errorf("%s = %q: refused after %d bytes were written", field, evil, b.Len())
			}
			if err == nil {
				checkComposed(t, b.Bytes())
			}
		}
	}
	for _, id := range []string{"a> <b", "a b", "ü"} {
		o := simple()
		o.InReplyTo, o.References = id, []string{id}
		var b bytes.Buffer
		if err := Compose(&b, o, boundaries()); err != nil || strings.Contains(b.String(), "References") || strings.Contains(b.String(), "In-Reply-To") {
			t.Errorf("id %q: %v\n%s", id, err, &b)
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	addr := func(s string) func(o *Outgoing) { return func(o *Outgoing) { o.To[0].Addr = s } }
	for name, tt := range map[string]struct {
		set  func(o *Outgoing)
		want error
		text string
	}{
		"fine":                  {func(*Outgoing) {}, nil, ""},
		"no recipient":          {func(o *Outgoing) { o.To = nil }, ErrNoRecipient, ""},
		"bcc alone":             {func(o *Outgoing) { o.To, o.Bcc = nil, o.To }, nil, ""},
		"no @":                  {addr("anna"), ErrInvalidAddress, `"anna" is no address that mail can be sent to: it has no @`},
		"empty":                 {addr(""), ErrInvalidAddress, "it has no @"},
		"nothing before the @":  {addr("@example.com"), ErrInvalidAddress, "nothing stands before its @"},
		"incomplete domain":     {addr("anna@gmail"), ErrInvalidAddress, "must be a domain, like example.com"},
		"no domain":             {addr("anna@"), ErrInvalidAddress, "must be a domain"},
		"domain with two dots":  {addr("anna@example..com"), ErrInvalidAddress, "must be a domain"},
		"domain with a bracket": {addr("anna@[192.0.2.1]"), ErrInvalidAddress, "must be a domain"},
		"domain with a hyphen":  {addr("anna@-example.com"), ErrInvalidAddress, "must be a domain"},
		"two @":                 {addr("anna@x@example.com"), ErrInvalidAddress, "cannot be there"},
		"blank":                 {addr("anna k@example.com"), ErrInvalidAddress, "it has a blank in it"},
		"blank at the end":      {addr("anna@example.com "), ErrInvalidAddress, "it has a blank in it"},
		"two dots":              {addr("anna..k@example.com"), ErrInvalidAddress, "cannot be there"},
		"dot at the end":        {addr("anna.@example.com"), ErrInvalidAddress, "cannot be there"},
		"brackets":              {addr("<anna@example.com>"), ErrInvalidAddress, ""},
		"a list":                {addr("a@example.com,b@example.com"), ErrInvalidAddress, ""},
		"with its name":         {addr("Anna <anna@example.com>"), ErrInvalidAddress, ""},
		"comment":               {addr("anna(x)@example.com"), ErrInvalidAddress, ""},
		"other letters":         {addr("jörg@example.com"), ErrInvalidAddress, "other letters than a to z"},
		"other letters, domain": {addr("joerg@münchen.example"), ErrInvalidAddress, "other letters than a to z"},
		"punycode":              {addr("joerg@xn--mnchen-3ya.example"), nil, ""},
		"plus and dots":         {addr("a.b+c_d-e'f@mail.example.co.uk"), nil, ""},
		"quoted":                {addr(`"odd one"@example.com`), nil, ""},
		"too long":              {addr(strings.Repeat("a", 65) + "@example.com"), ErrInvalidAddress, "too long"},
		"sender":                {func(o *Outgoing) { o.From.Addr = "x" }, ErrInvalidAddress, "sender: "},
		"no date":               {func(o *Outgoing) { o.Date = time.Time{} }, nil, "no date"},
		"own field":             {func(o *Outgoing) { o.Header = []HeaderField{{"bcc", "x@example.com"}} }, nil, "can't be set"},
		"content field":         {func(o *Outgoing) { o.Header = []HeaderField{{"Content-Type", "x/y"}} }, nil, "can't be set"},
		"no field name":         {func(o *Outgoing) { o.Header = []HeaderField{{"", "x"}} }, nil, "can't be set"},
		"field with a colon":    {func(o *Outgoing) { o.Header = []HeaderField{{"X: y", "x"}} }, nil, "can't be set"},
		"tab in the subject":    {func(o *Outgoing) { o.Subject = "a\tb" }, nil, ""},
		"path":                  {func(o *Outgoing) { o.Attachments = []OutgoingAttachment{file("a/b", "", "")} }, ErrInvalidFilename, ""},
		"a picture":             {shows("a.png", "image/png"), nil, ""},
		"a picture's parameter": {shows("a.png", "image/png; name=a"), nil, ""},
		"a text for a picture":  {shows("a.png", "text/html"), ErrInvalidPicture, `"a.png" can't be shown within the text: it is no picture`},
		"a picture of no type":  {shows("a.png", ""), ErrInvalidPicture, "it is no picture"},
		"a picture not shown": {func(o *Outgoing) {
			shows("a.png", "image/png")(o)
			o.HTML = "<p>cid: a.png</p>"
		}, ErrInvalidPicture, "does not show cid:a.png@hire"},
		"a picture in a text": {func(o *Outgoing) {
			shows("a.png", "image/png")(o)
			o.HTML = ""
		}, ErrInvalidPicture, "does not show"},
		"a picture twice": {func(o *Outgoing) {
			shows("a.png", "image/png")(o)
			o.Attachments = append(o.Attachments, o.Attachments[0])
		}, ErrInvalidPicture, "another one has the same content id"},
		"an odd content id": {func(o *Outgoing) {
			shows("a b.png", "image/png")(o)
		}, ErrInvalidPicture, "must be letters, digits"},
		"no content": {func(o *Outgoing) { o.Attachments = []OutgoingAttachment{{Filename: "a"}} }, nil, "no content"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := simple()
			tt.set(&o)
			err := o.Validate()
			if (err == nil) != (tt.want == nil && tt.text == "") || (tt.want != nil && !errors.Is(err, tt.want)) || (err != nil && !strings.Contains(err.Error(), tt.text)) {
				t.Errorf("%v, want %v with %q", err, tt.want, tt.text)
			}
		})
	}
}

// shows puts a picture into the text.
func shows(name, kind string) func(o *Outgoing) {
	return func(o *Outgoing) {
		p := picture(name)
		p.ContentType = kind
		o.HTML, o.Attachments = `<img src="cid:`+p.ContentID+`">`, []OutgoingAttachment{p}
	}
}

func TestComposeFailures(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	with := func(a OutgoingAttachment) Outgoing {
		o := simple()
		o.Attachments = []OutgoingAttachment{a}
		return o
	}
	reading := func(r io.Reader, size int64) OutgoingAttachment {
		return OutgoingAttachment{Filename: "a", Size: size, Open: func() (io.ReadCloser, error) { return io.NopCloser(r), nil }}
	}
	for name, tt := range map[string]struct {
		o        Outgoing
		boundary func() string
		want     error
		text     string
	}{
		"open fails":        {with(OutgoingAttachment{Filename: "a", Open: func() (io.ReadCloser, error) { return nil, broken }}), boundaries(), broken, "open attachment"},
		"read fails":        {with(reading(iotest.ErrReader(broken), 5)), boundaries(), broken, "write attachment"},
		"cut off":           {with(reading(strings.NewReader("abc"), 5)), boundaries(), nil, "attachment has 3 bytes where 5 were announced"},
		"grown":             {with(reading(strings.NewReader("abcdefg"), 5)), boundaries(), nil, "attachment has 7 bytes where 5 were announced"},
		"no boundary":       {with(file("a", "", "")), nil, nil, "boundary"},
		"an empty boundary": {with(file("a", "", "")), func() string { return "" }, nil, "boundary"},
		"an evil boundary":  {with(file("a", "", "")), func() string { return "a\"\r\nX: y" }, nil, "boundary"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := Compose(io.Discard, tt.o, tt.boundary)
			if err == nil || (tt.want != nil && !errors.Is(err, tt.want)) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("%v, want %v with %q", err, tt.want, tt.text)
			}
		})
	}
	t.Run("writer fails", func(t *testing.T) {
		t.Parallel()
		o := outgoings()["files"]
		var whole bytes.Buffer
		if err := Compose(&whole, o, boundaries()); err != nil {
			t.Fatal(err)
		}
		for limit := 0; limit < whole.Len(); limit += 13 {
			if err := Compose(&limited{left: limit, err: broken}, o, boundaries()); !errors.Is(err, broken) {
				t.Fatalf("the writer failed after %d bytes: %v", limit, err)
			}
		}
	})
}

// limited is a writer that fails after some bytes.
type limited struct {
	left int
	err  error
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		return l.left, l.err
	}
	l.left -= len(p)
	return len(p), nil
}

// Boundaries of multiparts within each other differ, and no text can hold one, even if it tries.
func TestBoundaryInText(t *testing.T) {
	t.Parallel()
	o := simple()
	o.Text = "--=_a_same\n--=_m_same--\n--=_a_same--\nstill text"
	o.HTML = "<p>--=_a_same--</p>\n--=_m_same--\n"
	o.Attachments = []OutgoingAttachment{file("a.txt", "text/plain", "--=_m_same--\r\n")}
	var b bytes.Buffer
	if err := Compose(&b, o, func() string { return "same" }); err != nil {
		t.Fatal(err)
	}
	m, err := Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	checkReadBack(t, o, m)
}
