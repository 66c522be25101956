package mime

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jhillyerd/enmime/v2"
	"pgregory.net/rapid"
)

// What is composed is read by two parsers that have nothing to do with ours, nor with each other: Go's, and enmime's. Both must read the values that were written.

// letter is a mail as a parser reads it.
type letter struct {
	From, To, Cc, Bcc []Address
	Subject, Date     string
	InReplyTo         string
	References        []string
	Header            []HeaderField // those of Outgoing.Header
	Text, HTML        string
	Files             []enclosed
}

type enclosed struct{ Name, Type, Content string }

// written is the letter that a parser must read.
func written(t tester, o Outgoing) letter {
	line := func(s string) string {
		return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\t", " ")
	}
	addresses := func(in ...Address) (out []Address) {
		for _, a := range in {
			out = append(out, Address{strings.Join(strings.Fields(line(a.Name)), " "), a.Addr})
		}
		return out
	}
	text := func(s string) string {
		return strings.TrimRight(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(strings.ToValidUTF8(s, "\uFFFD")), "\n")
	}
	l := letter{
		From: addresses(o.From), To: addresses(o.To...), Cc: addresses(o.Cc...), Bcc: addresses(o.Bcc...), Subject: line(o.Subject),
		Date: o.Date.UTC().String(), InReplyTo: o.InReplyTo, Text: text(o.Text), HTML: text(o.HTML),
	}
	if o.HTML != "" && strings.TrimSpace(o.Text) == "" {
		l.Text = text(TextOf(o.HTML))
	}
	for _, id := range o.References {
		if sendableID(id) {
			l.References = append(l.References, id)
		}
	}
	for _, f := range o.Header {
		l.Header = append(l.Header, HeaderField{f.Name, line(f.Value)})
	}
	files, pictures := split(o.Attachments)
	for _, a := range slices.Concat(pictures, files) {
		r, err := a.Open()
		if err != nil {
			t.Fatalf("%v", err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%v", err)
		}
		kind, _, err := mime.ParseMediaType(a.ContentType)
		if major, _, ok := strings.Cut(kind, "/"); err != nil || !ok || major == "message" || major == "multipart" {
			kind = "application/octet-stream"
		}
		l.Files = append(l.Files, enclosed{strings.ToValidUTF8(a.Filename, "\uFFFD"), kind, string(content)})
	}
	return l
}

// tester is a test, or one draw of a property.
type tester interface {
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// byGo reads with Go's own packages.
func byGo(raw []byte, extra []HeaderField) (l letter, err error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return l, err
	}
	var words mime.WordDecoder
	decoded := func(name string) string {
		s, derr := words.DecodeHeader(m.Header.Get(name))
		if derr != nil {
			err = fmt.Errorf("%s: %w", name, derr)
		}
		return s
	}
	if err := l.head(m.Header.Get, decoded, m.Header.AddressList, extra); err != nil {
		return l, err
	}
	if err != nil {
		return l, err
	}
	return l, l.part(textproto.MIMEHeader(m.Header), m.Body)
}

// head takes what both parsers give by name.
func (l *letter) head(raw, decoded func(name string) string, addresses func(name string) ([]*mail.Address, error), extra []HeaderField) error {
	for name, into := range map[string]*[]Address{"From": &l.From, "To": &l.To, "Cc": &l.Cc, "Bcc": &l.Bcc} {
		if raw(name) == "" {
			continue
		}
		list, err := addresses(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, a := range list {
			addr := a.Address
			if local, domain, _ := strings.Cut(addr, "@"); strings.Contains(local, " ") { // both give it without the quotes that it was written with
				addr = `"` + local + `"@` + domain
			}
			*into = append(*into, Address{a.Name, addr})
		}
	}
	date, err := mail.ParseDate(raw("Date"))
	if err != nil {
		return err
	}
	l.Date, l.Subject = date.UTC().String(), decoded("Subject")
	l.InReplyTo = strings.Trim(raw("In-Reply-To"), "<>")
	for _, id := range strings.Fields(raw("References")) {
		l.References = append(l.References, strings.Trim(id, "<>"))
	}
	for _, f := range extra {
		l.Header = append(l.Header, HeaderField{f.Name, decoded(f.Name)})
	}
	return nil
}

// part reads a part and those in it.
func (l *letter) part(h textproto.MIMEHeader, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := l.part(p.Header, p); err != nil {
				return err
			}
		}
	}
	switch h.Get("Content-Transfer-Encoding") {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	default:
		return fmt.Errorf("part in %q", h.Get("Content-Transfer-Encoding"))
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if d := h.Get("Content-Disposition"); d != "" {
		_, params, err := mime.ParseMediaType(d)
		l.Files = append(l.Files, enclosed{params["filename"], kind, string(content)})
		return err
	}
	s := strings.TrimRight(strings.ReplaceAll(string(content), "\r\n", "\n"), "\n")
	if params["charset"] != "utf-8" {
		return fmt.Errorf("text in %q", params["charset"])
	}
	switch kind {
	case "text/plain":
		l.Text += s
	case "text/html":
		l.HTML += s
	default:
		return fmt.Errorf("part of %s", kind)
	}
	return nil
}

// byEnmime reads with enmime.
func byEnmime(raw []byte, extra []HeaderField) (l letter, err error) {
	e, err := enmime.NewParser(enmime.DisableCharacterDetection(true)).ReadEnvelope(bytes.NewReader(raw))
	if err != nil {
		return l, err
	}
	for _, defect := range e.Errors {
		if defect.Severe { // others are its guesses at the charset of files
			return l, fmt.Errorf("%s: %s", defect.Name, defect.Detail)
		}
	}
	if err := l.head(e.Root.Header.Get, e.GetHeader, e.AddressList, extra); err != nil {
		return l, err
	}
	l.Text = strings.TrimRight(strings.ReplaceAll(e.Text, "\r\n", "\n"), "\n")
	l.HTML = strings.TrimRight(strings.ReplaceAll(e.HTML, "\r\n", "\n"), "\n")
	for _, a := range slices.Concat(e.Inlines, e.Attachments) {
		l.Files = append(l.Files, enclosed{a.FileName, a.ContentType, string(a.Content)})
	}
	return l, nil
}

// decodedTwice is a letter as enmime reads it: a name that looks like an encoded word once it is decoded, it decodes again.
func decodedTwice(l letter) letter {
	var words mime.WordDecoder
	for _, list := range []*[]Address{&l.From, &l.To, &l.Cc, &l.Bcc} {
		*list = slices.Clone(*list)
		for i, a := range *list {
			if again, err := words.DecodeHeader(a.Name); err == nil {
				(*list)[i].Name = again
			}
		}
	}
	return l
}

func checkOthersRead(t tester, o Outgoing, raw []byte) {
	want := written(t, o)
	for name, read := range map[string]func([]byte, []HeaderField) (letter, error){"Go": byGo, "enmime": byEnmime} {
		got, err := read(raw, o.Header)
		if err != nil {
			t.Errorf("%s does not read it: %v\n%s", name, err, raw)
			continue
		}
		want := want
		if name == "enmime" {
			want = decodedTwice(want)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s reads something else (-written +read):\n%s\n%s", name, diff, raw)
		}
	}
}

// order is that of the header's fields, of which some may be left out.
var order = []string{"From", "To", "Cc", "Bcc", "Subject", "Date", "In-Reply-To", "References", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}

func checkOrder(t tester, raw []byte) {
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	at := -1
	for line := range strings.SplitSeq(string(head), "\r\n") {
		if strings.HasPrefix(line, " ") {
			continue
		}
		name, _, _ := strings.Cut(line, ":")
		i := slices.Index(order, name)
		if i <= at {
			t.Errorf("%s is where it should not be, after %s", name, order[max(at, 0)])
		}
		at = i
	}
}

func TestOthersReadWhatIsComposed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOutgoing(t)
		o.HTML = rapid.OneOf(rapid.Just(""), rapid.String(), rapid.StringMatching(`(<[a-z]{1,5}>[a-zA-Z=. -]{0,200}(\n|\r\n|\r)?)*`)).Draw(t, "html")
		if o.HTML != "" && rapid.Bool().Draw(t, "picture") {
			o.HTML += `<img src="cid:` + picture("a.png").ContentID + `">`
			o.Attachments = append(o.Attachments, picture("a.png"))
		}
		compose := func() []byte {
			var b bytes.Buffer
			if err := Compose(&b, o, boundaries()); err != nil {
				t.Fatalf("%+v: %v", o, err)
			}
			return b.Bytes()
		}
		raw := compose()
		if !bytes.Equal(raw, compose()) {
			t.Error("the same mail composed twice differs")
		}
		checkComposed(t, raw)
		checkOrder(t, raw)
		checkOthersRead(t, o, raw)
	})
}

