package records

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// Mbox writes a page as an mbox (RFC 4155), in the variant mboxrd: a line that begins with any number of ">" and "From " gets one ">" more. Mails are written anew from what
// is kept of them, so their headers are those that Hire keeps and their texts are UTF-8. Pages put together are an mbox again. It holds one message at a time, and streams
// files.
func (x MailExport) Mbox(ctx context.Context, w io.Writer, p Page) error {
	for _, e := range p.messages {
		m := e.Message
		if err := blobs.LoadBody(ctx, x.Blobs, &m); err != nil {
			return err
		}
		sender := "MAILER-DAEMON"
		if len(m.From) > 0 && m.From[0].Addr != "" && !strings.ContainsAny(m.From[0].Addr, " \t\r\n") {
			sender = m.From[0].Addr
		}
		if _, err := fmt.Fprintf(w, "From %s %s\n", sender, m.ReceivedAt.UTC().Format(time.ANSIC)); err != nil {
			return fmt.Errorf("write mbox: %w", err)
		}
		q := &quoting{w: w}
		if err := x.mail(ctx, q, m); err != nil {
			return fmt.Errorf("write mail: %w", err)
		}
		if err := q.end(); err != nil {
			return fmt.Errorf("write mbox: %w", err)
		}
	}
	return nil
}

// mail writes a message as a mail (RFC 5322, MIME).
func (x MailExport) mail(ctx context.Context, w io.Writer, m hire.Message) error {
	parts := multipart.NewWriter(w)
	if err := parts.SetBoundary("=_" + hire.Digest("boundary", m.ThreadID, m.ID)); err != nil { // no encoded line can be it
		return err
	}
	var h bytes.Buffer
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&h, "%s: %s\r\n", name, value)
		}
	}
	for _, f := range []struct {
		name string
		list []hire.Address
	}{{"From", m.From}, {"To", m.To}, {"Cc", m.Cc}, {"Bcc", m.Bcc}} {
		field(f.name, addressList(f.list))
	}
	field("Subject", mime.QEncoding.Encode("utf-8", oneLine(m.Subject)))
	if !m.Date.IsZero() {
		field("Date", m.Date.UTC().Format(time.RFC1123Z))
	}
	field("Message-ID", ids(m.MessageID))
	field("In-Reply-To", ids(m.InReplyTo...))
	field("References", ids(m.References...))
	field("X-Hire-Candidate", mime.QEncoding.Encode("utf-8", oneLine(m.CandidateID)))
	field("X-Hire-Thread", m.ThreadID)
	field("X-Hire-Message", m.ID)
	field("MIME-Version", "1.0")
	fmt.Fprintf(&h, "Content-Type: multipart/mixed;\r\n boundary=%q\r\n\r\n", parts.Boundary())
	if _, err := w.Write(h.Bytes()); err != nil {
		return err
	}
	if err := bodyPart(parts, m); err != nil {
		return err
	}
	for _, a := range m.Attachments {
		if err := x.file(ctx, parts, m, a); err != nil {
			return err
		}
	}
	return parts.Close()
}

// bodyPart writes the text, with the HTML beside it where there is any.
func bodyPart(parts *multipart.Writer, m hire.Message) error {
	if m.HTML == "" {
		return textPart(parts, "text/plain", m.Text)
	}
	b := "=_a_" + hire.Digest("alternative", m.ThreadID, m.ID)
	w, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {`multipart/alternative; boundary="` + b + `"`}})
	if err != nil {
		return err
	}
	both := multipart.NewWriter(w)
	if err := both.SetBoundary(b); err != nil {
		return err
	}
	return errors.Join(textPart(both, "text/plain", m.Text), textPart(both, "text/html", m.HTML), both.Close())
}

func textPart(parts *multipart.Writer, kind, text string) error {
	w, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
	if err != nil {
		return err
	}
	q := quotedprintable.NewWriter(w)
	if _, err := io.WriteString(q, strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
		return err
	}
	return q.Close()
}

// file streams a file. In the place of one that is not there any more stands a part that says so.
func (x MailExport) file(ctx context.Context, parts *multipart.Writer, m hire.Message, a hire.Attachment) error {
	c, _, err := x.Blobs.Open(ctx, m.AccountID, a.Blob)
	if errors.Is(err, blobs.ErrNotFound) {
		return textPart(parts, "text/plain", "The file "+a.Filename+" is not there any more.")
	}
	if err != nil {
		return fmt.Errorf("open file: %w", err)
	}
	defer c.Close()
	kind, _, err := mime.ParseMediaType(a.ContentType)
	if err != nil || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") { // those must not be in base64 (RFC 2046 section 5)
		kind = "application/octet-stream"
	}
	disposition := "attachment"
	h := textproto.MIMEHeader{"Content-Type": {kind}, "Content-Transfer-Encoding": {"base64"}}
	if a.ContentID != "" {
		disposition = "inline"
		h.Set("Content-ID", "<"+oneLine(a.ContentID)+">")
	}
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": oneLine(a.Filename)}))
	w, err := parts.CreatePart(h)
	if err != nil {
		return err
	}
	lines := &lines{w: w}
	enc := base64.NewEncoder(base64.StdEncoding, lines)
	if _, err := io.Copy(enc, c); err != nil {
		return err
	}
	return enc.Close()
}

// oneLine keeps what somebody has written from making header fields of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

func ids(list ...string) string {
	var out []string
	for _, id := range list {
		if id != "" {
			out = append(out, "<"+oneLine(id)+">")
		}
	}
	return strings.Join(out, "\r\n ")
}

func addressList(list []hire.Address) string {
	var out []string
	for _, a := range list {
		out = append(out, (&mail.Address{Name: oneLine(a.Name), Address: oneLine(a.Addr)}).String())
	}
	return strings.Join(out, ",\r\n ")
}

// lines ends a line after 76 letters.
type lines struct {
	w io.Writer
	n int
}

func (l *lines) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		if l.n == 76 {
			if _, err := io.WriteString(l.w, "\r\n"); err != nil {
				return written, err
			}
			l.n = 0
		}
		n, err := l.w.Write(p[written:min(len(p), written+76-l.n)])
		written += n
		l.n += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// quoting writes lines of an mbox: they end in LF, and one that could be taken for the beginning of a mail is quoted.
type quoting struct {
	w    io.Writer
	line []byte // begun, and not written yet
}

func (q *quoting) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			q.line = append(q.line, rest...)
			break
		}
		q.line = append(q.line, rest[:i]...)
		if err := q.put(); err != nil {
			return 0, err
		}
		rest = rest[i+1:]
	}
	return len(p), nil
}

func (q *quoting) put() error {
	line := bytes.TrimSuffix(q.line, []byte("\r"))
	if bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
		line = append([]byte(">"), line...)
	}
	_, err := q.w.Write(append(line, '\n'))
	q.line = q.line[:0]
	return err
}

// end ends a mail: an empty line stands before the next.
func (q *quoting) end() error {
	if len(q.line) > 0 {
		if err := q.put(); err != nil {
			return err
		}
	}
	return q.put()
}
