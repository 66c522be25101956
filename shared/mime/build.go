package mime

import (
	"html"
	"net/url"
	"strings"
)

// builder makes a Message of a tree of parts.
type builder struct {
	r      *reader
	m      *Message
	bodies int  // texts met so far
	status bool // the status of a delivery report was met
}

// segment is a stretch of what a mail says: text, or HTML, or both forms of the same.
type segment struct {
	text, html string
}

// message makes a Message of a mail's tree.
func (r *reader) message(root *part) *Message {
	h := root.header
	m := &Message{
		header: h, MessageID: h.messageID(), InReplyTo: h.ids("In-Reply-To"), References: h.ids("References"), Subject: h.text("Subject"),
	}
	if len(h.first("Subject")) > maxText {
		r.note("its subject is very long and was cut")
	}
	r.addresses(m)
	if v := h.text("Date"); v != "" {
		var ok bool
		if m.Date, ok = parseDate(v); !ok {
			r.note("its date could not be read")
		}
	}
	b := &builder{r: r, m: m}
	segments := b.collect(root)
	if kind, params := parseParams(h.first("Content-Type")); kind == "multipart/report" && !b.status {
		t := strings.ToLower(params["report-type"])
		m.reports = m.reports || t == "" || t == "delivery-status"
	}
	m.Text, m.HTML = joinText(segments), joinHTML(segments)
	shown := contentIDs(m.HTML)
	for i, a := range m.Attachments {
		m.Attachments[i].Inline = a.ContentID != "" && shown[a.ContentID]
	}
	m.Defects = r.defects
	return m
}

// addresses fills in who wrote to whom. Of several From fields the first counts, so that a second one cannot pass its mail off as somebody's.
func (r *reader) addresses(m *Message) {
	if from := m.header["from"]; len(from) > 1 {
		r.note("it names its sender more than once; the first one counts")
		m.header["from"] = from[:1]
	}
	for _, f := range []struct {
		name string
		into *[]Address
	}{{"From", &m.From}, {"To", &m.To}, {"Cc", &m.Cc}, {"Bcc", &m.Bcc}} {
		list, sound := m.header.addresses(f.name)
		*f.into = list
		if !sound {
			r.note("the addresses in %s are not written as they should be", f.name)
		}
	}
}

// collect gathers what a part says, and puts files into the message.
func (b *builder) collect(p *part) []segment {
	switch {
	case len(p.children) > 0 && p.mediaType == "multipart/alternative":
		return b.alternative(p)
	case len(p.children) > 0:
		var out []segment
		for _, c := range p.children {
			out = append(out, b.collect(c)...)
		}
		return out
	case b.isBody(p):
		b.bodies++
		if s := b.body(p); s != (segment{}) {
			return []segment{s}
		}
		return nil
	}
	b.attach(p)
	return nil
}

// isBody tells a text that is to be read from a file. Some programs give every text a name, so that alone makes only a later one a file.
func (b *builder) isBody(p *part) bool {
	switch p.mediaType {
	case "text/plain", "text/html", "text/enriched", "text/richtext":
	default:
		return false
	}
	if p.remote != "" && p.content == nil {
		if !p.attached && p.filename == "" && p.name == "" {
			b.r.note("a long text of it is kept as a file")
		}
		return false
	}
	return !p.attached && p.filename == "" && (p.name == "" || b.bodies == 0)
}

func (b *builder) body(p *part) segment {
	text := strings.ReplaceAll(b.r.decodeText(p), "\x00", "")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	if strings.TrimSpace(text) == "" {
		return segment{}
	}
	if p.mediaType == "text/html" {
		return segment{html: strings.TrimRight(text, " \t\n")}
	}
	if strings.EqualFold(p.params["format"], "flowed") {
		text = unflow(text, strings.EqualFold(p.params["delsp"], "yes"))
	}
	return segment{text: strings.TrimLeft(strings.TrimRight(text, " \t\n"), "\n")}
}

// otherForms are types that some senders add to an alternative for programs that are not this one.
var otherForms = map[string]bool{"text/x-amp-html": true, "text/watch-html": true, "text/enriched": true, "text/richtext": true}