// complaints counts what enmime finds wrong with a header.
type complaints int

func (c *complaints) AddError(string, string, ...any)   { *c++ }
func (c *complaints) AddWarning(string, string, ...any) { *c++ }

// A header is taken apart as enmime does it, of whose fields those are left out that have blanks in their names. What enmime complains of, we say is damaged.
func TestHeaderIsReadAsByEnmime(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{
		"Subject: Hello", "To:a@x.com", "Cc : b@x.com", "Received: from a by b; Mon, 1 Jan 2024 10:00:00 +0000", "X-Empty:", "X-Odd!#$%: y", "x-lower:  z", "a:b:c",
		" indented", "\tindented", " \t", " in: dented", "not indented",
		"X y: a blank within\n indented", "Bäd: no name\nGood: one", ":none\nGood: one", "X\ty: a tab within\nGood: one", "",
	})
	rapid.Check(t, func(t *rapid.T) {
		raw := "From: Ann <a@x.com>\n" + strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "lines"), "\n") + rapid.SampledFrom([]string{"", "\n"}).Draw(t, "end")
		if rapid.Bool().Draw(t, "CRLF") {
			raw = strings.ReplaceAll(raw, "\n", "\r\n")
		}
		var wrong complaints
		fields, err := enmime.ReadHeader(bufio.NewReader(strings.NewReader(raw)), &wrong)
		if err != nil {
			t.Fatal(err)
		}
		want := header{}
		for name, values := range fields {
			if name = strings.ToLower(strings.TrimSpace(name)); !strings.Contains(name, " ") {
				want[name] = append(want[name], values...)
			} else {
				wrong++
			}
		}
		got, damaged := readHeader([]byte(raw))
		if diff := cmp.Diff(want, got); diff != "" || damaged != (wrong > 0) {
			t.Errorf("%q: damaged: %t, enmime has %d complaints; -enmime +we:\n%s", raw, damaged, wrong, diff)
		}
	})
}

// What goes on with a field that is left out is not taken for the rest of the field before it.
func TestFieldIsLeftOutWithAllItsLines(t *testing.T) {
	t.Parallel()
	h, damaged := readHeader([]byte("Subject: Hello\r\nBäd: one\r\n two\r\nthree\r\nTo: a@x.com\r\n"))
	if diff := cmp.Diff(header{"subject": {"Hello"}, "to": {"a@x.com"}}, h); diff != "" || !damaged {
		t.Errorf("damaged: %t; -want +got:\n%s", damaged, diff)
	}
}
