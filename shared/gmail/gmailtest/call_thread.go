package gmailtest

func (c *call) threadsList() *apiError {
	q, e := c.listQuery()
	if e != nil {
		return e
	}
	p, e := c.box.listThreads(q)
	if e != nil {
		return e
	}
	o := c.out
	o.begin()
	if len(p.entries) > 0 && o.array("threads") {
		for _, t := range p.entries {
			o.element()
			o.id("id", t.id)
			if o.wants("snippet") {
				o.text("snippet", t.last.mail.snippet())
			}
			o.long("historyId", t.historyID)
			o.end()
		}
		o.endArray()
	}
	endList(o, p.more, p.next, p.estimate)
	return nil
}

func (c *call) threadGet() *apiError {
	id, e := c.id()
	if e != nil {
		return e
	}
	t, e := c.box.getThread(id)
	if e != nil {
		return e
	}
	return c.thread(t, c.query.Get("format"))
}

// smallThread answers with what writes to a conversation answer with.
func (c *call) smallThread(t threadSnapshot, e *apiError) *apiError {
	if e != nil {
		return e
	}
	return c.thread(t, "minimal")
}

func (c *call) threadModify() *apiError {
	var b labelChange
	id, e := c.id()
	if e == nil {
		e = c.decode(&b)
	}
	if e != nil {
		return e
	}
	return c.smallThread(c.box.modifyThread(c.ctx, id, b.AddLabelIDs, b.RemoveLabelIDs))
}

func (c *call) threadTrash() *apiError {
	id, e := c.id()
	if e != nil {
		return e
	}
	return c.smallThread(c.box.trashThread(c.ctx, id))
}

func (c *call) threadUntrash() *apiError {
	id, e := c.id()
	if e != nil {
		return e
	}
	return c.smallThread(c.box.untrashThread(c.ctx, id))
}

func (c *call) threadDelete() *apiError {
	id, e := c.id()
	if e != nil {
		return e
	}
	return c.box.deleteThread(c.ctx, id)
}
