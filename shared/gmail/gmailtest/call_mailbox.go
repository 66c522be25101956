package gmailtest

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// number reads a parameter that is a number; 0 where it is not given.
func (c *call) number(name string) (int, *apiError) {
	s := c.query.Get(name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, errBad("Invalid value for " + name)
	}
	return n, nil
}

func (c *call) getProfile() *apiError {
	p := c.box.profile()
	c.out.begin()
	c.out.text("emailAddress", c.box.email)
	c.out.integer("messagesTotal", p.messages)
	c.out.integer("threadsTotal", p.threads)
	c.out.long("historyId", p.historyID)
	c.out.end()
	return nil
}

func (c *call) historyList() *apiError {
	q, e := c.historyQuery()
	if e != nil {
		return e
	}
	p, ok := c.box.listHistory(q)
	if !ok {
		return errNotFound()
	}
	o := c.out
	o.begin()
	if len(p.records) > 0 && o.array("history") {
		for i := range p.records {
			o.element()
			c.record(&p.records[i])
			o.end()
		}
		o.endArray()
	}
	if p.more {
		o.text("nextPageToken", historyPageToken(p.next))
	}
	o.long("historyId", p.current)
	o.end()
	return nil
}

func (c *call) historyQuery() (historyQuery, *apiError) {
	var q historyQuery
	start, err := strconv.ParseUint(c.query.Get("startHistoryId"), 10, 64)
	if err != nil {
		return q, errBad("Missing or invalid startHistoryId")
	}
	limit, e := c.number("maxResults")
	if e != nil {
		return q, e
	}
	q.start, q.label = start, c.query.Get("labelId")
	q.limit = pageSize(limit, 500, c.server.behaviour().HistoryPageSize)
	for _, t := range c.query["historyTypes"] {
		what, ok := historyTypes[t]
		if !ok {
			return q, errBad("Invalid value for historyTypes: " + t)
		}
		q.types |= 1 << what
	}
	if token := c.query.Get("pageToken"); token != "" {
		var ok bool
		if q.page, ok = parseHistoryPageToken(token); !ok {
			return q, errBad("Invalid pageToken")
		}
	}
	return q, nil
}

func historyPageToken(t historyToken) string {
	s := strconv.FormatUint(t.after, 36)
	if t.served {
		s += "."
	}
	return "h." + s
}

func parseHistoryPageToken(s string) (historyToken, bool) {
	s, ok := strings.CutPrefix(s, "h.")
	s, served := strings.CutSuffix(s, ".")
	after, err := strconv.ParseUint(s, 36, 64)
	return historyToken{after: after, served: served}, ok && err == nil
}

// record writes a history record.
func (c *call) record(r *record) {
	o := c.out
	o.long("id", r.id)
	ref := func(labels bool) {
		o.id("id", r.message)
		o.id("threadId", r.thread)
		if labels {
			c.labelIDs(r.after)
		}
	}
	if o.array("messages") {
		o.element()
		ref(false)
		o.end()
		o.endArray()
	}
	key := map[change]string{messageAdded: "messagesAdded", messageDeleted: "messagesDeleted", labelsAdded: "labelsAdded", labelsRemoved: "labelsRemoved"}[r.what]
	if !o.array(key) {
		return
	}
	o.element()
	if o.object("message") {
		ref(true)
		o.end()
	}
	if r.what == labelsAdded || r.what == labelsRemoved {
		c.labelIDs(r.changed)
	}
	o.end()
	o.endArray()
}

var topicName = regexp.MustCompile(`^projects/[^/]+/topics/[^/]+$`)

func (c *call) watch() *apiError {
	var b struct {
		TopicName           string   `json:"topicName"`
		LabelIDs            []string `json:"labelIds"`
		LabelFilterBehavior string   `json:"labelFilterBehavior"`
		LabelFilterAction   string   `json:"labelFilterAction"`
	}
	if e := c.decode(&b); e != nil {
		return e
	}
	if !topicName.MatchString(b.TopicName) {
		return errBad("Invalid topicName does not match projects/*/topics/*")
	}
	exclude := strings.EqualFold(b.LabelFilterBehavior, "exclude") || b.LabelFilterBehavior == "" && strings.EqualFold(b.LabelFilterAction, "exclude")
	var expires time.Time
	var id uint64
	e := c.box.write(c.ctx, func() (e *apiError) {
		expires, id, e = c.box.startWatch(b.TopicName, b.LabelIDs, exclude)
		return e
	})
	if e != nil {
		return e
	}
	c.out.begin()
	c.out.long("historyId", id)
	c.out.long("expiration", uint64(expires.UnixMilli()))
	c.out.end()
	return nil
}

func (c *call) stop() *apiError {
	return c.box.write(c.ctx, func() *apiError {
		c.box.watch = nil
		return nil
	})
}
