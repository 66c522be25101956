package gmailtest

import (
	"strings"
)

// mask is a parsed fields parameter: the fields wanted of an object. nil wants everything.
// Source: https://developers.google.com/workspace/gmail/api/guides/performance#partial-response
type mask struct {
	fields map[string]*mask // "*" stands for every field
}

// child is the mask of a field, and whether the field is wanted.
func (m *mask) child(key string) (*mask, bool) {
	if m == nil {
		return nil, true
	}
	if c, ok := m.fields[key]; ok {
		return c, true
	}
	c, ok := m.fields["*"]
	return c, ok
}

// add puts a wanted path in. An end of a path wants all below it, whatever else is named there.
func (m *mask) add(path []string, sub *mask) {
	for i, name := range path {
		last := i == len(path)-1
		next, known := m.fields[name]
		switch {
		case known && next == nil:
			return
		case last && sub == nil:
			m.fields[name] = nil
			return
		case !known:
			next = &mask{fields: map[string]*mask{}}
			m.fields[name] = next
		}
		if last {
			for k, v := range sub.fields {
				next.add([]string{k}, v)
			}
		}
		m = next
	}
}

// parseMask reads a fields parameter such as "messages(id,payload/headers(name,value)),nextPageToken".
func parseMask(s string, shape *shape) (*mask, *apiError) {
	p := maskParser{rest: s}
	m, ok := p.list()
	if !ok || p.rest != "" {
		return nil, fieldError(s)
	}
	if bad := shape.unknown(m); bad != "" {
		return nil, fieldError(bad)
	}
	return m, nil
}

func fieldError(what string) *apiError { return errParameter("Invalid field selection " + what) }

type maskParser struct{ rest string }

func (p *maskParser) list() (*mask, bool) {
	m := &mask{fields: map[string]*mask{}}
	for {
		path, ok := p.path()
		if !ok {
			return nil, false
		}
		var sub *mask
		if p.take('(') {
			if sub, ok = p.list(); !ok || !p.take(')') {
				return nil, false
			}
		}
		m.add(path, sub)
		if !p.take(',') {
			return m, true
		}
	}
}

func (p *maskParser) path() ([]string, bool) {
	var path []string
	for {
		p.rest = strings.TrimLeft(p.rest, " ")
		n := strings.IndexAny(p.rest, "/(), ")
		if n < 0 {
			n = len(p.rest)
		}
		if n == 0 {
			return nil, false
		}
		path = append(path, p.rest[:n])
		p.rest = p.rest[n:]
		if !p.take('/') {
			return path, true
		}
	}
}

func (p *maskParser) take(c byte) bool {
	p.rest = strings.TrimLeft(p.rest, " ")
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// shape is the fields that an object of an answer can have; nil for one that is a plain value.
type shape struct {
	fields map[string]*shape
}

// unknown is the first path of a mask that the shape has not, "" if it has them all.
func (s *shape) unknown(m *mask) string {
	if m == nil {
		return ""
	}
	for name, sub := range m.fields {
		if s == nil {
			return name
		}
		if name == "*" {
			continue
		}
		child, ok := s.fields[name]
		if !ok {
			return name
		}
		if bad := child.unknown(sub); bad != "" {
			return name + "/" + bad
		}
	}
	return ""
}

func object(names ...string) *shape {
	s := &shape{fields: map[string]*shape{}}
	for _, n := range names {
		s.fields[n] = nil
	}
	return s
}

func (s *shape) with(name string, sub *shape) *shape {
	s.fields[name] = sub
	return s
}

// The shapes of Gmail's answers, after its discovery document.
var (
	shapePart       = partShape()
	shapeMessage    = object("id", "threadId", "labelIds", "snippet", "historyId", "internalDate", "sizeEstimate", "raw").with("payload", shapePart)
	shapeMessages   = object("nextPageToken", "resultSizeEstimate").with("messages", shapeMessage)
	shapeThread     = object("id", "snippet", "historyId").with("messages", shapeMessage)
	shapeThreads    = object("nextPageToken", "resultSizeEstimate").with("threads", shapeThread)
	shapeDraft      = object("id").with("message", shapeMessage)
	shapeDrafts     = object("nextPageToken", "resultSizeEstimate").with("drafts", shapeDraft)
	shapeLabel      = labelShape()
	shapeLabels     = object().with("labels", shapeLabel)
	shapeProfile    = object("emailAddress", "messagesTotal", "threadsTotal", "historyId")
	shapeWatch      = object("historyId", "expiration")
	shapeAttachment = object("attachmentId", "size", "data")
	shapeHistory    = historyShape()
	shapeSendAs     = object().with("sendAs", object("sendAsEmail", "displayName", "replyToAddress", "signature", "isPrimary", "isDefault", "treatAsAlias",
		"verificationStatus").with("smtpMsa", object("host", "port", "username", "securityMode")))
	shapeEmpty = object()
)

func partShape() *shape {
	p := object("partId", "mimeType", "filename")
	p.with("headers", object("name", "value"))
	p.with("body", object("attachmentId", "size", "data"))
	return p.with("parts", p)
}

func labelShape() *shape {
	return object("id", "name", "type", "messageListVisibility", "labelListVisibility", "messagesTotal", "messagesUnread", "threadsTotal", "threadsUnread").
		with("color", object("textColor", "backgroundColor"))
}

func historyShape() *shape {
	change := func() *shape { return object("labelIds").with("message", shapeMessage) }
	record := object("id").with("messages", shapeMessage).
		with("messagesAdded", object().with("message", shapeMessage)).with("messagesDeleted", object().with("message", shapeMessage)).
		with("labelsAdded", change()).with("labelsRemoved", change())
	return object("historyId", "nextPageToken").with("history", record)
}
