package gmailtest

import (
	"net/mail"
	"strings"
	"time"
)

// Mail is a mail as a reader sees it, decoded. What is broken in it is left out or shown as it came.
type Mail struct {
	MessageID   string // with its angles, as References has them; "" for none
	InReplyTo   string
	References  []string
	From        mail.Address
	To, Cc, Bcc []mail.Address
	Subject     string
	Date        time.Time // of the Date header; zero if it can't be read
	Text, HTML  string
	Attachments []Attachment
	Headers     []Header // all of them, in order
	Raw         []byte   // RFC 5322; not to be written to
}

// Header is the first header of a name, compared without case; "" if there is none.
func (m Mail) Header(name string) string {
	for _, h := range m.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// readMail takes a mail apart.
func readMail(b *blob) Mail {
	m := Mail{Raw: b.raw}
	for name, value := range b.headers(b.root()) {
		m.Headers = append(m.Headers, Header{name, decodeHeader(value)})
	}
	m.MessageID = first(angled(b.header("Message-ID")))
	m.InReplyTo = first(angled(b.header("In-Reply-To")))
	m.References = angled(b.header("References"))
	m.From = first(addressesOf(b.header("From")))
	m.To, m.Cc, m.Bcc = addressesOf(b.header("To")), addressesOf(b.header("Cc")), addressesOf(b.header("Bcc"))
	m.Subject = decodeHeader(b.header("Subject"))
	if at, err := mail.ParseDate(b.header("Date")); err == nil {
		m.Date = at.UTC()
	}
	m.Text, m.HTML = b.readable()
	for _, p := range b.attachments() {
		m.Attachments = append(m.Attachments, Attachment{Name: p.filename, Type: p.mimeType, Data: b.decoded(p)})
	}
	return m
}

func first[T any](list []T) (t T) {
	if len(list) > 0 {
		t = list[0]
	}
	return t
}

func angled(v string) []string {
	ids := messageIDs(v)
	for i := range ids {
		ids[i] = "<" + ids[i] + ">"
	}
	return ids
}

func addressesOf(v string) []mail.Address {
	var out []mail.Address
	for _, a := range parseAddresses(v) {
		out = append(out, mail.Address{Name: a.name, Address: a.addr})
	}
	return out
}