// alternative picks the forms of a multipart/alternative (RFC 2046 section 5.1.4): the first text, and the last form that has HTML.
func (b *builder) alternative(p *part) []segment {
	var text, html []segment
	for i, c := range p.children {
		if otherForms[c.mediaType] && !(i == len(p.children)-1 && text == nil && html == nil) {
			continue
		}
		switch s := b.collect(c); {
		case len(s) == 0:
		case hasHTML(s):
			html = s
		case text == nil:
			text = s
		}
	}
	switch {
	case html == nil:
		return text
	case text == nil:
		return html
	}
	return []segment{{text: joinText(text), html: joinHTML(html)}}
}

// attach keeps a part as a file.
func (b *builder) attach(p *part) {
	a := Attachment{
		PartID: p.id, Filename: p.fileName(), ContentType: p.contentType(), ContentID: clip(cleanID(decodeWords(rawText(p.header.first("Content-ID")))), 500),
		Content: p.content, Size: int64(len(p.content)), GmailAttachmentID: p.remote,
	}
	if p.content == nil && p.remote != "" {
		a.Size = p.size
	}
	if a.PartID == "" {
		a.PartID = "0"
	}
	switch p.mediaType {
	case "message/delivery-status", "message/global-delivery-status":
		b.status = true
		if tellsFailure(p.content) {
			b.m.reports = true
		} else {
			b.m.succeeds = true
		}
	case "application/ms-tnef", "application/vnd.ms-tnef":
		b.r.note("it was sent in a form that only Outlook reads; the file %s may hold more of it", a.Filename)
	}
	b.m.Attachments = append(b.m.Attachments, a)
}

// contentType is the type that is told of a file. Text keeps its charset, for its content is not converted.
func (p *part) contentType() string {
	charset := strings.ToLower(printable(p.params["charset"]))
	if !strings.HasPrefix(p.mediaType, "text/") || !isToken(charset) {
		return p.mediaType
	}
	return p.mediaType + "; charset=" + charset
}

var reportAction = pattern(`(?im)^Action:[ \t]*([a-z]+)`)

// tellsFailure reads the actions of a delivery report (RFC 3464 section 2.3.3). One that can't be read counts as a failure.
func tellsFailure(status []byte) bool {
	actions := reportAction().FindAllSubmatch(status[:min(len(status), 1<<20)], 1000)
	for _, a := range actions {
		switch strings.ToLower(string(a[1])) {
		case "delivered", "relayed", "expanded":
		default:
			return true
		}
	}
	return len(actions) == 0
}

func hasHTML(segments []segment) bool {
	for _, s := range segments {
		if s.html != "" {
			return true
		}
	}
	return false
}

// joinText is what segments say as text.
func joinText(segments []segment) string {
	var texts []string
	for _, s := range segments {
		text := s.text
		if text == "" {
			text = TextOf(s.html)
		}
		if text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "\n\n")
}

// joinHTML is what segments say as HTML: "" if none of them has any. Text between HTML is put in as it stands.
func joinHTML(segments []segment) string {
	if !hasHTML(segments) {
		return ""
	}
	var out []string
	for _, s := range segments {
		if s.html == "" {
			s.html = "<pre>" + html.EscapeString(s.text) + "</pre>"
		}
		out = append(out, s.html)
	}
	return strings.Join(out, "\n")
}

// contentIDs are the ids of the parts that HTML shows: what stands behind cid: (RFC 2392).
func contentIDs(text string) map[string]bool {
	out := map[string]bool{}
	for {
		before, after, ok := strings.Cut(text, ":")
		if !ok {
			return out
		}
		text = after
		if len(before) < 3 || !strings.EqualFold(before[len(before)-3:], "cid") {
			continue
		}
		end := strings.IndexAny(after, "\"'<>)\\ \t\n")
		if end < 0 {
			end = len(after)
		}
		id := html.UnescapeString(after[:end])
		out[id] = true
		if plain, err := url.PathUnescape(id); err == nil {
			out[plain] = true
		}
		text = after[end:]
	}
}
