package mime

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"
	"time"
)

// Compose writes a mail (RFC 5322, MIME): text, or text and HTML with the pictures that it shows (RFC 2387), and files; all of them are streamed. The same Outgoing and boundaries give the same bytes,
// all ASCII, in lines of at most 76 characters wherever they can be parted. boundary is called once for each multipart and answers with up to 60 letters
// and digits, other ones for every mail; no line of an encoded text can look like the boundary made of them. There is no Message-ID: Gmail gives
// one. Bcc is written, for Gmail reads the recipients from it and takes it out.
func Compose(w io.Writer, o Outgoing, boundary func() string) error {
	if err := o.Validate(); err != nil {
		return err
	}
	c := &composer{w: w, boundary: boundary}
	var h headerWriter
	h.addresses("From", o.From)
	h.addresses("To", o.To...)
	h.addresses("Cc", o.Cc...)
	h.addresses("Bcc", o.Bcc...)
	h.field("Subject", unstructured(o.Subject)...)
	h.field("Date", o.Date.UTC().Format(time.RFC1123Z))
	h.ids("In-Reply-To", o.InReplyTo)
	h.ids("References", o.References...)
	for _, f := range o.Header {
		h.field(f.Name, unstructured(f.Value)...)
	}
	h.field("MIME-Version", "1.0")
	c.write(h.b.String())
	c.mixed(o)
	return c.err
}

// composer writes until something fails.
type composer struct {
	w        io.Writer
	boundary func() string
	err      error
}

func (c *composer) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *composer) write(s string) {
	if c.err != nil {
		return
	}
	if _, err := io.WriteString(c.w, s); err != nil {
		c.fail(fmt.Errorf("write mail: %w", err))
	}
}

// mixed writes the body, and the files after it.
func (c *composer) mixed(o Outgoing) {
	files, pictures := split(o.Attachments)
	c.with("mixed", files, func() {
		c.with("related", pictures, func() { c.body(o) })
	})
}

// with writes a part with files after it; the part alone where there are none.
func (c *composer) with(kind string, files []OutgoingAttachment, part func()) {
	if len(files) == 0 {
		part()
		return
	}
	b := c.open(kind)
	c.write("\r\n--" + b + "\r\n")
	part()
	for _, a := range files {
		c.write("\r\n--" + b + "\r\n")
		c.attachment(a)
	}
	c.write("\r\n--" + b + "--\r\n")
}

// body writes the text, and the HTML beside it.
func (c *composer) body(o Outgoing) {
	if o.HTML == "" {
		c.text("plain", o.Text)
		return
	}
	text := o.Text
	if strings.TrimSpace(text) == "" {
		text = TextOf(o.HTML)
	}
	b := c.open("alternative")
	c.write("\r\n--" + b + "\r\n")
	c.text("plain", text)
	c.write("\r\n--" + b + "\r\n")
	c.text("html", o.HTML)
	c.write("\r\n--" + b + "--\r\n")
}

// open writes the head of a multipart. Its boundary begins with a sign that neither quoted-printable nor base64 leaves as it is, and with
// a letter by which an outer one differs from an inner one even if boundary repeats itself.
func (c *composer) open(kind string) string {
	b := ""
	if c.boundary != nil {
		b = c.boundary()
	}
	if len(b) > 60 || !isToken(b) {
		c.fail(errors.New("a boundary must be 1 to 60 letters and digits"))
		return ""
	}
	b = "=_" + kind[:1] + "_" + b
	var h headerWriter
	words := []string{"multipart/" + kind + ";", `boundary="` + b + `"`}
	if kind == "related" {
		words = []string{"multipart/related;", `type="multipart/alternative";`, words[1]} // RFC 2387 section 3.1
	}
	h.field("Content-Type", words...)
	c.write(h.b.String())
	return b
}

// text writes a text part, quoted-printable, or base64 where most of it would have to be quoted.
func (c *composer) text(kind, s string) {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.ReplaceAll(s, "\n", "\r\n")
	foreign := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			foreign++
		}
	}
	encoding := "quoted-printable"
	if foreign > len(s)/3 {
		encoding = "base64"
	}
	var h headerWriter
	h.field("Content-Type", "text/"+kind+";", "charset=utf-8")
	h.field("Content-Transfer-Encoding", encoding)
	c.write(h.b.String() + "\r\n")
	if c.err != nil {
		return
	}
	if encoding == "base64" {
		c.base64(strings.NewReader(s))
		return
	}
	q := quotedprintable.NewWriter(c.w)
	if _, err := io.WriteString(q, s); err != nil {
		c.fail(fmt.Errorf("write text: %w", err))
	}
	if err := q.Close(); err != nil {
		c.fail(fmt.Errorf("write text: %w", err))
	}
	c.write("\r\n")
}

// base64 streams r in lines of 76 letters and answers with the number of bytes read.
func (c *composer) base64(r io.Reader) int64 {
	if c.err != nil {
		return 0
	}
	lines := &lineWriter{w: c.w}
	enc := base64.NewEncoder(base64.StdEncoding, lines)
	n, err := io.Copy(enc, r)
	if err == nil {
		err = enc.Close()
	}
	if err != nil {
		c.fail(err)
	}
	if lines.n > 0 {
		c.write("\r\n")
	}
	return n
}

// attachment writes a file. Types that must not be encoded (RFC 2046 sections 5.1 and 5.2) go as plain bytes: the file's name tells what they are.
func (c *composer) attachment(a OutgoingAttachment) {
	if c.err != nil {
		return
	}
	kind, params := parseParams(a.ContentType)
	major, minor, _ := strings.Cut(kind, "/")
	if !isToken(major) || !isToken(minor) || len(kind) > 127 || major == "message" || major == "multipart" {
		kind = "application/octet-stream"
	}
	if charset := printable(params["charset"]); major == "text" && isToken(charset) {
		kind += "; charset=" + charset
	}
	var h headerWriter
	h.field("Content-Type", kind)
	if a.ContentID == "" {
		h.disposition("attachment", a.Filename)
	} else {
		h.disposition("inline", a.Filename)
		h.field("Content-ID", "<"+a.ContentID+">")
	}
	h.field("Content-Transfer-Encoding", "base64")
	c.write(h.b.String() + "\r\n")
	content, err := a.Open()
	if err != nil {
		c.fail(fmt.Errorf("open attachment: %w", err))
		return
	}
	defer content.Close()
	n := c.base64(content)
	if c.err != nil {
		c.err = fmt.Errorf("write attachment: %w", c.err)
	} else if n != a.Size {
		c.fail(fmt.Errorf("attachment has %d bytes where %d were announced", n, a.Size))
	}
}

// lineWriter puts a line end after every 76 letters, but for the last line.
type lineWriter struct {
	w io.Writer
	n int // letters on the line
}

func (l *lineWriter) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		if l.n == 76 {
			if _, err := io.WriteString(l.w, "\r\n"); err != nil {
				return written, err
			}
			l.n = 0
		}
		n, err := l.w.Write(p[:min(len(p), 76-l.n)])
		written += n
		l.n += n
		if err != nil {
			return written, err
		}
		p = p[n:]
	}
	return written, nil
}
