package mime

import (
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"
	"unicode"
)

var (
	// ErrHeaderInjection: a text that goes into a header holds a line break or another control character, which would let it write
	// header fields of its own.
	ErrHeaderInjection = errors.New("line breaks and control characters are not allowed here")
	// ErrNoRecipient: there is nobody to send to.
	ErrNoRecipient = errors.New("there is no recipient")
	// ErrInvalidAddress: an address is none that mail can be sent to. The text of an error that wraps it is fit for the one who typed it.
	ErrInvalidAddress = errors.New("is no address that mail can be sent to")
	// ErrInvalidPicture: a file that the HTML is to show in its text can't be shown there. The text of an error that wraps it is fit for the one who attached it.
	ErrInvalidPicture = errors.New("can't be shown within the text")
)

// Outgoing is a mail to be written.
type Outgoing struct {
	From        Address
	To, Cc, Bcc []Address
	Subject     string
	Text        string // made from HTML if it is empty
	HTML        string // "" for a mail of text alone
	InReplyTo   string // message id, without angle brackets
	References  []string
	Date        time.Time
	Header      []HeaderField // further fields, in this order
	Attachments []OutgoingAttachment
}

// OutgoingAttachment is a file to be sent. Compose calls Open once, and fails if it reads more or fewer bytes than Size.
type OutgoingAttachment struct {
	Filename    string
	ContentType string // "" for application/octet-stream
	ContentID   string // of a picture that the HTML shows as cid:… (RFC 2392), without angle brackets; "" for a file
	Size        int64
	Open        func() (io.ReadCloser, error)
}

// ownFields are those that Compose writes by itself.
var ownFields = words("from", "to", "cc", "bcc", "subject", "date", "in-reply-to", "references", "message-id", "mime-version", "sender", "reply-to", "return-path")

// Validate says what Compose would refuse: ErrNoRecipient, ErrInvalidAddress, ErrHeaderInjection, ErrInvalidFilename, ErrInvalidPicture, or an error that is
// the program's own fault.
func (o Outgoing) Validate() error {
	if len(o.To)+len(o.Cc)+len(o.Bcc) == 0 {
		return ErrNoRecipient
	}
	if err := o.From.check(); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	for _, list := range [][]Address{o.To, o.Cc, o.Bcc} {
		for _, a := range list {
			if err := a.check(); err != nil {
				return err
			}
		}
	}
	if hasControl(o.Subject) {
		return fmt.Errorf("%w: the subject", ErrHeaderInjection)
	}
	if o.Date.IsZero() {
		return errors.New("the mail has no date")
	}
	for _, id := range append([]string{o.InReplyTo}, o.References...) {
		if strings.ContainsFunc(id, unicode.IsControl) {
			return fmt.Errorf("%w: a message id", ErrHeaderInjection)
		}
	}
	for _, f := range o.Header {
		if err := f.check(); err != nil {
			return err
		}
	}
	for _, a := range o.Attachments {
		if err := CheckFilename(a.Filename); err != nil {
			return err
		}
		if strings.ContainsFunc(a.ContentType, unicode.IsControl) {
			return fmt.Errorf("%w: the type of a file", ErrHeaderInjection)
		}
		if a.Open == nil {
			return fmt.Errorf("attachment %q has no content", a.Filename)
		}
	}
	return o.checkPictures()
}

// checkPictures looks at the files that have a content id: each must be a picture that the HTML shows, once.
func (o Outgoing) checkPictures() error {
	_, pictures := split(o.Attachments)
	if len(pictures) == 0 {
		return nil
	}
	shown, seen := contentIDs(o.HTML), map[string]bool{}
	for _, a := range pictures {
		kind, _ := parseParams(a.ContentType)
		refuse := func(why string) error { return fmt.Errorf("%q %w: %s", clip(a.Filename, 80), ErrInvalidPicture, why) }
		switch {
		case strings.ContainsFunc(a.ContentID, unicode.IsControl):
			return fmt.Errorf("%w: a content id", ErrHeaderInjection)
		case !validContentID(a.ContentID):
			return refuse("its content id must be letters, digits and . _ - @ +, 100 of them at most")
		case !strings.HasPrefix(kind, "image/"):
			return refuse("it is no picture")
		case seen[a.ContentID]:
			return refuse("another one has the same content id")
		case !shown[a.ContentID]:
			return refuse("the HTML does not show cid:" + a.ContentID)
		}
		seen[a.ContentID] = true
	}
	return nil
}

// split parts the files of a mail from the pictures that its HTML shows.
func split(all []OutgoingAttachment) (files, pictures []OutgoingAttachment) {
	for _, a := range all {
		if a.ContentID == "" {
			files = append(files, a)
		} else {
			pictures = append(pictures, a)
		}
	}
	return files, pictures
}

// validContentID takes ids that read the same in a header and in an address (RFC 2392 section 2).
func validContentID(id string) bool {
	return len(id) <= 100 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@+") == ""
}

// hasControl tells whether s holds a control character other than a tab, which Compose writes as a blank: subjects are pasted from tables.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return c != '\t' && (unicode.IsControl(c) || c == '\u2028' || c == '\u2029') })
}

func (f HeaderField) check() error {
	switch name := strings.ToLower(f.Name); {
	case hasControl(f.Name), hasControl(f.Value):
		return fmt.Errorf("%w: header field %q", ErrHeaderInjection, f.Name)
	case !isToken(f.Name), ownFields[name], strings.HasPrefix(name, "content-"), len(f.Name) > 60:
		return fmt.Errorf("header field %q can't be set", f.Name)
	}
	return nil
}

// check refuses what Gmail would bounce or what would break the header (RFC 5322 section 3.4.1, RFC 5321 section 4.5.3.1).
func (a Address) check() error {
	if hasControl(a.Name) || hasControl(a.Addr) {
		return fmt.Errorf("%w: an address or its name", ErrHeaderInjection)
	}
	refuse := func(why string) error { return fmt.Errorf("%q %w: %s", clip(a.Addr, 80), ErrInvalidAddress, why) }
	at := strings.LastIndexByte(a.Addr, '@')
	if at < 0 {
		return refuse("it has no @")
	}
	local, domain := a.Addr[:at], a.Addr[at+1:]
	switch {
	case a.Addr != strings.TrimSpace(a.Addr) || (strings.Contains(a.Addr, " ") && !strings.HasPrefix(local, `"`)):
		return refuse("it has a blank in it")
	case local == "":
		return refuse("nothing stands before its @")
	case strings.ContainsFunc(a.Addr, func(c rune) bool { return c >= 0x80 }):
		return refuse("it has other letters than a to z, which cannot be sent to yet; ask for one without them")
	case len(local) > 64 || len(a.Addr) > 254:
		return refuse("it is too long")
	case !validDomain(domain):
		return refuse("what follows its @ must be a domain, like example.com")
	}
	parsed, err := mail.ParseAddress("<" + a.Addr + ">")
	if err != nil || parsed.Name != "" || (parsed.Address != a.Addr && !strings.HasPrefix(local, `"`)) {
		return refuse("what stands before its @ has characters or dots that cannot be there")
	}
	return nil
}

// validDomain takes names of two or more labels of letters, digits and hyphens (RFC 1123 section 2.1).
func validDomain(d string) bool {
	labels := strings.Split(d, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.Trim(strings.ToLower(l), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return len(labels) > 1
}
