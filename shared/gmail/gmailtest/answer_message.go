package gmailtest

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// message writes a message's fields in a format, into the object that is open.
func (c *call) message(s snapshot, format string) *apiError {
	o := c.out
	o.id("id", s.id)
	o.id("threadId", s.thread)
	c.labelIDs(s.labels)
	if o.wants("snippet") && format != "raw" {
		o.text("snippet", s.mail.snippet())
	}
	o.long("historyId", s.historyID)
	o.long("internalDate", uint64(max(s.date, 0)))
	o.integer("sizeEstimate", s.size())
	switch format {
	case "", "full":
		c.payload(s, nil, true)
	case "metadata":
		c.payload(s, c.query["metadataHeaders"], false)
	case "raw":
		if o.wants("raw") {
			o.bytes("raw", s.raw())
		}
	case "minimal":
	default:
		return errBad("Invalid value for format: " + format)
	}
	return nil
}

func (c *call) labelIDs(labels *labelSet) {
	if labels == nil || len(labels.labels) == 0 || !c.out.array("labelIds") {
		return
	}
	for _, l := range labels.labels {
		c.out.value(l.id)
	}
	c.out.endArray()
}

// payload writes the root part: with its headers alone, those named or all, or with everything below it.
func (c *call) payload(s snapshot, only []string, whole bool) {
	if !c.out.object("payload") {
		return
	}
	root := s.mail.root()
	if whole {
		c.part(s, root)
	} else {
		c.out.text("mimeType", root.mimeType)
		c.headers(s, root, only)
	}
	c.out.end()
}

func (c *call) headers(s snapshot, p *part, only []string) {
	o := c.out
	if !o.array("headers") {
		return
	}
	raw := c.server.behaviour().RawHeaders
	write := func(name, value string) {
		if len(only) > 0 && !slices.ContainsFunc(only, func(h string) bool { return strings.EqualFold(h, name) }) {
			return
		}
		if !raw {
			value = decodeHeader(value)
		}
		o.element()
		o.text("name", name)
		o.text("value", value)
		o.end()
	}
	if p.id == "" {
		for _, h := range s.trace() {
			write(h.Name, h.Value)
		}
	}
	for name, value := range s.mail.headers(p) {
		write(name, value)
	}
	o.endArray()
}

// part writes a part, and those in it.
func (c *call) part(s snapshot, p *part) {
	o := c.out
	o.text("partId", p.id)
	o.text("mimeType", p.mimeType)
	o.text("filename", p.filename)
	c.headers(s, p, nil)
	if o.object("body") {
		c.content(s, p)
		o.end()
	}
	if len(p.parts) > 0 && o.array("parts") {
		for _, child := range p.parts {
			o.element()
			c.part(s, child)
			o.end()
		}
		o.endArray()
	}
}

// content writes what is in a part, or the id to ask for it with.
func (c *call) content(s snapshot, p *part) {
	o := c.out
	b := c.server.behaviour()
	switch {
	case len(p.parts) > 0:
		o.integer("size", 0)
	case p.isText() && s.mail.size(p) <= b.inlineText():
		if !o.wants("size") && !o.wants("data") {
			return
		}
		data := s.mail.decoded(p)
		if !b.RawText {
			data = s.mail.text(p)
		}
		o.integer("size", len(data))
		if len(data) > 0 {
			o.bytes("data", data)
		}
	default:
		o.text("attachmentId", c.server.attachmentID(s.id, p.index))
		o.integer("size", s.mail.size(p))
	}
}

// attachmentID names a part of a message. It is another one with each get, and those given out before stay good, as with Gmail.
func (s *Server) attachmentID(message uint64, part int) string {
	var b [24]byte
	binary.BigEndian.PutUint64(b[:], s.random())
	binary.BigEndian.PutUint64(b[8:], message)
	binary.BigEndian.PutUint64(b[16:], uint64(part))
	return "ANGjdJ" + base64.RawURLEncoding.EncodeToString(b[:])
}

func parseAttachmentID(id string) (message uint64, part int, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(id, "ANGjdJ"))
	if err != nil || len(b) != 24 {
		return 0, 0, false
	}
	return binary.BigEndian.Uint64(b[8:]), int(binary.BigEndian.Uint64(b[16:])), true
}

// one answers with one message.
func (c *call) one(s snapshot, format string) *apiError {
	c.out.begin()
	if e := c.message(s, format); e != nil {
		return e
	}
	c.out.end()
	return nil
}

// thread answers with a conversation.
func (c *call) thread(t threadSnapshot, format string) *apiError {
	if format == "raw" {
		return errBad("Invalid value for format: raw")
	}
	o := c.out
	o.begin()
	o.id("id", t.id)
	o.long("historyId", t.historyID)
	if o.array("messages") {
		for _, s := range t.messages {
			o.element()
			if e := c.message(s, format); e != nil {
				return e
			}
			o.end()
		}
		o.endArray()
	}
	o.end()
	return nil
}

// pageToken names where a page begins; parsePageToken reads it.
func pageToken(k pageKey) string {
	return strconv.FormatInt(k.date, 36) + "." + strconv.FormatUint(k.id, 36)
}

func parsePageToken(s string) (pageKey, *apiError) {
	if s == "" {
		return pageKey{}, nil
	}
	date, id, ok := strings.Cut(s, ".")
	d, err := strconv.ParseInt(date, 36, 64)
	n, err2 := strconv.ParseUint(id, 36, 64)
	if !ok || err != nil || err2 != nil {
		return pageKey{}, errBad("Invalid pageToken")
	}
	return pageKey{date: d, id: n}, nil
}
