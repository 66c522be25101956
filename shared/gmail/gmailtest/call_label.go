package gmailtest

import "slices"

// label writes a label's fields, with its counts where they are asked for.
func (c *call) label(l *label, n *counts) {
	o := c.out
	kind := "user"
	if l.system {
		kind = "system"
	}
	o.text("id", l.id)
	o.text("name", l.name)
	if l.messageVisibility != "" {
		o.text("messageListVisibility", l.messageVisibility)
	}
	if l.listVisibility != "" {
		o.text("labelListVisibility", l.listVisibility)
	}
	o.text("type", kind)
	if n != nil {
		o.integer("messagesTotal", n.messages)
		o.integer("messagesUnread", n.unread)
		o.integer("threadsTotal", n.threads)
		o.integer("threadsUnread", n.threadsUnread)
	}
	if l.textColor != "" && o.object("color") {
		o.text("textColor", l.textColor)
		o.text("backgroundColor", l.backgroundColor)
		o.end()
	}
}

func (c *call) labelsList() *apiError {
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	all := make([]*label, 0, len(c.box.labels))
	for _, l := range c.box.labels {
		all = append(all, l)
	}
	slices.SortFunc(all, bySeq)
	c.out.begin()
	if c.out.array("labels") {
		for _, l := range all {
			c.out.element()
			c.label(l, nil)
			c.out.end()
		}
		c.out.endArray()
	}
	c.out.end()
	return nil
}

func (c *call) labelGet() *apiError {
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	l := c.box.labels[c.args[0]]
	if l == nil {
		return errNotFound()
	}
	n := c.box.count(l)
	c.oneLabel(l, &n)
	return nil
}

func (c *call) oneLabel(l *label, n *counts) {
	c.out.begin()
	c.label(l, n)
	c.out.end()
}

// labelBody is a label as a caller writes it; nil is left as it is.
type labelBody struct {
	Name                  *string `json:"name"`
	MessageListVisibility *string `json:"messageListVisibility"`
	LabelListVisibility   *string `json:"labelListVisibility"`
	Color                 *struct {
		TextColor       string `json:"textColor"`
		BackgroundColor string `json:"backgroundColor"`
	} `json:"color"`
}

func (b *labelBody) apply(l *label) {
	if b.MessageListVisibility != nil {
		l.messageVisibility = *b.MessageListVisibility
	}
	if b.LabelListVisibility != nil {
		l.listVisibility = *b.LabelListVisibility
	}
	if b.Color != nil {
		l.textColor, l.backgroundColor = b.Color.TextColor, b.Color.BackgroundColor
	}
}

func (c *call) labelCreate() *apiError {
	var b labelBody
	if e := c.decode(&b); e != nil {
		return e
	}
	if b.Name == nil {
		return errBad("Label name is required")
	}
	return c.box.write(c.ctx, func() *apiError {
		l, e := c.box.createLabel(*b.Name)
		if e != nil {
			return e
		}
		b.apply(l)
		c.oneLabel(l, nil)
		return nil
	})
}

// labelUpdate is update and patch: what is not named stays in both, since nothing of a label is lost that anybody here looks at.
func (c *call) labelUpdate() *apiError {
	var b labelBody
	if e := c.decode(&b); e != nil {
		return e
	}
	return c.box.write(c.ctx, func() *apiError {
		l, e := c.ownLabel()
		if e != nil {
			return e
		}
		if b.Name != nil && *b.Name != l.name {
			if e := c.box.renameLabel(l, *b.Name); e != nil {
				return e
			}
		}
		b.apply(l)
		c.oneLabel(l, nil)
		return nil
	})
}

// ownLabel is the label in the path, if it is one that the user made; the caller holds the mailbox's lock.
func (c *call) ownLabel() (*label, *apiError) {
	l := c.box.labels[c.args[0]]
	switch {
	case l == nil:
		return nil, errNotFound()
	case l.system:
		return nil, errBad("Invalid update request")
	}
	return l, nil
}

func (c *call) labelDelete() *apiError {
	return c.box.write(c.ctx, func() *apiError {
		l, e := c.ownLabel()
		if e != nil {
			return e
		}
		c.box.deleteLabel(l)
		return nil
	})
}
