package mime

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFilename is the longest file name in bytes; file systems take 255.
const maxFilename = 200

// ErrInvalidFilename: a file's name is empty, too long, or a path. Its text is fit for the one who chose the name.
var ErrInvalidFilename = errors.New("this file name cannot be used")

// CheckFilename says whether a file of this name can be attached. The error is ErrHeaderInjection for control characters, else ErrInvalidFilename.
func CheckFilename(name string) error {
	switch {
	case strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("%w: the file name", ErrHeaderInjection)
	case strings.TrimSpace(name) == "", name == ".", name == "..":
		return fmt.Errorf("%w: it is empty", ErrInvalidFilename)
	case len(name) > maxFilename:
		return fmt.Errorf("%w: it is longer than %d bytes", ErrInvalidFilename, maxFilename)
	case !utf8.ValidString(name):
		return fmt.Errorf("%w: it is not valid UTF-8", ErrInvalidFilename)
	case strings.ContainsAny(name, `/\`):
		return fmt.Errorf("%w: it is a path", ErrInvalidFilename)
	}
	return nil
}

// cleanFilename makes a name out of a mail one that CheckFilename takes: without its path, control characters, and characters that turn the
// direction of writing so that the end of a name seems to be another. What is nothing then is "".
func cleanFilename(s string) string {
	s = strings.ToValidUTF8(s, "_")
	if i := strings.LastIndexAny(strings.TrimRight(s, `/\ `), `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(c rune) rune {
		switch {
		case c == '/', c == '\\', c == '\n', c == '\t':
			return ' '
		case unicode.IsControl(c), c >= '\u202a' && c <= '\u202e', c >= '\u2066' && c <= '\u2069', c == '\u200e', c == '\u200f', c == '\ufeff':
			return -1
		}
		return c
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if strings.Trim(s, ". ") == "" {
		return ""
	}
	if len(s) > maxFilename {
		ext := path.Ext(s)
		if len(ext) > 12 {
			ext = ""
		}
		s = strings.TrimSpace(clip(s, maxFilename-len(ext))) + ext
	}
	return s
}

// names are the names of files that came without one.
var names = map[string]string{
	"text/calendar": "invite.ics", "text/vcard": "contact.vcf", "text/x-vcard": "contact.vcf", "text/directory": "contact.vcf", "text/csv": "table.csv",
	"text/plain": "text.txt", "text/html": "page.html", "text/rfc822-headers": "headers.txt",
	"message/delivery-status": "delivery-status.txt", "message/global-delivery-status": "delivery-status.txt",
	"message/disposition-notification": "receipt.txt", "message/feedback-report": "report.txt",
	"image/jpeg": "image.jpg", "image/png": "image.png", "image/gif": "image.gif", "image/webp": "image.webp", "image/heic": "image.heic", "image/svg+xml": "image.svg",
	"audio/mpeg": "audio.mp3", "audio/mp4": "audio.m4a", "video/mp4": "video.mp4", "video/quicktime": "video.mov",
	"application/pdf": "document.pdf", "application/msword": "document.doc", "application/zip": "files.zip", "application/json": "data.json",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "document.docx",
	"application/pkcs7-signature": "smime.p7s", "application/x-pkcs7-signature": "smime.p7s", "application/pkcs7-mime": "smime.p7m", "application/x-pkcs7-mime": "smime.p7m",
	"application/pgp-signature": "signature.asc", "application/pgp-encrypted": "encryption.txt", "application/ms-tnef": "winmail.dat",
}

// fileName is what the part is called as a file.
func (p *part) fileName() string {
	for _, name := range []string{p.filename, p.name} {
		if name != "" {
			return name
		}
	}
	if p.mediaType == "message/rfc822" || p.mediaType == "message/global" {
		subject := cleanFilename(strings.NewReplacer("/", "-", `\`, "-").Replace(clip(p.subject, maxFilename-len(".eml"))))
		if subject == "" {
			subject = "message"
		}
		return subject + ".eml"
	}
	if name, ok := names[p.mediaType]; ok {
		return name
	}
	return "attachment"
}
