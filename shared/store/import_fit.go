package store

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// What senders write has no bound, a document has one (1 MiB), and it holds UTF-8 alone. A mail that is not made to fit would fail each time it is met and keep all
// others waiting. Bounds of a message besides its body, in bytes:
const (
	fitText        = 2 << 10  // a subject, a Message-ID, a name
	fitReferences  = 64 << 10 // References and In-Reply-To, each
	fitAddresses   = 64 << 10 // From, To, Cc and Bcc, each
	fitAttachments = 128 << 10
	fitDefects     = 16 << 10
)

// fit makes a message storable. That something was cut off is named among its defects.
func fit(m *hire.Message) {
	var f fitting
	for _, s := range []*string{&m.Subject, &m.MessageID, &m.Snippet} {
		*s = f.text(*s)
	}
	m.Text, m.HTML = valid(m.Text), valid(m.HTML)
	m.InReplyTo = f.texts(m.InReplyTo, fitReferences)
	// The last references are the nearest.
	last := slices.Clone(m.References)
	slices.Reverse(last)
	m.References = f.texts(last, fitReferences)
	slices.Reverse(m.References)
	for _, list := range []*[]hire.Address{&m.From, &m.To, &m.Cc, &m.Bcc} {
		*list = f.addresses(*list)
	}
	m.Attachments = f.attachments(m.Attachments)
	m.Defects = f.texts(m.Defects, fitDefects)
	if f.cut {
		m.Defects = append(m.Defects, "parts of the header are longer than Hire keeps; they are only in Gmail")
	}
}

func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// fitting notes whether anything was cut off.
type fitting struct{ cut bool }

func (f *fitting) text(s string) string {
	s = valid(s)
	if len(s) <= fitText {
		return s
	}
	f.cut = true
	n := fitText
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// room says whether something of this size still fits, and takes it.
func (f *fitting) room(left *int, size int) bool {
	if *left -= size; *left < 0 {
		f.cut = true
	}
	return *left >= 0
}

func (f *fitting) texts(list []string, left int) (out []string) {
	for _, s := range list {
		if s = f.text(s); !f.room(&left, len(s)+8) {
			break
		}
		out = append(out, s)
	}
	return out
}

func (f *fitting) addresses(list []hire.Address) (out []hire.Address) {
	left := fitAddresses
	for _, a := range list {
		a.Name, a.Addr = f.text(a.Name), f.text(a.Addr)
		if !f.room(&left, len(a.Name)+len(a.Addr)+16) {
			break
		}
		out = append(out, a)
	}
	return out
}

func (f *fitting) attachments(list []hire.Attachment) (out []hire.Attachment) {
	left := fitAttachments
	for _, a := range list {
		for _, s := range []*string{&a.PartID, &a.Filename, &a.ContentType, &a.ContentID} {
			*s = f.text(*s)
		}
		if !f.room(&left, len(a.PartID)+len(a.Filename)+len(a.ContentType)+len(a.ContentID)+len(a.Blob)+64) {
			break
		}
		out = append(out, a)
	}
	return out
}
