package gmailtest

import (
	"html"
	"iter"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// blob is a raw mail (RFC 5322). It never changes, and is one for all mailboxes that have the mail.
type blob struct {
	raw []byte
	cut atomic.Pointer[[]*part] // the parts in depth-first order, once somebody has asked
}

// newBlob takes raw over.
func newBlob(raw []byte) *blob { return &blob{raw: raw} }

// parts are all parts in depth-first order; the first is the root.
func (b *blob) parts() []*part {
	if p := b.cut.Load(); p != nil {
		return *p
	}
	s := scanner{raw: b.raw}
	s.scan("", 0, len(b.raw), 0, "text/plain")
	b.cut.CompareAndSwap(nil, &s.parts) // two who ask at once both scan, and one of them wins
	return *b.cut.Load()
}

// root is the mail's outermost part.
func (b *blob) root() *part { return b.parts()[0] }

// partAt is a part by its index, nil if there is none.
func (b *blob) partAt(index int) *part {
	parts := b.parts()
	if index < 0 || index >= len(parts) {
		return nil
	}
	return parts[index]
}

// headers are a part's header fields in their order: the name as written, the value unfolded and not decoded.
func (b *blob) headers(p *part) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for f := range fieldsOf(b.raw, p.head, p.body) {
			if !yield(string(b.raw[f.name:f.nameEnd]), unfold(b.raw[f.value:f.valueEnd])) {
				return
			}
		}
	}
}

// header is the first header of a name, unfolded and not decoded; "" if there is none. It cuts no parts.
func (b *blob) header(name string) string {
	for f := range fieldsOf(b.raw, 0, len(b.raw)) {
		if isName(b.raw[f.name:f.nameEnd], name) {
			return unfold(b.raw[f.value:f.valueEnd])
		}
	}
	return ""
}

// body is a part's body as it was sent.
func (b *blob) body(p *part) []byte { return b.raw[p.body:p.end:p.end] }

// decoded is a part's body without its transfer encoding; nil for a multipart. It may be part of the raw mail: it is not to be written to.
func (b *blob) decoded(p *part) []byte {
	if strings.HasPrefix(p.mimeType, "multipart/") && len(p.parts) > 0 {
		return nil
	}
	return decodeTransfer(p.encoding, b.body(p))
}

// size is the length of decoded.
func (b *blob) size(p *part) int {
	if n := p.decoded.Load(); n > 0 {
		return int(n - 1)
	}
	var n int
	switch {
	case strings.HasPrefix(p.mimeType, "multipart/") && len(p.parts) > 0:
	case p.encoding == "base64":
		n = base64Size(b.body(p))
	default:
		n = len(b.decoded(p))
	}
	p.decoded.Store(int64(n) + 1)
	return n
}

// text is decoded, as UTF-8 if the part is text.
func (b *blob) text(p *part) []byte {
	d := b.decoded(p)
	if strings.HasPrefix(p.mimeType, "text/") {
		return decodeCharset(p.charset, d)
	}
	return d
}

// readable finds what a reader is shown: the first plain and the first HTML text, "" for what is not there.
func (b *blob) readable() (text, html string) {
	var seenText, seenHTML bool
	for _, p := range b.parts() {
		switch {
		case !p.isText() || len(p.parts) > 0 || strings.Count(p.id, ".") > 0 && b.enclosed(p):
		case p.mimeType == "text/html" && !seenHTML:
			html, seenHTML = string(b.text(p)), true
		case p.mimeType != "text/html" && !seenText:
			text, seenText = string(b.text(p)), true
		}
	}
	return text, html
}

// enclosed tells whether a part belongs to a mail within the mail.
func (b *blob) enclosed(p *part) bool {
	for _, outer := range b.parts() {
		if outer.mimeType == "message/rfc822" && strings.HasPrefix(p.id, outer.id+".") {
			return true
		}
	}
	return false
}

// attachments are the parts that are files: neither text to be read nor made of parts, and mails within the mail as one.
func (b *blob) attachments() []*part {
	var files []*part
	for _, p := range b.parts() {
		if (len(p.parts) == 0 || p.mimeType == "message/rfc822") && !p.isText() && !strings.HasPrefix(p.mimeType, "multipart/") && !b.enclosed(p) {
			files = append(files, p)
		}
	}
	return files
}

