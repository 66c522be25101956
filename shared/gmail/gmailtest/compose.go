package gmailtest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"strings"
	"time"
)

// OutgoingMail is a mail that a person writes: a mailbox's owner or somebody outside.
type OutgoingMail struct {
	From        string   // "" is the writer; an alias of a mailbox's owner
	To, Cc, Bcc []string // each "a@b.example" or "A B <a@b.example>"
	Subject     string
	Text        string
	HTML        string // "" is plain text alone
	Attachments []Attachment

	InReplyTo  string   // Message-ID with its angles
	References []string // the same, oldest first
	MessageID  string   // the same; "" makes one
	Date       time.Time
	Headers    []Header // more of them

	// Examined is what Gmail finds out about the sender of a mail from outside: see Outside.SendExamined.
	Examined string

	// ThreadID names the conversation, for a mailbox's owner.
	ThreadID string
}

// Attachment is a file with a mail.
type Attachment struct {
	Name string
	Type string // "" is application/octet-stream
	Data []byte
}

// compose writes a mail (RFC 5322): the same one gives the same bytes.
func compose(o OutgoingMail) []byte {
	var b bytes.Buffer
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	field("MIME-Version", "1.0")
	field("Date", o.Date.Format(time.RFC1123Z))
	field("Message-ID", o.MessageID)
	field("In-Reply-To", o.InReplyTo)
	field("References", strings.Join(o.References, "\r\n "))
	field("From", encodeAddresses([]string{o.From}))
	field("To", encodeAddresses(o.To))
	field("Cc", encodeAddresses(o.Cc))
	field("Bcc", encodeAddresses(o.Bcc))
	field("Subject", encodeWords(o.Subject))
	for _, h := range o.Headers {
		field(h.Name, encodeWords(h.Value))
	}
	boundary := fmt.Sprintf("%016x", hashString(o.MessageID+o.Subject))
	text := piece{kind: `text/plain; charset="UTF-8"`, data: []byte(o.Text), text: true}
	if o.HTML != "" {
		html := piece{kind: `text/html; charset="UTF-8"`, data: []byte(o.HTML), text: true}
		text = piece{kind: "multipart/alternative", boundary: "alt" + boundary, parts: []piece{text, html}}
	}
	if len(o.Attachments) > 0 {
		mixed := piece{kind: "multipart/mixed", boundary: "mix" + boundary, parts: []piece{text}}
		for _, a := range o.Attachments {
			mixed.parts = append(mixed.parts, piece{kind: a.kind(), disposition: mime.FormatMediaType("attachment", a.named("filename")), data: a.Data})
		}
		text = mixed
	}
	text.write(&b)
	return b.Bytes()
}

func (a Attachment) kind() string {
	kind := a.Type
	if kind == "" {
		kind = "application/octet-stream"
	}
	if s := mime.FormatMediaType(kind, a.named("name")); s != "" {
		return s
	}
	return kind
}

func (a Attachment) named(parameter string) map[string]string {
	if a.Name == "" {
		return nil
	}
	return map[string]string{parameter: a.Name}
}

// piece is a part about to be written.
type piece struct {
	kind, disposition string
	boundary          string
	parts             []piece
	data              []byte
	text              bool
}

func (p piece) write(b *bytes.Buffer) {
	if p.parts != nil {
		fmt.Fprintf(b, "Content-Type: %s; boundary=\"%s\"\r\n\r\n", p.kind, p.boundary)
		for _, sub := range p.parts {
			fmt.Fprintf(b, "--%s\r\n", p.boundary)
			sub.write(b)
			b.WriteString("\r\n")
		}
		fmt.Fprintf(b, "--%s--\r\n", p.boundary)
		return
	}
	fmt.Fprintf(b, "Content-Type: %s\r\n", p.kind)
	if p.disposition != "" {
		fmt.Fprintf(b, "Content-Disposition: %s\r\n", p.disposition)
	}
	switch {
	case p.text && isPlain(p.data):
		b.WriteString("\r\n")
		b.Write(crlf(p.data))
	case p.text:
		b.WriteString("Content-Transfer-Encoding: quoted-printable\r\n\r\n")
		w := quotedprintable.NewWriter(b)
		_, _ = w.Write(crlf(p.data)) // into a bytes.Buffer, which takes everything
		_ = w.Close()
	default:
		b.WriteString("Content-Transfer-Encoding: base64\r\n\r\n")
		const line = 57 // bytes that make 76 characters
		for data := p.data; len(data) > 0; {
			n := min(line, len(data))
			b.Write(base64.StdEncoding.AppendEncode(b.AvailableBuffer(), data[:n]))
			b.WriteString("\r\n")
			data = data[n:]
		}
	}
}

// isPlain tells whether a text can go as it is: ASCII in short lines.
func isPlain(text []byte) bool {
	line := 0
	for _, c := range text {
		switch {
		case c == '\n':
			line = 0
		case c >= 0x80 || c == 0:
			return false
		default:
			if line++; line > 900 {
				return false
			}
		}
	}
	return true
}

func crlf(text []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
}

// encodeWords makes a header value of a text (RFC 2047). Line ends become blanks.
func encodeWords(s string) string {
	return mime.QEncoding.Encode("utf-8", strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ").Replace(s))
}

// encodeAddresses makes an address list; what is no address stays as it is, for Gmail to refuse.
func encodeAddresses(list []string) string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if a, err := parseAddress(s); err == nil {
			s = formatAddress(a)
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

// compose fills in what the writer has left open: the date and a Message-ID.
func (s *Server) compose(o OutgoingMail, writer address) []byte {
	if o.From == "" {
		o.From = formatAddress(writer)
	}
	if o.Date.IsZero() {
		o.Date = s.now()
	}
	if o.MessageID == "" {
		_, domain, _ := strings.Cut(writer.addr, "@")
		o.MessageID = fmt.Sprintf("<%016x@%s>", s.random(), domain)
	}
	return compose(o)
}

// answering makes o an answer to a mail: its subject, its references, and whom it goes to unless somebody is named.
func (o *OutgoingMail) answering(to *Mail, self string) {
	o.InReplyTo = to.MessageID
	o.References = append([]string(nil), to.References...)
	if to.MessageID != "" {
		o.References = append(o.References, to.MessageID)
	}
	o.Subject = to.Subject
	if !strings.HasPrefix(strings.ToLower(o.Subject), "re:") {
		o.Subject = "Re: " + o.Subject
	}
	switch {
	case normalAddress(to.From.Address) != self:
		o.To = []string{to.From.String()}
	default: // one goes on writing to those one wrote to
		for _, a := range to.To {
			o.To = append(o.To, a.String())
		}
	}
}
