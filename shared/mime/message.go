package mime

import (
	"strings"
	"time"
)

// Address is a mailbox. Addr is local@domain as in the header; it is "" where the header names somebody without an address.
type Address struct {
	Name, Addr string
}

// HeaderField is one field of a header.
type HeaderField struct {
	Name, Value string
}

// Message is a mail as it was read.
type Message struct {
	MessageID   string   // without angle brackets; "" if it has none
	InReplyTo   []string // message ids, as MessageID
	References  []string // message ids, oldest first
	From        []Address
	To          []Address
	Cc          []Address
	Bcc         []Address
	Subject     string
	Date        time.Time // in UTC; zero if missing or unreadable
	Text        string    // lines end with \n; made from HTML where the mail has only that
	HTML        string    // as it came, not sanitised; "" if the mail has none
	Attachments []Attachment
	Defects     []string // what was wrong with the mail, in words for a person

	header   header
	reports  bool // a mail server tells that a mail has not arrived
	succeeds bool // a mail server tells that a mail has arrived
}

// Attachment is a file of a mail, or a part that is kept as one.
type Attachment struct {
	PartID            string // Gmail's number of the part: "1", "0.1". Where the whole mail is one file it is "0".
	Filename          string // never empty, without a path
	ContentType       string // type/subtype in lower case; for text with its charset
	ContentID         string // without angle brackets
	Inline            bool   // the HTML shows it in place, by its ContentID
	Size              int64  // bytes, decoded
	Content           []byte // nil if it is to be fetched by GmailAttachmentID. It may share memory with the mail it was read from.
	GmailAttachmentID string // valid only with the answer it came in
}

// FreshText is the text without what it quotes.
func (m *Message) FreshText() string {
	fresh, _ := QuotedSplit(m.Text)
	return fresh
}

// HeaderValue is the first value of a header field, decoded; "" if there is none.
func (m *Message) HeaderValue(name string) string { return m.header.text(name) }

// AuthenticationResults are the values of the fields of this name (RFC 8601), the uppermost first: the last server's own, and below it what came with the mail.
func (m *Message) AuthenticationResults() []string { return m.header["authentication-results"] }

// AutoReply tells whether a program sent the mail by itself: an out-of-office note, an acknowledgement. It goes by Auto-Submitted (RFC 3834
// section 5) and by the fields that programs used before it. A mailing list's Precedence is none.
func (m *Message) AutoReply() bool {
	if v := firstWord(m.header.text("Auto-Submitted")); v != "" {
		return v != "no"
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply"} {
		if v := firstWord(m.header.text(name)); v != "" && v != "no" && v != "false" {
			return true
		}
	}
	switch firstWord(m.header.text("Precedence")) {
	case "auto_reply":
		return true
	case "bulk", "junk":
		// The first vacation programs marked their answers so; so do lists and newsletters, which answer to nobody.
		return m.header.first("In-Reply-To") != "" && m.header.first("List-Id") == "" && m.header.first("List-Unsubscribe") == ""
	}
	return false
}

// DeliveryReport tells whether a mail server reports with it that a mail has not arrived, or not yet (RFC 3464). A report of success or a
// receipt is none.
func (m *Message) DeliveryReport() bool {
	if m.reports || m.header.first("X-Failed-Recipients") != "" {
		return true
	}
	if m.succeeds {
		return false // whoever tells it
	}
	for _, from := range m.From {
		who := from.Addr
		if who == "" {
			who = from.Name
		}
		local, _, _ := strings.Cut(who, "@")
		if strings.EqualFold(local, "mailer-daemon") {
			return true
		}
	}
	return false
}

// firstWord is the leading keyword of a header value, in lower case: "auto-replied (vacation)" and "auto-replied; owner" are one.
func firstWord(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.IndexAny(s, " \t;(,"); i >= 0 {
		s = s[:i]
	}
	return s
}