// snippetSize is about how many characters of text a snippet has.
const snippetSize = 200

// snippet is the beginning of the text, escaped for HTML as Gmail's is.
func (b *blob) snippet() string {
	text, markup := b.readable()
	if strings.TrimSpace(text) == "" {
		text = stripTags(markup)
	}
	if len(text) > 8*snippetSize {
		text = text[:8*snippetSize]
	}
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > snippetSize {
		text = string([]rune(text)[:snippetSize])
	}
	return html.EscapeString(strings.ToValidUTF8(text, ""))
}

// stripTags makes plain text of HTML, roughly: for snippets and search.
func stripTags(markup string) string {
	var b strings.Builder
	b.Grow(len(markup))
	for markup != "" {
		open := strings.IndexByte(markup, '<')
		if open < 0 {
			b.WriteString(markup)
			break
		}
		b.WriteString(markup[:open])
		b.WriteByte(' ')
		markup = markup[open:]
		for _, element := range []string{"style", "script"} {
			if len(markup) > len(element) && strings.EqualFold(markup[1:1+len(element)], element) {
				end := indexFold(markup, "</"+element)
				if end < 0 { // never closed: all the rest is in it
					end = len(markup)
				}
				markup = markup[end:]
			}
		}
		end := strings.IndexByte(markup, '>')
		if end < 0 {
			break
		}
		markup = markup[end+1:]
	}
	return html.UnescapeString(b.String())
}

func indexFold(s, sub string) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(sub)], sub) {
			return i
		}
	}
	return -1
}

// facts is what storing and sending need to know of a mail.
type facts struct {
	mid     uint64   // hash of the Message-ID, 0 for none
	refs    []uint64 // hashes of the mails it answers, nearest first
	subject uint64   // hash of the subject without Re: and Fwd:
	from    []address
	to      []address // To and Cc
	bcc     []address
}

// factsOf reads a mail's header.
func factsOf(b *blob) *facts {
	var f facts
	var subject, inReplyTo, references string
	for x := range fieldsOf(b.raw, 0, len(b.raw)) {
		name := b.raw[x.name:x.nameEnd]
		switch value := b.raw[x.value:x.valueEnd]; {
		case f.mid == 0 && isName(name, "Message-ID"):
			if ids := messageIDs(unfold(value)); len(ids) > 0 {
				f.mid = hashString(ids[0])
			}
		case inReplyTo == "" && isName(name, "In-Reply-To"):
			inReplyTo = unfold(value)
		case references == "" && isName(name, "References"):
			references = unfold(value)
		case subject == "" && isName(name, "Subject"):
			subject = unfold(value)
		case f.from == nil && isName(name, "From"):
			f.from = parseAddresses(unfold(value))
		case isName(name, "To"), isName(name, "Cc"):
			f.to = append(f.to, parseAddresses(unfold(value))...)
		case isName(name, "Bcc"):
			f.bcc = append(f.bcc, parseAddresses(unfold(value))...)
		}
	}
	f.subject = hashString(baseSubject(subject))
	refs := messageIDs(references)
	for i := len(refs) - 1; i >= 0; i-- {
		f.refs = append(f.refs, hashString(refs[i]))
	}
	for _, id := range messageIDs(inReplyTo) {
		f.refs = append(f.refs, hashString(id))
	}
	return &f
}

// sender is the address the mail is from, as mailboxes are kept by; "" if it says none.
func (f *facts) sender() string {
	if len(f.from) == 0 {
		return ""
	}
	return normalAddress(f.from[0].addr)
}

// recipients are the addresses the mail goes to, each once.
func (f *facts) recipients() []string {
	var all []string
	seen := map[string]bool{}
	for _, list := range [][]address{f.to, f.bcc} {
		for _, a := range list {
			if k := normalAddress(a.addr); !seen[k] {
				seen[k] = true
				all = append(all, k)
			}
		}
	}
	return all
}

// addressKeys are the hashes that byAddr has the mail under.
func (f *facts) addressKeys() []uint64 {
	var keys []uint64
	seen := map[uint64]bool{}
	for _, list := range [][]address{f.from, f.to, f.bcc} {
		for _, a := range list {
			if k := hashString(normalAddress(a.addr)); !seen[k] {
				seen[k] = true
				keys = append(keys, k)
			}
		}
	}
	return keys
}
