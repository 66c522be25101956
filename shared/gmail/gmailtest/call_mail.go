package gmailtest

import (
	"encoding/json"
	"net/http"
)

// decode reads a JSON body.
func (c *call) decode(into any) *apiError {
	if len(trimmed(c.body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.body, into); err != nil {
		return &apiError{code: http.StatusBadRequest, status: "INVALID_ARGUMENT", reason: "badRequest", message: "Invalid JSON payload received."}
	}
	return nil
}

func (c *call) messageGet() *apiError {
	id, e := c.id()
	if e != nil {
		return e
	}
	s, e := c.box.get(id)
	if e != nil {
		return e
	}
	format := c.query.Get("format")
	if !c.readsMail() && (format == "" || format == "full" || format == "raw") {
		return &apiError{code: http.StatusForbidden, status: "PERMISSION_DENIED", reason: "forbidden", message: "Metadata scope doesn't allow format FULL"}
	}
	return c.one(s, format)
}

// readsMail tells whether the token may see more than metadata.
func (c *call) readsMail() bool { return (&route{scopes: toReadMail}).allowed(c.scopes) }

// listQuery reads the parameters that lists share.
func (c *call) listQuery() (listQuery, *apiError) {
	limit, e := c.number("maxResults")
	if e != nil {
		return listQuery{}, e
	}
	after, e := parsePageToken(c.query.Get("pageToken"))
	if e != nil {
		return listQuery{}, e
	}
	if c.query.Get("q") != "" && !c.readsMail() {
		return listQuery{}, &apiError{code: http.StatusForbidden, status: "PERMISSION_DENIED", reason: "forbidden", message: "Metadata scope does not support 'q' parameter"}
	}
	return listQuery{
		labels: c.query["labelIds"], q: c.query.Get("q"), spamTrash: c.query.Get("includeSpamTrash") == "true", after: after,
		limit: pageSize(limit, 500, c.server.behaviour().ListPageSize),
	}, nil
}

func (c *call) messagesList() *apiError {
	q, e := c.listQuery()
	if e != nil {
		return e
	}
	p, e := c.box.listMessages(q)
	if e != nil {
		return e
	}
	o := c.out
	o.begin()
	if len(p.entries) > 0 && o.array("messages") {
		for _, m := range p.entries {
			o.element()
			o.id("id", m.id)
			o.id("threadId", m.thread)
			o.end()
		}
		o.endArray()
	}
	endList(o, p.more, p.next, p.estimate)
	return nil
}

func endList(o *enc, more bool, next pageKey, estimate int) {
	if more {
		o.text("nextPageToken", pageToken(next))
	}
	o.integer("resultSizeEstimate", estimate)
	o.end()
}

func (c *call) attachmentGet() *apiError {
	id, e := c.id()
	if e != nil {
		return e
	}
	message, index, ok := parseAttachmentID(c.args[1])
	if !ok || message != id {
		return errBad("Invalid attachment token")
	}
	s, e := c.box.get(id)
	if e != nil {
		return e
	}
	p := s.mail.partAt(index)
	if p == nil {
		return errBad("Invalid attachment token")
	}
	data := s.mail.decoded(p)
	if p.mimeType == "message/rfc822" {
		data = s.mail.body(p)
	}
	c.out.begin()
	c.out.integer("size", len(data))
	c.out.bytes("data", data)
	c.out.end()
	return nil
}

func (c *call) messageSend() *apiError {
	raw, thread, _, e := c.mail()
	if e != nil {
		return e
	}
	s, e := c.box.sendRaw(c.ctx, raw, thread)
	return c.small(s, e)
}

// small answers with what writes answer with: ids and labels.
func (c *call) small(s snapshot, e *apiError) *apiError {
	if e != nil {
		return e
	}
	c.out.begin()
	c.out.id("id", s.id)
	c.out.id("threadId", s.thread)
	c.labelIDs(s.labels)
	c.out.end()
	return nil
}

func (c *call) messageInsert() *apiError { return c.insert(false) }
func (c *call) messageImport() *apiError { return c.insert(true) }

func (c *call) insert(imported bool) *apiError {
	raw, thread, labels, e := c.mail()
	if e != nil {
		return e
	}
	s, e := c.box.insertRaw(c.ctx, raw, insertion{thread: thread, labels: labels, imported: imported, dateHeader: c.query.Get("internalDateSource") == "dateHeader" || imported})
	return c.small(s, e)
}

// labelChange is the body of the modify methods.
type labelChange struct {
	IDs            []string `json:"ids"`
	AddLabelIDs    []string `json:"addLabelIds"`
	RemoveLabelIDs []string `json:"removeLabelIds"`
}

func (c *call) messageModify() *apiError {
	var b labelChange
	id, e := c.id()
	if e == nil {
		e = c.decode(&b)
	}
	if e != nil {
		return e
	}
	s, e := c.box.modify(c.ctx, id, b.AddLabelIDs, b.RemoveLabelIDs)
	return c.small(s, e)
}

func (c *call) ids(of []string) ([]uint64, *apiError) {
	if len(of) == 0 || len(of) > 1000 {
		return nil, errBad("No message ids specified, or more than 1000")
	}
	out := make([]uint64, len(of))
	for i, s := range of {
		id, ok := parseID(s)
		if !ok {
			return nil, errBad("Invalid id value")
		}
		out[i] = id
	}
	return out, nil
}

func (c *call) messagesBatchModify() *apiError {
	var b labelChange
	if e := c.decode(&b); e != nil {
		return e
	}
	ids, e := c.ids(b.IDs)
	if e != nil {
		return e
	}
	return c.box.modifyAll(c.ctx, ids, b.AddLabelIDs, b.RemoveLabelIDs)
}

func (c *call) messagesBatchDelete() *apiError {
	var b labelChange
	if e := c.decode(&b); e != nil {
		return e
	}
	ids, e := c.ids(b.IDs)
	if e != nil {
		return e
	}
	return c.box.deleteAll(c.ctx, ids)
}

func (c *call) messageTrash() *apiError {
	id, e := c.id()
	if e != nil {
		return e
	}
	return c.small(c.box.trash(c.ctx, id))
}

func (c *call) messageUntrash() *apiError {
	id, e := c.id()
	if e != nil {
		return e
	}
	return c.small(c.box.untrash(c.ctx, id))
}

func (c *call) messageDelete() *apiError {
	id, e := c.id()
	if e != nil {
		return e
	}
	return c.box.delete(c.ctx, id)
}

func (c *call) draftsList() *apiError {
	q, e := c.listQuery()
	if e != nil {
		return e
	}
	p, e := c.box.listDrafts(q)
	if e != nil {
		return e
	}
	o := c.out
	o.begin()
	if len(p.entries) > 0 && o.array("drafts") {
		for _, d := range p.entries {
			o.element()
			o.text("id", d.id)
			if o.object("message") {
				o.id("id", d.message.id)
				o.id("threadId", d.message.thread)
				o.end()
			}
			o.end()
		}
		o.endArray()
	}
	endList(o, p.more, p.next, p.estimate)
	return nil
}

// draft answers with a draft, its message by ids alone or in a format.
func (c *call) draft(d draftSnapshot, format string, whole bool) *apiError {
	o := c.out
	o.begin()
	o.text("id", d.id)
	if o.object("message") {
		if whole {
			if e := c.message(d.message, format); e != nil {
				return e
			}
		} else {
			o.id("id", d.message.id)
			o.id("threadId", d.message.thread)
			c.labelIDs(d.message.labels)
		}
		o.end()
	}
	o.end()
	return nil
}

func (c *call) draftCreate() *apiError {
	raw, thread, _, e := c.mail()
	if e != nil {
		return e
	}
	d, e := c.box.createDraft(c.ctx, raw, thread)
	if e != nil {
		return e
	}
	return c.draft(d, "", false)
}

func (c *call) draftGet() *apiError {
	d, e := c.box.getDraft(c.args[0])
	if e != nil {
		return e
	}
	return c.draft(d, c.query.Get("format"), true)
}

func (c *call) draftUpdate() *apiError {
	raw, thread, _, e := c.mail()
	if e != nil {
		return e
	}
	d, e := c.box.updateDraft(c.ctx, c.args[0], raw, thread)
	if e != nil {
		return e
	}
	return c.draft(d, "", false)
}

func (c *call) draftSend() *apiError {
	id, raw, thread, e := c.draftToSend()
	if e != nil {
		return e
	}
	s, e := c.box.sendDraft(c.ctx, id, raw, thread)
	return c.small(s, e)
}

func (c *call) draftDelete() *apiError { return c.box.deleteDraft(c.ctx, c.args[0]) }
