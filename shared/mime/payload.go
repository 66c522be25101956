package mime

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	gmail "google.golang.org/api/gmail/v1"
)

// FromPayload reads a mail that Gmail has taken apart (users.messages.get with format=full). Contents that Gmail did not send are left out, with the
// id to fetch them by. Transfer encodings are undone by Gmail; text usually comes as UTF-8 while the part's header still names the charset it
// was sent in. The only error is ErrEmpty.
func FromPayload(p *gmail.MessagePart) (*Message, error) {
	if p == nil || (len(p.Headers) == 0 && len(p.Parts) == 0 && (p.Body == nil || (p.Body.Data == "" && p.Body.AttachmentId == ""))) {
		return nil, errEmpty
	}
	return guarded(
		func(r *reader) *Message { return r.message(r.fromPayload(p, "", 0)) },
		func() []byte {
			var b bytes.Buffer
			writeSource(&b, p)
			return b.Bytes()
		}), nil
}

// writeSource writes the headers and contents of a part and those below it, one after the other.
func writeSource(b *bytes.Buffer, p *gmail.MessagePart) {
	for _, f := range p.Headers {
		if f != nil {
			fmt.Fprintf(b, "%s: %s\n", oneLine(f.Name), oneLine(f.Value))
		}
	}
	b.WriteByte('\n')
	b.Write(payloadData(p))
	for _, c := range p.Parts {
		if c != nil {
			writeSource(b, c)
		}
	}
}

// HeadFromPayload reads the header of a mail that Gmail has taken apart: who wrote to whom, when, about what. Its body is not looked at, so the message has none. The only error is ErrEmpty.
func HeadFromPayload(p *gmail.MessagePart) (*Message, error) {
	if p == nil {
		return nil, errEmpty
	}
	return FromPayload(&gmail.MessagePart{Headers: p.Headers})
}

// Made once, for making one costs more than most of its uses.
var (
	unfolded  = strings.NewReplacer("\r\n", "", "\n", " ", "\r", " ")
	usualBase = strings.NewReplacer("-", "+", "_", "/") // the alphabet of base64 that is not the URL's
)

func payloadHeader(p *gmail.MessagePart) header {
	h := header{}
	for _, f := range p.Headers {
		if f != nil {
			name := strings.ToLower(strings.TrimSpace(f.Name))
			h[name] = append(h[name], unfolded.Replace(f.Value))
		}
	}
	return h
}

// payloadData is the content of a part as Gmail sent it along; nil if it did not.
func payloadData(p *gmail.MessagePart) []byte {
	if p.Body == nil || p.Body.Data == "" {
		return nil
	}
	if b, err := base64.URLEncoding.DecodeString(p.Body.Data); err == nil {
		return b
	}
	b, _, _ := decodeBase64([]byte(usualBase.Replace(p.Body.Data)))
	return b
}

func (r *reader) fromPayload(p *gmail.MessagePart, id string, depth int) *part {
	r.parts++
	if p.PartId != "" {
		id = p.PartId
	}
	out := newPart(id, payloadHeader(p), "")
	if out.mediaType == "" {
		if out.mediaType = repairType(strings.ToLower(p.MimeType), "text/plain", p.Filename != ""); p.Filename != "" {
			out.filename = cleanFilename(p.Filename)
		}
	}
	if out.filename == "" && out.name == "" {
		out.filename = cleanFilename(p.Filename)
	}
	out.converted = true
	out.content = payloadData(p)
	if p.Body != nil && out.content == nil {
		out.remote, out.size = p.Body.AttachmentId, p.Body.Size
	}
	switch {
	case strings.HasPrefix(out.mediaType, "multipart/"):
		r.payloadChildren(out, p, depth)
		if len(out.children) == 0 {
			out.mediaType = "text/plain"
		}
	case out.mediaType == "message/rfc822":
		r.payloadMail(out, p)
	case out.content == nil && out.remote == "" && len(p.Parts) > 0:
		// A delivery report's status, which has the form of headers.
		var b bytes.Buffer
		for _, c := range p.Parts {
			if c != nil {
				writeSource(&b, c)
			}
		}
		out.content = b.Bytes()
	}
	return out
}

func (r *reader) payloadChildren(out *part, p *gmail.MessagePart, depth int) {
	for i, c := range p.Parts {
		if c == nil {
			continue
		}
		if r.parts >= maxParts || depth >= maxDepth {
			r.note("it has too many parts; some are only in Gmail")
			return
		}
		out.children = append(out.children, r.fromPayload(c, childID(out.id, i), depth+1))
	}
}

// payloadMail reads an attached mail, which Gmail takes apart as well. Where its source can be had that is taken; else it is put together from
// its parts.
func (r *reader) payloadMail(out *part, p *gmail.MessagePart) {
	if out.content != nil {
		out.subject = subjectOf(out.content)
		return
	}
	if len(p.Parts) == 0 || p.Parts[0] == nil {
		return
	}
	out.subject = payloadHeader(p.Parts[0]).text("Subject")
	if out.remote != "" {
		return
	}
	var b bytes.Buffer
	if !writePayload(&b, p.Parts[0], 0) {
		r.note("a file within an attached mail is only in Gmail")
	}
	r.note("an attached mail is put together from its parts, for Gmail did not give its source")
	out.content = b.Bytes()
}

// writePayload writes a part as the mail it was. complete is false if a content is missing.
func writePayload(b *bytes.Buffer, p *gmail.MessagePart, depth int) (complete bool) {
	data := payloadData(p)
	complete = p.Body == nil || p.Body.AttachmentId == ""
	isText := strings.HasPrefix(p.MimeType, "text/") && utf8.Valid(data)
	boundary := ""
	for _, f := range p.Headers {
		switch {
		case f == nil || strings.EqualFold(f.Name, "Content-Transfer-Encoding"):
			continue
		case strings.EqualFold(f.Name, "Content-Type") && isText:
			continue
		case strings.EqualFold(f.Name, "Content-Type"):
			_, params := parseParams(f.Value)
			boundary = params["boundary"]
		}
		fmt.Fprintf(b, "%s: %s\r\n", oneLine(f.Name), oneLine(f.Value))
	}
	if isText {
		fmt.Fprintf(b, "Content-Type: %s; charset=utf-8\r\n", oneLine(p.MimeType))
	}
	if len(p.Parts) == 0 || boundary == "" || depth >= maxDepth {
		b.WriteString("Content-Transfer-Encoding: base64\r\n\r\n")
		w := base64.NewEncoder(base64.StdEncoding, &lineWriter{w: b})
		_, _ = w.Write(data) // a bytes.Buffer does not fail
		_ = w.Close()
		b.WriteString("\r\n")
		return complete && len(p.Parts) == 0
	}
	for _, c := range p.Parts {
		if c != nil {
			fmt.Fprintf(b, "\r\n--%s\r\n", boundary)
			complete = writePayload(b, c, depth+1) && complete
		}
	}
	fmt.Fprintf(b, "\r\n--%s--\r\n", boundary)
	return complete
}
