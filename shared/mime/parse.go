package mime

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// errEmpty: what was to be read is no mail, for there is nothing in it.
var errEmpty = errors.New("the mail is empty")

const (
	// maxParts and maxDepth bound what a mail may be made of. What is beyond is kept as text.
	maxParts = 1000
	maxDepth = 20
	// maxHeader is the most of one header block that is read, in bytes.
	maxHeader = 1 << 20
	// maxDefects is how many defects of one mail are told.
	maxDefects = 20
)

// reader reads one mail and gathers what is wrong with it.
type reader struct {
	parts   int
	defects []string
}

func (r *reader) note(format string, args ...any) {
	d := fmt.Sprintf(format, args...)
	if len(r.defects) < maxDefects && !slices.Contains(r.defects, d) {
		r.defects = append(r.defects, d)
	}
}

// part is one node of a mail's tree.
type part struct {
	id        string // Gmail's number; "" for the mail itself
	header    header
	mediaType string            // type/subtype in lower case
	params    map[string]string // of the Content-Type, names in lower case
	attached  bool              // Content-Disposition says it is a file
	filename  string            // of the Content-Disposition, cleaned
	name      string            // of the Content-Type, cleaned; mail programs give even texts one
	children  []*part           // of a multipart
	content   []byte            // of a leaf, transfer encoding undone, characters as they came
	converted bool              // Gmail has read it, so text is UTF-8 whatever the header says
	remote    string            // Gmail's id to fetch the content by
	size      int64             // of the content that is to be fetched
	subject   string            // of an attached mail
}

// Parse reads a mail as it was sent (RFC 5322, RFC 2045 to 2049). The only error is ErrEmpty. Contents of attachments that were not encoded
// are slices of raw, so raw must stay unchanged as long as the message is used.
func Parse(raw []byte) (*Message, error) {
	raw = mailStart(raw)
	if len(raw) == 0 {
		return nil, errEmpty
	}
	return guarded(
		func(r *reader) *Message { return r.message(r.cut(raw, "", 0, "text/plain")) },
		func() []byte { return raw }), nil
}

// guarded runs read. If it panics, the mail is its source, shown as text: a mail that makes this code or a library stumble is still a mail that
// somebody waits for.
func guarded(read func(r *reader) *Message, source func() []byte) (m *Message) {
	defer func() {
		if recover() != nil {
			text := strings.ReplaceAll(string(bytes.ToValidUTF8(source(), []byte("\uFFFD"))), "\x00", "")
			m = &Message{header: header{}, Text: text, Defects: []string{"it could not be taken apart and is shown as it came"}}
		}
	}()
	return read(&reader{})
}

// mailStart skips what mailbox files and careless programs put before a mail: blank lines, a byte order mark, a "From " line. Line ends of a
// single CR, which old Macs wrote, become LF.
func mailStart(raw []byte) []byte {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	raw = bytes.TrimLeft(raw, "\r\n\x00")
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	if bytes.IndexByte(raw, '\n') < 0 && bytes.IndexByte(raw, '\r') >= 0 {
		raw = bytes.ReplaceAll(raw, []byte{'\r'}, []byte{'\n'})
	}
	if bytes.HasPrefix(raw, []byte("From ")) || bytes.HasPrefix(raw, []byte(">From ")) {
		if _, rest, ok := bytes.Cut(raw, []byte{'\n'}); ok && len(bytes.TrimSpace(rest)) > 0 {
			raw = rest
		}
	}
	return raw
}

// newPart reads what a header says about its part. deflt is the type of a part that does not say (RFC 2045 section 5.2, RFC 2046 section 5.1.5).
func newPart(id string, h header, deflt string) *part {
	p := &part{id: id, header: h}
	p.mediaType, p.params = parseParams(h.first("Content-Type"))
	disposition, params := parseParams(h.first("Content-Disposition"))
	p.attached = disposition == "attachment"
	p.filename = cleanFilename(decodeWords(params["filename"]))
	p.name = cleanFilename(decodeWords(p.params["name"]))
	if p.filename == "" {
		p.filename = cleanFilename(decodeWords(params["name"]))
	}
	p.mediaType = repairType(p.mediaType, deflt, p.filename+p.name != "")
	return p
}

// repairType answers with a type/subtype of legal characters.
func repairType(t, deflt string, named bool) string {
	major, minor, _ := strings.Cut(t, "/")
	minor, _, _ = strings.Cut(minor, "/")
	switch {
	case isToken(major) && isToken(minor):
		return major + "/" + minor
	case t == "":
		return deflt
	case major == "multipart":
		return "multipart/mixed"
	case t == "html", t == "plain":
		return "text/" + t
	case major == "text" || !named:
		return "text/plain"
	}
	return "application/octet-stream"
}

// isToken tells whether s is a token (RFC 2045 section 5.1).
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' || strings.IndexByte(`()<>@,;:\"/[]?=`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}
