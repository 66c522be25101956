package gmailtest

import (
	"bytes"
	"mime"
	"strconv"
	"strings"
	"sync/atomic"
)

// part is one part of a mail. Its offsets are into the raw mail, and only they are kept.
type part struct {
	id       string // Gmail's partId: "" for the root, "0", "0.1", ...
	index    int    // place in depth-first order, the root being 0
	mimeType string // in lower case
	filename string // decoded; "" for none
	charset  string
	encoding string // in lower case
	head     int    // where the header begins
	body     int    // where the body begins
	end      int    // where it ends, before the line end that belongs to the boundary
	parts    []*part
	decoded  atomic.Int64 // 1 + the size of the decoded body; 0 is not known yet
}

// isText tells whether the part is text to be read; any other part without parts is an attachment.
func (p *part) isText() bool {
	return p.filename == "" && strings.HasPrefix(p.mimeType, "text/")
}

// The bounds of what a mail's sender can make of it.
const (
	maxParts = 1000
	maxDepth = 20
)

// scanner cuts a mail into its parts.
type scanner struct {
	raw   []byte
	parts []*part // in depth-first order
}

// scan reads the part between two offsets. Broken mail is never refused: a multipart without its boundary is a part without parts, a boundary that never
// closes is closed by the end of what is around it.
func (s *scanner) scan(id string, from, to, depth int, fallback string) *part {
	p := &part{id: id, index: len(s.parts), mimeType: fallback, head: from, body: headEnd(s.raw, from, to), end: to}
	s.parts = append(s.parts, p)
	var boundary string
	var typed, disposed bool
	for f := range fieldsOf(s.raw, from, p.body) {
		switch name := s.raw[f.name:f.nameEnd]; {
		case !typed && isName(name, "Content-Type"):
			typed = true
			t, params := parseMediaType(unfold(s.raw[f.value:f.valueEnd]))
			if strings.Contains(t, "/") {
				p.mimeType = t
			}
			p.charset, boundary = params["charset"], params["boundary"]
			if p.filename == "" {
				p.filename = decodeHeader(params["name"])
			}
		case !disposed && isName(name, "Content-Disposition"):
			disposed = true
			if _, params := parseMediaType(unfold(s.raw[f.value:f.valueEnd])); params["filename"] != "" {
				p.filename = decodeHeader(params["filename"])
			}
		case p.encoding == "" && isName(name, "Content-Transfer-Encoding"):
			p.encoding = strings.ToLower(strings.TrimSpace(unfold(s.raw[f.value:f.valueEnd])))
		}
	}
	if depth >= maxDepth {
		return p
	}
	switch {
	case strings.HasPrefix(p.mimeType, "multipart/") && boundary != "":
		inside := "text/plain"
		if p.mimeType == "multipart/digest" {
			inside = "message/rfc822"
		}
		s.multipart(p, boundary, depth, inside)
	case p.mimeType == "message/rfc822" && (p.encoding == "" || p.encoding == "7bit" || p.encoding == "8bit" || p.encoding == "binary"):
		p.parts = []*part{s.scan(childID(id, 0), p.body, p.end, depth+1, "text/plain")}
	}
	return p
}

func (s *scanner) multipart(p *part, boundary string, depth int, inside string) {
	start := -1
	for at := p.body; ; {
		line, next, closes, ok := s.delimiter(at, p.end, boundary)
		end := line
		if !ok {
			end = p.end
		}
		if start >= 0 && len(s.parts) < maxParts {
			end = max(start, trimEOL(s.raw, start, end))
			if !ok {
				end = p.end
			}
			p.parts = append(p.parts, s.scan(childID(p.id, len(p.parts)), start, end, depth+1, inside))
		}
		if !ok || closes {
			return
		}
		start, at = next, next
	}
}

// delimiter finds the next line that is a boundary: where it begins, where the next line begins, and whether it is the last.
func (s *scanner) delimiter(from, to int, boundary string) (line, next int, closes, ok bool) {
	mark := []byte("--" + boundary)
	for at := from; at < to; {
		i := bytes.Index(s.raw[at:to], mark)
		if i < 0 {
			return 0, 0, false, false
		}
		line = at + i
		at = line + len(mark)
		if line > from && s.raw[line-1] != '\n' {
			continue
		}
		next = lineEnd(s.raw, line, to)
		switch rest := string(bytes.TrimRight(s.raw[at:next], " \t\r\n")); rest {
		case "":
			return line, next, false, true
		case "--":
			return line, next, true, true
		}
	}
	return 0, 0, false, false
}

func childID(id string, n int) string {
	if id == "" {
		return strconv.Itoa(n)
	}
	return id + "." + strconv.Itoa(n)
}

// isName compares header names without case.
func isName(name []byte, want string) bool {
	return len(name) == len(want) && strings.EqualFold(string(name), want)
}

// parseMediaType reads a Content-Type or Content-Disposition, leniently where it is broken.
func parseMediaType(v string) (string, map[string]string) {
	if t, params, err := mime.ParseMediaType(v); err == nil {
		return t, params
	}
	params := map[string]string{}
	pieces := splitParams(v)
	for _, s := range pieces[1:] {
		k, val, ok := strings.Cut(s, "=")
		k = strings.ToLower(strings.TrimSpace(k))
		if _, known := params[k]; ok && !known {
			params[k] = strings.Trim(strings.TrimSpace(val), `"`)
		}
	}
	return strings.ToLower(strings.TrimSpace(pieces[0])), params
}

// splitParams cuts at semicolons, those in quotes excepted.
func splitParams(v string) []string {
	var pieces []string
	start, quoted := 0, false
	for i := 0; i < len(v); i++ {
		switch {
		case v[i] == '\\' && quoted:
			i++
		case v[i] == '"':
			quoted = !quoted
		case v[i] == ';' && !quoted:
			pieces = append(pieces, v[start:i])
			start = i + 1
		}
	}
	return append(pieces, v[start:])
}
