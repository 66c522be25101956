package mime

import (
	"bytes"
	"strconv"
	"strings"
)

// cut takes a stretch of a mail apart. Every part is a slice of raw: what is copied is only what an encoding changes.
func (r *reader) cut(raw []byte, id string, depth int, deflt string) *part {
	r.parts++
	head, body := splitHeader(raw, depth > 0)
	if head == nil && depth == 0 {
		r.note("it has no header")
	}
	if len(head) > maxHeader {
		head = head[:bytes.LastIndexByte(head[:maxHeader], '\n')+1]
		r.note("its header is longer than 1 MB and was not read to its end")
	}
	h, damaged := readHeader(head)
	if damaged {
		r.note("some lines of its header could not be read")
	}
	p := newPart(id, h, deflt)
	if strings.HasPrefix(p.mediaType, "multipart/") {
		if r.cutChildren(p, body, depth) {
			return p
		}
		p.mediaType, p.params = "text/plain", map[string]string{}
	}
	p.content = r.decodeTransfer(p, body)
	if p.mediaType == "message/rfc822" {
		p.subject = subjectOf(p.content)
	}
	return p
}

// cutChildren takes the body of a multipart apart (RFC 2046 section 5.1). It answers false if that can't be done.
func (r *reader) cutChildren(p *part, body []byte, depth int) bool {
	if depth >= maxDepth {
		r.note("its parts are nested more than %d deep; what lies deeper is shown as text", maxDepth)
		return false
	}
	limit := maxParts - r.parts
	pieces, closed := splitBody(body, p.params["boundary"], limit)
	if pieces == nil {
		// A multipart must not be encoded, but some are.
		if e := p.encoding(); e == "base64" || e == "quoted-printable" {
			body = r.decodeTransfer(p, body)
			pieces, closed = splitBody(body, p.params["boundary"], limit)
		}
	}
	if pieces == nil {
		pieces, closed = splitBody(body, guessBoundary(body), limit)
		if pieces == nil {
			r.note("its parts are not marked off as its header says, so they are shown as text")
			return false
		}
		r.note("its parts are marked off otherwise than its header says")
	}
	if !closed {
		r.note("its end is missing; it may have been cut off on the way")
	}
	deflt := "text/plain"
	if p.mediaType == "multipart/digest" {
		deflt = "message/rfc822"
	}
	for i, piece := range pieces {
		id := childID(p.id, i)
		if r.parts >= maxParts {
			r.note("it has more than %d parts; the rest is shown as text", maxParts)
			p.children = append(p.children, &part{id: id, header: header{}, mediaType: "text/plain", content: body[piece.from:]})
			break
		}
		p.children = append(p.children, r.cut(body[piece.from:piece.to], id, depth+1, deflt))
	}
	return true
}

// childID is Gmail's number of the nth child: "1", and "1.0" below it.
func childID(parent string, n int) string {
	if parent == "" {
		return strconv.Itoa(n)
	}
	return parent + "." + strconv.Itoa(n)
}

// splitHeader parts a header from its body at the first blank line. A stretch that does not begin like a header has none: head is nil. Neither has
// a part without a blank line, unless it names its content.
func splitHeader(raw []byte, inner bool) (head, body []byte) {
	for at := 0; at < len(raw); {
		end := bytes.IndexByte(raw[at:], '\n')
		next := at + end + 1
		if end < 0 {
			end, next = len(raw)-at, len(raw)
		}
		line := bytes.TrimRight(raw[at:at+end], "\r")
		if len(line) == 0 {
			return raw[:at:at], raw[next:]
		}
		if at == 0 && !beginsHeader(line) {
			return nil, raw
		}
		at = next
	}
	if inner && !bytes.Contains(bytes.ToLower(raw[:min(len(raw), 4096)]), []byte("content-")) {
		return nil, raw
	}
	return raw, nil
}

// beginsHeader tells whether a line is a field name and a colon.
func beginsHeader(line []byte) bool {
	name, _, colon := bytes.Cut(line, []byte{':'})
	return colon && fieldName(name) != ""
}

// span is a stretch of a body.
type span struct{ from, to int }

// splitBody cuts a multipart's body at its delimiter lines, into at most limit parts and one that holds all the rest. What is before the first and
// after the closing line belongs to no part (RFC 2046 section 5.1.1) and is left out. No pieces: the body has no delimiter line. closed is false
// if it ends without the closing line.
func splitBody(body []byte, boundary string, limit int) (pieces []span, closed bool) {
	if boundary == "" {
		return nil, false
	}
	delimiter := []byte("--" + boundary)
	start := -1 // of the piece under way
	for at := 0; ; {
		i := bytes.Index(body[at:], delimiter)
		if i < 0 {
			break
		}
		i += at
		at = i + len(delimiter)
		if i > 0 && body[i-1] != '\n' {
			continue
		}
		line, _, _ := bytes.Cut(body[at:min(len(body), at+1000)], []byte{'\n'})
		tail := string(bytes.TrimRight(line, " \t\r"))
		if tail != "" && tail != "--" {
			continue // the boundary is the beginning of another
		}
		if start >= 0 {
			pieces = append(pieces, span{start, max(start, lineEndBefore(body, i))})
		}
		if tail == "--" {
			return pieces, true
		}
		at = min(at+len(line)+1, len(body))
		start = at
		if len(pieces) >= limit {
			return append(pieces, span{start, len(body)}), true
		}
	}
	if start >= 0 {
		pieces = append(pieces, span{start, len(body)})
	}
	return pieces, false
}

// lineEndBefore is where the line end before i begins; it belongs to the delimiter.
func lineEndBefore(b []byte, i int) int {
	if i > 0 && b[i-1] == '\n' {
		i--
		if i > 0 && b[i-1] == '\r' {
			i--
		}
	}
	return i
}

// guessBoundary finds the boundary of a multipart whose header names none or another: the first line that begins with "--" and is followed by
// a field that describes a content.
func guessBoundary(body []byte) string {
	for at := 0; at < len(body); {
		line, rest, _ := bytes.Cut(body[at:], []byte{'\n'})
		at += len(line) + 1
		if len(line) > 2 && len(line) <= 202 && line[0] == '-' && line[1] == '-' && bytes.EqualFold(rest[:min(len(rest), 8)], []byte("content-")) {
			return string(bytes.TrimRight(line[2:], " \t\r"))
		}
	}
	return ""
}

// subjectOf reads the subject of an attached mail.
func subjectOf(mail []byte) string {
	head, _ := splitHeader(mailStart(mail[:min(len(mail), maxHeader)]), false)
	h, _ := readHeader(head)
	return h.text("Subject")
}
